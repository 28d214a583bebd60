// Command notify tells people what happened to what they asked for, or what
// waits for them: in their inbox at once, by mail as soon as the mail server
// takes it. Consumes the facts of a request and finished audit bundles; produces
// notification.queued, notification.sent and notification.failed. See
// docs/FLOW.md.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"
	_ "time/tzdata" // the image has no time zones of its own

	"dcm.io/functions/notify/internal/mail"
	"dcm.io/functions/notify/internal/render"
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
	Senders  identity.SenderConfig
	Database pglog.Config
	SMTP     mail.Config
	Vault    vault.Config // wraps the keys of people
	Portal   string       `env:"PORTAL_URL, required"`                  // where mails link to
	TimeZone string       `env:"MAIL_TIME_ZONE, default=Europe/Berlin"` // of the times in mails
}

func main() { function.Main("notify", run) }

func run(ctx context.Context, c config) error {
	log, err := pglog.Open(ctx, c.Database, readmodel.Project)
	if err != nil {
		return fmt.Errorf("open event log: %w", err)
	}
	defer log.Close()
	senders, err := identity.NewSenders(c.Senders)
	if err != nil {
		return fmt.Errorf("read who may bring events: %w", err)
	}
	secrets, err := c.Vault.Open(log)
	if err != nil {
		return fmt.Errorf("open vault: %w", err)
	}
	relay, err := mail.New(c.SMTP)
	if err != nil {
		return fmt.Errorf("prepare mail: %w", err)
	}
	zone, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return fmt.Errorf("read MAIL_TIME_ZONE: %w", err)
	}
	writer, err := render.New(c.Portal, zone)
	if err != nil {
		return fmt.Errorf("prepare templates: %w", err)
	}
	n := &notifier{
		log: traced.Log{Log: log}, people: readmodel.Directory{Log: log}, secrets: secrets, writer: writer, post: tracedPost{relay},
		logger: slog.Default(), now: time.Now,
	}
	log.Warm(ctx)
	return function.Serve(ctx, c.Function, function.Function{Name: event.Notify, Log: log, Ledger: log, Senders: senders, Routes: n.routes(), Ready: log.Ready})
}
