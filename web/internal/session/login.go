package session

import (
	"encoding/base64"
	"net/http"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// A login is one that has begun: what the issuer's answer is held against.
type login struct {
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"` // PKCE
	ReturnTo string    `json:"return_to"`
	Expires  time.Time `json:"expires"`
}

// login sends the person to the issuer.
func (s *Sessions) login(w http.ResponseWriter, r *http.Request) {
	p, err := s.issuer.ready(r.Context())
	if err != nil {
		s.page(w, r, err)
		return
	}
	// oauth2's verifiers are 32 random bytes; they serve as state and nonce too.
	l := login{
		State: oauth2.GenerateVerifier(), Nonce: oauth2.GenerateVerifier(), Verifier: oauth2.GenerateVerifier(),
		ReturnTo: localPath(r.URL.Query().Get("return_to")), Expires: s.now().Add(loginFor),
	}
	sealed, err := s.box.seal(l, "login")
	if err != nil {
		s.page(w, r, err)
		return
	}
	s.cookies.set(w, s.cookies.login(l.State), base64.RawURLEncoding.EncodeToString(sealed), loginFor)
	options := []oauth2.AuthCodeOption{oidc.Nonce(l.Nonce), oauth2.S256ChallengeOption(l.Verifier)}
	if locales := r.URL.Query().Get("ui_locales"); locales == "de" || locales == "en" {
		options = append(options, oauth2.SetAuthURLParam("ui_locales", locales))
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, p.oauth.AuthCodeURL(l.State, options...), http.StatusFound) //nolint:gosec // G710: the issuer's address, from the configuration
}

// begun finds the login that the issuer's answer belongs to.
func (s *Sessions) begun(r *http.Request) (login, bool) {
	var l login
	state := r.URL.Query().Get("state")
	c, err := r.Cookie(s.cookies.login(state))
	if err != nil {
		return l, false
	}
	sealed, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || s.box.open(sealed, &l, "login") != nil {
		return l, false
	}
	return l, same(l.State, state) && s.now().Before(l.Expires)
}
