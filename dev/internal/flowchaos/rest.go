package flowchaos

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/checker"
	"dcm.io/dev/internal/ledger"
	"dcm.io/dev/internal/stack"
	"dcm.io/shared/event"
	"github.com/google/uuid"
)

// restLimit is how long everything may take once nothing is broken any more.
const restLimit = 45 * time.Second

// restFor is how long this product may take.
func (p *product) restFor() time.Duration {
	if len(p.suite.Instead) > 0 {
		return restLimit / 5
	}
	return restLimit
}

// mailsFor a small machine: asked for, approved, ready.
const mailsFor = 3

// elapse makes the waits after failures end, and the leases of those who have been
// dead for a while, as time would.
const elapse = `update dcm.work set not_before = '-infinity', held_until = case when held_until < clock_timestamp() + interval '25 seconds' then '-infinity' else held_until end
	where not dead and (not_before > clock_timestamp() or held_until > clock_timestamp())`

// rest waits until every request has ended well, its mails have come and nothing
// is due. What is not so by then is for the checks to find.
func (p *product) rest(ctx context.Context) error {
	if err := p.stack.Processes.WaitReady(ctx); err != nil {
		return err
	}
	for until := time.Now().Add(p.restFor()); time.Now().Before(until) && ctx.Err() == nil; chaos.Pause(ctx, 200*time.Millisecond) {
		due, err := p.due(ctx)
		if err != nil {
			return err
		}
		if due == 0 && p.mailed() {
			return nil
		}
	}
	return ctx.Err()
}

func (p *product) due(ctx context.Context) (n int, err error) {
	conn, err := p.admin(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, elapse); err != nil {
		return 0, fmt.Errorf("let time pass: %w", err)
	}
	err = conn.QueryRow(ctx, `select count(*) from dcm.work where not dead and due_at <= clock_timestamp() + interval '30 seconds'`).Scan(&n)
	return n, err
}

// mailed reports whether everybody has all mails about their machines.
func (p *product) mailed() bool {
	have := p.mails()
	for name := range p.machines() {
		if have[name] < mailsFor {
			return false
		}
	}
	return true
}

// mails counts deliveries about each machine to whoever asked for it.
func (p *product) mails() map[string]int {
	n := map[string]int{}
	all := p.stack.Mailbox.Mails("")
	for name, w := range p.machines() {
		for _, m := range all {
			if m.To == w.tenant.mail && slices.Contains(strings.FieldsFunc(m.Subject, notInName), name) {
				n[name]++
			}
		}
	}
	return n
}

