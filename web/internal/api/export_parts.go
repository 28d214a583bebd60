package api

import (
	"context"
	"iter"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/readmodel"
	"dcm.io/web/internal/dossier"
	"github.com/google/uuid"
)

// exportPage is how many rows an export reads at once.
const exportPage = 200

// An exporter reads what is known about one person. It opens what they have
// sealed, and nothing of anybody else's.
type exporter struct {
	*API
	tenant, person uuid.UUID
	book           *book // of the person alone
}

type rows = iter.Seq2[dossier.Row, error]

func (e exporter) parts(ctx context.Context, p Person, locale string) []dossier.Part {
	profile := dossier.Row{{Key: "id", Value: p.ID.String()}, {Key: "name", Value: orNil(p.Name)}, {Key: "email", Value: orNil(p.Email)}, {Key: "locale", Value: locale}, {Key: "roles", Value: p.Roles}}
	if p.ErasedAt != nil {
		profile = append(profile, dossier.Field{Key: "erased_at", Value: *p.ErasedAt})
	}
	return []dossier.Part{
		{Key: "profile", Rows: func(yield func(dossier.Row, error) bool) { yield(profile, nil) }},
		{Key: "sessions", Rows: e.sessions(ctx)},
		{Key: "requests", Rows: e.requested(ctx)},
		{Key: "decisions", Rows: e.decided(ctx)},
		{Key: "machines", Rows: e.machines(ctx)},
		{Key: "messages", Rows: e.messages(ctx)},
		{Key: "facts", Rows: e.facts(ctx)},
	}
}

func orNil(s *string) any {
	if s == nil {
		return nil
	}
	return *s
}

// paged makes rows of a list that is read page by page.
func paged[T any](read func(readmodel.Mark) ([]T, error), mark func(T) readmodel.Mark, row func(T) (dossier.Row, error)) rows {
	return func(yield func(dossier.Row, error) bool) {
		for after := (readmodel.Mark{}); ; {
			page, err := read(after)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, v := range page {
				r, err := row(v)
				if !yield(r, err) || err != nil {
					return
				}
				after = mark(v)
			}
			if len(page) < exportPage {
				return
			}
		}
	}
}

func (e exporter) sessions(ctx context.Context) rows {
	type session struct{ created, seen time.Time }
	return paged(func(readmodel.Mark) ([]session, error) {
		return pglog.Select(ctx, e.log, e.tenant, func(row pglog.Row) (s session, err error) { return s, row.Scan(&s.created, &s.seen) },
			`select s.created_at, s.seen_at from dcm.sessions s where s.tenant_id = $1 and s.person_id = $2 order by s.created_at desc limit $3`, e.tenant, e.person, exportPage-1)
	}, func(session) readmodel.Mark { return readmodel.Mark{} }, func(s session) (dossier.Row, error) {
		return dossier.Row{{Key: "created_at", Value: s.created.UTC()}, {Key: "seen_at", Value: s.seen.UTC()}}, nil
	})
}

func requestMark(r readmodel.Request) readmodel.Mark {
	return readmodel.Mark{At: r.SubmittedAt, ID: r.ID}
}

func (e exporter) requested(ctx context.Context) rows {
	return paged(func(after readmodel.Mark) ([]readmodel.Request, error) {
		return e.requests.List(ctx, e.tenant, readmodel.RequestFilter{Requester: e.person, After: after, Limit: exportPage})
	}, requestMark, func(r readmodel.Request) (dossier.Row, error) {
		text, err := e.book.open(ctx, r.Justification)
		return dossier.Row{
			{Key: "id", Value: r.ID.String()},
			{Key: "name", Value: r.Name},
			{Key: "project", Value: r.Project},
			{Key: "state", Value: r.State},
			{Key: "template", Value: r.Template},
			{Key: "size", Value: r.Size},
			{Key: "network", Value: r.Network},
			{Key: "lease_days", Value: r.LeaseDays},
			{Key: "justification", Value: orNil(text)},
			{Key: "submitted_at", Value: r.SubmittedAt.UTC()},
			{Key: "updated_at", Value: r.UpdatedAt.UTC()},
		}, err
	})
}

