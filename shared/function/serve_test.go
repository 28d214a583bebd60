package function_test

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/memory"
	"dcm.io/shared/function"
)

// TestDrain: what runs when the process is told to stop is finished, and nothing
// new is begun.
func TestDrain(t *testing.T) {
	t.Parallel()
	address := freeAddress(t)
	inside, finish := make(chan struct{}), make(chan struct{})
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			close(inside)
			<-finish
			if r.Context().Err() != nil {
				t.Error("the running request was cancelled")
			}
		}
		w.WriteHeader(http.StatusNoContent)
	})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- function.ListenAndServe(ctx, address, h) }()
	await(t, address)

	answered := make(chan int, 1)
	go func() {
		resp, err := http.Get("http://" + address + "/slow")
		if err != nil {
			t.Error(err)
			answered <- 0
			return
		}
		_ = resp.Body.Close()
		answered <- resp.StatusCode
	}()
	<-inside
	stop()
	for { // until it takes no new connections
		conn, err := net.Dial("tcp", address)
		if err != nil {
			break
		}
		_ = conn.Close()
	}
	select {
	case err := <-done:
		t.Fatalf("stopped with %v while a request was running", err)
	default:
	}
	close(finish)
	if status := <-answered; status != http.StatusNoContent {
		t.Errorf("the running request was answered %d", status)
	}
	if err := <-done; err != nil {
		t.Errorf("stopped with %v", err)
	}
}

func TestPortTaken(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	if err := function.ListenAndServe(t.Context(), l.Addr().String(), http.NotFoundHandler()); err == nil {
		t.Error("no error: an operator would wait for ever")
	}
}

func TestRoutesMatchTheCatalogue(t *testing.T) {
	t.Parallel()
	log := memory.New(time.Now)
	b := setup(t)
	cases := map[string]struct {
		routes function.Routes
		reason string
	}{
		"Missing":   {routes: function.Routes{}, reason: "a Trigger without a handler"},
		"Spare":     {routes: function.Routes{Facts: map[event.Type]function.FactHandler{submittedType: b.onFact, "io.dcm.approval.granted.v1": b.onFact}}, reason: "a handler without a Trigger"},
		"Exchanged": {routes: function.Routes{Facts: map[event.Type]function.FactHandler{"io.dcm.approval.granted.v1": b.onFact}}, reason: "the right number of the wrong ones"},
		"NoCallers": {
			routes: function.Routes{
				Facts:    map[event.Type]function.FactHandler{submittedType: b.onFact},
				Commands: map[string]function.CommandHandler{"io.dcm.request.decide": b.command},
			},
			reason: "commands that anybody could give",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := function.NewHandler(function.Config{}, function.Function{Name: event.Approve, Log: log, Ledger: log, Routes: tc.routes}); err == nil {
				t.Errorf("no error: %s", tc.reason)
			}
		})
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func await(t *testing.T, address string) {
	t.Helper()
	for range 200 {
		if conn, err := net.Dial("tcp", address); err == nil {
			_ = conn.Close()
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("nobody listens")
}
