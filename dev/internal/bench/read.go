package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// A reading is what a screen asks the read model or the log.
type reading struct {
	name string
	// ask asks as the log's login; args are those of the statement that it sends.
	ask  func(ctx context.Context, log *pglog.Log, tenant uuid.UUID) (rows int, err error)
	args func(tenant uuid.UUID) []any
	want int // rows
}

const (
	pageOf = 50
	tailOf = 100
)

// readings of tenants with so many machines.
func readings(machines, facts int) []reading {
	// The page begins behind the machine in the middle.
	middle := readmodel.Mark{At: time.Date(2026, 1, 1, 0, machines/2, 0, 0, time.UTC), ID: uuid.Max}
	listVMs := func(f readmodel.VMFilter) func(context.Context, *pglog.Log, uuid.UUID) (int, error) {
		return func(ctx context.Context, log *pglog.Log, tenant uuid.UUID) (int, error) {
			rows, err := readmodel.VMs{Log: log}.List(ctx, tenant, f)
			return len(rows), err
		}
	}
	return []reading{
		{
			fmt.Sprintf("list of %d machines", machines), listVMs(readmodel.VMFilter{Limit: machines}),
			func(t uuid.UUID) []any { return []any{t, machines} }, machines,
		},
		{
			fmt.Sprintf("page of %d machines", pageOf), listVMs(readmodel.VMFilter{After: middle, Limit: pageOf}),
			func(t uuid.UUID) []any { return []any{t, middle.At, middle.At, middle.ID, pageOf} }, min(pageOf, machines/2-1),
		},
		{
			fmt.Sprintf("page of %d requests", pageOf), func(ctx context.Context, log *pglog.Log, tenant uuid.UUID) (int, error) {
				rows, err := readmodel.Requests{Log: log}.List(ctx, tenant, readmodel.RequestFilter{Limit: pageOf})
				return len(rows), err
			},
			func(t uuid.UUID) []any { return []any{t, pageOf} }, min(pageOf, machines),
		},
		{
			fmt.Sprintf("newest %d facts", tailOf), func(ctx context.Context, log *pglog.Log, tenant uuid.UUID) (int, error) {
				rows, err := readmodel.Facts{Log: log}.List(ctx, tenant, readmodel.FactFilter{Limit: tailOf})
				return len(rows), err
			},
			func(t uuid.UUID) []any { return []any{t, tailOf} }, min(tailOf, machines*facts),
		},
	}
}

// side reads as the log's login, from a tenant drawn each time.
func (q reading) side(name string, log *pglog.Log, tenants []uuid.UUID) side {
	return side{name + ", " + q.name, func(ctx context.Context, _ int) error {
		rows, err := q.ask(ctx, log, tenants[rand.IntN(len(tenants))])
		if err == nil && rows != q.want {
			err = fmt.Errorf("%d rows, want %d", rows, q.want)
		}
		return err
	}}
}

// readConns is how many read at once where the tail of the times counts.
const readConns = 8

// Read compares what screens ask as web, whom the policies hold to one tenant,
// with the same statements as a superuser, whom none hold; and a database of many
// tenants with one of a single tenant.
func Read(ctx context.Context, database func(context.Context) (Database, error), pace Pace, of Sizes) ([]Row, error) {
	d, err := database(ctx)
	if err != nil {
		return nil, err
	}
	f, err := fill(ctx, d, of.Tenants, of.Machines, of.Facts)
	if err != nil {
		return nil, err
	}
	qs := readings(of.Machines, of.Facts)
	rows, err := f.policies(ctx, pace, qs)
	if err != nil {
		return nil, err
	}
	buffers, err := f.buffers(ctx, qs)
	if err != nil {
		return nil, err
	}
	if d, err = database(ctx); err != nil {
		return nil, err
	}
	alone, err := fill(ctx, d, 1, of.Machines, of.Facts)
	if err != nil {
		return nil, err
	}
	many := []filled{f}
	if of.MoreTenants > 0 {
		if d, err = database(ctx); err != nil {
			return nil, err
		}
		more, err := fill(ctx, d, of.MoreTenants, of.Machines, of.Facts)
		if err != nil {
			return nil, err
		}
		many = append(many, more)
	}
	independence, err := independence(ctx, pace, qs[:2], alone, many)
	return append(append(rows, buffers...), independence...), err
}

// policies compares times on one connection, where nothing else is in the way.
func (f filled) policies(ctx context.Context, pace Pace, qs []reading) ([]Row, error) {
	web, err := f.log(ctx, event.Web, 1)
	if err != nil {
		return nil, err
	}
	defer web.Close()
	unheld, err := f.log(ctx, "", 1)
	if err != nil {
		return nil, err
	}
	defer unheld.Close()
	bounds := [][2]float64{{1.25, 1.05}, {1.3, 1.1}, {0, 0}, {0, 0}}
	var rows []Row
	for i, q := range qs {
		r, err := pace.compare(ctx, 1, q.side("with policies", web, f.tenants), q.side("without", unheld, f.tenants))
		if err != nil {
			return nil, err
		}
		no := "8"
		if i == 0 {
			no = "7"
		}
		rows = append(rows, Row{
			No: no, Name: q.name + ", p50 / the same without row-level security", Value: ratio(r[0].p50, r[1].p50), Unit: "x", Lower: true,
			Gate: bounds[i][0], Target: bounds[i][1], Note: fmt.Sprintf("%.2f : %.2f ms", Median(r[0].p50), Median(r[1].p50)),
		})
	}
	return rows, nil
}

// independence compares p95 in databases of many tenants with one of a single tenant.
func independence(ctx context.Context, pace Pace, qs []reading, alone filled, many []filled) ([]Row, error) {
	var logs []*pglog.Log
	defer func() {
		for _, l := range logs {
			l.Close()
		}
	}()
	all := append([]filled{alone}, many...)
	for _, f := range all {
		log, err := f.log(ctx, event.Web, readConns)
		if err != nil {
			return nil, err
		}
		logs = append(logs, log)
	}
	var rows []Row
	for _, q := range qs {
		var sides []side
		for i, f := range all {
			sides = append(sides, q.side(fmt.Sprintf("%d tenants", len(f.tenants)), logs[i], f.tenants))
		}
		r, err := pace.compare(ctx, readConns, sides...)
		if err != nil {
			return nil, err
		}
		for i, f := range many {
			rows = append(rows, Row{
				No: "9", Name: fmt.Sprintf("%s, p95 at %d tenants / at 1, %d connections", q.name, len(f.tenants), readConns),
				Value: ratio(r[i+1].p95, r[0].p95), Unit: "x", Gate: 1.3, Target: 1.1, Lower: true,
				Note: fmt.Sprintf("%.2f : %.2f ms", Median(r[i+1].p95), Median(r[0].p95)),
			})
		}
	}
	return rows, nil
}
