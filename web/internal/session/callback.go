package session

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"

	"dcm.io/shared/fault"
	"dcm.io/shared/identity"
	"golang.org/x/oauth2"
)

var (
	errNoLogin  = fault.New(fault.Invalid, "no_login", "This sign-in was not begun here, or took too long. Please try again.")
	errRefused  = fault.New(fault.Denied, "login_refused", "The identity provider did not let you sign in.")
	errBadLogin = fault.New(fault.Denied, "bad_login", "The identity provider's answer is not valid. Please try again.")
)

// callback takes the issuer's answer and opens a session.
func (s *Sessions) callback(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	l, ok := s.begun(r)
	if !ok {
		s.page(w, r, errNoLogin)
		return
	}
	s.cookies.clear(w, s.cookies.login(l.State))
	t, who, err := s.answered(r.Context(), l, r)
	if err == nil {
		err = s.people.Welcome(r.Context(), who)
	}
	if err != nil {
		s.page(w, r, err)
		return
	}
	if err := s.open(w, r, t, who); err != nil {
		s.page(w, r, err)
		return
	}
	http.Redirect(w, r, l.ReturnTo, http.StatusSeeOther)
}

// answered exchanges the code and checks all that the issuer says.
func (s *Sessions) answered(ctx context.Context, l login, r *http.Request) (tokens, identity.Caller, error) {
	q := r.URL.Query()
	if code := q.Get("error"); code != "" {
		return tokens{}, identity.Caller{}, errRefused.Because(fmt.Errorf("%s: %s", code, q.Get("error_description")))
	}
	if iss := q.Get("iss"); iss != "" && iss != s.issuer.url { // RFC 9207: another issuer's answer
		return tokens{}, identity.Caller{}, errBadLogin.Because(fmt.Errorf("answer of issuer %q", iss))
	}
	p, err := s.issuer.ready(ctx)
	if err != nil {
		return tokens{}, identity.Caller{}, err
	}
	t, err := p.oauth.Exchange(withClient(ctx), q.Get("code"), oauth2.VerifierOption(l.Verifier))
	if err != nil {
		var refused *oauth2.RetrieveError
		if errors.As(err, &refused) {
			return tokens{}, identity.Caller{}, errBadLogin.Because(err)
		}
		return tokens{}, identity.Caller{}, errIssuer.Because(err)
	}
	given := tokensOf(t)
	id, err := p.verifier.Verify(withClient(ctx), given.ID)
	if err != nil {
		return given, identity.Caller{}, errBadLogin.Because(err)
	}
	if !same(id.Nonce, l.Nonce) {
		return given, identity.Caller{}, errBadLogin.Because(errors.New("the nonce is another"))
	}
	who, err := s.tokens.Check(ctx, given.Access)
	if err == nil && who.Subject != id.Subject {
		err = errBadLogin.Because(errors.New("the tokens are of two people"))
	}
	return given, who, err
}

// open draws a new session for the person and ends the one that the browser had.
func (s *Sessions) open(w http.ResponseWriter, r *http.Request, t tokens, who identity.Caller) error {
	if before, ok := s.nameIn(r); ok {
		if err := s.store.remove(r.Context(), before); err != nil {
			return err
		}
	}
	n := newName(who.Tenant)
	sealed, err := s.box.seal(t, n.String())
	if err != nil {
		return err
	}
	if err := s.store.create(r.Context(), n, record{person: who.Person, box: sealed}, s.now()); err != nil {
		return err
	}
	s.cookies.set(w, s.cookies.session(), n.String(), 0)
	return nil
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
