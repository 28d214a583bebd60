package pglog

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"github.com/jackc/pgx/v5/pgconn"
)

// ErrUnavailable says that the database cannot be used right now.
var ErrUnavailable = fault.New(fault.Transient, "database_unavailable", "The database cannot be reached right now. Please try again shortly.")

// Classes and codes of SQLSTATE, from PostgreSQL's appendix A.
const (
	uniqueViolation   = "23505"
	notNullViolation  = "23502"
	noDeadLetter      = "DCM01" // raised by dcm.replay
	classConnection   = "08"
	classRollback     = "40" // serialization failure, deadlock
	classResources    = "53" // too many connections, disk full
	classIntervention = "57" // shutdown, cancelled
)

// classify gives an error of the database its kind: whatever means "not now" is
// Transient, a missing tenant is eventlog.ErrNoTenant, the rest is internal.
func classify(attempted string, err error) error {
	if err == nil {
		return nil
	}
	wrapped := fmt.Errorf("%s: %w", attempted, err)
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch {
		case strings.Contains(pg.Message, "dcm.tenant_id"), pg.Code == "22P02" && strings.Contains(pg.Message, "uuid: \"\""):
			return eventlog.ErrNoTenant.Because(wrapped)
		}
		switch pg.Code[:2] {
		case classConnection, classRollback, classResources, classIntervention:
			return ErrUnavailable.Because(wrapped)
		}
		return wrapped
	}
	var row *rowError
	if errors.Is(err, context.Canceled) || errors.As(err, &row) {
		return wrapped
	}
	// Everything that is not the server's own word is a connection that could not
	// be made, was lost, or took too long.
	return ErrUnavailable.Because(wrapped)
}

// A rowError is a row that arrived and could not be read: trying again is of no
// use.
type rowError struct{ error }

func (e *rowError) Unwrap() error { return e.error }

// refusedFact reports whether the log refused a fact for what it holds already.
// The read model's tables have keys too; a fact that breaks one is a bug.
func refusedFact(err error) bool {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.TableName != "facts" {
		return false
	}
	return pg.Code == uniqueViolation || (pg.Code == notNullViolation && pg.ColumnName == "version")
}

// refusedReplay reports whether there was no dead letter to be replayed.
func refusedReplay(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == noDeadLetter
}
