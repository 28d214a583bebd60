package dossier

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"sync"
	"time"
)

// HTML writes a dossier as a page that needs nothing but itself.
func HTML(w io.Writer, h Head, parts []Part) error {
	t := textsOf(h.Locale)
	name := h.Name
	if name == "" {
		name = t.erased
	}
	if err := pieces().ExecuteTemplate(w, "head", map[string]any{
		"Lang": h.Locale, "Title": t.title, "Name": name, "Tenant": h.Tenant, "Person": h.Person, "At": t.moment(h.At), "Note": t.note,
	}); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	for _, p := range parts {
		if err := t.part(w, p); err != nil {
			return err
		}
	}
	if err := pieces().ExecuteTemplate(w, "tail", t.end); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

func (t texts) part(w io.Writer, p Part) error {
	if err := pieces().ExecuteTemplate(w, "part", t.label(p.Key)); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	n := 0
	for row, err := range p.Rows {
		if err != nil {
			return err
		}
		n++
		var lines []line
		for _, f := range row {
			lines = append(lines, t.line(f))
		}
		if err := pieces().ExecuteTemplate(w, "row", lines); err != nil {
			return fmt.Errorf("write page: %w", err)
		}
	}
	if n == 0 {
		if err := pieces().ExecuteTemplate(w, "none", t.none); err != nil {
			return fmt.Errorf("write page: %w", err)
		}
	}
	return nil
}

// A line is a field as people read it.
type line struct {
	Label, Text string
	Code        bool
}

func (t texts) line(f Field) line {
	l := line{Label: t.label(f.Key)}
	switch v := f.Value.(type) {
	case nil:
		l.Text = "–"
	case string:
		l.Text = v
	case time.Time:
		l.Text = t.moment(v)
	case *time.Time:
		if v != nil {
			l.Text = t.moment(*v)
		}
	case bool:
		l.Text = t.no
		if v {
			l.Text = t.yes
		}
	case map[string]any, []any:
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		_ = enc.Encode(v) // it came from JSON
		l.Text, l.Code = b.String(), true
	default:
		l.Text = fmt.Sprint(v)
	}
	return l
}

// pieces are parsed when somebody asks, so that starting does not wait for them.
var pieces = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Parse(`
{{- define "head"}}<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Title}}: {{.Name}}</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin-top: 2.5rem; border-bottom: 2px solid #0f766e }
dl { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: .2rem 1rem; margin: 0; padding: .8rem 0; border-bottom: 1px solid #8886 }
dt { opacity: .75 } dd { margin: 0; overflow-wrap: anywhere } pre { margin: 0; white-space: pre-wrap; font-size: 12px }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr } }
</style></head><body><main><h1>{{.Title}}</h1><p><strong>{{.Name}}</strong><br>{{.Tenant}}<br>{{.Person}}<br>{{.At}}</p><p>{{.Note}}</p>
{{end}}
{{- define "part"}}<h2>{{.}}</h2>
{{end}}
{{- define "row"}}<dl>{{range .}}<dt>{{.Label}}</dt><dd>{{if .Code}}<pre>{{.Text}}</pre>{{else}}{{.Text}}{{end}}</dd>{{end}}</dl>
{{end}}
{{- define "none"}}<p>{{.}}</p>
{{end}}
{{- define "tail"}}<p>{{.}}</p></main></body></html>
{{end}}`))
})
