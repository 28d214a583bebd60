package bench

import (
	"context"
	"errors"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/readmodel"
	"github.com/jackc/pgx/v5"
)

const (
	selectHead = `select version, hash from dcm.facts where tenant_id = $1 and stream_id = $2 order by version desc limit 1`
	saveFact   = `
insert into dcm.facts (tenant_id, stream_id, version, fact_id, type, source, actor, cause_id, cause_digest, correlation_id, occurred_at, traceparent, data, hash)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`
	saveWork = `insert into dcm.work (tenant_id, stream_id, function, fact_id) select $1, $2, unnest($3::text[]), $4`
)

// roundTrips records the command as a unit of work over an object mapper does,
// under the same policies and with prepared statements: begin, tenant, read the
// stream's end, insert the fact, the work and the request, commit. Each waits for
// the answer to the one before: seven round trips.
func (w *writers) roundTrips(ctx context.Context, _ int) error {
	return pgx.BeginFunc(ctx, w.app, func(tx pgx.Tx) error {
		r := commandOf(w.tenant, submitted())
		if _, err := tx.Exec(ctx, `select set_config('dcm.tenant_id', $1, true)`, r.Key.Tenant.String()); err != nil {
			return err
		}
		head := tx.QueryRow(ctx, selectHead, r.Key.Tenant, r.Key.Stream)
		if err := head.Scan(&r.Expect.Version, &r.Expect.Hash); err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		return saveAll(ctx, tx, r)
	})
}

func saveAll(ctx context.Context, tx pgx.Tx, r eventlog.Record) error {
	envelopes, err := r.Envelopes()
	if err != nil {
		return err
	}
	e := envelopes[0]
	_, err = tx.Exec(ctx, saveFact, e.Tenant, e.Stream, e.Version, e.ID, string(e.Type), e.Source, e.Actor.String(), e.CauseID, e.CauseDigest,
		e.CorrelationID, e.OccurredAt, e.TraceParent, e.Data, e.Hash)
	if err != nil {
		return err
	}
	var functions []string
	for _, f := range event.Consumers(e.Type) {
		functions = append(functions, string(f))
	}
	if _, err := tx.Exec(ctx, saveWork, e.Tenant, e.Stream, functions, e.ID); err != nil {
		return err
	}
	for _, s := range readmodel.Project(e) {
		if _, err := tx.Exec(ctx, s.SQL, s.Args...); err != nil {
			return err
		}
	}
	return nil
}
