package idp

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// grant is what a request for tokens has earned.
type grant struct {
	person  Person
	client  *client
	session session
	scopes  []string
	nonce   string
	refresh string // a refresh token that exists already
}

// tokens is the answer of the token endpoint, in Keycloak's shape.
type tokens struct {
	AccessToken      string `json:"access_token"`
	ExpiresIn        int    `json:"expires_in"`
	RefreshToken     string `json:"refresh_token"`
	RefreshExpiresIn int    `json:"refresh_expires_in"`
	TokenType        string `json:"token_type"`
	IDToken          string `json:"id_token,omitempty"`
	NotBefore        int    `json:"not-before-policy"`
	SessionState     string `json:"session_state"`
	Scope            string `json:"scope"`
}

// tokenEndpoint exchanges a code, a refresh token or a password for tokens.
func (s *IDP) tokenEndpoint(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	r = r.WithContext(op.ContextWithIssuer(r.Context(), s.issuer))
	exchange := map[string]func(*http.Request) (grant, error){
		string(oidc.GrantTypeCode):         s.exchangeCode,
		string(oidc.GrantTypeRefreshToken): s.exchangeRefresh,
		"password":                         s.exchangePassword,
	}[r.PostFormValue("grant_type")]
	if exchange == nil {
		op.RequestError(w, r, oidc.ErrUnsupportedGrantType(), s.cfg.Logger)
		return
	}
	g, err := exchange(r)
	if err != nil {
		op.RequestError(w, r, err, s.cfg.Logger)
		return
	}
	answer, err := s.issue(g)
	if err != nil {
		op.RequestError(w, r, oidc.ErrServerError().WithParent(err), s.cfg.Logger)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer) // fails only when the caller has gone
}

func (s *IDP) exchangeCode(r *http.Request) (grant, error) {
	asked, err := op.ParseAccessTokenRequest(r, s.provider.Decoder())
	if err != nil {
		return grant{}, err
	}
	auth, c, err := op.ValidateAccessTokenRequest(r.Context(), asked, s.provider)
	if err != nil {
		return grant{}, err
	}
	login := auth.(*request)
	if !s.requests.take(login.id) {
		return grant{}, oidc.ErrInvalidGrant().WithDescription("the code was used")
	}
	return s.grant(login.session, c.(*client), login.Scopes, login.Nonce)
}

func (s *IDP) exchangeRefresh(r *http.Request) (grant, error) {
	asked, err := op.ParseRefreshTokenRequest(r, s.provider.Decoder())
	if err != nil {
		return grant{}, err
	}
	valid, c, err := op.ValidateRefreshTokenRequest(r.Context(), asked, s.provider)
	if err != nil {
		return grant{}, err
	}
	g, err := s.grant(valid.(*refreshRequest).session, c.(*client), valid.GetScopes(), "")
	g.refresh = asked.RefreshToken
	return g, err
}

func (s *IDP) exchangePassword(r *http.Request) (grant, error) {
	c, err := s.authenticateClient(r)
	if err != nil {
		return grant{}, err
	}
	if !c.DirectGrants {
		return grant{}, oidc.ErrUnauthorizedClient().WithDescription("direct access grants are off for this client")
	}
	p, ok := s.checkPassword(r.PostFormValue("username"), r.PostFormValue("password"))
	if !ok {
		return grant{}, oidc.ErrInvalidGrant().WithDescription("invalid user credentials")
	}
	login, err := s.sessions.begin(p.ID, false)
	if err != nil {
		return grant{}, err
	}
	return s.grant(login, c, strings.Fields(r.PostFormValue("scope")), "")
}

func (s *IDP) authenticateClient(r *http.Request) (*client, error) {
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	c, ok := s.realm.client(id)
	if !ok || (!c.Public && storage{s}.AuthorizeClientIDSecret(r.Context(), id, secret) != nil) {
		return nil, oidc.ErrInvalidClient().WithDescription("unknown client or wrong secret")
	}
	return c, nil
}

func (s *IDP) checkPassword(login, password string) (Person, bool) {
	p, ok := s.realm.person(login)
	right := subtle.ConstantTimeCompare([]byte(p.Password), []byte(password)) == 1
	return p, ok && right && password != ""
}

func (s *IDP) grant(login session, c *client, scopes []string, nonce string) (grant, error) {
	p, ok := s.realm.personByID(login.PersonID)
	if _, alive := s.sessions.get(login.ID); !ok || !alive {
		return grant{}, oidc.ErrInvalidGrant().WithDescription("the session has ended")
	}
	return grant{person: p, client: c, session: login, scopes: scopes, nonce: nonce}, nil
}

func (s *IDP) issue(g grant) (tokens, error) {
	access, err := s.accessToken(g)
	if err != nil {
		return tokens{}, err
	}
	if g.refresh == "" {
		if g.refresh, err = s.sessions.addRefresh(g.session.ID, refresh{ClientID: g.client.ClientID, Scopes: g.scopes}); err != nil {
			return tokens{}, err
		}
	}
	answer := tokens{
		AccessToken:      access,
		ExpiresIn:        s.realm.AccessTokenSeconds,
		RefreshToken:     g.refresh,
		RefreshExpiresIn: int(g.session.Expires.Sub(s.cfg.Now()).Seconds()),
		TokenType:        oidc.BearerToken,
		SessionState:     g.session.ID,
		Scope:            strings.Join(g.scopes, " "),
	}
	if slices.Contains(g.scopes, oidc.ScopeOpenID) {
		answer.IDToken, err = s.idToken(g, access)
	}
	return answer, err
}

// refreshRequest is a refresh token as the library wants to see it.
type refreshRequest struct {
	session session
	refresh refresh
}

func (r *refreshRequest) GetAMR() []string          { return nil }
func (r *refreshRequest) GetAudience() []string     { return nil }
func (r *refreshRequest) GetAuthTime() time.Time    { return r.session.AuthTime }
func (r *refreshRequest) GetClientID() string       { return r.refresh.ClientID }
func (r *refreshRequest) GetScopes() []string       { return r.refresh.Scopes }
func (r *refreshRequest) GetSubject() string        { return r.session.PersonID }
func (r *refreshRequest) SetCurrentScopes([]string) {} // a narrower scope changes nothing in our tokens
