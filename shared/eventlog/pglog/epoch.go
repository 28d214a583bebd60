package pglog

import (
	"context"

	"github.com/google/uuid"
)

// A Cluster is a database cluster: drawn when it was made, and how often it has
// gone on from a backup or a standby.
type Cluster struct {
	SystemIdentifier int64
	Timeline         int32
}

// A Stranger is a tree that has grown in another cluster than this.
type Stranger struct {
	Tenant uuid.UUID
	Epoch  int64
	In     Cluster
}

// Cluster tells where we are. Like all of this file it is for audit-export and the
// operator.
func (l *Log) Cluster(ctx context.Context) (Cluster, error) {
	clusters, err := SelectAcross(ctx, l, func(row Row) (c Cluster, err error) {
		err = row.Scan(&c.SystemIdentifier, &c.Timeline)
		return c, err
	}, `select system_identifier, timeline from dcm.cluster()`)
	if err != nil {
		return Cluster{}, err
	}
	return clusters[0], nil
}

// Strangers lists the trees that do not go on before somebody says that the move
// is known.
func (l *Log) Strangers(ctx context.Context) ([]Stranger, error) {
	return SelectAcross(ctx, l, func(row Row) (s Stranger, err error) {
		err = row.Scan(&s.Tenant, &s.Epoch, &s.In.SystemIdentifier, &s.In.Timeline)
		return s, err
	}, `select tenant_id, epoch, system_identifier, timeline from dcm.tree_strangers()`)
}

// AcceptCluster says for all strangers that the move is known, by whom and why. It
// returns the tenants, each with the epoch that begins. Only the operator may.
func (l *Log) AcceptCluster(ctx context.Context, by, reason string) (map[uuid.UUID]int64, error) {
	type began struct {
		tenant uuid.UUID
		epoch  int64
	}
	rows, err := SelectAcross(ctx, l, func(row Row) (b began, err error) {
		err = row.Scan(&b.tenant, &b.epoch)
		return b, err
	}, `select tenant_id, epoch from dcm.accept_cluster($1, $2)`, by, reason)
	epochs := map[uuid.UUID]int64{}
	for _, r := range rows {
		epochs[r.tenant] = r.epoch
	}
	return epochs, err
}
