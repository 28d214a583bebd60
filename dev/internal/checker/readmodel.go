package checker

import (
	"context"
	"fmt"

	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/readmodel"
)

// ReadModel is U4, by what dcmctl readmodel check does, for all tenants. operator
// is the operator's login. It also tells how many facts this release could not
// read.
func ReadModel(ctx context.Context, operator string) (violations []Violation, unread int, err error) {
	log, err := pglog.Open(ctx, pglog.Config{URL: operator, MaxConns: 1}, readmodel.Project)
	if err != nil {
		return nil, 0, err
	}
	defer log.Close()
	tenants, err := log.Tenants(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("list the tenants: %w", err)
	}
	f := found{check: U4}
	for _, tenant := range tenants {
		c, err := readmodel.Upkeep{Log: log}.Check(ctx, tenant)
		if err != nil {
			return nil, 0, fmt.Errorf("fold tenant %s: %w", tenant, err)
		}
		unread += c.Unread
		for _, d := range c.Differences {
			f.add("%s %s of tenant %s: %s %v", d.Table, d.Key, tenant, d.Kind, d.Columns)
		}
	}
	return f.all, unread, nil
}
