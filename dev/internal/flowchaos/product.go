package flowchaos

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/checker"
	"dcm.io/dev/internal/client"
	"dcm.io/dev/internal/ledger"
	"dcm.io/dev/internal/process"
	"dcm.io/dev/internal/stack"
	"dcm.io/dev/internal/wire"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// A product is the running stack with the people who use it, for all scenarios.
type product struct {
	stack    *stack.Stack
	relay    *relay
	wire     *wire.Wire          // between the functions and the database
	said     *process.Transcript // by the processes
	bin      string              // links to the binaries that run
	suite    Suite
	promises *ledger.Ledger
	file     string // of the ledger
	tenants  []*tenant
	baseline map[string]checker.Usage // what processes held at the start, and what work adds to that

	mu       sync.Mutex // guards below
	tally    *chaos.Tally
	attempts []checker.Attempt
	windows  []checker.Window
	told     map[uuid.UUID][]string // refusals and errors, by the tenant that saw them
	wanted   map[string]*wanted     // by the machine's name
	broken   []checker.Violation
	most     int // server connections at once
	names    int
}

// A tenant is two people of a customer and a word that nobody else ever says.
type tenant struct {
	id             uuid.UUID
	canary         string
	asker, auditor string // by their user names
	mail           string // the asker's address
	asks, audits   *client.Client
}

// A wanted machine is what somebody was promised.
type wanted struct {
	tenant  *tenant
	request string
}

var customers = []tenant{
	{id: uuid.MustParse("0197f3a0-0000-7000-8000-00000000ac3e"), canary: "canary-acme", asker: "jana.vogel", auditor: "clara.stein", mail: "jana.vogel@acme.example"},
	{id: uuid.MustParse("0197f3a0-0000-7000-8000-0000000910be"), canary: "canary-globex", asker: "emma.clark", auditor: "grace.miller", mail: "emma.clark@globex.example"},
}

// functions are the processes, all but the portal's.
var functions = []string{stack.Submit, stack.Approve, stack.Provision, stack.Notify, stack.AuditExport}

// open starts everything.
func open(ctx context.Context, s Suite) (*product, error) {
	p := &product{
		suite: s, said: &process.Transcript{}, bin: filepath.Join(s.State, "bin"), file: filepath.Join(s.State, "ledger"), tally: &chaos.Tally{},
		told: map[uuid.UUID][]string{}, wanted: map[string]*wanted{},
	}
	if err := p.link(); err != nil {
		return nil, err
	}
	var err error
	if p.promises, err = ledger.Create(p.file); err != nil {
		return nil, err
	}
	if p.relay, err = newRelay(p.random("relay"), p.counts); err != nil {
		return nil, err
	}
	var unwired error
	p.stack, err = stack.Start(ctx, stack.Config{
		Root: s.Root, Bin: p.bin, State: filepath.Join(s.State, "stack"), Output: p.said, Tick: time.Second,
		Through: func(address string) string {
			if p.wire == nil && unwired == nil {
				p.wire, unwired = wire.Open(address, p.random("wire"))
			}
			if p.wire == nil {
				return address
			}
			return p.wire.Through(address)
		},
		// The last of two settings counts: announcements go by way of the relay.
		Env: []string{"PATIENCE=2s", "K_SINK=" + p.relay.url},
	})
	if err := errors.Join(err, unwired); err != nil {
		return nil, errors.Join(err, p.close())
	}
	p.relay.aim(p.stack.BrokerURL())
	if err := p.login(ctx); err != nil {
		return nil, errors.Join(err, p.close())
	}
	p.baseline = p.usage()
	for name, u := range p.baseline {
		p.baseline[name] = checker.Usage{Files: u.Files + neighbours}
	}
	return p, nil
}

// neighbours are connections that a process keeps for two minutes once it has
// worked: most are the broker's, as many as it has delivered at once when the
// database was slow. A leak grows beyond them: thousands of deliveries are made,
// and the baseline is that of the start for all scenarios.
const neighbours = 48

// link makes a directory of links to the binaries, so that one can be exchanged.
func (p *product) link() error {
	if err := os.MkdirAll(p.bin, 0o711); err != nil {
		return fmt.Errorf("make a place for the binaries: %w", err)
	}
	for _, name := range append([]string{stack.Web, "dcmctl"}, functions...) {
		program := cmp.Or(p.suite.Instead[name], filepath.Join(p.suite.Root, "bin", name))
		if err := p.exchange(name, program); err != nil {
			return err
		}
	}
	return nil
}

