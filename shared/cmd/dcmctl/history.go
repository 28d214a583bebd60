package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"dcm.io/shared/checkpoint"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

// drawKey makes a key that checkpoints of the log are signed with. It asks nobody
// and keeps nothing.
func drawKey(_ context.Context, _ config, args []string, out io.Writer) error {
	f := flag.NewFlagSet("log key", flag.ContinueOnError)
	name := f.String("name", "", "the installation's name, best a host name of its own, e.g. dcm.example.com")
	if err := parse(f, args, out); err != nil {
		return err
	}
	if *name == "" {
		return errors.New("say whose: -name")
	}
	private, public, err := checkpoint.Draw(*name)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "private, for CHECKPOINT_KEY of audit-export and nobody else:\n%s\n\npublic, for everybody who verifies bundles:\n%s\n", private, public)
	return err
}

// listMoved shows the trees that stand still because the database was moved.
func listMoved(ctx context.Context, cfg config, args []string, out io.Writer) error {
	if err := parse(flag.NewFlagSet("log epoch", flag.ContinueOnError), args, out); err != nil {
		return err
	}
	log, err := openLog(ctx, cfg)
	if err != nil {
		return err
	}
	defer log.Close()
	here, err := log.Cluster(ctx)
	if err != nil {
		return err
	}
	strangers, err := log.Strangers(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(w, "This is cluster %d, timeline %d. %d trees have grown elsewhere.\n", here.SystemIdentifier, here.Timeline, len(strangers)) // Flush tells
	for _, s := range strangers {
		_, _ = fmt.Fprintf(w, "%s\tepoch %d\tcluster %d\ttimeline %d\n", s.Tenant, s.Epoch, s.In.SystemIdentifier, s.In.Timeline)
	}
	return w.Flush()
}

// acceptMove says that the operator knows that the database was moved or restored.
func acceptMove(ctx context.Context, cfg config, args []string, out io.Writer) error {
	f := flag.NewFlagSet("log epoch accept", flag.ContinueOnError)
	by := f.String("by", "", "who accepts it; it is recorded")
	reason := f.String("reason", "", "what happened; it is recorded")
	if err := parse(f, args, out); err != nil {
		return err
	}
	if *by == "" || *reason == "" {
		return errors.New("say who and why: -by and -reason")
	}
	log, err := openLog(ctx, cfg)
	if err != nil {
		return err
	}
	defer log.Close()
	if err := recordMoves(ctx, log); err != nil {
		return err
	}
	epochs, err := log.AcceptCluster(ctx, *by, *reason)
	if err != nil {
		return err
	}
	for _, tenant := range slices.SortedFunc(maps.Keys(epochs), func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) }) {
		_, _ = fmt.Fprintf(out, "tenant %s goes on in epoch %d\n", tenant, epochs[tenant]) // the last line tells
	}
	_, err = fmt.Fprintf(out, "%d trees go on with the next tick.\n", len(epochs))
	return err
}

// recordMoves has each tenant's log say that it was moved, before it goes on: once
// for each epoch, however often this is tried.
func recordMoves(ctx context.Context, log *pglog.Log) error {
	here, err := log.Cluster(ctx)
	if err != nil {
		return err
	}
	strangers, err := log.Strangers(ctx)
	if err != nil {
		return err
	}
	for _, s := range strangers {
		cause := asOperator(time.Now())
		cause.ID = fmt.Sprintf("epoch:%d", s.Epoch+1)
		cause.CorrelationID = cause.ID
		err := record(ctx, log, eventlog.Record{
			Key: eventlog.Key{Tenant: s.Tenant, Stream: event.HistoryStream(s.Tenant)}, Cause: cause,
			Facts: []event.Fact{event.LogMoved{Epoch: s.Epoch + 1, SystemIdentifier: strconv.FormatInt(here.SystemIdentifier, 10), Timeline: int64(here.Timeline)}},
		})
		if err != nil {
			return fmt.Errorf("tenant %s: %w", s.Tenant, err)
		}
	}
	return nil
}
