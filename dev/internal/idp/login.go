package idp

import (
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

const cookieName = "DCM_IDENTITY"

var (
	//go:embed login.html
	loginHTML string
	//go:embed login.css
	loginCSS []byte

	pages = template.Must(template.New("login").Parse(loginHTML))
)

// page is what the templates show.
type page struct {
	Text     words
	ID       string
	Username string
	People   []Person
	Wrong    bool
	Expired  bool
}

// loginPage asks for a password, unless this browser is signed in already.
func (s *IDP) loginPage(w http.ResponseWriter, r *http.Request) {
	asked, ok := s.requests.get(r.FormValue("id"))
	if !ok {
		s.show(w, http.StatusBadRequest, "'self'", "login", page{Text: wordsFor(r, nil), Expired: true})
		return
	}
	current, signedIn := s.signedIn(r)
	switch {
	case signedIn && freshEnough(asked, current, s.cfg.Now()):
		s.proceed(w, r, asked, current)
	case slices.Contains(asked.Prompt, oidc.PromptNone):
		op.AuthRequestError(w, r, asked, oidc.ErrLoginRequired(), s.provider)
	default:
		s.ask(w, r, asked, asked.LoginHint, false)
	}
}

// login checks the password.
func (s *IDP) login(w http.ResponseWriter, r *http.Request) {
	asked, ok := s.requests.get(r.PostFormValue("id"))
	if !ok {
		s.show(w, http.StatusBadRequest, "'self'", "login", page{Text: wordsFor(r, nil), Expired: true})
		return
	}
	p, ok := s.checkPassword(r.PostFormValue("username"), r.PostFormValue("password"))
	if !ok {
		s.ask(w, r, asked, r.PostFormValue("username"), true)
		return
	}
	opened, err := s.sessions.begin(p.ID, true)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	s.setCookie(w, opened.Cookie, opened.Expires.Sub(s.cfg.Now()))
	s.proceed(w, r, asked, opened)
}

// proceed sends the browser back to the library, which sends it to the client.
func (s *IDP) proceed(w http.ResponseWriter, r *http.Request, asked *request, as session) {
	s.requests.complete(asked.id, as)
	ctx := op.ContextWithIssuer(r.Context(), s.issuer)
	http.Redirect(w, r, op.AuthCallbackURL(s.provider)(ctx, asked.id), http.StatusSeeOther)
}

func (s *IDP) ask(w http.ResponseWriter, r *http.Request, asked *request, username string, wrong bool) {
	status := http.StatusOK
	if wrong {
		status = http.StatusUnauthorized
	}
	// Browsers hold a form to this policy through all redirects that follow it,
	// and the last of them leads to the client.
	allowed := "'self'"
	if u, err := url.Parse(asked.RedirectURI); err == nil {
		allowed += " " + u.Scheme + "://" + u.Host
	}
	s.show(w, status, allowed, "login", page{
		Text: wordsFor(r, asked.UILocales), ID: asked.id, Username: username, People: s.People(), Wrong: wrong,
	})
}

func (s *IDP) signedOut(w http.ResponseWriter, r *http.Request) {
	s.show(w, http.StatusOK, "'none'", "signed-out", page{Text: wordsFor(r, nil)})
}

func (s *IDP) style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(loginCSS)
}

func (s *IDP) show(w http.ResponseWriter, status int, formAction, name string, p page) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action "+formAction+"; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_ = pages.ExecuteTemplate(w, name, p) // fails only when the reader has gone
}

// signedIn finds the browser's session.
func (s *IDP) signedIn(r *http.Request) (session, bool) {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return session{}, false
	}
	return s.sessions.byCookie(cookie.Value)
}

// freshEnough is false when the client wants the password again.
func freshEnough(asked *request, s session, now time.Time) bool {
	if slices.Contains(asked.Prompt, oidc.PromptLogin) || slices.Contains(asked.Prompt, oidc.PromptSelectAccount) {
		return false
	}
	return asked.MaxAge == nil || now.Sub(s.AuthTime) <= time.Duration(*asked.MaxAge)*time.Second
}

// forgetBrowser ends the browser's own session at logout, whoever asks.
func (s *IDP) forgetBrowser(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if current, ok := s.signedIn(r); ok {
			if err := s.sessions.end(current.ID); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
		s.setCookie(w, "", -time.Second)
		next.ServeHTTP(w, r)
	})
}

func (s *IDP) setCookie(w http.ResponseWriter, value string, lifetime time.Duration) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: value, Path: s.base + "/", MaxAge: int(lifetime.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
