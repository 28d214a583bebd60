package memory

import (
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
)

// A Debt is work as a test wants to see it, whoever holds it.
type Debt struct {
	eventlog.Work        // with the attempts so far
	Dead          bool   // a dead letter
	Reason        string // of the last failure
}

// Debts lists all work of f, oldest first.
func (l *Log) Debts(f event.Function) []Debt {
	defer l.lock()()
	var debts []Debt
	for _, e := range byDue(l.work) {
		if e.Function == f {
			debts = append(debts, Debt{Work: e.Work, Dead: e.dead, Reason: e.reason})
		}
	}
	return debts
}