func notInName(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-') }

// judge makes the checks.
func (p *product) judge(ctx context.Context, r *chaos.Result, recovery time.Duration) error {
	proven := time.Now()
	bundles := p.bundles(ctx)
	if err := p.rest(ctx); err != nil { // auditors are told of their bundles
		return err
	}
	conn, err := p.admin(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	w, err := r.Log(ctx, chaos.Record{Ledger: p.file, Operator: p.stack.DatabaseAs("operator"), Owner: conn, Foreign: covered}, p.tally)
	if err != nil {
		return err
	}
	r.Add(checker.U5, checker.Owed(w, nil, nil), checker.Consequences(w, []event.Function{event.Approve, event.Provision}), p.effects())
	r.Add(checker.U6, checker.Trees(before(w, proven)), checker.Bundles(bundles))
	apart, probes, err := checker.Apart(ctx, conn, canaries())
	if err != nil {
		return err
	}
	p.mu.Lock()
	told, attempts, windows, most := p.told, p.attempts, p.windows, p.most
	r.Violations = append(r.Violations, p.broken...)
	p.mu.Unlock()
	r.Add(checker.U7, apart, checker.Words(canaries(), told, p.public(ctx)))
	r.Add(checker.U8, checker.Bounded(most, connectionLimit/5, p.baseline, p.usage()))
	steady, recovered := checker.Steady(attempts, windows, recovery)
	r.Add(checker.U9, steady)
	r.Recovered = recovered
	p.tally.Add("facts", len(w.Facts))
	p.tally.Add("bundles verified offline", len(bundles))
	p.tally.Add("probes of other tenants", probes)
	return nil
}

// connectionLimit is PostgreSQL's in the stack.
const connectionLimit = 100

// covered accepts facts of commands that somebody has asked with a key of the
// ledger's, from which the portal derives the command's id, and those that no
// request is the cause of: setting up, timers, and what auditors do.
func covered(entries []ledger.Entry) func(checker.Fact) bool {
	keys := map[uuid.UUID][]string{}
	for _, e := range entries {
		if e.Kind == ledger.Asked {
			keys[e.Tenant] = append(keys[e.Tenant], e.Cause)
		}
	}
	return func(f checker.Fact) bool {
		switch f.Type {
		case "io.dcm.request.submitted.v1", "io.dcm.request.annotated.v1":
			person := event.ParseActor(f.Actor).ID
			return slices.ContainsFunc(keys[f.Tenant], func(key string) bool {
				return event.DeriveID(f.Tenant, "command", person, key).String() == f.Correlation
			})
		case "io.dcm.tenant.registered.v1", "io.dcm.person.introduced.v1", "io.dcm.connection.configured.v1",
			"io.dcm.audit.requested.v1", "io.dcm.audit.downloaded.v1", "io.dcm.access.denied.v1":
			return true
		}
		return strings.HasPrefix(f.Cause, "timer:")
	}
}

// before leaves out facts that were recorded after a moment and are in no tree
// yet: the export that put the others there is such a fact itself.
func before(w checker.World, moment time.Time) checker.World {
	type place struct {
		tenant, stream uuid.UUID
		version        int64
	}
	in := map[place]bool{}
	for _, l := range w.Leaves {
		in[place{l.Tenant, l.Stream, l.Version}] = true
	}
	w.Facts = slices.DeleteFunc(slices.Clone(w.Facts), func(f checker.Fact) bool {
		return f.RecordedAt.After(moment) && !in[place{f.Tenant, f.Stream, f.Version}]
	})
	return w
}

func canaries() checker.Canaries {
	all := checker.Canaries{}
	for _, t := range customers {
		all[t.id] = t.canary
	}
	return all
}

// effects are the machines on the vCenter, by the mark of their request, and the
// mails.
func (p *product) effects() []checker.Violation {
	made, want, mails := map[string]int{}, map[string]int{}, map[string]int{}
	for _, m := range p.stack.VCenter.VMs() {
		made[m.ExtraConfig["dcm.request.id"]]++
	}
	for name, w := range p.machines() {
		want[w.request], mails[name] = 1, mailsFor
	}
	twice := map[string]int{}
	for _, m := range p.stack.Mailbox.Mails("") {
		twice[m.To+" "+m.MessageID]++
	}
	once := map[string]int{}
	for id := range twice {
		once[id] = 1
	}
	return slices.Concat(checker.Effects("machine of request", made, want), checker.Effects("mails about", p.mails(), mails), checker.Effects("mail", twice, once))
}

// bundles has each tenant's auditor export everything, and the verifier say what
// it thinks with the public key alone.
func (p *product) bundles(ctx context.Context) map[string]error {
	all := map[string]error{}
	for _, t := range p.tenants {
		all["of "+t.canary] = p.bundle(ctx, t)
	}
	return all
}

func (p *product) bundle(ctx context.Context, t *tenant) error {
	asked, err := t.audits.Export(ctx, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, p.restFor())
	defer cancel()
	if _, err := t.audits.AwaitBundle(ctx, asked.ID); err != nil {
		return fmt.Errorf("wait for the bundle: %w", err)
	}
	archive, err := t.audits.Download(ctx, asked.ID)
	if err != nil {
		return err
	}
	file := filepath.Join(p.suite.State, asked.ID+".zip")
	defer os.Remove(file)
	if err := os.WriteFile(file, archive, 0o600); err != nil {
		return fmt.Errorf("keep the bundle: %w", err)
	}
	said, err := exec.CommandContext(ctx, filepath.Join(p.suite.Root, "bin", "dcm-verify"), "-key", p.stack.CheckpointKey(), file).CombinedOutput()
	if err == nil && !strings.Contains(string(said), "by the signed checkpoint of") {
		err = errors.New("it is not signed")
	}
	if err != nil {
		return fmt.Errorf("%w: %s", err, said)
	}
	return nil
}

// public is what operators read: lines and metrics.
func (p *product) public(ctx context.Context) map[string]string {
	all := map[string]string{"what the processes said": p.said.String()}
	for _, name := range append([]string{stack.Web}, functions...) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.stack.URL(name)+"/metrics", nil)
		if err != nil {
			continue
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			p.violate(checker.U9, "%s does not tell its metrics: %v", name, err)
			continue
		}
		text, _ := io.ReadAll(answer.Body) // what was read is looked at
		_ = answer.Body.Close()
		all["metrics of "+name] = string(text)
	}
	return all
}
