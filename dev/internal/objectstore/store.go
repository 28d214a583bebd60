package objectstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"dcm.io/shared/child"
)

const (
	healthPath   = "/healthz"
	startTimeout = 30 * time.Second
	startPause   = 20 * time.Millisecond
	stopTimeout  = 10 * time.Second
)

// Config is what Start needs.
type Config struct {
	Dir           string // buckets, versions, metadata and log are kept here
	Listen        string // 127.0.0.1:0 takes a free port, which the store then keeps
	Region        string
	AccessKey     string
	SecretKey     string
	Bucket        string // created when missing
	RetentionDays int32  // COMPLIANCE mode, for objects that come without their own
}

// Store is a running object store.
type Store struct {
	cfg Config

	mu      sync.Mutex
	process *child.Child
}

// Start brings the object store up and makes sure that its bucket exists with
// versioning, object lock and default retention.
func Start(ctx context.Context, cfg Config) (*Store, error) {
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("locate the object store: %w", err)
	}
	cfg.Dir = dir
	if cfg.Listen, err = fixPort(cfg.Listen); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("create the object store: %w", err)
	}
	s := &Store{cfg: cfg}
	if err := s.Start(ctx); err != nil {
		return nil, err
	}
	if err := ensureBucket(ctx, cfg, s.URL()); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// URL is the S3 endpoint; buckets are addressed by path.
func (s *Store) URL() string { return "http://" + s.cfg.Listen }

// LogFile is what the gateway prints to.
func (s *Store) LogFile() string { return filepath.Join(s.cfg.Dir, "objectstore.log") }

// Start brings a stopped or killed store up again, at the same address.
func (s *Store) Start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process != nil && s.process.Running() {
		return nil
	}
	process, err := s.launch()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := awaitHealthy(ctx, s.URL()+healthPath, process); err != nil {
		return errors.Join(fmt.Errorf("start the object store, see %s: %w", s.LogFile(), err), process.Kill())
	}
	s.process = process
	return nil
}

// Stop ends the store; Start brings it back.
func (s *Store) Stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil {
		return nil
	}
	return s.process.Stop(syscall.SIGTERM, stopTimeout)
}

// Kill ends the store as a crash would.
func (s *Store) Kill() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil {
		return nil
	}
	return s.process.Kill()
}

// Close stops the store. The objects stay.
func (s *Store) Close() error { return s.Stop() }

func (s *Store) launch() (*child.Child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	cfg, err := json.Marshal(s.cfg)
	if err != nil {
		return nil, fmt.Errorf("hand over the configuration: %w", err)
	}
	log, err := os.OpenFile(s.LogFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the object store's log: %w", err)
	}
	defer log.Close() // the child has its own copy
	cmd := exec.Command(self)
	cmd.Env = []string{childEnv + "=" + string(cfg)}
	cmd.Stdout, cmd.Stderr = log, log
	return child.Start(cmd, syscall.SIGKILL)
}

func awaitHealthy(ctx context.Context, url string, process *child.Child) error {
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			_ = res.Body.Close()
			return nil
		}
		select {
		case <-process.Done():
			return fmt.Errorf("it ended: %w", process.Err())
		case <-ctx.Done():
			return err
		case <-time.After(startPause):
		}
	}
}

// fixPort replaces port 0 by a free one.
func fixPort(listen string) (string, error) {
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	if _, port, err := net.SplitHostPort(listen); err == nil && port != "0" {
		return listen, nil
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().String(), nil
}
