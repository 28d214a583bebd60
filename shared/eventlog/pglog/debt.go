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

// A Lag is how far the history trees of all tenants together are behind the log.
type Lag struct {
	Unsequenced int           // facts that are in no tree yet; counted up to 10,000
	Oldest      time.Duration // for how long the oldest fact has waited that no checkpoint covers
	Newest      time.Duration // the newest checkpoint's age
	Moved       int           // trees that stand still until somebody accepts where they are
}

// Lag tells how far the trees are behind. Only web's login may ask.
func (l *Log) Lag(ctx context.Context) (Lag, error) {
	lags, err := SelectAcross(ctx, l, func(row Row) (g Lag, err error) {
		var oldest, newest float64
		err = row.Scan(&g.Unsequenced, &oldest, &newest, &g.Moved)
		g.Oldest, g.Newest = time.Duration(oldest*float64(time.Second)), time.Duration(newest*float64(time.Second))
		return g, err
	}, `select unsequenced, oldest, newest, strangers from dcm.tree_lag()`)
	if err != nil {
		return Lag{}, err
	}
	return lags[0], nil
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
