package peer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// riverSchema keeps River's tables apart from everybody else's.
const riverSchema = "river"

// A Job carries as much as a fact does.
type Job struct {
	Data string `json:"data"`
}

// Kind names the job.
func (Job) Kind() string { return "bench" }

// A River queues and works jobs. It is safe for concurrent use.
type River struct {
	pool   *pgxpool.Pool
	client *river.Client[pgx.Tx]
	silent *slog.Logger
}

// OpenRiver makes River's tables with its own migrations and connects to them.
func OpenRiver(ctx context.Context, address string, conns int) (*River, error) {
	pool, err := Pool(ctx, address, conns, nil)
	if err != nil {
		return nil, err
	}
	r := &River{pool: pool, silent: slog.New(slog.DiscardHandler)}
	if err := r.install(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("install River: %w", err)
	}
	return r, nil
}

func (r *River) install(ctx context.Context) error {
	if _, err := r.pool.Exec(ctx, `create schema if not exists `+riverSchema); err != nil {
		return err
	}
	migrator, err := rivermigrate.New(riverpgxv5.New(r.pool), &rivermigrate.Config{Logger: r.silent, Schema: riverSchema})
	if err != nil {
		return err
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return err
	}
	r.client, err = river.NewClient(riverpgxv5.New(r.pool), &river.Config{Logger: r.silent, Schema: riverSchema})
	return err
}

// Insert queues one job.
func (r *River) Insert(ctx context.Context, j Job) error {
	_, err := r.client.Insert(ctx, j, nil)
	return err
}

// InsertMany queues n jobs at once, the fastest way that River has.
func (r *River) InsertMany(ctx context.Context, j Job, n int) error {
	params := make([]river.InsertManyParams, n)
	for i := range params {
		params[i] = river.InsertManyParams{Args: j}
	}
	_, err := r.client.InsertManyFast(ctx, params)
	return err
}

// Clear forgets all jobs.
func (r *River) Clear(ctx context.Context) error {
	_, err := r.pool.Exec(ctx, `truncate `+riverSchema+`.river_job`)
	return err
}

type worker struct {
	river.WorkerDefaults[Job]

	worked *atomic.Int64
}

// Work does nothing with the job, as a relay does nothing that counts.
func (w *worker) Work(context.Context, *river.Job[Job]) error {
	w.worked.Add(1)
	return nil
}

// What River's own benchmark works with.
const (
	fetchCooldown = 2 * time.Millisecond
	fetchPoll     = 20 * time.Millisecond
	maxWorkers    = 2000
)

// Drain works off the n jobs that are queued: from the start of the workers until
// all jobs are recorded as done and the workers have stopped.
func (r *River) Drain(ctx context.Context, n int) error {
	var worked atomic.Int64
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{worked: &worked})
	client, err := river.NewClient(riverpgxv5.New(r.pool), &river.Config{
		FetchCooldown: fetchCooldown, FetchPollInterval: fetchPoll, Logger: r.silent, Schema: riverSchema, Workers: workers,
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: maxWorkers}},
	})
	if err != nil {
		return fmt.Errorf("make River's workers: %w", err)
	}
	if err := client.Start(ctx); err != nil {
		return fmt.Errorf("start River's workers: %w", err)
	}
	for worked.Load() < int64(n) && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	for left := 1; left > 0 && err == nil; {
		err = r.pool.QueryRow(ctx, `select count(*) from `+riverSchema+`.river_job where finalized_at is null`).Scan(&left)
	}
	return errors.Join(err, client.Stop(ctx))
}

// Close ends the connections.
func (r *River) Close() { r.pool.Close() }
