package bench

import (
	"context"
	"fmt"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Append compares recording one command (fact, two deliveries, read model,
// under row-level security) with a bare insert of one row of the same size.
func Append(ctx context.Context, admin, function string) ([]Row, error) {
	raw, err := rawTable(ctx, admin)
	if err != nil {
		return nil, err
	}
	defer raw.Close()
	log, err := pglog.Open(ctx, pglog.Config{URL: function, MaxConns: loadConns}, readmodel.Project)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	tenant := uuid.New()
	data, err := event.Encode(submitted())
	if err != nil {
		return nil, err
	}
	bare := func(ctx context.Context, _ int) error {
		_, err := raw.Exec(ctx, `insert into bench_raw (id, data) values ($1, $2)`, uuid.New(), data)
		return err
	}
	ours := func(ctx context.Context, _ int) error {
		id := uuid.New()
		_, err := log.Append(ctx, eventlog.Record{
			Key: eventlog.Key{Tenant: tenant, Stream: id}, Facts: []event.Fact{submitted()},
			Cause: eventlog.Cause{ID: id.String(), CorrelationID: id.String(), Actor: event.Person(id), By: event.Submit, At: time.Now()},
		})
		return err
	}
	var ratios, rates, slow []float64
	for range Rounds {
		bareRate, bareTook, err := load(ctx, bare)
		if err != nil {
			return nil, fmt.Errorf("bare insert: %w", err)
		}
		rate, took, err := load(ctx, ours)
		if err != nil {
			return nil, fmt.Errorf("append: %w", err)
		}
		ratios, rates = append(ratios, rate/bareRate), append(rates, rate)
		slow = append(slow, Quantile(took, 0.99)/Quantile(bareTook, 0.99))
	}
	return []Row{
		{Name: "append of one command / bare insert, 32 connections", Value: Median(ratios), Gate: 0.40, Target: 0.55, Note: fmt.Sprintf("%.0f commands/s", Median(rates))},
		{Name: "append p99 / bare insert p99", Value: Median(slow), Gate: 2, Target: 1.5, Lower: true},
	}, nil
}

func rawTable(ctx context.Context, admin string) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig(admin)
	if err != nil {
		return nil, fmt.Errorf("read database address: %w", err)
	}
	c.MaxConns = loadConns
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	if _, err := pool.Exec(ctx, `create table if not exists bench_raw (id uuid primary key, data bytea not null)`); err != nil {
		pool.Close()
		return nil, fmt.Errorf("make the bare table: %w", err)
	}
	return pool, nil
}

func submitted() event.RequestSubmitted {
	person := uuid.New()
	return event.RequestSubmitted{
		Requester: person, Project: "Bench", Name: "bench-1", Template: "ubuntu-24.04", OS: "linux", Size: "M", VCPU: 4, RAMGiB: 8,
		DiskGiB: 100, Network: "prod", LeaseDays: 30, MonthlyCents: 7200, Currency: "EUR", Connection: person,
		Justification: event.Sealed{Person: person, Box: make([]byte, 96)},
	}
}
