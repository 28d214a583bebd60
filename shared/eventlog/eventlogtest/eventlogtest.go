// Package eventlogtest is what every event log must do. Each implementation
// runs it.
package eventlogtest

import (
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

// A Store is everything that an implementation offers.
type Store interface {
	eventlog.Log
	eventlog.Ledger
	vault.Keys
}

// A Fixture is an empty log.
type Fixture struct {
	// Open gives the log as the function sees it.
	Open func(event.Function) Store
	// Now is the log's clock.
	Now func() time.Time
	// Elapse makes the leases and waits of all work end d sooner.
	Elapse func(d time.Duration)
}

// Run runs the suite; setup gives each test a log of its own.
func Run(t *testing.T, setup func(*testing.T) Fixture) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, bundle){
		// appending
		"AppendAndRead":            appendAndRead,
		"VersionsHaveNoGaps":       versionsHaveNoGaps,
		"AllOrNothing":             allOrNothing,
		"StreamHasMovedOn":         streamHasMovedOn,
		"HeadIsNotThere":           headIsNotThere,
		"SameCauseSameFacts":       sameCauseSameFacts,
		"SameCauseOtherContent":    sameCauseOtherContent,
		"TwoFunctionsOneCause":     twoFunctionsOneCause,
		"RacingRedeliveries":       racingRedeliveries,
		"OnlyOneOfManyWriters":     onlyOneOfManyWriters,
		"OnlyTheProducerMayRecord": onlyTheProducerMayRecord,
		"TenantsAreApart":          tenantsAreApart,
		"NoTenant":                 noTenant,
		"HashesLink":               hashesLink,
		"TimesAreMicroseconds":     timesAreMicroseconds,
		// owing facts
		"FactsAreOwedPerCatalogue": factsAreOwedPerCatalogue,
		"LeaseExcludesOthers":      leaseExcludesOthers,
		"LeaseEnds":                leaseEnds,
		"AppendSettles":            appendSettles,
		"RepeatedAppendSettles":    repeatedAppendSettles,
		"SettledWithoutFacts":      settledWithoutFacts,
		"FailedWaits":              failedWaits,
		"DeadLetterStays":          deadLetterStays,
		"DeadLetterIsReplayed":     deadLetterIsReplayed,
		"DeadTimerIsReplayed":      deadTimerIsReplayed,
		"ReplayedOnce":             replayedOnce,
		"OnlyTheDeadAreReplayed":   onlyTheDeadAreReplayed,
		"OthersDeadStayDead":       othersDeadStayDead,
		"AnyReasonIsKept":          anyReasonIsKept,
		"OwedIsOnlyOnesOwn":        owedIsOnlyOnesOwn,
		"OwedOldestFirst":          owedOldestFirst,
		// timers
		"TimerIsTakenWhenDue":       timerIsTakenWhenDue,
		"TimerMovesAndGoes":         timerMovesAndGoes,
		"EarliestTimerFirst":        earliestTimerFirst,
		"TimerSetAgainBySettling":   timerSetAgainBySettling,
		"MovedTimerIsNotSettled":    movedTimerIsNotSettled,
		"FailedTimerWaits":          failedTimerWaits,
		"TimersBelongToOneFunction": timersBelongToOneFunction,
		// keys of people
		"KeyIsStoredOnce":       keyIsStoredOnce,
		"RacingFirstKeys":       racingFirstKeys,
		"NoKeyIsErased":         noKeyIsErased,
		"ErasedForGood":         erasedForGood,
		"ErasedWithoutAKey":     erasedWithoutAKey,
		"ErasedWithTheFact":     erasedWithTheFact,
		"ErasedInOneTenant":     erasedInOneTenant,
		"KeysOfTenantsAreApart": keysOfTenantsAreApart,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := setup(t)
			tenant := uuid.Must(uuid.NewV7())
			test(t, bundle{Fixture: f, tenant: tenant, key: eventlog.Key{Tenant: tenant, Stream: uuid.Must(uuid.NewV7())}})
		})
	}
}
