package stack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"dcm.io/dev/internal/idp"
	"dcm.io/dev/internal/mailbox"
	"dcm.io/dev/internal/objectstore"
	"dcm.io/dev/internal/process"
	"dcm.io/dev/internal/tracesink"
	"dcm.io/dev/internal/vcenter"
	"dcm.io/dev/realm"
	"dcm.io/shared/postgres"
	"golang.org/x/sync/errgroup"
)

// A Stack is the running product. Its parts are exported so that tests can take
// them away and bring them back.
type Stack struct {
	Postgres  *postgres.Server
	Issuer    *idp.IDP
	Mailbox   *mailbox.Mailbox
	VCenter   *vcenter.VCenter
	Store     *objectstore.Store
	Traces    *tracesink.Sink
	Processes *process.Supervisor

	cfg     Config
	secrets Secrets
	ports   *ports
	placed  placed
	broker  *doorbell
	cancel  context.CancelFunc
}

// What the parts are told.
const (
	vcUser        = "dcm@vsphere.local"
	mailUser      = "dcm"
	region        = "eu-central-1"
	bucket        = "dcm-audit"
	retentionDays = 1
	readyLimit    = time.Minute
)

// Start starts everything and returns when the portal can be used. The state of
// an earlier run is taken up.
func Start(ctx context.Context, cfg Config) (*Stack, error) {
	cfg.setDefaults()
	for _, dir := range []string{cfg.State, cfg.dir("mail"), cfg.dir("vcenter"), cfg.dir("store"), cfg.dir("issuer")} {
		if err := os.MkdirAll(dir, 0o711); err != nil {
			return nil, fmt.Errorf("make the state directory: %w", err)
		}
	}
	kept, err := loadSecrets(cfg.secrets())
	if err != nil {
		return nil, err
	}
	remembered, err := loadPorts(cfg.State)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	s := &Stack{cfg: cfg, secrets: kept, ports: remembered, cancel: cancel}
	start := s.start
	if cfg.Elsewhere != nil {
		start = s.startParts
	}
	if err := start(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Stack) start(ctx context.Context) error {
	var err error
	if s.placed, err = s.place(); err != nil {
		return err
	}
	s.cfg.Say("starting PostgreSQL, issuer, vCenter simulator, mail server, object store and trace sink")
	if err := s.startParts(ctx); err != nil {
		return err
	}
	if s.broker, err = s.newDoorbell(ctx); err != nil {
		return err
	}
	s.cfg.Say("starting Knative's broker with the generated Triggers")
	if err := s.broker.Up(ctx); err != nil {
		return err
	}
	s.cfg.Say("bringing the schema up to date")
	if err := s.migrate(ctx); err != nil {
		return err
	}
	s.cfg.Say("starting the functions and the portal")
	s.Processes, err = process.Start(ctx, process.Config{
		Specs: s.specs(), Output: s.cfg.Output, Color: s.cfg.Color, Logger: s.cfg.Logger,
	})
	if err != nil {
		return err
	}
	ready, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	if err := s.Processes.WaitReady(ready); err != nil {
		return err
	}
	s.cfg.Say("introducing the people and the hypervisor connections")
	if err := Seed(ready, s.Run(), s.placed.url(Provision)); err != nil {
		return err
	}
	tick(ctx, s.cfg.Tick, s.placed.urls(functions...))
	return errors.Join(s.ports.keep(), s.writeRun())
}

// startIssuer comes first: its realm file knows the tenants and their people.
func (s *Stack) startIssuer(ctx context.Context, listen string) error {
	variables := map[string]string{"DCM_PORTAL_URL": s.PortalURL()}
	if s.secrets.PortalSecret != "" {
		variables["DCM_PORTAL_SECRET"], variables["DCM_DEMO_PASSWORD"] = s.secrets.PortalSecret, s.secrets.DemoPassword
	}
	var err error
	s.Issuer, err = idp.Start(ctx, idp.Config{
		Realm: realm.File, Dir: s.cfg.dir("issuer"), Listen: listen, Public: s.cfg.public("issuer"),
		Variables: variables, Logger: s.cfg.Logger,
	})
	return err
}

// startParts starts what the functions talk to, all at once.
func (s *Stack) startParts(ctx context.Context) error {
	at := map[string]string{}
	for _, name := range []string{"postgres", "issuer", "mail", "smtp", "vcenter", "store", "traces"} {
		p, err := s.ports.take(name, s.cfg.Ports[name])
		if err != nil {
			return err
		}
		at[name] = s.cfg.listen(p)
	}
	if err := s.startIssuer(ctx, at["issuer"]); err != nil {
		return err
	}
	var err error
	if s.Traces, err = tracesink.Start(ctx, tracesink.Config{Listen: at["traces"], Logger: s.cfg.Logger}); err != nil {
		return err
	}
	g, starting := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		s.Postgres, err = postgres.Start(starting, postgres.Config{
			Modules: s.cfg.modules(), Dir: s.cfg.dir("postgres"), Database: database, Port: s.ports.kept["postgres"],
			Password: s.secrets.DatabasePassword, Logger: s.cfg.Logger, Settings: s.cfg.Postgres,
		})
		return err
	})
	g.Go(func() (err error) {
		s.Mailbox, err = mailbox.Start(ctx, mailbox.Config{
			Dir: s.cfg.dir("mail"), SMTP: at["smtp"], HTTP: at["mail"], User: mailUser, Password: s.secrets.MailPassword, Logger: s.cfg.Logger,
		})
		return err
	})
	g.Go(func() (err error) {
		s.VCenter, err = vcenter.Start(ctx, vcenter.Config{
			Dir: s.cfg.dir("vcenter"), Listen: at["vcenter"], User: vcUser, Password: s.secrets.VCPassword,
			Tenants: s.slugs(), Logger: s.cfg.Logger, TaskDelay: s.cfg.TaskDelay,
		})
		return err
	})
	g.Go(func() (err error) {
		s.Store, err = objectstore.Start(ctx, objectstore.Config{
			Dir: s.cfg.dir("store"), Listen: at["store"], Region: region, Bucket: bucket,
			AccessKey: s.secrets.StoreKey, SecretKey: s.secrets.StoreSecret, RetentionDays: retentionDays,
		})
		return err
	})
	return g.Wait()
}

