package memory

import (
	"context"

	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

type person struct{ tenant, person uuid.UUID }

// PersonKey returns the person's wrapped key, storing fresh if there is none.
func (l *Log) PersonKey(ctx context.Context, tenant, id uuid.UUID, fresh []byte) ([]byte, error) {
	defer l.lock()()
	if err := possible(ctx, tenant); err != nil {
		return nil, err
	}
	who := person{tenant, id}
	key, known := l.keys[who]
	if !known && fresh != nil {
		key = fresh
		l.keys[who] = key
	}
	if key == nil {
		return nil, vault.ErrErased
	}
	return key, nil
}

// Erase destroys the person's key for good.
func (l *Log) Erase(tenant, id uuid.UUID) {
	defer l.lock()()
	l.keys[person{tenant, id}] = nil
}
