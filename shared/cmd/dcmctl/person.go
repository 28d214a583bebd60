package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

// An erased person, as the log or a list names them.
type erased struct{ tenant, person uuid.UUID }

// erasedPeople is whom the log says to be erased, tenant by tenant.
func erasedPeople(ctx context.Context, log *pglog.Log) ([]erased, error) {
	tenants, err := log.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	var all []erased
	for _, tenant := range tenants {
		people, err := pglog.Select(ctx, log, tenant, func(row pglog.Row) (id uuid.UUID, err error) { return id, row.Scan(&id) },
			`select distinct f.stream_id from dcm.facts f where f.tenant_id = $1 and f.type = any($2) order by 1`,
			tenant, []string{string(event.PersonErased{}.EventType()), string(event.ErasureRepeated{}.EventType())})
		if err != nil {
			return nil, err
		}
		for _, person := range people {
			all = append(all, erased{tenant, person})
		}
	}
	return all, nil
}

// listErased prints them, for a list that is kept beside the backups.
func listErased(ctx context.Context, cfg config, args []string, out io.Writer) error {
	if err := parse(flag.NewFlagSet("person erased", flag.ContinueOnError), args, out); err != nil {
		return err
	}
	log, err := openLog(ctx, cfg)
	if err != nil {
		return err
	}
	defer log.Close()
	all, err := erasedPeople(ctx, log)
	if err != nil {
		return err
	}
	for _, e := range all {
		if _, err := fmt.Fprintln(out, e.tenant, e.person); err != nil {
			return err
		}
	}
	return nil
}

// eraseAgain destroys the keys that a restore has brought back: of everybody whom
// the log says to be erased, and of those whom a list names. Whom the log does
// not know to be erased, a fact of the operator's is recorded of.
func eraseAgain(ctx context.Context, cfg config, args []string, out io.Writer) error {
	f := flag.NewFlagSet("person erase-again", flag.ContinueOnError)
	list := f.String("list", "", "a file that dcmctl person erased has printed before the restore")
	if err := parse(f, args, out); err != nil {
		return err
	}
	log, err := openLog(ctx, cfg)
	if err != nil {
		return err
	}
	defer log.Close()
	all, err := erasedPeople(ctx, log)
	if err != nil {
		return err
	}
	known := map[erased]bool{}
	for _, e := range all {
		known[e] = true
	}
	if *list != "" {
		listed, err := readList(*list)
		if err != nil {
			return err
		}
		all = append(all, listed...)
	}
	destroyed, recorded := 0, 0
	for _, e := range all {
		_, err := log.PersonKey(ctx, e.tenant, e.person, vault.Wrapped{})
		if err != nil && !errors.Is(err, vault.ErrErased) {
			return err
		}
		if err == nil {
			destroyed++
		}
		if !known[e] {
			recorded++
		}
		if err := repeat(ctx, log, e, known[e], time.Now()); err != nil {
			return fmt.Errorf("tenant %s, person %s: %w", e.tenant, e.person, err)
		}
		known[e] = true
	}
	_, err = fmt.Fprintf(out, "%d keys destroyed again; %d erasures were not in the log and are now.\n", destroyed, recorded)
	return err
}

// repeat destroys a key, with a fact unless the log has one.
func repeat(ctx context.Context, log eventlog.Log, e erased, known bool, now time.Time) error {
	r := eventlog.Record{Key: eventlog.Key{Tenant: e.tenant, Stream: e.person}, Destroys: e.person, Cause: asOperator(now)}
	if !known {
		r.Facts = []event.Fact{event.ErasureRepeated{Person: e.person}}
	}
	return record(ctx, log, r)
}

func readList(name string) ([]erased, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read -list: %w", err)
	}
	defer func() { _ = file.Close() }()
	var all []erased
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		var tenant, person string
		if _, err := fmt.Sscan(lines.Text(), &tenant, &person); err != nil {
			return nil, fmt.Errorf("-list, line %d: %w", n, err)
		}
		t, errTenant := uuid.Parse(tenant)
		p, errPerson := uuid.Parse(person)
		if err := errors.Join(errTenant, errPerson); err != nil {
			return nil, fmt.Errorf("-list, line %d: %w", n, err)
		}
		all = append(all, erased{t, p})
	}
	return all, lines.Err()
}
