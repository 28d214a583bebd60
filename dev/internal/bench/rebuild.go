package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// Rebuild measures how long a tenant's read model takes to be made anew from so
// many facts, with nobody else there and with appends beside it, and how long
// those have to wait.
func Rebuild(ctx context.Context, d Database, facts int, pace Pace) ([]Row, error) {
	log, err := d.log(ctx, "", fillers)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	asOperator, err := d.log(ctx, event.Operator, 2)
	if err != nil {
		return nil, err
	}
	defer asOperator.Close()
	u, tenant := readmodel.Upkeep{Log: asOperator}, uuid.New()
	if err := lives(ctx, log, tenant, facts/factsOfLife); err != nil {
		return nil, fmt.Errorf("fill the log: %w", err)
	}
	var alone []float64
	for range 3 {
		began := time.Now()
		if _, err := u.Rebuild(ctx, tenant); err != nil {
			return nil, err
		}
		alone = append(alone, time.Since(began).Seconds())
	}
	calm, calmWorst, err := beside(ctx, log, tenant, func() error { time.Sleep(pace.For); return nil })
	if err != nil {
		return nil, err
	}
	busy, worst, err := beside(ctx, log, tenant, func() error { _, err := u.Rebuild(ctx, tenant); return err })
	if err != nil {
		return nil, err
	}
	took, scale := Median(alone), float64(facts)/budgetFacts
	return []Row{
		{Name: fmt.Sprintf("read model rebuilt from %d facts%s", facts, inStep(facts)), Value: took, Unit: "s", Gate: 30 * scale, Target: 5 * scale, Lower: true, Note: fmt.Sprintf("%.0f facts/s", float64(facts)/took)},
		{Name: "requests recorded beside a rebuild / without, 2 connections", Value: busy / calm, Note: fmt.Sprintf("the longest took %s, without %s", worst, calmWorst)},
	}, nil
}

// A turn is what a function records at once.
type turn struct {
	by    event.Function
	facts []event.Fact
}

// life is what becomes of a request that goes well, in ten facts.
func life() []turn {
	s, machine, note := submitted(), uuid.New(), uuid.New()
	return []turn{
		{event.Submit, []event.Fact{s}},
		{event.Approve, []event.Fact{event.ApprovalOpened{Role: "approver", DueAt: time.Now()}, event.ApprovalGranted{By: s.Requester}}},
		{event.Provision, []event.Fact{
			event.ProvisioningStarted{VM: machine, VMName: "bench-1"},
			event.ProvisioningAdvanced{Step: "customize"},
			event.ProvisioningAdvanced{Step: "power_on"},
			event.ProvisioningAdvanced{Step: "address"},
			event.ProvisioningSucceeded{VM: machine, VMName: "bench-1", Address: "10.0.0.7"},
		}},
		{event.Notify, []event.Fact{
			event.NotificationQueued{Notification: note, Recipient: s.Requester, Message: "vm_ready"},
			event.NotificationSent{Notification: note, Recipient: s.Requester},
		}},
	}
}

const factsOfLife = 10

// fillers is on how many connections a log is filled.
const fillers = 8

// lives records many requests on several connections.
func lives(ctx context.Context, log *pglog.Log, tenant uuid.UUID, n int) error {
	errs := make(chan error, fillers)
	for range fillers {
		go func() {
			var err error
			for i := 0; i < n/fillers && err == nil; i++ {
				err = live(ctx, log, tenant)
			}
			errs <- err
		}()
	}
	var err error
	for range fillers {
		if e := <-errs; e != nil {
			err = e
		}
	}
	return err
}

// live records one life.
func live(ctx context.Context, log *pglog.Log, tenant uuid.UUID) error {
	key, head := eventlog.Key{Tenant: tenant, Stream: uuid.Must(uuid.NewV7())}, eventlog.Head{}
	for _, t := range life() {
		recorded, err := log.Append(ctx, eventlog.Record{
			Key: key, Expect: head, Facts: t.facts,
			Cause: eventlog.Cause{ID: string(t.by), CorrelationID: key.Stream.String(), Actor: event.By(t.by), By: t.by, At: time.Now()},
		})
		if err != nil {
			return err
		}
		head = eventlog.HeadOf(recorded)
	}
	return nil
}

// beside records lives on two connections for as long as work takes, and tells
// how many a second that were and how long the longest took.
func beside(ctx context.Context, log *pglog.Log, tenant uuid.UUID, work func() error) (perSecond float64, longest time.Duration, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var mu sync.Mutex // guards what follows, and the results
	var wg sync.WaitGroup
	var count int
	var failed error
	began := time.Now()
	for range 2 {
		wg.Go(func() {
			for ctx.Err() == nil {
				t := time.Now()
				e := live(context.WithoutCancel(ctx), log, tenant)
				mu.Lock()
				count, longest, failed = count+1, max(longest, time.Since(t)), errors.Join(failed, e)
				mu.Unlock()
			}
		})
	}
	err = work()
	stop()
	wg.Wait()
	return float64(count) / time.Since(began).Seconds(), longest.Round(time.Millisecond), errors.Join(err, failed)
}
