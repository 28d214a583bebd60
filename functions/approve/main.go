// Command approve decides whether a submitted request may go ahead: the policy
// says yes at once, or a person is asked, reminded, and answers or lets it
// expire. Verdicts arrive as CloudEvents with the approver's access token; see
// docs/FLOW.md for what comes before and after.
package main

import (
	"context"
	"time"

	"dcm.io/functions/approve/internal/approval"
	"dcm.io/shared/docket"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/eventlog/traced"
	"dcm.io/shared/function"
	"dcm.io/shared/identity"
	"dcm.io/shared/readmodel"
	"dcm.io/shared/vault"
)

type config struct {
	Function function.Config
	Database pglog.Config
	Identity identity.Config
	Senders  identity.SenderConfig
	Vault    vault.Config  // wraps the keys of people
	RemindIn time.Duration `env:"APPROVAL_REMIND_AFTER, default=24h"`
	ExpireIn time.Duration `env:"APPROVAL_EXPIRE_AFTER, default=168h"`
}

func main() { function.Main("approve", run) }

func run(ctx context.Context, cfg config) error {
	log, err := pglog.Open(ctx, cfg.Database, readmodel.Project)
	if err != nil {
		return err
	}
	defer log.Close()
	log.Warm(ctx)
	callers, err := identity.NewVerifier(cfg.Identity)
	if err != nil {
		return err
	}
	senders, err := identity.NewSenders(cfg.Senders)
	if err != nil {
		return err
	}
	sealer, err := cfg.Vault.Open(log)
	if err != nil {
		return err
	}
	a := &approver{
		log: traced.Log{Log: log}, vault: sealer, docket: docket.Default, now: time.Now,
		limits: approval.Limits{RemindIn: cfg.RemindIn, ExpireIn: cfg.ExpireIn},
	}
	return function.Serve(ctx, cfg.Function, function.Function{
		Name: event.Approve, Log: log, Ledger: log, Callers: callers, People: readmodel.Directory{Log: log}, Senders: senders, Routes: a.routes(), Ready: log.Ready,
	})
}
