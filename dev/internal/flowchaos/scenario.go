package flowchaos

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"dcm.io/dev/internal/altered"
	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/checker"
	"dcm.io/dev/internal/stack"
	"dcm.io/dev/internal/wire"
	"github.com/google/uuid"
)

var scenarios = []scenario{
	// Whoever watches over the processes here waits for up to ten seconds before it
	// starts again what keeps dying.
	{name: "killed-functions", play: killedFunctions, needs: []string{kills}, recovery: 12 * time.Second},
	{name: "unsure-functions", play: unsureFunctions, needs: []string{ackLost, cutBefore}, recovery: 5 * time.Second},
	{name: "silent-database", play: silentDatabase, needs: []string{silent}, recovery: 16 * time.Second},
	{name: "bad-broker", play: badBroker, needs: []string{dropped, doubled, delayed}},
	{name: "no-broker", play: noBroker, needs: []string{brokerAway}},
	{name: "product-without-postgres", play: killedPostgres, needs: []string{postgresKills}, recovery: 10 * time.Second},
	{name: "bad-vcenter", play: badVCenter, needs: []string{answersLost, vcenterAway}},
	{name: "nothing-outside", play: nothingOutside, needs: []string{mailRefused, storeAway}},
	{name: "poison-in-the-broker", play: poison, needs: []string{poisonPosted}},
	{name: "rolling-release", play: rollingRelease, needs: []string{exchanged, "facts that this release cannot read"}, recovery: 5 * time.Second},
}

// size is how many machines are asked for: n, or a third of it in the short form.
func (p *product) size(n int) int {
	if p.suite.Quick {
		return (n + 2) / 3
	}
	return n
}

const kills = "kills of functions"

// killedFunctions kills processes at moments of chance, the portal too.
func killedFunctions(ctx context.Context, p *product) error {
	random := p.random("kills")
	return p.asking(ctx, p.size(18), func() error {
		err := p.during(func() error {
			for range p.size(45) {
				victims := append([]string{stack.Web}, functions...)
				if p.stack.Processes.Kill(victims[random.IntN(len(victims))]) == nil {
					p.tally.Add(kills, 1)
				}
				chaos.Pause(ctx, 60*time.Millisecond+time.Duration(random.Int64N(int64(200*time.Millisecond))))
			}
			return nil
		})
		if err != nil {
			return err
		}
		return p.stack.Processes.WaitReady(ctx)
	})
}

// What unsureFunctions does.
const (
	ackLost   = "committed, ack lost"
	cutBefore = "cut before commit"
)

// unsureFunctions breaks the functions' connections to the database, before the
// commit and after it, until everybody has their machines and mails: none can know
// whether what it has recorded is there.
func unsureFunctions(ctx context.Context, p *product) error {
	before := p.wire.Counts()
	err := p.during(func() error {
		p.wire.Set(wire.Weather{Cut: 100, Lose: 100, Hold: 100, HoldFor: 100 * time.Millisecond, All: true})
		defer p.wire.Set(wire.Weather{})
		return p.asking(ctx, p.size(18), func() error { return nil })
	})
	if err != nil {
		return err
	}
	return p.during(func() error {
		p.wire.Set(wire.Weather{Cut: 100, Lose: 100})
		defer p.wire.Set(wire.Weather{})
		for until := time.Now().Add(restLimit); !p.mailed() && time.Now().Before(until); chaos.Pause(ctx, 100*time.Millisecond) {
			if _, err := p.due(ctx); err != nil { // and so lets time pass
				return err
			}
		}
		n := p.wire.Counts()
		p.tally.Add(ackLost, n.LostAcks-before.LostAcks)
		p.tally.Add("other answers lost", n.LostAnswers-before.LostAnswers)
		p.tally.Add(cutBefore, n.Cut-before.Cut)
		return nil
	})
}

const silent = "connections to the database that fell silent"

// silentDatabase lets connections to the database fall silent while people ask:
// each process has but two, and nobody tells it.
func silentDatabase(ctx context.Context, p *product) error {
	before := p.wire.Counts()
	return p.asking(ctx, p.size(18), func() error {
		return p.during(func() error {
			p.wire.Set(wire.Weather{Silence: 25, Mute: 25, All: true})
			chaos.Pause(ctx, 3*time.Second)
			p.wire.Set(wire.Weather{})
			n := p.wire.Counts()
			p.tally.Add(silent, n.Silent+n.Muted-before.Silent-before.Muted)
			return nil
		})
	})
}

// badBroker drops, doubles and delays announcements. The portal must not notice.
func badBroker(ctx context.Context, p *product) error {
	p.relay.set(weather{drop: 150, twice: 300, late: 300, by: 2 * time.Second})
	defer p.relay.set(weather{})
	return p.asking(ctx, p.size(18), func() error { return p.rest(ctx) })
}

const brokerAway = "times that the broker was away"

// noBroker takes the broker away while people ask: ticks find what is owed.
func noBroker(ctx context.Context, p *product) error {
	if err := p.stack.BrokerDown(); err != nil {
		return err
	}
	p.tally.Add(brokerAway, 1)
	err := p.asking(ctx, p.size(9), func() error { chaos.Pause(ctx, 3*time.Second); return nil })
	if err != nil {
		return err
	}
	return p.stack.BrokerUp(ctx)
}

const postgresKills = "kills of PostgreSQL"

// killedPostgres ends the database as a power cut would, in the middle of it all.
func killedPostgres(ctx context.Context, p *product) error {
	random := p.random("postgres")
	return p.asking(ctx, p.size(18), func() error {
		for range p.size(6) {
			chaos.Pause(ctx, 500*time.Millisecond+time.Duration(random.Int64N(int64(time.Second))))
			// What it takes to come back is part of recovering.
			if err := p.during(p.stack.Postgres.Kill); err != nil {
				return err
			}
			if err := p.stack.Postgres.Start(ctx); err != nil {
				return err
			}
			p.tally.Add(postgresKills, 1)
		}
		return nil
	})
}

