// Package demo drives the whole flow through the public API as different
// people, tells what happens, and checks at the end what was promised: the
// machine exists once on the hypervisor, the mail arrived, and the audit bundle
// verifies.
package demo

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"dcm.io/dev/internal/client"
	"dcm.io/dev/internal/stack"
)

// limit is how long the whole demo may take.
const limit = 2 * time.Minute

// Play runs the demo against r and tells w. An error says what was not as
// promised.
func Play(ctx context.Context, w io.Writer, r stack.Run) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	p, err := cast(ctx, r)
	if err != nil {
		return err
	}
	began := time.Now()
	request, err := p.flow(ctx, w)
	if err != nil {
		return err
	}
	moments, err := p.jana.Timeline(ctx, request.ID)
	if err != nil {
		return err
	}
	timeline(w, moments)
	for _, check := range []struct {
		promise string
		run     func(context.Context) (string, error)
	}{
		{"the machine exists exactly once on the vCenter", func(ctx context.Context) (string, error) { return OneMachine(ctx, r, request) }},
		{"each mail has arrived once", func(ctx context.Context) (string, error) { return mails(ctx, r, request.Name) }},
		{"the audit bundle verifies", func(ctx context.Context) (string, error) { return p.bundle(ctx, began.Add(-time.Hour)) }},
	} {
		found, err := check.run(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", check.promise, err)
		}
		fmt.Fprintf(w, "  ok  %s: %s\n", check.promise, found)
	}
	return nil
}

// players are the people of the demo.
type players struct {
	jana, anna, clara *client.Client // asks, decides, audits
}

func cast(ctx context.Context, r stack.Run) (players, error) {
	var p players
	for username, c := range map[string]**client.Client{"jana.vogel": &p.jana, "anna.berg": &p.anna, "clara.stein": &p.clara} {
		person, err := r.Find(username)
		if err != nil {
			return p, err
		}
		if *c, err = client.Login(ctx, r.Portal, r.Issuer, username, person.Password); err != nil {
			return p, err
		}
	}
	return p, nil
}

// flow is the main job: ask, decide, wait.
func (p players) flow(ctx context.Context, w io.Writer) (client.Request, error) {
	fmt.Fprintln(w, "Jana Vogel asks for a machine")
	began := time.Now()
	request, err := p.jana.Submit(ctx, fmt.Sprintf("demo-%d", began.UnixNano()), client.Wish{
		Project: "Webshop", Name: fmt.Sprintf("demo-%d", began.Unix()%1_000_000), Template: "ubuntu-24.04", Size: "M",
		Network: "prod", LeaseDays: 30, Justification: "Shows how DCM works, from the wish to the proof.",
	})
	if err != nil {
		return request, err
	}
	if _, err = p.jana.Await(ctx, request.ID, "waiting"); err != nil {
		return request, fmt.Errorf("wait until somebody is asked: %w", err)
	}
	fmt.Fprintln(w, "Anna Berg approves it")
	decided := time.Now()
	if _, err := p.anna.Decide(ctx, request.ID, "approve", "Fits the project."); err != nil {
		return request, err
	}
	request, err = p.jana.Await(ctx, request.ID, "ready", "failed")
	if err != nil {
		return request, fmt.Errorf("wait for the machine: %w", err)
	}
	if request.State != "ready" {
		return request, fmt.Errorf("the machine could not be built: %+v", *request.Provisioning.Failure)
	}
	fmt.Fprintf(w, "It is ready: %s after the request, %s after the decision\n\n",
		time.Since(began).Round(time.Millisecond), time.Since(decided).Round(time.Millisecond))
	return request, nil
}

func timeline(w io.Writer, moments []client.Moment) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	var first, last time.Time
	for _, m := range moments {
		if first.IsZero() {
			first, last = m.OccurredAt, m.OccurredAt
		}
		who := m.Actor.Name
		if who == "" {
			who = m.Actor.Kind
		}
		step, _ := m.Data["step"].(string)
		fmt.Fprintf(t, "%d ms\t%+d ms\t  %s\t  %s\t  %s\t\n", m.OccurredAt.Sub(first).Milliseconds(), m.OccurredAt.Sub(last).Milliseconds(), who, m.Type, step)
		last = m.OccurredAt
	}
	_ = t.Flush() // the writer is a terminal or a test's buffer
	fmt.Fprintln(w)
}
