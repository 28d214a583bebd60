package render

import (
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/url"
	"strings"
	text "text/template"
	"time"
)

//go:embed templates/*.tmpl
var templates embed.FS

// A Renderer writes mails. It is safe for concurrent use.
type Renderer struct {
	portal    string
	languages map[string]language
	html      *template.Template
	text      *text.Template
}

// A Letter is what a recipient reads.
type Letter struct {
	Subject string
	Text    string
	HTML    string
}

// fallback is for locales that DCM does not speak.
const fallback = "en"

// New makes a renderer that links to the portal at an absolute address and
// writes times as they are in zone.
func New(portal string, zone *time.Location) (*Renderer, error) {
	u, err := url.Parse(portal)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, errors.New("the portal's address must be absolute, http or https")
	}
	r := &Renderer{portal: strings.TrimSuffix(portal, "/"), languages: map[string]language{}}
	for _, l := range []locale{english(zone), german(zone)} {
		t, err := text.New(l.name).Funcs(l.functions()).ParseFS(templates, "templates/"+l.name+".tmpl", "templates/rows.tmpl")
		if err != nil {
			return nil, fmt.Errorf("read the words in %q: %w", l.name, err)
		}
		r.languages[l.name] = language{locale: l, phrases: t}
	}
	neutral := english(zone).functions() // the layouts write neither numbers nor times
	if r.text, err = text.New("layout.txt.tmpl").Funcs(neutral).ParseFS(templates, "templates/layout.txt.tmpl"); err != nil {
		return nil, fmt.Errorf("read the text layout: %w", err)
	}
	if r.html, err = template.New("layout.html.tmpl").Funcs(neutral).ParseFS(templates, "templates/layout.html.tmpl"); err != nil {
		return nil, fmt.Errorf("read the HTML layout: %w", err)
	}
	return r, nil
}

// Render writes the mail.
func (r *Renderer) Render(v View) (Letter, error) {
	l, ok := r.languages[v.Locale]
	if !ok {
		l = r.languages[fallback]
	}
	p, err := l.page(v.plain())
	if err != nil {
		return Letter{}, fmt.Errorf("find words for %s: %w", v.Kind, err)
	}
	p.Link = r.portal + v.path()
	var h, t strings.Builder
	if err := r.html.Execute(&h, p); err != nil {
		return Letter{}, fmt.Errorf("lay out %s in HTML: %w", v.Kind, err)
	}
	if err := r.text.Execute(&t, p); err != nil {
		return Letter{}, fmt.Errorf("lay out %s in text: %w", v.Kind, err)
	}
	return Letter{Subject: p.Subject, Text: t.String(), HTML: h.String()}, nil
}
