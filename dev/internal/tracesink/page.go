package tracesink

import (
	"fmt"
	"html/template"
	"io"
	"net/http"
	"strings"
	"time"
)

// listed is how many traces the page shows.
const listed = 200

var page = template.Must(template.New("traces").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Traces</title>
<style>body{font:14px system-ui;margin:2rem}td,th{padding:.2rem 1rem .2rem 0;text-align:left}.failed{color:#b00020}</style></head>
<body><h1>Traces</h1><table><tr><th>began</th><th>first span</th><th>spans</th><th>took</th></tr>
{{range .}}<tr><td>{{.Began}}</td><td><a href="/traces/{{.ID}}/tree"{{if .Failed}} class="failed"{{end}}>{{.Name}}</a></td><td>{{.Spans}}</td><td>{{.Took}}</td></tr>
{{else}}<tr><td colspan="4">None yet.</td></tr>
{{end}}</table></body></html>
`))

// A row is a trace on the page.
type row struct {
	ID, Began, Name string
	Spans           int
	Took            time.Duration
	Failed          bool
}

func (s *store) list(w http.ResponseWriter, _ *http.Request) {
	var rows []row
	for _, id := range s.newest(listed) {
		spans := s.trace(id)
		if len(spans) == 0 {
			continue
		}
		first := spans[0]
		r := row{ID: id, Began: first.Start.Format("15:04:05.000"), Name: first.Service + ": " + first.Name, Spans: len(spans)}
		for _, one := range spans {
			r.Took = max(r.Took, one.End.Sub(first.Start).Round(time.Millisecond))
			r.Failed = r.Failed || one.Failed
		}
		rows = append(rows, r)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	_ = page.Execute(w, rows) // whoever asked is gone
}

// WriteTree writes spans one below the other, each under its parent, with when
// it began after the first and how long it took.
func WriteTree(w io.Writer, spans []Span) {
	if len(spans) == 0 {
		fmt.Fprintln(w, "no such trace")
		return
	}
	children := map[string][]Span{}
	for _, s := range spans {
		children[s.ParentID] = append(children[s.ParentID], s)
	}
	var write func(s Span, depth int)
	write = func(s Span, depth int) {
		note := ""
		if s.Failed {
			note = "  FAILED " + s.Message
		}
		if len(s.Links) > 0 {
			note += "  linked"
		}
		fmt.Fprintf(w, "%9.1f ms %8.1f ms  %s%s: %s (%s)%s\n", ms(s.Start.Sub(spans[0].Start)), ms(s.End.Sub(s.Start)),
			strings.Repeat("  ", depth), s.Service, s.Name, s.Kind, note)
		for _, c := range children[s.SpanID] {
			write(c, depth+1)
		}
	}
	for _, root := range Roots(spans) {
		write(root, 0)
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
