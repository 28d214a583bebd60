package main

import (
	"context"
	"errors"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
)

// A debtorFunc is a debtor.
type debtorFunc func() ([]pglog.Debt, error)

func (f debtorFunc) Debts(context.Context) ([]pglog.Debt, error) { return f() }

// TestDebts: however often somebody looks, the database is asked now and then,
// and what it does not tell is not made up.
func TestDebts(t *testing.T) {
	t.Parallel()
	now, asked := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), 0
	var away error
	d := newDebts(debtorFunc(func() ([]pglog.Debt, error) {
		asked++
		return []pglog.Debt{{Function: event.Notify, Owed: 3}}, away
	}), func() time.Time { return now })
	owed := d.each(func(d pglog.Debt) float64 { return float64(d.Owed) })
	for range 3 {
		for _, g := range owed(t.Context()) {
			if want := map[string]float64{"notify": 3}[g.Values[0]]; g.Value != want {
				t.Errorf("%s owes %v, want %v", g.Values[0], g.Value, want)
			}
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times at one moment", asked)
	}
	now, away = now.Add(freshFor), errors.New("away")
	if g := owed(t.Context()); len(g) != 0 {
		t.Errorf("the log does not tell, and we say %+v", g)
	}
	if g := d.unknown(t.Context()); len(g) != 1 || g[0].Value != 1 {
		t.Errorf("nobody hears that the log does not tell: %+v", g)
	}
}
