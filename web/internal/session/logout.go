package session

import (
	"net/http"
	"net/url"
)

// logout ends the session here and sends the person to end it at the issuer.
func (s *Sessions) logout(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	home := s.portal.String() + "/"
	n, ok := s.nameIn(r)
	if !ok {
		http.Redirect(w, r, home, http.StatusSeeOther)
		return
	}
	rec, found, err := s.store.find(r.Context(), n, s.now())
	if err == nil {
		err = s.store.remove(r.Context(), n)
	}
	if err != nil {
		refuse(w, r, err)
		return
	}
	s.cookies.clear(w, s.cookies.session())
	var t tokens
	if found && s.box.open(rec.box, &t, n.String()) == nil {
		home = s.farewell(r, t, home)
	}
	http.Redirect(w, r, home, http.StatusSeeOther) //nolint:gosec // G710: the issuer's address, or our own
}

// farewell is where the issuer ends its own session, and then sends the person
// home. If it cannot be asked, home is all there is.
func (s *Sessions) farewell(r *http.Request, t tokens, home string) string {
	p, err := s.issuer.ready(r.Context())
	if err != nil || p.endSession == "" {
		return home
	}
	u, err := url.Parse(p.endSession)
	if err != nil {
		return home
	}
	q := u.Query()
	q.Set("client_id", s.issuer.client.ClientID)
	q.Set("id_token_hint", t.ID)
	q.Set("post_logout_redirect_uri", home)
	u.RawQuery = q.Encode()
	return u.String()
}