// exchange makes a name mean another program from its next start on.
func (p *product) exchange(name, program string) error {
	if _, err := os.Stat(program); err != nil {
		return fmt.Errorf("a binary is missing; make build: %w", err)
	}
	draft := filepath.Join(p.bin, name+".new")
	if err := os.Symlink(program, draft); err != nil {
		return fmt.Errorf("exchange a binary: %w", err)
	}
	if err := os.Rename(draft, filepath.Join(p.bin, name)); err != nil {
		return fmt.Errorf("exchange a binary: %w", err)
	}
	return nil
}

func (p *product) login(ctx context.Context) error {
	run := p.stack.Run()
	for _, t := range customers {
		for who, c := range map[string]**client.Client{t.asker: &t.asks, t.auditor: &t.audits} {
			person, err := run.Find(who)
			if err != nil {
				return err
			}
			if *c, err = client.Login(ctx, run.Portal, run.Issuer, who, person.Password); err != nil {
				return err
			}
		}
		p.tenants = append(p.tenants, &t)
	}
	return nil
}

// counts is the tally of the scenario that is being played.
func (p *product) counts() *chaos.Tally {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tally
}

// random is chance of one's own, drawn from the seed.
func (p *product) random(who string) *rand.Rand {
	var n uint64
	for _, b := range []byte(who) {
		n = n*31 + uint64(b)
	}
	return rand.New(rand.NewPCG(p.suite.Seed, n))
}

// admin connects as the superuser.
func (p *product) admin(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.Connect(ctx, p.stack.Run().Database)
	if err != nil {
		return nil, fmt.Errorf("connect as the superuser: %w", err)
	}
	return conn, nil
}

// during runs what breaks something, and remembers when that was.
func (p *product) during(fault func() error) error {
	from := time.Now()
	err := fault()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.windows = append(p.windows, checker.Window{From: from, To: time.Now()})
	return err
}

func (p *product) violate(check checker.Check, format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.broken = append(p.broken, checker.Violation{Check: check, Detail: fmt.Sprintf(format, args...)})
}

// tried remembers how an attempt went, and what the tenant was told.
func (p *product) tried(t *tenant, began time.Time, err error) {
	a := checker.Attempt{At: began, Took: time.Since(began)}
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		a.Failed = err.Error()
		p.told[t.id] = append(p.told[t.id], a.Failed)
	}
	p.attempts = append(p.attempts, a)
}

// usage is what the processes hold. One that is down holds nothing.
func (p *product) usage() map[string]checker.Usage {
	all := map[string]checker.Usage{}
	for _, name := range append([]string{stack.Web}, functions...) {
		if pid, ok := p.stack.Processes.PID(name); ok {
			files, err := checker.Files(fmt.Sprint(pid))
			if err == nil {
				all[name] = checker.Usage{Files: files}
			}
		}
	}
	return all
}

// watch reads a page now and then, as people do, and counts connections.
func (p *product) watch(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		t := p.tenants[n%len(p.tenants)]
		began := time.Now()
		err := t.asks.Get(ctx, "/api/v1/requests", nil)
		if ctx.Err() != nil {
			return
		}
		p.tried(t, began, err)
		p.countConnections(ctx)
		chaos.Pause(ctx, 50*time.Millisecond)
	}
}

func (p *product) countConnections(ctx context.Context) {
	conn, err := p.admin(ctx)
	if err != nil {
		return
	}
	defer conn.Close(ctx)
	var n int
	if conn.QueryRow(ctx, `select count(*) from pg_stat_activity where usename like 'dcm_%'`).Scan(&n) == nil {
		p.mu.Lock()
		p.most = max(p.most, n)
		p.mu.Unlock()
	}
}

// machines are those that somebody was promised, by name.
func (p *product) machines() map[string]*wanted {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.wanted)
}

// close ends what was opened, the functions first.
func (p *product) close() error {
	var errs []error
	if p.stack != nil {
		errs = append(errs, p.stack.Close())
	}
	if p.wire != nil {
		errs = append(errs, p.wire.Close())
	}
	return errors.Join(append(errs, p.relay.close(), p.promises.Close())...)
}
