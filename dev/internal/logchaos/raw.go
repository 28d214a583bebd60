package logchaos

import (
	"context"
	"errors"
	"fmt"
	"time"

	"dcm.io/dev/internal/ledger"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// A raw is a fact as another release would record it: of a type or shape that
// this one need not know.
type raw struct{ event.Envelope }

// rawAfter makes the fact that follows a head.
func rawAfter(t, stream uuid.UUID, head eventlog.Head, cause, kind string, data []byte) raw {
	e := event.Envelope{
		ID: event.FactID(t, stream, "submit:"+cause, 0), Tenant: t, Stream: stream, Version: head.Version + 1, Type: event.Type(kind),
		Source: "/functions/submit", Actor: event.By(event.Submit), CauseID: cause, CorrelationID: cause,
		OccurredAt: time.Now().UTC().Truncate(time.Microsecond), Data: data,
	}
	e.Hash = eventlog.Link(head.Hash, e)
	return raw{e}
}

// insert writes the fact and who owes it, in the transaction that conn is in.
func (r raw) insert(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, `insert into dcm.facts (tenant_id, stream_id, version, fact_id, type, source, actor, cause_id, correlation_id, occurred_at, traceparent, data, hash)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', $11, $12)`,
		r.Tenant, r.Stream, r.Version, r.ID, string(r.Type), r.Source, r.Actor.String(), r.CauseID, r.CorrelationID, r.OccurredAt, r.Data, r.Hash)
	for _, f := range event.Consumers(r.Type) {
		if err == nil {
			_, err = conn.Exec(ctx, `insert into dcm.work (tenant_id, stream_id, function, fact_id) values ($1, $2, $3, $4)`, r.Tenant, r.Stream, string(f), r.ID)
		}
	}
	if err != nil {
		return fmt.Errorf("insert a fact: %w", err)
	}
	return nil
}

// record appends a fact of another release at the end of a stream, with what it
// changes in the read model, as submit's login. It is written into the ledger.
func (c *scene) record(ctx context.Context, conn *pgx.Conn, t tenant, stream uuid.UUID, cause, kind string, data []byte, project ...func(raw) (string, []any)) (err error) {
	if err := c.promises.Write(ledger.Entry{Kind: ledger.Asked, Tenant: t.id, Stream: stream, Cause: cause}); err != nil {
		return err
	}
	for range 20 { // others append to the stream too
		if err = c.recordOnce(ctx, conn, t, stream, cause, kind, data, project); err == nil {
			return nil
		}
	}
	return err
}

func (c *scene) recordOnce(ctx context.Context, conn *pgx.Conn, t tenant, stream uuid.UUID, cause, kind string, data []byte, project []func(raw) (string, []any)) error {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return fmt.Errorf("record a fact: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // after a commit it is of no effect
	if _, err := tx.Exec(ctx, `select set_config('dcm.tenant_id', $1, true)`, t.id.String()); err != nil {
		return fmt.Errorf("record a fact: %w", err)
	}
	var head eventlog.Head
	err = tx.QueryRow(ctx, `select version, hash from dcm.facts where tenant_id = $1 and stream_id = $2 order by version desc limit 1`, t.id, stream).Scan(&head.Version, &head.Hash)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("record a fact: %w", err)
	}
	r := rawAfter(t.id, stream, head, cause, kind, data)
	if err := r.insert(ctx, conn); err != nil {
		return err
	}
	for _, p := range project {
		sql, args := p(r)
		if _, err := tx.Exec(ctx, sql, args...); err != nil {
			return fmt.Errorf("project a fact: %w", err)
		}
	}
	if err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("record a fact: %w", err)
	}
	return c.promises.Write(ledger.Entry{Kind: ledger.Acked, Tenant: t.id, Stream: stream, Cause: cause, Facts: []ledger.Fact{{ID: r.ID, Version: r.Version, Data: r.Data, Hash: r.Hash}}})
}

// projected is what a submission changes in the read model.
func projected(f event.RequestSubmitted) func(raw) (string, []any) {
	return func(r raw) (string, []any) {
		e := r.Envelope
		e.Fact = f
		s := readmodel.Project(e)[0]
		return s.SQL, s.Args
	}
}
