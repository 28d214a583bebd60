// Command provision makes the machine that was approved: it clones, sizes,
// customizes and starts it on the tenant's hypervisor, one recorded step at a
// time, so that any process can go on where another has stopped. It alone may
// read the credentials of hypervisors; see docs/FLOW.md.
package main

import (
	"context"
	"time"

	"dcm.io/functions/provision/internal/secret"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/eventlog/traced"
	"dcm.io/shared/function"
	"dcm.io/shared/identity"
	"dcm.io/shared/readmodel"
)

type config struct {
	Function      function.Config
	Database      pglog.Config
	Identity      identity.Config
	Senders       identity.SenderConfig
	ConnectionKey string `env:"CONNECTION_KEY, required"` // base64 of 32 bytes; seals the credentials of hypervisors
}

func main() { function.Main("provision", run) }

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
	box, err := secret.New(cfg.ConnectionKey)
	if err != nil {
		return err
	}
	store := &store{log: log, box: box, connections: readmodel.Connections{Log: log}}
	p := &provisioner{
		log: traced.Log{Log: log}, tenants: readmodel.Directory{Log: log}, store: store, fleet: newFleet(store), now: time.Now,
	}
	return function.Serve(ctx, cfg.Function, function.Function{
		Name: event.Provision, Log: log, Ledger: log, Callers: callers, People: readmodel.Directory{Log: log}, Senders: senders, Routes: p.routes(), Ready: log.Ready,
	})
}
