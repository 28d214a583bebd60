package pglog

import (
	"context"
	"time"

	"dcm.io/shared/checkpoint"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// An Unsigned is a tree that has facts which no checkpoint covers.
type Unsigned struct {
	Tenant   uuid.UUID
	Size     int64
	Signed   int64 // facts that the newest checkpoint covers
	SignedAt time.Time
}

// UnsignedTrees lists the trees of all tenants that have grown since their newest
// checkpoint, the longest without one first, at most limit. Only audit-export's
// login may ask.
func (l *Log) UnsignedTrees(ctx context.Context, limit int) ([]Unsigned, error) {
	return SelectAcross(ctx, l, func(row Row) (u Unsigned, err error) {
		var at *time.Time
		err = row.Scan(&u.Tenant, &u.Size, &u.Signed, &at)
		if at != nil {
			u.SignedAt = *at
		}
		return u, err
	}, `select tenant_id, size, signed, nullif(signed_at, '-infinity') from dcm.unsigned_trees($1)`, limit)
}

// Checkpoint returns the note of the tenant's newest checkpoint; nil if there is
// none.
func (l *Log) Checkpoint(ctx context.Context, tenant uuid.UUID) ([]byte, error) {
	notes, err := Select(ctx, l, tenant, pgx.RowTo[string],
		`select note from dcm.checkpoints where tenant_id = $1 order by size desc limit 1`, tenant)
	if err != nil || len(notes) == 0 {
		return nil, err
	}
	return []byte(notes[0]), nil
}

// KeepCheckpoint stores a checkpoint and its note, unless there is one of that
// size.
func (l *Log) KeepCheckpoint(ctx context.Context, c checkpoint.Checkpoint, note []byte) error {
	return l.Exec(ctx, c.Tenant, Statement{
		`insert into dcm.checkpoints (tenant_id, size, note, signed_at) values ($1, $2, $3, $4) on conflict do nothing`,
		[]any{c.Tenant, c.Size, string(note), c.At},
	})
}

// Exported returns the newest checkpoint that was given out in a bundle other
// than this one; nil if there is none.
func (l *Log) Exported(ctx context.Context, tenant, other uuid.UUID) ([]byte, error) {
	notes, err := Select(ctx, l, tenant, pgx.RowTo[string], `
		select c.note from dcm.exported_checkpoints x join dcm.checkpoints c on c.tenant_id = x.tenant_id and c.size = x.size
		where x.tenant_id = $1 and x.bundle_id <> $2 order by x.size desc limit 1`, tenant, other)
	if err != nil || len(notes) == 0 {
		return nil, err
	}
	return []byte(notes[0]), nil
}

// KeepExported remembers which checkpoint a bundle has.
func (l *Log) KeepExported(ctx context.Context, tenant, bundle uuid.UUID, size int64) error {
	return l.Exec(ctx, tenant, Statement{
		`insert into dcm.exported_checkpoints (tenant_id, bundle_id, size) values ($1, $2, $3) on conflict do nothing`,
		[]any{tenant, bundle, size},
	})
}

// Cuts are sizes of earlier checkpoints, rising: all that bundles were given and
// the newest others, at most limit of each.
func (l *Log) Cuts(ctx context.Context, tenant uuid.UUID, limit int) ([]int64, error) {
	return Select(ctx, l, tenant, pgx.RowTo[int64], `
		(select size from dcm.exported_checkpoints where tenant_id = $1 order by size desc limit $2)
		union (select size from dcm.checkpoints where tenant_id = $1 order by size desc limit $2)
		order by 1`, tenant, limit)
}
