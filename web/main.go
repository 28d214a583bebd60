// Command web is the portal's backend-for-frontend: it signs people in, serves
// the portal, reads the read model and carries people's commands to the
// functions. It decides nothing about requests itself.
package main

import (
	"context"
	"fmt"
	"time"

	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/function"
	"dcm.io/shared/identity"
	"dcm.io/shared/readmodel"
	"dcm.io/shared/vault"
	"dcm.io/web/internal/command"
	"dcm.io/web/internal/session"
)

type config struct {
	Function function.Config
	Database pglog.Config
	Identity identity.Config
	Session  session.Config
	Command  command.Config
	Vault    vault.Config // opens what is sealed about people
	UI       string       `env:"UI_DIR"` // built pages; those built in if empty
	// SignedBy are public keys that checkpoints of the log are signed with, today's
	// and those of before, separated by commas: people check records by them.
	SignedBy string `env:"CHECKPOINT_PUBLIC_KEYS"`
}

func main() { function.Main("web", run) }

func run(ctx context.Context, c config) error {
	log, err := pglog.Open(ctx, c.Database, readmodel.Project)
	if err != nil {
		return fmt.Errorf("open event log: %w", err)
	}
	defer log.Close()
	h, err := handler(ctx, c, log, time.Now)
	if err != nil {
		return err
	}
	log.Warm(ctx)
	return function.ListenAndServe(ctx, c.Function.Address(), h)
}
