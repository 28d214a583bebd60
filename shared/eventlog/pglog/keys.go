package pglog

import (
	"context"
	"errors"

	"dcm.io/shared/vault"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// The fresh key is stored only if there is none, and what is stored is read
// again: of two racing callers both get the same.
const (
	insertKey = `insert into dcm.person_keys (tenant_id, person_id, wrapped) values ($1, $2, $3) on conflict do nothing`
	selectKey = `select wrapped from dcm.person_keys where tenant_id = $1 and person_id = $2 and destroyed_at is null`
)

// PersonKey returns the person's wrapped key, storing fresh if there is none.
func (l *Log) PersonKey(ctx context.Context, tenant, person uuid.UUID, fresh []byte) ([]byte, error) {
	key, err := l.storedKey(ctx, tenant, person)
	if fresh == nil || !errors.Is(err, vault.ErrErased) {
		return key, err
	}
	if err := l.Exec(ctx, tenant, Statement{insertKey, []any{tenant, person, fresh}}); err != nil {
		return nil, err
	}
	return l.storedKey(ctx, tenant, person)
}

func (l *Log) storedKey(ctx context.Context, tenant, person uuid.UUID) ([]byte, error) {
	keys, err := Select(ctx, l, tenant, pgx.RowTo[[]byte], selectKey, tenant, person)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, vault.ErrErased
	}
	return keys[0], nil
}
