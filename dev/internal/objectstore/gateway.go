package objectstore

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
)

// childEnv carries the configuration to the process that is the gateway.
const childEnv = "DCM_OBJECTSTORE"

// RunIfChild makes this process the object store, and does not return, if it was
// started to be one. Otherwise it does nothing.
func RunIfChild() {
	handed, ok := os.LookupEnv(childEnv)
	if !ok {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	err := serve(ctx, handed)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func serve(ctx context.Context, handed string) error {
	var cfg Config
	if err := json.Unmarshal([]byte(handed), &cfg); err != nil {
		return fmt.Errorf("take over the configuration: %w", err)
	}
	backend, err := openBackend(cfg.Dir)
	if err != nil {
		return err
	}
	return embedgw.RunVersityGW(ctx, backend, &embedgw.Config{
		RootUserAccess: cfg.AccessKey, RootUserSecret: cfg.SecretKey, Region: cfg.Region,
		Ports: []string{cfg.Listen}, HealthPath: healthPath, KeepAlive: true, Quiet: true,
		MaxConnections: 256, MaxRequests: 256, MultipartMaxParts: 10000,
	})
}

// openBackend keeps metadata in extended attributes, or in files beside the
// objects where the file system has none. What was chosen first stays.
func openBackend(dir string) (*posix.Posix, error) {
	var (
		buckets  = filepath.Join(dir, "buckets")
		versions = filepath.Join(dir, "versions")
		sidecar  = filepath.Join(dir, "metadata")
	)
	for _, d := range []string{buckets, versions} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, fmt.Errorf("create the object store: %w", err)
		}
	}
	options := posix.PosixOpts{VersioningDir: versions, Concurrency: 64}
	var metadata meta.MetadataStorer = meta.XattrMeta{}
	if _, err := os.Stat(sidecar); err == nil || (meta.XattrMeta{}).Test(buckets) != nil {
		if err := os.MkdirAll(sidecar, 0o700); err != nil {
			return nil, fmt.Errorf("create the object store: %w", err)
		}
		files, err := meta.NewSideCar(sidecar)
		if err != nil {
			return nil, fmt.Errorf("open the object store: %w", err)
		}
		metadata, options.SideCarDir = files, sidecar
	}
	backend, err := posix.New(buckets, metadata, options)
	if err != nil {
		return nil, fmt.Errorf("open the object store: %w", err)
	}
	return backend, nil
}
