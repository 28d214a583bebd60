package postgres

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// home is where a server lives: its binaries, its state directory, and the user
// it runs as (nil: ourselves).
type home struct {
	native string
	dir    string
	user   *syscall.Credential
}

// newHome prepares binaries and state directory so that the server's user can
// use both.
func newHome(modules, dir string) (home, error) {
	user, err := serverUser()
	if err != nil {
		return home{}, err
	}
	h := home{user: user}
	if h.dir, err = stateDir(dir, user); err != nil {
		return home{}, err
	}
	if h.native, err = binaries(modules, h.dir, user); err != nil {
		return home{}, err
	}
	return h, nil
}

func (h home) data() string         { return filepath.Join(h.dir, "data") }
func (h home) passwordFile() string { return filepath.Join(h.dir, "password") }

// password is the superuser's: the one kept, or given, or drawn on first use.
func (h home) password(given string) (string, error) {
	kept, err := os.ReadFile(h.passwordFile())
	if err == nil {
		return strings.TrimSpace(string(kept)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read the superuser's password: %w", err)
	}
	password := cmp.Or(given, rand.Text())
	if err := os.WriteFile(h.passwordFile(), []byte(password+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep the superuser's password: %w", err)
	}
	return password, h.own(h.passwordFile())
}

// initialize creates the cluster unless there is one. It is made aside and
// renamed at the end, so that an interrupted attempt is never taken for a cluster.
func (h home) initialize(ctx context.Context) error {
	if _, err := os.Stat(h.data()); err == nil {
		return nil
	}
	draft := h.data() + ".new"
	if err := os.RemoveAll(draft); err != nil {
		return fmt.Errorf("remove an unfinished cluster: %w", err)
	}
	if err := os.Mkdir(draft, 0o700); err != nil {
		return fmt.Errorf("create the cluster: %w", err)
	}
	if err := h.own(draft); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	cmd := h.command("initdb",
		"--pgdata="+draft,
		"--username="+superuser,
		"--pwfile="+h.passwordFile(),
		"--auth=scram-sha-256",
		"--encoding=UTF8",
		"--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", // the same order on every machine
		"--data-checksums",
	)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("create the cluster: %w\n%s", err, out)
	}
	if err := os.Rename(draft, h.data()); err != nil {
		return fmt.Errorf("create the cluster: %w", err)
	}
	return nil
}

// own hands a file to the user that runs the server.
func (h home) own(path string) error {
	if h.user == nil {
		return nil
	}
	if err := os.Chown(path, int(h.user.Uid), int(h.user.Gid)); err != nil {
		return fmt.Errorf("hand %s to the server's user: %w", filepath.Base(path), err)
	}
	return nil
}

// command prepares one of the package's programs to run as the server's user.
func (h home) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(h.native, "bin", program), args...)
	cmd.Env = []string{"LC_ALL=C", "TZ=UTC", "PATH=/usr/bin:/bin"}
	cmd.Dir = h.dir
	if h.user != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: h.user}
	}
	return cmd
}
