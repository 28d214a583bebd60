// Command submit takes what people ask for: a machine, its withdrawal, another
// try, a bundle of the log, a replay of what was given up, the erasure of a person. It decides whether
// DCM can accept it, and records it. Commands arrive as CloudEvents with the
// caller's access token; see docs/FLOW.md for what follows.
package main

import (
	"context"
	"time"

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
	Vault    vault.Config // wraps the keys of people
}

func main() { function.Main("submit", run) }

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
	sealer, err := cfg.Vault.Open(log)
	if err != nil {
		return err
	}
	s := &submitter{log: traced.Log{Log: log}, vault: sealer, connections: readmodel.Connections{Log: log}, letters: log, requests: readmodel.Requests{Log: log}, now: time.Now}
	return function.Serve(ctx, cfg.Function, function.Function{
		Name: event.Submit, Log: log, Ledger: log, Callers: callers, People: readmodel.Directory{Log: log}, Routes: s.routes(), Ready: log.Ready,
	})
}
