package idp_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dcm.io/dev/internal/idp"
	"dcm.io/dev/realm"
	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

const (
	portalURL = "http://127.0.0.1:9"
	acme      = "0197f3a0-0000-7000-8000-00000000ac3e"
)

func TestLogin(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "")
	rp := newParty(t, s)
	token := rp.login(t, s, "jana.vogel")

	id := rp.verify(t, token.Extra("id_token").(string), "dcm-portal")
	if id["typ"] != "ID" || id["nonce"] != "n0nce" || id["tenant_id"] != acme || id["name"] != "Jana Vogel" || id["locale"] != "de" {
		t.Errorf("ID token is %v", id)
	}
	if _, err := rp.provider.Verifier(&oidc.Config{ClientID: "dcm"}).Verify(t.Context(), token.Extra("id_token").(string)); err == nil {
		t.Error("an ID token passes for an access token: its audience must not be dcm")
	}
	access := rp.verify(t, token.AccessToken, "dcm")
	rp.verify(t, token.AccessToken, "dcm-portal")
	want := map[string]any{
		"typ": "Bearer", "azp": "dcm-portal", "tenant_id": acme, "preferred_username": "jana.vogel",
		"name": "Jana Vogel", "email": "jana.vogel@acme.example", "locale": "de", "iss": s.Issuer(),
	}
	for claim, value := range want {
		if access[claim] != value {
			t.Errorf("claim %s is %v, want %v", claim, access[claim], value)
		}
	}
	if got := roles(access); !slices.Equal(got, []string{"user"}) {
		t.Errorf("roles are %v", got)
	}
	if lifetime := access["exp"].(float64) - access["iat"].(float64); lifetime != 900 {
		t.Errorf("access token lives %.0f s, want 900", lifetime)
	}
	info, err := rp.provider.UserInfo(t.Context(), oauth2.StaticTokenSource(token))
	if err != nil {
		t.Fatal(err)
	}
	if info.Email != "jana.vogel@acme.example" {
		t.Errorf("userinfo is %+v", info)
	}
}

func TestSingleSignOnAndLogout(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "")
	rp := newParty(t, s)
	token := rp.login(t, s, "anna.berg")
	code, _ := rp.authorize(t, nil)
	if code == "" {
		t.Fatal("a browser that is signed in was asked again")
	}
	second := rp.exchange(t, code)
	if _, page := rp.authorize(t, url.Values{"prompt": {"login"}}); !strings.Contains(page, "<form") {
		t.Error("prompt=login did not ask for the password")
	}

	end := s.Issuer() + "/protocol/openid-connect/logout?" + url.Values{
		"id_token_hint": {second.Extra("id_token").(string)}, "post_logout_redirect_uri": {portalURL + "/"}, "state": {"x"},
	}.Encode()
	res, err := rp.browser.Get(end)
	if err != nil {
		t.Fatal(err)
	}
	if got := res.Header.Get("Location"); got != portalURL+"/?state=x" {
		t.Errorf("logout leads to %q", got)
	}
	if code, _ := rp.authorize(t, nil); code != "" {
		t.Error("still signed in after logout")
	}
	for _, old := range []*oauth2.Token{token, second} {
		if _, err := rp.refresh(t, old); err == nil {
			t.Error("a refresh token outlived its session")
		}
	}
	if code, _ := rp.authorize(t, url.Values{"prompt": {"none"}}); code != "" {
		t.Error("prompt=none succeeded without a session")
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "")
	rp := newParty(t, s)

	t.Run("WrongPassword", func(t *testing.T) {
		_, page := rp.authorize(t, nil)
		res, page := rp.submit(t, page, "jana.vogel", "guess")
		if res.StatusCode != http.StatusUnauthorized || !strings.Contains(page, `role="alert"`) || !strings.Contains(page, `value="jana.vogel"`) {
			t.Errorf("answered %d:\n%s", res.StatusCode, page)
		}
	})
	t.Run("WithoutPKCE", func(t *testing.T) {
		u := rp.config.AuthCodeURL("state")
		if got := rp.follow(t, u).Query().Get("error"); got != "invalid_request" {
			t.Errorf("error is %q, want invalid_request: the client must use PKCE", got)
		}
	})
	t.Run("ForeignRedirect", func(t *testing.T) {
		c := rp.config
		c.RedirectURL = "http://evil.example/auth/callback"
		res, err := rp.browser.Get(c.AuthCodeURL("state", oauth2.S256ChallengeOption(rp.verifier)))
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != http.StatusBadRequest {
			t.Errorf("answered %d, want 400 and no redirect", res.StatusCode)
		}
	})
	t.Run("WrongVerifier", func(t *testing.T) {
		code := rp.code(t, s, "jana.vogel")
		if _, err := rp.config.Exchange(t.Context(), code, oauth2.VerifierOption(oauth2.GenerateVerifier())); err == nil {
			t.Error("a stolen code was exchanged")
		}
	})
	t.Run("CodeTwice", func(t *testing.T) {
		code, _ := rp.authorize(t, nil)
		rp.exchange(t, code)
		if _, err := rp.config.Exchange(t.Context(), code, oauth2.VerifierOption(rp.verifier)); err == nil {
			t.Error("a code worked twice")
		}
	})
	t.Run("WrongSecret", func(t *testing.T) {
		code, _ := rp.authorize(t, nil)
		c := rp.config
		c.ClientSecret = "guess"
		if _, err := c.Exchange(t.Context(), code, oauth2.VerifierOption(rp.verifier)); err == nil {
			t.Error("a wrong client secret worked")
		}
	})
}

