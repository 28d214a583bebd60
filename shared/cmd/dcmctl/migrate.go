package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"dcm.io/shared/migrate"
)

func migrateUp(ctx context.Context, cfg config, args []string, out io.Writer) error {
	if len(args) > 0 {
		return errors.New("it takes no arguments")
	}
	if cfg.Database == "" {
		return errors.New("set DATABASE_URL to a superuser's")
	}
	passwords, err := cfg.passwords()
	if err != nil {
		return err
	}
	if err := migrate.Up(ctx, cfg.Database, migrate.Options{Passwords: passwords, Logger: slog.Default()}); err != nil {
		return err
	}
	if len(passwords) == 0 {
		_, err := fmt.Fprintln(out, "The schema is up to date. Roles were left as they are: neither DCM_ROLE_PASSWORD_DIR nor DCM_ROLE_PASSWORD is set.")
		return err
	}
	_, err = fmt.Fprintln(out, "The schema is up to date, and the roles can log in.")
	return err
}
