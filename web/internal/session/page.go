package session

import (
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"strings"

	"dcm.io/shared/fault"
	"dcm.io/web/internal/edge"
)

// sorry is what a person sees whose sign-in went wrong: no application is
// running in their browser then.
var sorry = template.Must(template.New("sorry").Parse(`<!doctype html>
<html lang="{{.Lang}}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>DCM</title><link rel="icon" type="image/svg+xml" href="/icon.svg"></head>
<body>
<main>
<h1>{{.Title}}</h1>
<p>{{.Detail}}</p>
<p><a href="/auth/login">{{.Again}}</a></p>
<p><small>{{.Trace}}</small></p>
</main>
</body>
</html>
`))

// german translates what a person may be told on this page.
var german = map[string]string{
	errIssuer.Code:   "Der Anmeldedienst ist gerade nicht erreichbar. Bitte versuchen Sie es gleich noch einmal.",
	errNoLogin.Code:  "Diese Anmeldung wurde nicht hier begonnen oder hat zu lange gedauert. Bitte versuchen Sie es noch einmal.",
	errRefused.Code:  "Der Anmeldedienst hat die Anmeldung abgelehnt.",
	errBadLogin.Code: "Die Antwort des Anmeldedienstes ist nicht gültig. Bitte versuchen Sie es noch einmal.",
	"no_tenant":      "Ihr Konto gehört zu keiner Organisation. Bitte wenden Sie sich an Ihre IT.",
	"unknown_tenant": "Ihre Organisation ist in diesem Portal nicht eingerichtet. Bitte wenden Sie sich an Ihre IT.",
	"erased":         "Ihre personenbezogenen Daten wurden gelöscht. Mit diesem Konto ist keine Anmeldung mehr möglich.",
	"internal":       "Bei uns ist etwas schiefgegangen. Es wurde festgehalten.",

	"database_unavailable": "Das Portal ist gerade nicht verfügbar. Bitte versuchen Sie es gleich noch einmal.",
}

// page tells the person what went wrong, and offers to try again.
func (s *Sessions) page(w http.ResponseWriter, r *http.Request, err error) {
	slog.WarnContext(r.Context(), "sign-in failed", "error", err.Error())
	p := fault.ProblemOf(err, edge.TraceID(r.Context()))
	var caused *fault.Error
	if errors.As(err, &caused) && caused.Kind == fault.Anonymous { // asking again for a token would go round in circles
		p.Status = http.StatusForbidden
	}
	show := struct{ Lang, Title, Detail, Again, Trace string }{"en", "Signing in did not work", p.Detail, "Sign in again", p.Instance}
	if text, ok := german[p.Code]; ok && strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "de") {
		show.Lang, show.Title, show.Detail, show.Again = "de", "Die Anmeldung hat nicht geklappt", text, "Noch einmal anmelden"
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = sorry.Execute(w, show) // the client is gone; nobody is left to tell
}
