package memory

import (
	"context"

	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

type person struct{ tenant, person uuid.UUID }

// PersonKey returns the person's wrapped key, storing fresh if there is none.
func (l *Log) PersonKey(ctx context.Context, tenant, id uuid.UUID, fresh vault.Wrapped) (vault.Wrapped, error) {
	defer l.lock()()
	if err := possible(ctx, tenant); err != nil {
		return vault.Wrapped{}, err
	}
	who := person{tenant, id}
	key, known := l.keys[who]
	if !known && fresh.Box != nil {
		key = fresh
		l.keys[who] = key
	}
	if key.Box == nil {
		return vault.Wrapped{}, vault.ErrErased
	}
	return key, nil
}

// Erase destroys the person's key for good.
func (l *Log) Erase(tenant, id uuid.UUID) {
	defer l.lock()()
	l.keys[person{tenant, id}] = vault.Wrapped{}
}
