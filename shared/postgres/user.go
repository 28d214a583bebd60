package postgres

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// fallback is below which state goes that the server's user could not reach
// otherwise. Unlike /tmp it survives a reboot.
const fallback = "/var/tmp"

// serverUser is the user the server runs as; nil means ourselves.
func serverUser() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("user %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("user %s: %w", name, err)
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("postgres refuses to run as root and there is neither a user postgres nor nobody")
}

// stateDir creates the directory for the server's state: the wanted one, or one
// below /var/tmp with a name derived from it when the user cannot reach that.
func stateDir(want string, as *syscall.Credential) (string, error) {
	dir, err := filepath.Abs(want)
	if err != nil {
		return "", fmt.Errorf("locate the state directory: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("create the state directory: %w", err)
	}
	if as != nil && !reachable(filepath.Dir(dir), as) {
		dir = filepath.Join(fallback, fmt.Sprintf("dcm-postgres-%x", sha256.Sum256([]byte(dir)))[:21])
		if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return "", fmt.Errorf("create the state directory: %w", err)
		}
	}
	if as == nil {
		return dir, nil
	}
	if err := claim(dir, as); err != nil {
		return "", fmt.Errorf("hand the state directory to the server's user: %w", err)
	}
	return dir, nil
}

// claim gives dir to the user. Below a directory where everybody may write,
// somebody else may have made it first: that one is refused.
func claim(dir string, as *syscall.Credential) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	owner := info.Sys().(*syscall.Stat_t).Uid
	if !info.IsDir() || (owner != 0 && owner != as.Uid) {
		return fmt.Errorf("%s belongs to user %d", dir, owner)
	}
	return os.Chown(dir, int(as.Uid), int(as.Gid))
}

// reachable reports whether the user may walk into dir from the root.
func reachable(dir string, as *syscall.Credential) bool {
	for {
		info, err := os.Stat(dir)
		if err != nil {
			return false
		}
		stat, mode := info.Sys().(*syscall.Stat_t), info.Mode().Perm()
		switch {
		case stat.Uid == as.Uid:
			mode >>= 6
		case stat.Gid == as.Gid:
			mode >>= 3
		}
		if mode&1 == 0 {
			return false
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
			continue
		}
		return true
	}
}
