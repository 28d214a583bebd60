package live

import (
	"context"

	"dcm.io/shared/event"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// Changes is where the follower reads.
type Changes interface {
	// Now is the place behind everything that After can show at this moment.
	Now(ctx context.Context) (readmodel.Place, error)
	// After lists what was recorded behind p, in the order of commits, at most
	// limit. Nothing is ever recorded in front of what it has shown.
	After(ctx context.Context, p readmodel.Place, limit int) ([]readmodel.Change, error)
	// Requesters tells whose requests some streams are; others are missing.
	Requesters(ctx context.Context, tenant uuid.UUID, streams []uuid.UUID) (map[uuid.UUID]uuid.UUID, error)
	// Data reads the data of facts, in no order.
	Data(ctx context.Context, tenant uuid.UUID, facts []readmodel.Change) ([]readmodel.Fact, error)
}

// concerning finds out whom changes concern, tenant by tenant. Tenants in which
// nobody listens are left out.
func concerning(ctx context.Context, from Changes, changes []readmodel.Change, wanted func(uuid.UUID) bool) ([]news, error) {
	byTenant := map[uuid.UUID][]int{}
	out := make([]news, 0, len(changes))
	for _, c := range changes {
		if wanted(c.Tenant) {
			byTenant[c.Tenant] = append(byTenant[c.Tenant], len(out))
			out = append(out, news{Change: c})
		}
	}
	for tenant, at := range byTenant {
		if err := concern(ctx, from, tenant, out, at); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func concern(ctx context.Context, from Changes, tenant uuid.UUID, all []news, at []int) error {
	var requests []uuid.UUID
	var notices []readmodel.Change
	for _, i := range at {
		switch subject(all[i].Type) {
		case "request", "approval", "provisioning":
			requests = append(requests, all[i].Stream)
		case "notification":
			notices = append(notices, all[i].Change)
		case "person":
			all[i].person = all[i].Stream
		}
	}
	owners := map[uuid.UUID]uuid.UUID{}
	if len(requests) > 0 {
		var err error
		if owners, err = from.Requesters(ctx, tenant, requests); err != nil {
			return err
		}
	}
	readers := map[key]uuid.UUID{}
	if len(notices) > 0 {
		facts, err := from.Data(ctx, tenant, notices)
		if err != nil {
			return err
		}
		for _, f := range facts {
			readers[key{f.Stream, f.Version}] = recipient(f)
		}
	}
	for _, i := range at {
		if p, ok := owners[all[i].Stream]; ok {
			all[i].person = p
		} else if p, ok := readers[key{all[i].Stream, all[i].Version}]; ok {
			all[i].person = p
		}
	}
	return nil
}

// A key names a fact.
type key struct {
	stream  uuid.UUID
	version int64
}

// recipient is whose inbox a fact changes.
func recipient(f readmodel.Fact) uuid.UUID {
	fact, err := event.Decode(f.Type, f.Data)
	if err != nil {
		return uuid.Nil // of a newer release: for those who read the whole log
	}
	switch n := fact.(type) {
	case event.NotificationQueued:
		return n.Recipient
	case event.NotificationSent:
		return n.Recipient
	case event.NotificationFailed:
		return n.Recipient
	case event.NotificationRead:
		return n.Person
	}
	return uuid.Nil
}
