package logchaos

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"dcm.io/dev/internal/chaos"
)

// withStandby is a server of its own with a standby that confirms each commit.
// The standby is a copy that was made while the server stood still.
func withStandby(ctx context.Context, s Suite) (*server, func() error, error) {
	dirs := []string{filepath.Join(s.State, "primary"), filepath.Join(s.State, "standby")}
	sweep := func() error {
		var failed error
		for _, dir := range dirs {
			failed = errors.Join(failed, os.RemoveAll(dir))
		}
		return failed
	}
	if err := sweep(); err != nil {
		return nil, nil, fmt.Errorf("clear away what an earlier run has left: %w", err)
	}
	primary, err := s.start(ctx, dirs[0], map[string]string{"wal_keep_size": "512MB"})
	if err != nil {
		return nil, nil, err
	}
	gone := func() error {
		failed := primary.Close()
		if primary.standby != nil {
			failed = errors.Join(failed, primary.standby.Close())
		}
		return errors.Join(failed, sweep())
	}
	if err := primary.copied(ctx, dirs[1]); err != nil {
		return nil, nil, errors.Join(err, gone())
	}
	return primary, gone, nil
}

// copied makes and starts a standby in dir, and returns once it confirms commits.
func (s *server) copied(ctx context.Context, dir string) error {
	if err := s.CopyTo(ctx, dir); err != nil {
		return err
	}
	at, err := url.Parse(s.URL())
	if err != nil {
		return fmt.Errorf("read the primary's address: %w", err)
	}
	password, _ := at.User.Password()
	s.standby, err = s.suite.bare(ctx, dir, map[string]string{
		"primary_conninfo": fmt.Sprintf("host=%s port=%s user=%s password=%s", at.Hostname(), at.Port(), at.User.Username(), password),
	})
	if err != nil {
		return err
	}
	if err := s.run(ctx, `alter system set synchronous_standby_names = '*'`, `select pg_reload_conf()`); err != nil {
		return err
	}
	for ; ctx.Err() == nil; chaos.Pause(ctx, 50*time.Millisecond) {
		confirming, err := s.ask(ctx, "postgres", `select count(*) from pg_stat_replication where sync_state = 'sync'`)
		if err != nil || confirming > 0 {
			return err
		}
	}
	return ctx.Err()
}
