package pglog

import (
	"context"
	"errors"

	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

// The fresh key is stored only if there is none, and what is stored is read
// again: of two racing callers both get the same.
const (
	insertKey = `insert into dcm.person_keys (tenant_id, person_id, wrapped, wrapped_by) values ($1, $2, $3, $4) on conflict do nothing`
	selectKey = `select wrapped, wrapped_by from dcm.person_keys where tenant_id = $1 and person_id = $2 and destroyed_at is null`
)

// PersonKey returns the person's wrapped key, storing fresh if there is none.
func (l *Log) PersonKey(ctx context.Context, tenant, person uuid.UUID, fresh vault.Wrapped) (vault.Wrapped, error) {
	key, err := l.storedKey(ctx, tenant, person)
	if fresh.Box == nil || !errors.Is(err, vault.ErrErased) {
		return key, err
	}
	if err := l.Exec(ctx, tenant, Statement{insertKey, []any{tenant, person, fresh.Box, fresh.By}}); err != nil {
		return vault.Wrapped{}, err
	}
	return l.storedKey(ctx, tenant, person)
}

func (l *Log) storedKey(ctx context.Context, tenant, person uuid.UUID) (vault.Wrapped, error) {
	keys, err := Select(ctx, l, tenant, func(row Row) (w vault.Wrapped, err error) { return w, row.Scan(&w.Box, &w.By) }, selectKey, tenant, person)
	if err != nil {
		return vault.Wrapped{}, err
	}
	if len(keys) == 0 {
		return vault.Wrapped{}, vault.ErrErased
	}
	return keys[0], nil
}

// A PersonKey is a key with whose it is.
type PersonKey struct {
	Person uuid.UUID
	vault.Wrapped
}

// PersonKeys lists the tenant's keys behind a person, in the order of ids, at
// most limit; not those that were destroyed.
func (l *Log) PersonKeys(ctx context.Context, tenant, after uuid.UUID, limit int) ([]PersonKey, error) {
	return Select(ctx, l, tenant, func(row Row) (k PersonKey, err error) { return k, row.Scan(&k.Person, &k.Box, &k.By) },
		`select person_id, wrapped, wrapped_by from dcm.person_keys where tenant_id = $1 and person_id > $2 and destroyed_at is null order by person_id limit $3`,
		tenant, after, limit)
}

// ReplaceKey stores a key that was wrapped anew, unless it has changed or gone
// meanwhile. Only the operator may.
func (l *Log) ReplaceKey(ctx context.Context, tenant uuid.UUID, before PersonKey, now vault.Wrapped) error {
	return l.Exec(ctx, tenant, Statement{
		`update dcm.person_keys set wrapped = $4, wrapped_by = $5 where tenant_id = $1 and person_id = $2 and wrapped = $3 and destroyed_at is null`,
		[]any{tenant, before.Person, before.Box, now.Box, now.By},
	})
}
