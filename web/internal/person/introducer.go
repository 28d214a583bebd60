package person

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"dcm.io/shared/identity"
	"dcm.io/shared/readmodel"
	"dcm.io/shared/vault"
	"dcm.io/web/internal/edge"
	"github.com/google/uuid"
)

var (
	errTenant = fault.New(fault.Denied, "unknown_tenant", "Your organisation is not set up in this portal. Please ask your IT.")
	errErased = fault.New(fault.Denied, "erased", "Your personal data was erased. Signing in with this account is not possible any more.")
)

// An Introducer records who people are. It is safe for concurrent use.
type Introducer struct {
	directory readmodel.Directory
	log       eventlog.Log
	vault     *vault.Vault
	now       func() time.Time
	recent    recent
}

// New makes an introducer.
func New(d readmodel.Directory, log eventlog.Log, v *vault.Vault, now func() time.Time) *Introducer {
	return &Introducer{directory: d, log: log, vault: v, now: now, recent: recent{until: map[digest]time.Time{}}}
}

// Introduce makes sure that the directory knows c as they are described now, and
// refuses who was erased. It looks at the log once a minute for each person and
// process.
func (i *Introducer) Introduce(ctx context.Context, c identity.Caller) error {
	if i.recent.has(digestOf(c), i.now()) {
		return nil
	}
	return i.Welcome(ctx, c)
}

// Welcome is Introduce for somebody who signs in: it looks at the log in any case.
func (i *Introducer) Welcome(ctx context.Context, c identity.Caller) error {
	tenant, err := i.directory.Tenant(ctx, c.Tenant)
	if fault.KindOf(err) == fault.Missing {
		return errTenant.Because(err)
	}
	if err != nil {
		return err
	}
	now := description{Profile: event.Profile{Name: c.Name, Email: c.Email}, Locale: tenant.Locale, Roles: known(c.Roles)}
	if c.Locale == "de" || c.Locale == "en" {
		now.Locale = c.Locale
	}
	if err := i.record(ctx, c, now); err != nil {
		if errors.Is(err, vault.ErrErased) {
			return errErased.Because(err)
		}
		return fmt.Errorf("introduce %s: %w", c.Person, err)
	}
	i.recent.add(digestOf(c), i.now())
	return nil
}

func (i *Introducer) record(ctx context.Context, c identity.Caller, now description) error {
	key := eventlog.Key{Tenant: c.Tenant, Stream: c.Person}
	stream, err := i.log.Read(ctx, key)
	if err != nil {
		return err
	}
	before, times, err := i.last(ctx, c.Tenant, stream)
	if err != nil || (times > 0 && !now.differs(before)) {
		return err
	}
	plain, err := json.Marshal(now.Profile)
	if err != nil {
		return fmt.Errorf("encode profile: %w", err)
	}
	profile, err := i.vault.Seal(ctx, c.Tenant, c.Person, string(plain))
	if err != nil {
		return err
	}
	fact := event.PersonIntroduced{Person: c.Person, Profile: profile, Locale: now.Locale, Roles: now.Roles}
	// Named after how many introductions there were: two processes that see the
	// same newcomer at once record one.
	name := fmt.Sprintf("introduction:%s:%d", c.Person, times+1)
	cause := eventlog.Cause{
		ID: name, CorrelationID: name, Actor: event.By(event.Web), By: event.Web, At: i.now(), TraceParent: edge.TraceParent(ctx),
	}
	_, err = decision.Step(ctx, i.log, key, cause, nil, introduce{fact: fact, seen: times})
	return err
}

// last is how the person was introduced the last time, and how often they were.
func (i *Introducer) last(ctx context.Context, tenant uuid.UUID, stream []event.Envelope) (description, int64, error) {
	var f event.PersonIntroduced
	for _, e := range stream {
		if p, ok := e.Fact.(event.PersonIntroduced); ok {
			f = p
		}
	}
	folded := decision.Fold(stream)
	times := folded.introductions
	if folded.erased {
		return description{}, times, vault.ErrErased
	}
	if times == 0 {
		return description{}, 0, nil
	}
	d := description{Locale: f.Locale, Roles: f.Roles}
	plain, err := i.vault.Open(ctx, tenant, f.Profile)
	if err != nil {
		return d, times, err
	}
	return d, times, json.Unmarshal([]byte(plain), &d.Profile)
}
