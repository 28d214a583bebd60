package flowtest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"dcm.io/dev/internal/objectstore"
	"dcm.io/dev/internal/process"
	"dcm.io/dev/internal/stack"
)

// running is the stack that all tests of the package share: starting one takes
// seconds, and tests with tenants and names of their own do not meet.
var running *stack.Stack

// said is what its processes print, rung what they send to the broker.
var said, rung = &output{}, &output{}

func TestMain(m *testing.M) {
	objectstore.RunIfChild()
	os.Exit(withStack(m))
}

func withStack(m *testing.M) int {
	root, err := filepath.Abs("../..")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if _, err := os.Stat(filepath.Join(root, "bin", "web")); err != nil {
		fmt.Fprintln(os.Stderr, "the binaries are missing: run `make build` first, or `make test`, which does")
		return 1
	}
	state, err := os.MkdirTemp("", "dcm-flow-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(state)
	if err := os.Chmod(state, 0o711); err != nil { // PostgreSQL runs as another user
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	running, err = stack.Start(context.Background(), stack.Config{
		Root: root, Bin: filepath.Join(root, "bin"), State: state, Output: said,
		// Tests of outages would otherwise wait for the patience of production.
		Env: []string{"PATIENCE=3s"},
		Tap: rung.tap,
	})
	if err != nil {
		fmt.Fprintf(os.Stderr, "start the stack: %v\n%s", err, said)
		return 1
	}
	code := m.Run()
	if err := running.Close(); err != nil {
		fmt.Fprintln(os.Stderr, "stop the stack:", err)
		code = 1
	}
	if code != 0 {
		said.save()
	}
	return code
}

// output keeps what the processes say, to be shown if a test fails.
type output struct{ process.Transcript }

// tap keeps an event.
func (o *output) tap(header http.Header, body []byte) { fmt.Fprintf(o, "%v\n%s\n", header, body) }

func (o *output) save() {
	f, err := os.CreateTemp("", "dcm-flow-*.log")
	if err != nil {
		return
	}
	defer f.Close()
	_, _ = f.WriteString(o.String())
	fmt.Fprintln(os.Stderr, "what the functions said is in", f.Name())
}
