package main

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"dcm.io/web/internal/api"
	"dcm.io/web/internal/issuertest"
	"github.com/google/uuid"
)

func TestSignIn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.browser()
	c.get("/api/v1/me", http.StatusUnauthorized, nil)

	b.issuer.Present(ada)
	resp, _ := c.do(http.MethodGet, "/auth/login?return_to=/requests%3Fstate%3Dwaiting", nil, nil)
	if got := resp.Request.URL.RequestURI(); got != "/requests?state=waiting" {
		t.Errorf("signing in led to %s", got)
	}
	var me api.Me
	c.get("/api/v1/me", http.StatusOK, &me)
	if me.PersonID != idOf(ada) || me.Name != ada.Name || me.Locale != "de" || me.Tenant.Slug != "acme" || me.Can.Approve || me.Can.Audit {
		t.Errorf("I am %+v", me)
	}

	// The browser holds one cookie: the login's own is gone.
	at, _ := url.Parse(b.url)
	if cookies := c.http.Jar.Cookies(at); len(cookies) != 1 || cookies[0].Name != "dcm" {
		t.Errorf("the browser holds %v", cookies)
	}

	// The directory knows the person, and learns of changes; each once.
	c.get("/api/v1/me", http.StatusOK, nil)
	introductions := func() int {
		stream, err := b.log(event.Web).Read(t.Context(), eventlog.Key{Tenant: acme, Stream: idOf(ada)})
		if err != nil {
			t.Fatal(err)
		}
		return len(stream)
	}
	if n := introductions(); n != 1 {
		t.Errorf("%d introductions", n)
	}
	promoted := ada
	promoted.Roles = []string{"user", "approver", "offline_access"}
	b.bearer(promoted).get("/api/v1/me", http.StatusOK, &me)
	if n := introductions(); n != 2 || !me.Can.Approve {
		t.Errorf("%d introductions after a promotion, %+v", n, me.Can)
	}
	b.bearer(promoted).get("/api/v1/me", http.StatusOK, nil)
	if n := introductions(); n != 2 {
		t.Errorf("%d introductions, though nothing has changed", n)
	}
}

func TestSignInRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	cases := map[string]struct {
		reason string
		person issuertest.Person
		tamper func(callback *url.URL)
		status int
	}{
		"ByIssuer":      {"the person has said no", issuertest.Person{}, nil, http.StatusForbidden},
		"NoTenant":      {"a token without a tenant is of no use", issuertest.Person{Subject: "x"}, nil, http.StatusForbidden},
		"UnknownTenant": {"a tenant must be registered", issuertest.Person{Subject: "x", Tenant: uuid.New()}, nil, http.StatusForbidden},
		"OtherState": {"an answer to nobody's question", ada, func(u *url.URL) {
			u.RawQuery = strings.Replace(u.RawQuery, "state=", "state=x", 1)
		}, http.StatusUnprocessableEntity},
		"OtherIssuer": {"RFC 9207: mix-up", ada, func(u *url.URL) {
			q := u.Query()
			q.Set("iss", "https://evil.test")
			u.RawQuery = q.Encode()
		}, http.StatusForbidden},
		"OtherCode": {"a code that the issuer did not give", ada, func(u *url.URL) {
			q := u.Query()
			q.Set("code", "made-up")
			u.RawQuery = q.Encode()
		}, http.StatusForbidden},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b.within(t)
			c := b.browser()
			b.issuer.Present(tc.person)
			c.http.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
				if tc.tamper != nil && r.URL.Path == "/auth/callback" {
					tc.tamper(r.URL)
				}
				return nil
			}
			resp, page := c.do(http.MethodGet, "/auth/login", nil, http.Header{"Accept-Language": {"de-DE"}})
			if resp.StatusCode != tc.status || !strings.Contains(string(page), "Noch einmal anmelden") {
				t.Errorf("%s, want %d: %s\n%s", resp.Status, tc.status, tc.reason, page)
			}
			c.get("/api/v1/me", http.StatusUnauthorized, nil)
		})
	}
}

// Whoever knows a session's name before somebody signs in with it knows nothing
// afterwards.
func TestSessionFixation(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.signedIn(dora)
	at, _ := url.Parse(b.url)
	before := c.http.Jar.Cookies(at)[0]
	b.issuer.Present(ada)
	c.do(http.MethodGet, "/auth/login", nil, nil)
	if after := c.http.Jar.Cookies(at)[0]; after.Value == before.Value {
		t.Error("the session kept its name")
	}
	attacker := b.browser()
	attacker.http.Jar.SetCookies(at, []*http.Cookie{before})
	attacker.get("/api/v1/me", http.StatusUnauthorized, nil)
}