func TestPasswordGrant(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "")
	rp := newParty(t, s)
	cli := oauth2.Config{ClientID: "dcm-cli", Endpoint: rp.provider.Endpoint(), Scopes: []string{"openid"}}
	token, err := cli.PasswordCredentialsToken(t.Context(), "emma.clark@globex.example", password(t, s, "emma.clark"))
	if err != nil {
		t.Fatal(err)
	}
	if c := rp.verify(t, token.AccessToken, "dcm"); c["azp"] != "dcm-cli" || c["locale"] != "en" {
		t.Errorf("access token is %v", c)
	}
	token.Expiry = time.Now().Add(-time.Hour)
	if _, err := cli.TokenSource(t.Context(), token).Token(); err != nil {
		t.Errorf("refresh: %v", err)
	}
	if _, err := cli.PasswordCredentialsToken(t.Context(), "emma.clark", "guess"); err == nil {
		t.Error("a wrong password worked")
	}
	portal := rp.config
	if _, err := portal.PasswordCredentialsToken(t.Context(), "emma.clark", password(t, s, "emma.clark")); err == nil {
		t.Error("the portal may not ask for passwords")
	}
}

func TestRestartKeepsEverything(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := start(t, dir, "")
	rp := newParty(t, s)
	token := rp.login(t, s, "jana.vogel")
	secret, issuer := password(t, s, "jana.vogel"), s.Issuer()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(issuer)
	if err != nil {
		t.Fatal(err)
	}
	s = start(t, dir, u.Host)
	rp.verify(t, token.AccessToken, "dcm")
	if _, err := rp.refresh(t, token); err != nil {
		t.Errorf("refresh token did not survive: %v", err)
	}
	if code, _ := rp.authorize(t, nil); code == "" {
		t.Error("the browser is no longer signed in")
	}
	if password(t, s, "jana.vogel") != secret {
		t.Error("the password changed")
	}
}

func TestMintToken(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "")
	rp := newParty(t, s)
	cases := map[string]struct {
		options idp.TokenOptions
		good    bool
	}{
		"Good":          {idp.TokenOptions{}, true},
		"Expired":       {idp.TokenOptions{Lifetime: -time.Hour}, false},
		"OtherAudience": {idp.TokenOptions{Claims: map[string]any{"aud": "billing"}}, false},
		"OtherIssuer":   {idp.TokenOptions{Claims: map[string]any{"iss": "https://evil.example"}}, false},
		"Forged":        {idp.TokenOptions{ForeignKey: true}, false},
		"NoTenant":      {idp.TokenOptions{Claims: map[string]any{"tenant_id": nil}}, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			token, err := s.MintToken("jana.vogel", tc.options)
			if err != nil {
				t.Fatal(err)
			}
			_, err = rp.provider.Verifier(&oidc.Config{ClientID: "dcm"}).Verify(t.Context(), token)
			if (err == nil) != tc.good {
				t.Errorf("verification: %v", err)
			}
		})
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "")
	rp := newParty(t, s)
	cases := map[string]struct{ locales, accept, want string }{
		"AskedGerman":   {"de", "en", `<html lang="de">`},
		"AskedEnglish":  {"en", "de", `<html lang="en">`},
		"BrowserGerman": {"", "de-DE,de;q=0.9,en;q=0.8", `<html lang="de">`},
		"NeitherIsOurs": {"", "fr", `<html lang="en">`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, rp.loginURL(t, url.Values{"ui_locales": {tc.locales}}), nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Accept-Language", tc.accept)
			res, err := rp.browser.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			if page := read(t, res); !strings.Contains(page, tc.want) {
				t.Errorf("page lacks %s:\n%s", tc.want, page)
			}
			if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' "+portalURL+";") {
				t.Errorf("policy %q would keep the browser from returning to the portal", policy)
			}
		})
	}
}

func TestRealm(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "")
	held := map[string]map[string]bool{}
	for _, p := range s.People() {
		for _, role := range p.Roles {
			if held[p.TenantID] == nil {
				held[p.TenantID] = map[string]bool{}
			}
			held[p.TenantID][role] = true
		}
	}
	for _, tenant := range s.Tenants() {
		want := []string{"user", "project_admin", "approver", "tenant_admin", "auditor"}
		if tenant.Slug == "csp" {
			want = []string{"super_admin"}
		}
		for _, role := range want {
			if !held[tenant.ID][role] {
				t.Errorf("nobody in %s is %s", tenant.Name, role)
			}
		}
	}
}

