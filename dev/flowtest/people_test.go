package flowtest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"dcm.io/dev/internal/client"
)

// limit bounds one test: outages included, a flow takes seconds.
const limit = 90 * time.Second

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	t.Cleanup(cancel)
	return ctx
}

// as logs somebody in.
func as(ctx context.Context, t *testing.T, username string) *client.Client {
	t.Helper()
	r := running.Run()
	p, err := r.Find(username)
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.Login(ctx, r.Portal, r.Issuer, username, p.Password)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var names atomic.Int64

// wish asks for a machine with a name of its own.
func wish(size string) client.Wish {
	n := names.Add(1)
	return client.Wish{
		Project: "Flow", Name: fmt.Sprintf("flow-%d", n), Template: "ubuntu-24.04", Size: size, Network: "prod",
		LeaseDays: 7, Justification: "Needed to prove the flow.",
	}
}

// submit asks for a machine and fails the test if that is refused.
func submit(ctx context.Context, t *testing.T, c *client.Client, size string) client.Request {
	t.Helper()
	w := wish(size)
	r, err := c.Submit(ctx, "key-"+w.Name, w)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func await(ctx context.Context, t *testing.T, c *client.Client, id string, states ...string) client.Request {
	t.Helper()
	r, err := c.Await(ctx, id, states...)
	if err != nil {
		t.Fatalf("request %s is %q, not %q: %v", id, r.State, states, err)
	}
	return r
}

// problem is what err is; it must have this status and code.
func problem(t *testing.T, err error, status int, code string) *client.Problem {
	t.Helper()
	var p *client.Problem
	if !errors.As(err, &p) {
		t.Fatalf("got %v, want the problem %d %s", err, status, code)
	}
	if p.Status != status || p.Code != code {
		t.Fatalf("got %v, want %d %s", p, status, code)
	}
	return p
}

// refused fails the test unless err is a problem with this status and code.
func refused(t *testing.T, err error, status int, code string) {
	t.Helper()
	_ = problem(t, err, status, code)
}
