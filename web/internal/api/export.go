package api

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"dcm.io/shared/authz"
	"dcm.io/shared/decider"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/identity"
	"dcm.io/web/internal/dossier"
	"dcm.io/web/internal/edge"
	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// A NewPersonExport says how somebody wants what is known about a person.
type NewPersonExport struct {
	Format string `json:"format" enum:"json,html"`
	Locale string `json:"locale,omitempty" enum:"de,en" doc:"Of the words in it; the organisation's if empty."`
}

type personExport struct {
	PersonID
	Body NewPersonExport
}

func (a *API) mountExport(h huma.API) {
	op := endpoint("export-person", http.MethodPost, "/api/v1/people/{id}/export", "people", "Be given everything that DCM knows about a person. That is recorded.")
	file := &huma.Schema{Type: "string"}
	op.Responses = map[string]*huma.Response{"200": {
		Description: "A file. JSON ends with \"complete\": true; one that was cut off does not.",
		Content:     map[string]*huma.MediaType{"application/json": {Schema: file}, "text/html": {Schema: file}},
	}}
	handle(h, op, a.exportPerson)
}

func (a *API) exportPerson(ctx context.Context, in *personExport) (*huma.StreamResponse, error) {
	who := callerOf(ctx)
	id, err := idOf(in.ID)
	if err != nil {
		return nil, err
	}
	if err := a.visible(ctx, who, authz.PersonExport, id, id); err != nil {
		return nil, err
	}
	profile, b, err := a.known(ctx, who.Tenant, id)
	if err != nil {
		return nil, err
	}
	tenant, err := a.directory.Tenant(ctx, who.Tenant)
	if err != nil {
		return nil, err
	}
	// Recorded before anything leaves: nobody is given it unseen.
	if err := a.recordExport(ctx, who, id, in.Body.Format); err != nil {
		return nil, err
	}
	person := b.person(profile)
	head := dossier.Head{Tenant: tenant.Name, Person: id.String(), Locale: in.Body.Locale, At: a.now()}
	if head.Locale == "" {
		head.Locale = tenant.Locale
	}
	if person.Name != nil {
		head.Name = *person.Name
	}
	e := exporter{API: a, tenant: who.Tenant, person: id, book: b}
	return &huma.StreamResponse{Body: func(c huma.Context) { e.write(c, in.Body.Format, head, e.parts(ctx, person, profile.Locale)) }}, nil
}

func (e exporter) write(c huma.Context, format string, head dossier.Head, parts []dossier.Part) {
	kind, write := "application/json", dossier.JSON
	if format == "html" {
		kind, write = "text/html; charset=utf-8", dossier.HTML
	}
	c.SetHeader("Content-Type", kind)
	c.SetHeader("Content-Disposition", fmt.Sprintf("attachment; filename=%q", "dcm-"+head.Person+"."+format))
	c.SetStatus(http.StatusOK)
	if err := write(c.BodyWriter(), head, parts); err != nil {
		slog.ErrorContext(c.Context(), "an export of a person was cut off", "error", err.Error())
		_, _ = io.WriteString(c.BodyWriter(), "\n")
		panic(http.ErrAbortHandler) // so that the download fails, and does not look whole
	}
}

// exporting records each export.
var exporting = decider.Decider[struct{}, event.PersonExported]{
	Evolve: func(s struct{}, _ event.Envelope) struct{} { return s },
	Decide: func(_ struct{}, c event.PersonExported) (decider.Outcome, error) { return decider.Facts(c), nil },
}

func (a *API) recordExport(ctx context.Context, who identity.Caller, person uuid.UUID, format string) error {
	id := uuid.Must(uuid.NewV7()).String()
	cause := eventlog.Cause{
		ID: "export:" + id, CorrelationID: id, Actor: event.Person(who.Person), By: event.Web, At: a.now(), TraceParent: edge.TraceParent(ctx),
	}
	key := eventlog.Key{Tenant: who.Tenant, Stream: person}
	_, err := exporting.Step(ctx, a.log, key, cause, nil, event.PersonExported{Person: person, By: who.Person, Format: format})
	return err
}
