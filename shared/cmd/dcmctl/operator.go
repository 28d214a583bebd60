package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// operatorRole is who dcmctl is in the database.
const operatorRole = "dcm_operator"

// openLog opens the log as the operator.
func openLog(ctx context.Context, cfg config) (*pglog.Log, error) {
	u, err := url.Parse(cfg.Database)
	if err != nil {
		return nil, errors.New("DATABASE_URL is not an address") // its own words might hold the password
	}
	if cfg.Database == "" {
		u = &url.URL{Scheme: "postgres", Host: net.JoinHostPort(cfg.Parts.Host, cfg.Parts.Port), Path: "/" + cfg.Parts.Name}
	}
	if u.User.Username() != operatorRole {
		passwords, err := cfg.passwords()
		if err != nil {
			return nil, err
		}
		if passwords[operatorRole] == "" {
			return nil, fmt.Errorf("set DCM_ROLE_PASSWORD_DIR or DCM_ROLE_PASSWORD, or log in as %s with DATABASE_URL", operatorRole)
		}
		u.User = url.UserPassword(operatorRole, passwords[operatorRole])
	}
	return pglog.Open(ctx, pglog.Config{URL: u.String()}, readmodel.Project)
}

// parse reads flags; there is nothing but flags.
func parse(f *flag.FlagSet, args []string, out io.Writer) error {
	f.SetOutput(out)
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("%q is no flag", f.Arg(0))
	}
	return nil
}

// asOperator is the cause of what a command line records, another one each time.
func asOperator(now time.Time) eventlog.Cause {
	command := uuid.NewString()
	return eventlog.Cause{ID: "command:" + command, CorrelationID: command, Actor: event.By(event.Operator), By: event.Operator, At: now}
}

// record appends r to the end of its stream.
func record(ctx context.Context, log eventlog.Log, r eventlog.Record) error {
	stream, err := log.Read(ctx, r.Key)
	if err != nil {
		return err
	}
	r.Expect = eventlog.HeadOf(stream)
	_, err = log.Append(ctx, r)
	return err
}
