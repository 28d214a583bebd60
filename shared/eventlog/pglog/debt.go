package pglog

import (
	"context"
	"time"

	"dcm.io/shared/event"
)

// A Debt is what one function owes to all tenants together.
type Debt struct {
	Function event.Function
	Owed     int           // due, and not done
	Oldest   time.Duration // for how long the oldest of it has been due
	Dead     int           // given up, until somebody replays it
}

// Debts tells what every function owes that owes anything, or has set itself a
// timer. Only web's login may ask.
func (l *Log) Debts(ctx context.Context) ([]Debt, error) {
	return SelectAcross(ctx, l, func(row Row) (d Debt, err error) {
		var seconds float64
		err = row.Scan(&d.Function, &d.Owed, &seconds, &d.Dead)
		d.Oldest = time.Duration(seconds * float64(time.Second))
		return d, err
	}, `select function, owed, oldest, dead from dcm.debts()`)
}

// A Pool says how a process uses its connections to the database.
type Pool struct {
	Busy, Idle, Max int
	Waits           int64 // how often a statement had to wait for one
}

// Pool tells how the connections are used at this moment.
func (l *Log) Pool() Pool {
	s := l.pool.Stat()
	return Pool{Busy: int(s.AcquiredConns()), Idle: int(s.IdleConns()), Max: int(s.MaxConns()), Waits: s.EmptyAcquireCount()}
}
