package render

import (
	"strings"
	"text/template"
	"unicode/utf8"

	"dcm.io/functions/notify/internal/message"
)

// A language has words for every part of every message.
type language struct {
	locale
	phrases *template.Template
}

// page finds the words of every part.
func (l language) page(v View) (page, error) {
	w := words{phrases: l.phrases}
	erased := w.say("erased", v)
	for _, name := range []*string{&v.Requester, &v.Decider} {
		if *name == "" {
			*name = erased
		}
	}
	kind := string(v.Kind)
	p := page{
		Locale: l.name, Tenant: v.Tenant, Greeting: w.say("greeting", v), Footer: w.say("footer", v),
		Subject: upper(w.say(kind+".subject", v)), Status: w.say(kind+".status", v), Title: upper(w.say(kind+".title", v)), Lead: upper(w.say(kind+".lead", v)),
		Button: w.say(kind+".button", v), Why: w.say(kind+".why", v),
		look: looks[v.Kind],
	}
	if v.Words != "" && l.phrases.Lookup(kind+".words") != nil {
		p.Words, p.WordsLabel = v.Words, w.say(kind+".words", v)
	}
	for _, name := range rows(v) {
		value := w.say("row."+name+".value", v)
		if value == "" {
			continue
		}
		label := w.say("row."+name, v)
		p.Rows = append(p.Rows, row{Label: label, Value: value, Code: monospaced[name]})
		p.Wide = max(p.Wide, utf8.RuneCountInString(label))
	}
	return p, w.err
}

// words finds phrases and keeps the first error.
type words struct {
	phrases *template.Template
	err     error
}

func (w *words) say(name string, v View) string {
	var b strings.Builder
	if err := w.phrases.ExecuteTemplate(&b, name, v); err != nil && w.err == nil {
		w.err = err
	}
	return strings.TrimSpace(b.String())
}

// rows are the facts that a mail lists.
func rows(v View) []string {
	switch v.Kind {
	case message.RequestSubmitted:
		return []string{"size", "template", "network", "project", "lease", "cost"}
	case message.DecisionNeeded, message.DecisionReminder:
		return []string{"project", "template", "network", "lease"}
	case message.VMReady:
		return []string{"address", "hostname", "connect", "template", "size", "until", "cost"}
	case message.VMFailed:
		if v.Own {
			return nil
		}
		return []string{"requester", "project", "step", "code", "detail"}
	case message.BundleReady:
		return []string{"period", "facts", "bytes", "sha256", "locked"}
	}
	return nil
}

// monospaced are the rows that people copy.
var monospaced = map[string]bool{"address": true, "hostname": true, "connect": true, "code": true, "sha256": true}
