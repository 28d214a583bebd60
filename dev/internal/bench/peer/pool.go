package peer

import (
	"context"
	"fmt"
	"maps"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Pool connects to a database, with so many connections at most and these settings
// on each.
func Pool(ctx context.Context, address string, conns int, settings map[string]string) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("read database address: %w", err)
	}
	c.MaxConns = int32(conns)
	maps.Copy(c.ConnConfig.RuntimeParams, settings)
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return pool, nil
}