// A stolen answer of the issuer is of no use in another browser.
func TestLoginBelongsToItsBrowser(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.issuer.Present(ada)
	victim := b.browser()
	var callback string
	victim.http.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/auth/callback" {
			callback = r.URL.RequestURI()
			return http.ErrUseLastResponse
		}
		return nil
	}
	victim.do(http.MethodGet, "/auth/login", nil, nil)
	resp, _ := b.browser().do(http.MethodGet, callback, nil, nil)
	if resp.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("another browser got %s", resp.Status)
	}
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.signedIn(ada)
	at, _ := url.Parse(b.url)
	held := c.http.Jar.Cookies(at)[0]
	resp, _ := c.do(http.MethodPost, "/auth/logout", nil, nil)
	if resp.Request.URL.Path != "/" || len(b.issuer.Logouts()) != 1 || b.issuer.Logouts()[0] == "" {
		t.Errorf("led to %s; the issuer heard %v", resp.Request.URL, b.issuer.Logouts())
	}
	if len(c.http.Jar.Cookies(at)) != 0 {
		t.Error("the browser still holds a cookie")
	}
	c.http.Jar.SetCookies(at, []*http.Cookie{held})
	c.get("/api/v1/me", http.StatusUnauthorized, nil)
	c.do(http.MethodPost, "/auth/logout", nil, nil) // twice does no harm
}

func TestSessionEnds(t *testing.T) {
	t.Parallel()
	t.Run("Idle", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		c := b.signedIn(ada)
		b.pass(29 * time.Minute)
		c.get("/api/v1/me", http.StatusOK, nil)
		b.pass(29 * time.Minute)
		c.get("/api/v1/me", http.StatusOK, nil)
		b.pass(31 * time.Minute)
		var p fault.Problem
		c.get("/api/v1/me", http.StatusUnauthorized, &p)
		if p.Code != "session_ended" {
			t.Errorf("the problem is %+v", p)
		}
	})
	t.Run("Absolute", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		c := b.signedIn(ada)
		for range 28 {
			b.pass(25 * time.Minute)
			c.get("/api/v1/me", http.StatusOK, nil)
		}
		b.pass(25 * time.Minute)
		c.get("/api/v1/me", http.StatusUnauthorized, nil)
	})
	t.Run("AtTheIssuer", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		c := b.signedIn(ada)
		b.issuer.Forget()
		c.get("/api/v1/me", http.StatusOK, nil)
		b.pass(5 * time.Minute)
		c.get("/api/v1/me", http.StatusUnauthorized, nil)
	})
}

// Requests that come at once when a token is about to end renew it once: a
// refresh token can be used only once.
func TestTokensAreRenewedOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.signedIn(ada)
	b.issuer.Lifetime = time.Hour // of what comes next
	b.pass(5 * time.Minute)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if resp, body := c.do(http.MethodGet, "/api/v1/me", nil, nil); resp.StatusCode != http.StatusOK {
				t.Errorf("%s %s", resp.Status, body)
			}
		})
	}
	wg.Wait()
	if n := b.issuer.Renewals(); n != 1 {
		t.Errorf("renewed %d times", n)
	}
}

func TestCrossSite(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.signedIn(ada)
	wish := map[string]string{"size": "S", "template": "ubuntu-24.04"}
	cases := map[string]struct {
		reason string
		client *client
		header http.Header
		status int
		code   string
	}{
		"Portal":     {"the portal sends its header", c, http.Header{"X-Dcm-Request": {"1"}}, http.StatusOK, ""},
		"NoHeader":   {"a form on another page cannot", c, nil, http.StatusForbidden, "csrf"},
		"OtherSite":  {"browsers say where a request comes from", c, http.Header{"X-Dcm-Request": {"1"}, "Sec-Fetch-Site": {"cross-site"}}, http.StatusForbidden, "cross_origin"},
		"OtherHost":  {"older ones say the origin", c, http.Header{"X-Dcm-Request": {"1"}, "Origin": {"https://evil.test"}}, http.StatusForbidden, "cross_origin"},
		"SameOrigin": {"our own is fine", c, http.Header{"X-Dcm-Request": {"1"}, "Origin": {b.url}, "Sec-Fetch-Site": {"same-origin"}}, http.StatusOK, ""},
		"Bearer":     {"a token is sent on purpose", b.bearer(ada), nil, http.StatusOK, ""},
		"BadBearer":  {"a bad token is not made good by a session", &client{b: b, http: c.http, token: "x.y.z"}, http.Header{"X-Dcm-Request": {"1"}}, http.StatusUnauthorized, "bad_token"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b.within(t)
			resp, body := tc.client.do(http.MethodPost, "/api/v1/previews", wish, tc.header)
			if resp.StatusCode != tc.status || (tc.code != "" && !strings.Contains(string(body), `"code":"`+tc.code+`"`)) {
				t.Errorf("%s, want %d %s: %s\n%s", resp.Status, tc.status, tc.code, tc.reason, body)
			}
		})
	}
}