// Close stops everything, functions first, and leaves nothing running.
func (s *Stack) Close() error {
	s.cancel()
	var errs []error
	if s.Processes != nil {
		errs = append(errs, s.Processes.Close())
	}
	if s.broker != nil {
		errs = append(errs, s.broker.Close())
	}
	if s.Traces != nil {
		errs = append(errs, s.Traces.Close())
	}
	if s.Issuer != nil {
		errs = append(errs, s.Issuer.Close())
	}
	if s.Mailbox != nil {
		errs = append(errs, s.Mailbox.Close())
	}
	if s.VCenter != nil {
		errs = append(errs, s.VCenter.Close())
	}
	if s.Store != nil {
		errs = append(errs, s.Store.Close())
	}
	if s.Postgres != nil {
		errs = append(errs, s.Postgres.Close())
	}
	_ = os.Remove(s.runFile())
	return errors.Join(errs...)
}

// PortalURL is where people click.
func (s *Stack) PortalURL() string {
	if s.cfg.Elsewhere != nil {
		return s.cfg.Elsewhere.Portal
	}
	return s.placed.url(Web)
}

// URL is where a function listens.
func (s *Stack) URL(name string) string { return s.placed.url(name) }

// StateDir is where a part keeps what it knows.
func (s *Stack) StateDir(part string) string { return s.cfg.dir(part) }

// BrokerURL is where functions announce.
func (s *Stack) BrokerURL() string { return s.broker.url() }

// CheckpointKey is the public key that bundles and records are verified with.
func (s *Stack) CheckpointKey() string { return s.secrets.checkpointPublicKey() }

// BrokerDown takes the broker away; BrokerUp brings it back.
func (s *Stack) BrokerDown() error { return s.broker.Down() }

// BrokerUp brings the broker back at the same address.
func (s *Stack) BrokerUp(ctx context.Context) error { return s.broker.Up(ctx) }

func (s *Stack) slugs() []string {
	var all []string
	for _, t := range s.Issuer.Tenants() {
		all = append(all, t.Slug)
	}
	return all
}

func splitHostPort(a string) (host, port string, err error) { return net.SplitHostPort(a) }
