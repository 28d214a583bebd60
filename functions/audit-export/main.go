// Command audit-export takes the record out of the building: on
// audit.requested.v1 it writes the tenant's facts of a period as one bundle to
// object storage, locked, and records audit.exported.v1. With every tick it grows
// the tenants' history trees and signs how far they have come. To whoever may have a
// bundle it gives a link that expires, and records audit.downloaded.v1. It alone
// holds the keys of the object store. See docs/FLOW.md.
package main

import (
	"context"
	"log/slog"
	"runtime/debug"
	"time"

	"dcm.io/functions/audit-export/internal/notary"
	"dcm.io/functions/audit-export/internal/s3"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/eventlog/traced"
	"dcm.io/shared/function"
	"dcm.io/shared/identity"
	"dcm.io/shared/readmodel"
)

type config struct {
	Function function.Config
	Database pglog.Config
	Identity identity.Config
	Senders  identity.SenderConfig
	Store    s3.Config
	Signing  signingConfig
	LockDays int           `env:"S3_RETENTION_DAYS, default=2555"` // seven years
	LinkTTL  time.Duration `env:"S3_LINK_TTL, default=5m"`         // at most the week that S3 allows
}

func main() { function.Main("audit-export", run) }

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
	objects, err := s3.Open(cfg.Store)
	if err != nil {
		return err
	}
	signer, old, err := cfg.Signing.signer(ctx)
	if err != nil {
		return err
	}
	lost, err := cfg.Signing.losses()
	if err != nil {
		return err
	}
	x := &exporter{log: traced.Log{Log: log}, history: log, store: tracedStore{objects}, software: software(), now: time.Now}
	if err := x.keep(cfg.LockDays, cfg.LinkTTL); err != nil {
		return err
	}
	n := &notary.Notary{
		Log: log, Shelf: objects, Signer: signer, Old: old, Lost: lost, LockFor: x.lockFor,
		Now: time.Now, Logger: slog.Default(), Ending: ctx.Done(),
	}
	x.notary = n
	return function.Serve(ctx, cfg.Function, function.Function{
		Name: event.AuditExport, Log: log, Ledger: log, Callers: callers, People: readmodel.Directory{Log: log}, Senders: senders, Routes: x.routes(n.Tick), Ready: log.Ready,
	})
}

// software names this program and its version, for the bundles it makes.
func software() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Path + " " + info.Main.Version
	}
	return string(event.AuditExport)
}
