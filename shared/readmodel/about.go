package readmodel

import (
	"context"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

// window is how many facts of a tenant are looked through at once: a fraction of
// a second, however large the log is.
const window = 5000

// About reads the facts in which a person acts, or which are about them: their
// own, those of their requests, and those that name them; in the order of the
// log. Yield is given one at a time. No index leads to them, so all of the
// tenant's facts are looked through, a window with each statement.
func (q Facts) About(ctx context.Context, tenant, person uuid.UUID, yield func(Fact) error) error {
	for after := int64(0); ; {
		ends, err := pglog.Select(ctx, q.Log, tenant, func(row pglog.Row) (n int64, err error) { return n, row.Scan(&n) },
			`select f.position from dcm.facts f where f.tenant_id = $1 and f.position > $2 order by f.position offset $3 limit 1`, tenant, after, window-1)
		if err != nil {
			return err
		}
		last, upTo := len(ends) == 0, int64(1<<62)
		if !last {
			upTo = ends[0]
		}
		facts, err := pglog.Select(ctx, q.Log, tenant, scanFact, selectFact+`
			from dcm.facts f where f.tenant_id = $1 and f.position > $2 and f.position <= $3
				and (f.actor = $4 or f.stream_id = $5 or position($6::bytea in f.data) > 0
					or f.stream_id in (select r.request_id from dcm.requests r where r.tenant_id = $1 and r.requester_id = $5))
			order by f.position`, tenant, after, upTo, event.Person(person).String(), person, []byte(person.String()))
		if err != nil {
			return err
		}
		for _, f := range facts {
			if err := yield(f); err != nil {
				return err
			}
		}
		if last {
			return nil
		}
		after = upTo
	}
}