func (e exporter) decided(ctx context.Context) rows {
	return paged(func(after readmodel.Mark) ([]readmodel.Request, error) {
		return e.requests.List(ctx, e.tenant, readmodel.RequestFilter{Decider: e.person, After: after, Limit: exportPage})
	}, requestMark, func(r readmodel.Request) (dossier.Row, error) {
		text, err := e.book.open(ctx, r.Reason)
		row := dossier.Row{{Key: "request", Value: r.ID.String()}, {Key: "requester", Value: r.Requester.String()}, {Key: "reason", Value: orNil(text)}}
		if r.Decision != nil {
			row = append(row, dossier.Field{Key: "decision", Value: *r.Decision})
		}
		if r.DecidedAt != nil {
			row = append(row, dossier.Field{Key: "decided_at", Value: r.DecidedAt.UTC()})
		}
		return row, err
	})
}

func (e exporter) machines(ctx context.Context) rows {
	return paged(func(after readmodel.Mark) ([]readmodel.VM, error) {
		return e.vms.List(ctx, e.tenant, readmodel.VMFilter{Owner: e.person, After: after, Limit: exportPage})
	}, func(v readmodel.VM) readmodel.Mark { return readmodel.Mark{At: v.CreatedAt, ID: v.ID} }, func(v readmodel.VM) (dossier.Row, error) {
		return dossier.Row{
			{Key: "id", Value: v.ID.String()},
			{Key: "name", Value: v.Name},
			{Key: "hostname", Value: v.Hostname},
			{Key: "address", Value: v.Address},
			{Key: "power_state", Value: v.PowerState},
			{Key: "made_at", Value: v.CreatedAt.UTC()},
			{Key: "lease_ends_at", Value: v.LeaseEndsAt.UTC()},
		}, nil
	})
}

func (e exporter) messages(ctx context.Context) rows {
	return paged(func(after readmodel.Mark) ([]readmodel.Message, error) {
		return e.inbox.List(ctx, e.tenant, e.person, after, exportPage)
	}, func(m readmodel.Message) readmodel.Mark { return readmodel.Mark{At: m.QueuedAt, ID: m.ID} }, func(m readmodel.Message) (dossier.Row, error) {
		return dossier.Row{
			{Key: "id", Value: m.ID.String()}, {Key: "message", Value: m.Kind}, {Key: "subject", Value: m.Subject}, {Key: "queued_at", Value: m.QueuedAt.UTC()}, {Key: "read", Value: m.Read}, {Key: "mail", Value: m.Mail},
		}, nil
	})
}

// facts have the person's own texts opened; those of others stay closed.
func (e exporter) facts(ctx context.Context) rows {
	return func(yield func(dossier.Row, error) bool) {
		stopped := false
		err := e.API.facts.About(ctx, e.tenant, e.person, func(f readmodel.Fact) error {
			row, err := e.fact(ctx, f)
			if err == nil && !yield(row, nil) {
				stopped, err = true, context.Canceled
			}
			return err
		})
		if err != nil && !stopped {
			yield(nil, err)
		}
	}
}

func (e exporter) fact(ctx context.Context, f readmodel.Fact) (dossier.Row, error) {
	data, err := fields(f.Data)
	if err != nil {
		return nil, err
	}
	boxes(data, func(s event.Sealed) any {
		if s.Person != e.person {
			return map[string]any{"sealed": true, "person": s.Person.String()}
		}
		text, failed := e.book.open(ctx, s)
		if failed != nil {
			err = failed
		}
		return orNil(text)
	})
	return dossier.Row{
		{Key: "id", Value: f.ID.String()},
		{Key: "recorded_at", Value: f.RecordedAt.UTC()},
		{Key: "type", Value: string(f.Type)},
		{Key: "stream", Value: f.Stream.String()},
		{Key: "actor", Value: f.Actor.String()},
		{Key: "data", Value: data},
	}, err
}