func start(t *testing.T, dir, listen string) *idp.IDP {
	t.Helper()
	s, err := idp.Start(t.Context(), idp.Config{
		Realm: realm.File, Dir: dir, Listen: listen, Variables: map[string]string{"DCM_PORTAL_URL": portalURL},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func password(t *testing.T, s *idp.IDP, username string) string {
	t.Helper()
	for _, p := range s.People() {
		if p.Username == username {
			return p.Password
		}
	}
	t.Fatalf("nobody is called %s", username)
	return ""
}

// party is the portal's side of a login, with a browser.
type party struct {
	provider *oidc.Provider
	config   oauth2.Config
	browser  *http.Client
	verifier string
}

func newParty(t *testing.T, s *idp.IDP) *party {
	t.Helper()
	provider, err := oidc.NewProvider(t.Context(), s.Issuer())
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &party{
		provider: provider, verifier: oauth2.GenerateVerifier(),
		config: oauth2.Config{
			ClientID: "dcm-portal", ClientSecret: s.Value("DCM_PORTAL_SECRET"), Endpoint: provider.Endpoint(),
			RedirectURL: portalURL + "/auth/callback", Scopes: []string{"openid", "profile", "email"},
		},
		browser: &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			if strings.HasPrefix(r.URL.String(), portalURL) || r.URL.Hostname() == "evil.example" {
				return http.ErrUseLastResponse
			}
			return nil
		}},
	}
}

func (p *party) loginURL(t *testing.T, more url.Values) string {
	t.Helper()
	u := p.config.AuthCodeURL("state", oauth2.S256ChallengeOption(p.verifier), oidc.Nonce("n0nce"))
	return u + "&" + more.Encode()
}

// authorize returns the code of a browser that is signed in, or else the page.
func (p *party) authorize(t *testing.T, more url.Values) (code, page string) {
	t.Helper()
	res, err := p.browser.Get(p.loginURL(t, more))
	if err != nil {
		t.Fatal(err)
	}
	if to, err := res.Location(); err == nil {
		return to.Query().Get("code"), ""
	}
	return "", read(t, res)
}

func (p *party) follow(t *testing.T, u string) *url.URL {
	t.Helper()
	res, err := p.browser.Get(u)
	if err != nil {
		t.Fatal(err)
	}
	to, err := res.Location()
	if err != nil {
		t.Fatalf("no redirect to the portal: %s", read(t, res))
	}
	return to
}

func (p *party) submit(t *testing.T, page, username, password string) (*http.Response, string) {
	t.Helper()
	id := regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(page)
	if id == nil {
		t.Fatalf("no login form:\n%s", page)
	}
	res, err := p.browser.PostForm(strings.Split(p.provider.Endpoint().AuthURL, "/protocol")[0]+"/login",
		url.Values{"id": {id[1]}, "username": {username}, "password": {password}})
	if err != nil {
		t.Fatal(err)
	}
	return res, read(t, res)
}

func (p *party) code(t *testing.T, s *idp.IDP, username string) string {
	t.Helper()
	_, page := p.authorize(t, nil)
	res, _ := p.submit(t, page, username, password(t, s, username))
	to, err := res.Location()
	if err != nil {
		t.Fatalf("login refused: %d", res.StatusCode)
	}
	return to.Query().Get("code")
}

func (p *party) exchange(t *testing.T, code string) *oauth2.Token {
	t.Helper()
	token, err := p.config.Exchange(t.Context(), code, oauth2.VerifierOption(p.verifier))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func (p *party) login(t *testing.T, s *idp.IDP, username string) *oauth2.Token {
	t.Helper()
	return p.exchange(t, p.code(t, s, username))
}

func (p *party) refresh(t *testing.T, token *oauth2.Token) (*oauth2.Token, error) {
	t.Helper()
	old := *token
	old.Expiry = time.Now().Add(-time.Hour)
	return p.config.TokenSource(t.Context(), &old).Token()
}

func (p *party) verify(t *testing.T, token, audience string) map[string]any {
	t.Helper()
	verified, err := p.provider.Verifier(&oidc.Config{ClientID: audience}).Verify(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	var c map[string]any
	if err := verified.Claims(&c); err != nil {
		t.Fatal(err)
	}
	return c
}

func roles(claims map[string]any) []string {
	var shaped struct {
		RealmAccess struct{ Roles []string } `json:"realm_access"`
	}
	raw, _ := json.Marshal(claims)
	_ = json.Unmarshal(raw, &shaped)
	return shaped.RealmAccess.Roles
}

func read(t *testing.T, res *http.Response) string {
	t.Helper()
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
