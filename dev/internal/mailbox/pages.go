package mailbox

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"
)

// pagePolicy allows our own style and a frame with the mail; mailPolicy lets a
// mail show itself and nothing else, as a careful mail client does.
const (
	pagePolicy = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	mailPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups allow-popups-to-escape-sandbox"
)

var (
	//go:embed inbox.html
	inboxHTML string
	//go:embed inbox.css
	inboxCSS []byte

	templates = template.Must(template.New("inbox").Parse(inboxHTML))
)

// pages serves the inbox and the API.
type pages struct{ store *store }

func newPages(s *store) http.Handler {
	p := pages{store: s}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.inbox)
	mux.HandleFunc("GET /mails/{id}", p.mail)
	mux.HandleFunc("GET /mails/{id}/html", p.html)
	mux.HandleFunc("GET /inbox.css", p.css)
	mux.HandleFunc("GET /api/mails", p.apiList)
	mux.HandleFunc("GET /api/mails/{id}", p.apiMail)
	mux.HandleFunc("DELETE /api/mails", p.apiClear)
	return mux
}

func (p pages) inbox(w http.ResponseWriter, r *http.Request) {
	to := r.FormValue("to")
	render(w, "list", struct {
		To         string
		Mails      []Mail
		Suppressed int
	}{to, p.store.list(to), p.store.suppressedTotal()})
}

func (p pages) mail(w http.ResponseWriter, r *http.Request) {
	m, ok := p.store.get(r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	render(w, "mail", struct {
		Mail
		PlainView bool
	}{m, r.FormValue("view") == "text" || m.HTML == ""})
}

func (p pages) html(w http.ResponseWriter, r *http.Request) {
	m, ok := p.store.get(r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Security-Policy", mailPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	// Links open beside the inbox: nothing may navigate inside the frame.
	_, _ = w.Write([]byte(`<base target="_blank">` + m.HTML))
}

func (p pages) css(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(inboxCSS)
}

func (p pages) apiList(w http.ResponseWriter, r *http.Request) {
	answer(w, struct {
		Mails      []Mail `json:"mails"`
		Suppressed int    `json:"suppressed"`
	}{p.store.list(r.FormValue("to")), p.store.suppressedTotal()})
}

func (p pages) apiMail(w http.ResponseWriter, r *http.Request) {
	m, ok := p.store.get(r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	answer(w, m)
}

func (p pages) apiClear(w http.ResponseWriter, _ *http.Request) {
	if err := p.store.clear(); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func render(w http.ResponseWriter, name string, data any) {
	w.Header().Set("Content-Security-Policy", pagePolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = templates.ExecuteTemplate(w, name, data) // fails only when the reader has gone
}

func answer(w http.ResponseWriter, data any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(data) // fails only when the reader has gone
}
