package main

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"dcm.io/functions/provision/internal/build"
	"dcm.io/functions/provision/internal/hypervisor"
	"dcm.io/functions/provision/internal/secret"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

func TestFleet(t *testing.T) {
	t.Parallel()
	s := newShelf()
	f := newFleet(s)
	dial := func() hypervisor.Hypervisor {
		h, err := f.Hypervisor(t.Context(), tenant, connection)
		if err != nil {
			t.Error(err)
		}
		return h
	}
	first := dial()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if dial() != first {
				t.Error("want the session that is there")
			}
		})
	}
	wg.Wait()
	s.kept[connection] = secret.Credentials{User: "dcm", Password: "changed"}
	second := dial()
	if second == first {
		t.Error("want a new session with the new password")
	}
	changed := s.connections[connection]
	changed.URL = "elsewhere"
	s.connections[connection] = changed
	if third := dial(); third == first || third == second {
		t.Error("want a new session at the new address")
	}
	if _, err := f.Hypervisor(t.Context(), tenant, uuid.New()); !errors.Is(err, readmodel.ErrNotFound) {
		t.Errorf("want ErrNotFound, got %v", err)
	}
	s.err = errors.New("away")
	if _, err := f.Hypervisor(t.Context(), tenant, connection); !errors.Is(err, s.err) {
		t.Errorf("want the cause, got %v", err)
	}
}

// keyless is a keeper that has lost the credentials.
type keyless struct{ *shelf }

func (keyless) Credentials(context.Context, uuid.UUID, uuid.UUID) (secret.Credentials, error) {
	return secret.Credentials{}, readmodel.ErrNotFound
}

// TestNoCredentials: the build waits for an administrator and says why.
func TestNoCredentials(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		keeper func(*shelf) keeper
		code   string
	}{
		"Lost": {"somebody has to configure the connection again", func(s *shelf) keeper { return keyless{s} }, "connection_missing"},
		"Away": {"the database is away, or its key", func(*shelf) keeper { return &shelf{err: errors.New("away")} }, "internal"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := setup(t)
				e := b.granted()
				lost := b.process(b.log, newFleet(tc.keeper(b.shelf)), 0)
				b.ring(lost, e)
				for range 20 {
					time.Sleep(10 * time.Second)
					b.tick(lost)
				}
				b.want(tc.reason, e.Stream, "started stalled:"+tc.code, 0)
				b.ticks(time.Minute) // the other process has credentials
				b.want(tc.reason, e.Stream, "started stalled:"+tc.code+" clone customize reconfigure power_on succeeded", 1)
			})
		})
	}
}

// TestNoCredentialsToRemove: nor is what is half made forgotten.
func TestNoCredentialsToRemove(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		e := b.granted()
		b.happen(e.Stream, event.Provision, event.ProvisioningStarted{})
		b.happen(e.Stream, event.Provision, event.ProvisioningAbandoned{Step: "clone", Code: "refused"})
		w := eventlog.Work{Key: eventlog.Key{Tenant: tenant, Stream: e.Stream}, Function: event.Provision, Kind: build.Timer, Due: time.Now()}
		p := &provisioner{log: b.log, fleet: newFleet(keyless{b.shelf}), now: time.Now}
		for range 3 {
			w.Due = w.Due.Add(time.Second)
			if _, err := p.goOn(t.Context(), w); err != nil {
				t.Fatal(err)
			}
		}
		b.want("recorded once", e.Stream, "started abandoned stalled:connection_missing", 0)
	})
}
