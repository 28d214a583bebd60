package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"dcm.io/shared/event"
)

// A span is a part of the log that a function shall act on again.
type span struct {
	function event.Function
	types    []event.Type
	from, to time.Time
}

// replayLog makes a function owe what the log has of a period. Where it has acted
// already it records nothing new; what it has missed, it makes up for.
func replayLog(ctx context.Context, cfg config, args []string, out io.Writer) error {
	f := flag.NewFlagSet("log replay", flag.ContinueOnError)
	function := f.String("function", "", "who shall act again, e.g. notify")
	kind := f.String("type", "", "only facts of this type, e.g. io.dcm.approval.granted.v1")
	tenant := f.String("tenant", "", "only this tenant's (UUID)")
	from := f.String("from", "", "recorded at this moment or after, e.g. 2026-05-04T12:00:00Z")
	to := f.String("to", "", "recorded before this moment; now if it is not given")
	if err := parse(f, args, out); err != nil {
		return err
	}
	s, err := spanOf(*function, *kind, *from, *to, time.Now())
	if err != nil {
		return err
	}
	log, err := openLog(ctx, cfg)
	if err != nil {
		return err
	}
	defer log.Close()
	tenants, err := tenantsNamed(ctx, log, *tenant)
	if err != nil {
		return err
	}
	total := 0
	for _, t := range tenants {
		err := reopen(ctx, log, t, event.LedgerStream(t, s.function), nil, event.WorkReopened{Function: string(s.function), From: s.from, To: s.to, Types: s.types})
		if err != nil {
			return fmt.Errorf("tenant %s: %w", t, err)
		}
		n, err := log.Owe(ctx, t, s.function, s.types, s.from, s.to)
		if err != nil {
			return fmt.Errorf("tenant %s: %w", t, err)
		}
		total += n
	}
	_, err = fmt.Fprintf(out, "%s owes %d facts of %d tenants again; its ticks take them up, a hundred each.\n", s.function, total, len(tenants))
	return err
}

func spanOf(function, kind, from, to string, now time.Time) (span, error) {
	s := span{function: event.Function(function), to: now.UTC().Truncate(time.Microsecond)}
	s.types = event.ConsumedBy(s.function)
	var wrong []error
	if len(s.types) == 0 {
		wrong = append(wrong, fmt.Errorf("-function: %q acts on no facts; use one of %s", function, strings.Join(consumers(), ", ")))
	}
	if kind != "" {
		if !slices.Contains(s.types, event.Type(kind)) {
			wrong = append(wrong, fmt.Errorf("-type: %s does not act on %q", function, kind))
		}
		s.types = []event.Type{event.Type(kind)}
	}
	var err error
	if s.from, err = time.Parse(time.RFC3339, from); err != nil {
		wrong = append(wrong, errors.New("-from: say since when, as in 2026-05-04T12:00:00Z"))
	}
	if to != "" {
		if s.to, err = time.Parse(time.RFC3339, to); err != nil {
			wrong = append(wrong, errors.New("-to: say until when, as in 2026-05-04T12:00:00Z"))
		}
	}
	if len(wrong) == 0 && !s.from.Before(s.to) {
		wrong = append(wrong, errors.New("-from must be before -to"))
	}
	s.from, s.to = s.from.UTC(), s.to.UTC()
	return s, errors.Join(wrong...)
}

// consumers are the functions that act on facts.
func consumers() []string {
	var names []string
	for _, e := range event.Catalog {
		for _, f := range e.To {
			if !slices.Contains(names, string(f)) {
				names = append(names, string(f))
			}
		}
	}
	return names
}
