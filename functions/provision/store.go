package main

import (
	"context"

	"dcm.io/functions/provision/internal/secret"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// A store keeps connections: what everybody may know in the read model, the
// credentials sealed beside it.
type store struct {
	log         *pglog.Log
	box         *secret.Box
	connections readmodel.Connections
}

const (
	selectSecret = `select box from dcm.connection_secrets where tenant_id = $1 and connection_id = $2`
	upsertSecret = `insert into dcm.connection_secrets (tenant_id, connection_id, box) values ($1, $2, $3)
		on conflict (tenant_id, connection_id) do update set box = excluded.box`
)

// Get finds a connection; readmodel.ErrNotFound if the tenant has no such.
func (s *store) Get(ctx context.Context, tenant, id uuid.UUID) (readmodel.Connection, error) {
	return s.connections.Get(ctx, tenant, id)
}

// Credentials opens the connection's credentials; readmodel.ErrNotFound if there
// are none.
func (s *store) Credentials(ctx context.Context, tenant, id uuid.UUID) (secret.Credentials, error) {
	boxes, err := pglog.Select(ctx, s.log, tenant, func(row pglog.Row) (b []byte, err error) {
		err = row.Scan(&b)
		return b, err
	}, selectSecret, tenant, id)
	if err != nil {
		return secret.Credentials{}, err
	}
	if len(boxes) == 0 {
		return secret.Credentials{}, readmodel.ErrNotFound
	}
	return s.box.Open(tenant, id, boxes[0])
}

// Keep seals and stores credentials; what was there is replaced.
func (s *store) Keep(ctx context.Context, tenant, id uuid.UUID, c secret.Credentials) error {
	box, err := s.box.Seal(tenant, id, c)
	if err != nil {
		return err
	}
	return s.log.Exec(ctx, tenant, pglog.Statement{SQL: upsertSecret, Args: []any{tenant, id, box}})
}
