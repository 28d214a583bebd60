package vcenter

import (
	"context"
	"crypto/sha1" //nolint:gosec // vSphere clients still pin SHA-1 thumbprints
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"dcm.io/dev/internal/cert"
	"github.com/vmware/govmomi/simulator"
)

// saveEvery bounds what a kill of the whole process can lose.
const saveEvery = 3 * time.Second

// Config is what Start needs.
type Config struct {
	Dir      string // certificate and machines are kept here
	Listen   string // 127.0.0.1:0 takes a free port
	User     string // the only account
	Password string
	Tenants  []string // slugs; names of folder and pool
	Now      func() time.Time
	Logger   *slog.Logger

	// TaskDelay makes tasks (CloneVM, PowerOnVM, …) take their time; the empty
	// name means all of them. It holds for every simulator in the process.
	TaskDelay map[string]time.Duration
}

// VCenter is a simulated vCenter.
type VCenter struct {
	cfg     Config
	model   *simulator.Model
	weather *weather
	tls     tls.Certificate
	addr    string

	mu     sync.Mutex
	server *http.Server // nil while down
	stop   chan struct{}
	once   sync.Once
	saver  sync.WaitGroup
}

// Start furnishes a vCenter, brings back the machines of the last run, and serves.
func Start(ctx context.Context, cfg Config) (*VCenter, error) {
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	pair, err := cert.Load(filepath.Join(cfg.Dir, "vcenter.pem"), "vcenter.local", cfg.Now())
	if err != nil {
		return nil, err
	}
	v := &VCenter{cfg: cfg, model: newModel(), tls: pair, stop: make(chan struct{})}
	setTaskDelay(cfg.TaskDelay)
	if err := v.model.Create(); err != nil {
		return nil, fmt.Errorf("create the inventory: %w", err)
	}
	builder, err := newBuilder(ctx, v.model)
	if err == nil {
		err = builder.furnish(ctx, cfg.Tenants)
	}
	if err == nil {
		err = v.restore(ctx, builder)
	}
	if err == nil {
		err = v.open()
	}
	if err != nil {
		v.model.Remove()
		return nil, err
	}
	v.saver.Go(v.saveRegularly)
	v.saver.Go(v.leaseAddresses)
	return v, nil
}

// URL is the SDK's address, without credentials.
func (v *VCenter) URL() string { return "https://" + v.addr + "/sdk" }

// UserURL is the SDK's address with credentials, as govmomi's clients take it.
func (v *VCenter) UserURL() *url.URL {
	return &url.URL{Scheme: "https", Host: v.addr, Path: "/sdk", User: url.UserPassword(v.cfg.User, v.cfg.Password)}
}

// ThumbprintSHA1 is the certificate's fingerprint in vSphere's notation.
func (v *VCenter) ThumbprintSHA1() string {
	sum := sha1.Sum(v.tls.Certificate[0]) //nolint:gosec // not for security: it is what clients pin
	return thumbprint(sum[:])
}

// ThumbprintSHA256 is the certificate's fingerprint, as newer clients pin it.
func (v *VCenter) ThumbprintSHA256() string {
	sum := sha256.Sum256(v.tls.Certificate[0])
	return thumbprint(sum[:])
}

// Down makes the vCenter unreachable: connections break, new ones are refused.
// The inventory stays and its tasks go on.
func (v *VCenter) Down() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.server == nil {
		return nil
	}
	err := v.server.Close()
	v.server = nil
	return err
}

// Up ends an outage, on the same address.
func (v *VCenter) Up() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.server != nil {
		return nil
	}
	l, err := net.Listen("tcp", v.addr)
	if err != nil {
		return fmt.Errorf("listen for vSphere clients: %w", err)
	}
	v.serve(l)
	return nil
}

// Close saves the machines and ends the vCenter.
func (v *VCenter) Close() error {
	v.once.Do(func() { close(v.stop) })
	v.saver.Wait()
	err := errors.Join(v.Down(), v.save())
	v.model.Remove()
	return err
}

// open listens for the first time. The simulator would like to serve by itself;
// we only let it register its handlers, for an address that is already ours, and
// serve them: so the address can go away and come back.
func (v *VCenter) open() error {
	listen := v.cfg.Listen
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("listen for vSphere clients: %w", err)
	}
	v.addr = l.Addr().String()
	if err := l.Close(); err != nil {
		return fmt.Errorf("listen for vSphere clients: %w", err)
	}
	service := v.model.Service
	service.TLS = &tls.Config{Certificates: []tls.Certificate{v.tls}, MinVersion: tls.VersionTLS12}
	service.Listen = &url.URL{Host: v.addr, User: url.UserPassword(v.cfg.User, v.cfg.Password)}
	own := service.NewServer()
	v.weather = &weather{next: own.Config.Handler}
	own.Close()
	return v.Up()
}

func (v *VCenter) serve(l net.Listener) {
	v.server = &http.Server{
		Handler:           v.weather,
		TLSConfig:         v.model.Service.TLS.Clone(),
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(v.cfg.Logger.Handler(), slog.LevelDebug),
	}
	go v.server.ServeTLS(l, "", "") //nolint:errcheck // ends with ErrServerClosed, by Down
}

func thumbprint(sum []byte) string {
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(pairs, ":")
}

func setTaskDelay(delays map[string]time.Duration) {
	if len(delays) == 0 {
		return
	}
	simulator.TaskDelay = simulator.DelayConfig{MethodDelay: map[string]int{}}
	for task, d := range delays {
		if task == "" {
			simulator.TaskDelay.Delay = int(d.Milliseconds())
			continue
		}
		simulator.TaskDelay.MethodDelay[task] = int(d.Milliseconds())
	}
}
