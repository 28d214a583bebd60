package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

// mostLetters is how many dead letters are looked at; more than that is no case
// for a table.
const mostLetters = 1000

// A selection says which dead letters are meant. Empty fields mean all.
type selection struct {
	tenant, function, fact string
	all                    bool
}

func (s *selection) flags(f *flag.FlagSet) {
	f.StringVar(&s.tenant, "tenant", "", "only this tenant's (UUID)")
	f.StringVar(&s.function, "function", "", "only this function's, e.g. provision")
}

func (s *selection) includes(d pglog.DeadLetter) bool {
	is := func(wanted, have string) bool { return wanted == "" || strings.EqualFold(wanted, have) }
	return is(s.tenant, d.Key.Tenant.String()) && is(s.function, string(d.Function)) && is(s.fact, d.Fact.String())
}

func (s *selection) of(ctx context.Context, log *pglog.Log) ([]pglog.DeadLetter, error) {
	letters, err := log.DeadLetters(ctx, mostLetters)
	return slices.DeleteFunc(letters, func(d pglog.DeadLetter) bool { return !s.includes(d) }), err
}

func listDead(ctx context.Context, cfg config, args []string, out io.Writer) error {
	var s selection
	f := flag.NewFlagSet("dead list", flag.ContinueOnError)
	s.flags(f)
	if err := parse(f, args, out); err != nil {
		return err
	}
	log, err := openLog(ctx, cfg)
	if err != nil {
		return err
	}
	defer log.Close()
	letters, err := s.of(ctx, log)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "SINCE\tTENANT\tFUNCTION\tSTREAM\tWORK\tATTEMPTS\tREASON") // Flush tells
	for _, d := range letters {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%s\n",
			d.Since.UTC().Format(time.RFC3339), d.Key.Tenant, d.Function, d.Key.Stream, work(d), d.Attempt, firstLine(d.Reason))
	}
	return w.Flush()
}

func replayDead(ctx context.Context, cfg config, args []string, out io.Writer) error {
	var s selection
	f := flag.NewFlagSet("dead replay", flag.ContinueOnError)
	s.flags(f)
	f.StringVar(&s.fact, "fact", "", "only the one for this fact (UUID)")
	f.BoolVar(&s.all, "all", false, "every dead letter there is")
	if err := parse(f, args, out); err != nil {
		return err
	}
	if some := s.tenant != "" || s.function != "" || s.fact != ""; some == s.all {
		return errors.New("say which: by -tenant, -function or -fact, or -all")
	}
	log, err := openLog(ctx, cfg)
	if err != nil {
		return err
	}
	defer log.Close()
	letters, err := s.of(ctx, log)
	if err != nil {
		return err
	}
	replayed := 0
	for _, d := range letters {
		err := reopen(ctx, log, d.Key.Tenant, event.WorkStream(d.Key.Tenant, d.Function, d.Key.Stream, d.Fact, d.Kind), &d.Work, event.WorkReopened{
			Function: string(d.Function), Stream: d.Key.Stream, Fact: d.Fact, Timer: d.Kind, Attempts: d.Attempt, Reason: d.Reason,
		})
		if errors.Is(err, eventlog.ErrNotDead) {
			continue // somebody was faster
		}
		if err != nil {
			return err
		}
		replayed++
	}
	_, err = fmt.Fprintf(out, "%d dead letters are owed again; the next tick takes them up.\n", replayed)
	return err
}

// reopen records that the operator made work owed again, and makes it so if it is
// a dead letter.
func reopen(ctx context.Context, log *pglog.Log, tenant, stream uuid.UUID, dead *eventlog.Work, fact event.WorkReopened) error {
	return record(ctx, log, eventlog.Record{
		Key: eventlog.Key{Tenant: tenant, Stream: stream}, Facts: []event.Fact{fact}, Replays: dead, Cause: asOperator(time.Now()),
	})
}

// work names what is owed: a fact, or a timer by its kind.
func work(d pglog.DeadLetter) string {
	if d.Fact == uuid.Nil {
		return "timer " + d.Kind
	}
	return d.Fact.String()
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
