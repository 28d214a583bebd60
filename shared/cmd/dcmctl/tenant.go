package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
)

// slugs are part of addresses and of folder names on hypervisors.
var slugs = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}[a-z0-9]$`)

// addTenant records that a tenant exists, or that it is now called otherwise.
func addTenant(ctx context.Context, cfg config, args []string, out io.Writer) error {
	f := flag.NewFlagSet("tenant add", flag.ContinueOnError)
	id := f.String("id", "", "the tenant's UUID, as its identity provider has it")
	slug := f.String("slug", "", "short name for addresses and folders: small letters, digits, hyphens")
	name := f.String("name", "", "name for people")
	locale := f.String("locale", "de", "de or en, for people who have not chosen")
	if err := parse(f, args, out); err != nil {
		return err
	}
	tenant, err := uuid.Parse(*id)
	wanted := event.TenantRegistered{Slug: *slug, Name: *name, Locale: *locale}
	if err := errors.Join(err, check(tenant, wanted)); err != nil {
		return err
	}
	log, err := openLog(ctx, cfg)
	if err != nil {
		return err
	}
	defer log.Close()
	changed, err := register(ctx, log, tenant, wanted, time.Now())
	if err != nil {
		return err
	}
	said := "was so already"
	if changed {
		said = "is registered"
	}
	_, err = fmt.Fprintf(out, "%s (%s) %s.\n", wanted.Name, tenant, said)
	return err
}

func check(tenant uuid.UUID, t event.TenantRegistered) error {
	var wrong []error
	if tenant == uuid.Nil {
		wrong = append(wrong, errors.New("-id must be a UUID"))
	}
	if !slugs.MatchString(t.Slug) {
		wrong = append(wrong, errors.New("-slug must be 2 to 32 small letters, digits and hyphens, and begin with a letter"))
	}
	if t.Name == "" {
		wrong = append(wrong, errors.New("-name must not be empty"))
	}
	if t.Locale != "de" && t.Locale != "en" {
		wrong = append(wrong, errors.New("-locale must be de or en"))
	}
	return errors.Join(wrong...)
}

// register records the tenant unless the log says the same already.
func register(ctx context.Context, log eventlog.Log, tenant uuid.UUID, wanted event.TenantRegistered, now time.Time) (bool, error) {
	key := eventlog.Key{Tenant: tenant, Stream: tenant}
	stream, err := log.Read(ctx, key)
	if err != nil {
		return false, err
	}
	if len(stream) > 0 && stream[len(stream)-1].Fact == event.Fact(wanted) {
		return false, nil
	}
	_, err = log.Append(ctx, eventlog.Record{
		Key: key, Expect: eventlog.HeadOf(stream), Facts: []event.Fact{wanted}, Cause: asOperator(now),
	})
	return err == nil, err
}
