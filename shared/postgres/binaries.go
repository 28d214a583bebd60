package postgres

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// binaries is the directory with bin, lib and share of the npm package for this
// machine, complete and reachable for the user: in node_modules itself, or a
// copy in dir.
func binaries(modules, dir string, as *syscall.Credential) (string, error) {
	root, err := packageDir(modules)
	if err != nil {
		return "", err
	}
	if err := restoreSymlinks(root); err != nil {
		return "", fmt.Errorf("complete the postgres package: %w", err)
	}
	native := filepath.Join(root, "native")
	if as == nil || reachable(native, as) {
		return native, nil
	}
	return copyOnce(native, dir)
}

func packageDir(modules string) (string, error) {
	arch := map[string]string{"amd64": "x64", "arm64": "arm64"}[runtime.GOARCH]
	name := filepath.Join("@embedded-postgres", runtime.GOOS+"-"+arch)
	root, err := filepath.Abs(filepath.Join(modules, name))
	if err != nil {
		return "", fmt.Errorf("locate the postgres package: %w", err)
	}
	if _, err := os.Stat(filepath.Join(root, "native")); err != nil {
		return "", fmt.Errorf("%s is not installed, run npm ci --ignore-scripts in dev: %w", name, err)
	}
	return root, nil
}

// restoreSymlinks does what the package's install script would do: npm packages
// cannot hold symbolic links, and we install without running scripts.
func restoreSymlinks(root string) error {
	list, err := os.ReadFile(filepath.Join(root, "native", "pg-symlinks.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(list, &links); err != nil {
		return fmt.Errorf("list of symbolic links: %w", err)
	}
	for _, link := range links {
		target := filepath.Join(root, link.Target)
		source, err := filepath.Rel(filepath.Dir(target), filepath.Join(root, link.Source))
		if err != nil {
			return err
		}
		if err := os.Symlink(source, target); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}

// copyOnce copies the binaries into dir, unless that was done before. The copy
// gets its name only when it is complete.
func copyOnce(native, dir string) (string, error) {
	done := filepath.Join(dir, "native")
	if _, err := os.Stat(done); err == nil {
		return done, nil
	}
	draft := done + ".new"
	if err := os.RemoveAll(draft); err != nil {
		return "", fmt.Errorf("copy the postgres binaries: %w", err)
	}
	if err := os.CopyFS(draft, os.DirFS(native)); err != nil {
		return "", fmt.Errorf("copy the postgres binaries: %w", err)
	}
	if err := os.Rename(draft, done); err != nil {
		return "", fmt.Errorf("copy the postgres binaries: %w", err)
	}
	return done, nil
}
