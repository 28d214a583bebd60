package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

var errDiffers = errors.New("the read model is not what the log says: dcmctl readmodel rebuild makes it so")

// checkReadModel folds the log again and names every row that is otherwise.
func checkReadModel(ctx context.Context, cfg config, args []string, out io.Writer) error {
	differ := false
	err := eachTenant(ctx, cfg, "readmodel check", args, out, func(u readmodel.Upkeep, tenant uuid.UUID) error {
		c, err := u.Check(ctx, tenant)
		if err != nil {
			return err
		}
		differ = differ || len(c.Differences) > 0
		return report(out, tenant, c)
	})
	if err == nil && differ {
		err = errDiffers
	}
	return err
}

func report(out io.Writer, tenant uuid.UUID, c pglog.Check) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(w, "%s: %d facts, %d rows differ.\n", tenant, c.Facts, len(c.Differences)) // Flush tells
	if c.Unread > 0 {
		_, _ = fmt.Fprintf(w, "%s: %d facts were left out: this release cannot read them.\n", tenant, c.Unread)
	}
	for _, d := range c.Differences {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", d.Table, d.Key, d.Kind, strings.Join(d.Columns, ", "))
	}
	return w.Flush()
}

// rebuildReadModel makes the read model anew.
func rebuildReadModel(ctx context.Context, cfg config, args []string, out io.Writer) error {
	return eachTenant(ctx, cfg, "readmodel rebuild", args, out, func(u readmodel.Upkeep, tenant uuid.UUID) error {
		r, err := u.Rebuild(ctx, tenant)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "%s: rebuilt from %d facts; %d rows were removed and %d written.\n", tenant, r.Facts, r.Removed, r.Written)
		return err
	})
}

// eachTenant does something for the tenant that -tenant names, or for all.
func eachTenant(ctx context.Context, cfg config, name string, args []string, out io.Writer, do func(readmodel.Upkeep, uuid.UUID) error) error {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	one := f.String("tenant", "", "only this tenant's (UUID)")
	if err := parse(f, args, out); err != nil {
		return err
	}
	log, err := openLog(ctx, cfg)
	if err != nil {
		return err
	}
	defer log.Close()
	tenants, err := tenantsNamed(ctx, log, *one)
	if err != nil {
		return err
	}
	for _, tenant := range tenants {
		if err := do(readmodel.Upkeep{Log: log}, tenant); err != nil {
			return fmt.Errorf("tenant %s: %w", tenant, err)
		}
	}
	return nil
}

func tenantsNamed(ctx context.Context, log *pglog.Log, one string) ([]uuid.UUID, error) {
	if one == "" {
		return log.Tenants(ctx)
	}
	tenant, err := uuid.Parse(one)
	if err != nil {
		return nil, fmt.Errorf("-tenant: %w", err)
	}
	return []uuid.UUID{tenant}, nil
}