// What badVCenter does.
const (
	answersLost = "answers of the vCenter lost"
	vcenterAway = "times that it was away"
)

// badVCenter does what it is asked and does not say so, is slow, and goes away.
func badVCenter(ctx context.Context, p *product) error {
	methods := []string{"CloneVM_Task", "ReconfigVM_Task", "PowerOnVM_Task"}
	for _, m := range methods {
		p.stack.VCenter.LoseAnswers(m, 2)
		p.tally.Add(answersLost, 2)
	}
	p.stack.VCenter.Delay("RetrievePropertiesEx", 50*time.Millisecond)
	err := p.asking(ctx, p.size(12), func() error {
		chaos.Pause(ctx, 2*time.Second)
		if err := p.stack.VCenter.Down(); err != nil {
			return err
		}
		p.tally.Add(vcenterAway, 1)
		chaos.Pause(ctx, time.Second)
		return p.stack.VCenter.Up()
	})
	if err != nil {
		return err
	}
	p.stack.VCenter.Delay("RetrievePropertiesEx", 0)
	return p.rest(ctx)
}

// What nothingOutside does.
const (
	mailRefused = "times that the mail server refused all"
	storeAway   = "times that the object store was away"
)

// nothingOutside takes the mail server and the object store away: machines are
// built all the same, and mails and bundles follow.
func nothingOutside(ctx context.Context, p *product) error {
	p.stack.Mailbox.Refuse(421, 1_000_000)
	p.tally.Add(mailRefused, 1)
	if err := p.stack.Store.Stop(); err != nil {
		return err
	}
	p.tally.Add(storeAway, 1)
	err := p.asking(ctx, p.size(9), func() error {
		_, err := p.tenants[0].audits.Export(ctx, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
		chaos.Pause(ctx, 2*time.Second)
		return err
	})
	if err != nil {
		return err
	}
	p.stack.Mailbox.Clear()
	return p.stack.Store.Start(ctx)
}

const poisonPosted = "poisonous events"

// poison posts what no event may be, to the broker and straight to the functions.
func poison(ctx context.Context, p *product) error {
	return p.asking(ctx, p.size(9), func() error {
		for range p.size(6) {
			for _, url := range p.urls() {
				p.postPoison(ctx, url)
			}
			// The broker answers when every consumer has, and tries again who hangs up.
			bounded, cancel := context.WithTimeout(ctx, 2*time.Second)
			p.postPoison(bounded, p.stack.BrokerURL())
			cancel()
		}
		return nil
	})
}

func (p *product) urls() []string {
	var all []string
	for _, f := range functions {
		all = append(all, p.stack.URL(f))
	}
	return all
}

// postPoison expects that a function refuses it for good; what the broker takes it
// brings there itself.
func (p *product) postPoison(ctx context.Context, target string) {
	tenant := p.tenants[0].id.String()
	for _, e := range []struct {
		kind, id, tenant, body string
	}{
		{"io.dcm.request.submitted.v1", uuid.NewString(), "not a tenant", "{}"},
		{"io.dcm.request.submitted.v1", "' or '1'='1", tenant, "{}"},
		{"io.dcm.request.submitted.v99", uuid.NewString(), tenant, "{}"},
		{"io.dcm.request.submitted.v1", uuid.NewString(), "", "{\"name\":\"\xff\xfe\"}"},
		{"io.dcm.request.submit", "poison", "", strings.Repeat("[", 1<<20)},
		{"io.dcm.approval.granted.v1", uuid.NewString(), "", strings.Repeat("x", 2<<20)},
	} {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader([]byte(e.body)))
		if err != nil {
			p.violate(checker.U9, "%v", err)
			return
		}
		for name, value := range map[string]string{
			"Content-Type": "application/json", "ce-specversion": "1.0", "ce-source": "/chaos", "ce-id": e.id, "ce-type": e.kind, "ce-tenantid": e.tenant,
		} {
			r.Header.Set(name, value)
		}
		answer, err := http.DefaultClient.Do(r)
		p.tally.Add(poisonPosted, 1)
		if err != nil { // hung up in the middle of a body that is too large
			continue
		}
		_ = answer.Body.Close()
		if target != p.stack.BrokerURL() && (answer.StatusCode < 400 || answer.StatusCode >= 500) {
			p.violate(checker.U9, "%s answers %d to %s %q", target, answer.StatusCode, e.kind, e.body[:min(20, len(e.body))])
		}
	}
}

const exchanged = "exchanges of a running release"

// rollingRelease brings the next release of submit into the running product and
// takes it back, while people go on asking.
func rollingRelease(ctx context.Context, p *product) error {
	next, err := altered.NextSubmit.Compile(ctx, p.suite.Root, p.suite.State)
	if err != nil {
		return err
	}
	today := p.suite.Root + "/bin/" + stack.Submit
	return p.asking(ctx, p.size(12), func() error {
		for _, program := range []string{next, today, next, today} {
			err := p.during(func() error {
				if err := p.exchange(stack.Submit, program); err != nil {
					return err
				}
				if err := p.stack.Processes.Kill(stack.Submit); err != nil {
					return err
				}
				chaos.Pause(ctx, 100*time.Millisecond)
				return p.stack.Processes.WaitReady(ctx, stack.Submit)
			})
			if err != nil {
				return fmt.Errorf("exchange submit: %w", err)
			}
			p.tally.Add(exchanged, 1)
			for _, t := range p.tenants { // each release has something to record
				p.ask(ctx, t)
			}
		}
		return nil
	})
}
