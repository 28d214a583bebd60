package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"flag"
	"fmt"
	"io"

	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

// drawMasterKey prints a fresh master key.
func drawMasterKey(_ context.Context, _ config, args []string, out io.Writer) error {
	if err := parse(flag.NewFlagSet("masterkey new", flag.ContinueOnError), args, out); err != nil {
		return err
	}
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails since Go 1.24
	_, err := fmt.Fprintln(out, base64.StdEncoding.EncodeToString(raw))
	return err
}

// keyPage is how many keys are wrapped anew between two looks at the database.
const keyPage = 500

// rewrapKeys wraps all keys of people under the first master key. It may be
// stopped and repeated; people go on working meanwhile.
func rewrapKeys(ctx context.Context, cfg config, args []string, out io.Writer) error {
	if err := parse(flag.NewFlagSet("masterkey rewrap", flag.ContinueOnError), args, out); err != nil {
		return err
	}
	master, err := cfg.Vault.Master()
	if err != nil {
		return err
	}
	log, err := openLog(ctx, cfg)
	if err != nil {
		return err
	}
	defer log.Close()
	tenants, err := log.Tenants(ctx)
	if err != nil {
		return err
	}
	for _, tenant := range tenants {
		wrapped, kept, err := rewrapTenant(ctx, log, master, tenant)
		if err != nil {
			return fmt.Errorf("tenant %s: %w", tenant, err)
		}
		if _, err := fmt.Fprintf(out, "%s: %d keys wrapped anew, %d were so already.\n", tenant, wrapped, kept); err != nil {
			return err
		}
	}
	return nil
}

func rewrapTenant(ctx context.Context, log *pglog.Log, master vault.Master, tenant uuid.UUID) (wrapped, kept int, err error) {
	for after := uuid.Nil; ; {
		page, err := log.PersonKeys(ctx, tenant, after, keyPage)
		if err != nil {
			return wrapped, kept, err
		}
		for _, k := range page {
			fresh, changed, err := vault.Rewrap(ctx, master, tenant, k.Person, k.Wrapped)
			if err != nil {
				return wrapped, kept, err
			}
			after = k.Person
			if !changed {
				kept++
				continue
			}
			if err := log.ReplaceKey(ctx, tenant, k, fresh); err != nil {
				return wrapped, kept, err
			}
			wrapped++
		}
		if len(page) < keyPage {
			return wrapped, kept, nil
		}
	}
}
