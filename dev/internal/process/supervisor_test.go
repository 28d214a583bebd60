package process_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"dcm.io/dev/internal/process"
)

// roleEnv makes this test binary play one of the supervised programs.
const roleEnv = "PROCESS_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleEnv) {
	case "":
		os.Exit(m.Run())
	case "server":
		serve(os.Getenv("ADDR"))
	case "crasher":
		fmt.Println("about to crash")
		os.Exit(3)
	}
}

// serve answers /readyz until SIGTERM, which it acknowledges.
func serve(addr string) {
	fmt.Println("serving")
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)
	go func() {
		<-term
		fmt.Println("goodbye")
		os.Exit(0)
	}()
	err := http.ListenAndServe(addr, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(w, os.Getpid())
	}))
	fmt.Println(err)
}

func TestKilledProgramComesBack(t *testing.T) {
	t.Parallel()
	var out buffer
	s := start(t, process.Config{Specs: []process.Spec{server("alpha", freeAddr(t))}, Output: &out, BackoffMin: 10 * time.Millisecond})
	ready(t, s)
	before, _ := s.PID("alpha")
	if err := s.Kill("alpha"); err != nil {
		t.Fatal(err)
	}
	ready(t, s)
	if after, ok := s.PID("alpha"); !ok || after == before {
		t.Errorf("process id %d, running %t: want a new one than %d", after, ok, before)
	}
	if got := s.Starts("alpha"); got != 2 {
		t.Errorf("started %d times, want 2", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "alpha | goodbye\n") {
		t.Errorf("Close must ask politely first; printed:\n%s", out.String())
	}
}

func TestPausedProgramStaysDown(t *testing.T) {
	t.Parallel()
	s := start(t, process.Config{Specs: []process.Spec{server("alpha", freeAddr(t))}, BackoffMin: time.Millisecond})
	ready(t, s)
	if err := s.Pause("alpha"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond)
	if pid, ok := s.PID("alpha"); ok {
		t.Errorf("paused program runs as %d", pid)
	}
	if err := s.Resume("alpha"); err != nil {
		t.Fatal(err)
	}
	ready(t, s)
}

func TestCrashLoopBacksOff(t *testing.T) {
	t.Parallel()
	var out buffer
	spec := process.Spec{Name: "beta", Path: os.Args[0], Env: []string{roleEnv + "=crasher"}}
	s := start(t, process.Config{Specs: []process.Spec{spec}, Output: &out, BackoffMin: 50 * time.Millisecond})
	time.Sleep(600 * time.Millisecond)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// Pauses of 50, 100, 200, 400 ms leave room for at most four starts and a slow one.
	if got := s.Starts("beta"); got < 2 || got > 5 {
		t.Errorf("started %d times in 600 ms: the pauses must grow", got)
	}
	if !strings.Contains(out.String(), "beta | about to crash\n") {
		t.Errorf("output is not prefixed:\n%s", out.String())
	}
}

func TestUnknownName(t *testing.T) {
	t.Parallel()
	s := start(t, process.Config{})
	if err := s.Kill("nobody"); !errors.Is(err, process.ErrUnknown) {
		t.Errorf("Kill: %v, want ErrUnknown", err)
	}
}

func start(t *testing.T, cfg process.Config) *process.Supervisor {
	t.Helper()
	s, err := process.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func ready(t *testing.T, s *process.Supervisor) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := s.WaitReady(ctx); err != nil {
		t.Fatal(err)
	}
}

func server(name, addr string) process.Spec {
	return process.Spec{Name: name, Path: os.Args[0], Env: []string{roleEnv + "=server", "ADDR=" + addr}, ReadyURL: "http://" + addr + "/readyz"}
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// buffer is a bytes.Buffer that several goroutines may use.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
