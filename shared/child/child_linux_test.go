package child_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"dcm.io/shared/child"
)

// parentEnv makes this test binary play a parent that starts one child and waits.
const parentEnv = "CHILD_TEST_PARENT"

func TestMain(m *testing.M) {
	if os.Getenv(parentEnv) != "" {
		c, err := child.Start(exec.Command("sleep", "60"), syscall.SIGKILL)
		if err != nil {
			panic(err)
		}
		fmt.Println(c.PID())
		<-c.Done()
	}
	os.Exit(m.Run())
}

func TestStopEndsTheWholeTree(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		script string
		reason string
	}{
		"Polite":   {script: "sleep 60 & echo $!; wait", reason: "a group that obeys ends at once"},
		"Stubborn": {script: "trap '' TERM; sleep 60 & echo $!; while :; do sleep 1; done", reason: "what ignores the request is killed after the grace"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command("sh", "-c", tc.script)
			out, err := os.CreateTemp(t.TempDir(), "out")
			if err != nil {
				t.Fatal(err)
			}
			cmd.Stdout = out
			c, err := child.Start(cmd, syscall.SIGKILL)
			if err != nil {
				t.Fatal(err)
			}
			grandchild := firstNumber(t, out.Name())
			if err := c.Stop(syscall.SIGTERM, 200*time.Millisecond); err != nil {
				t.Fatal(err)
			}
			if c.Running() {
				t.Error("child still runs after Stop")
			}
			waitGone(t, grandchild, tc.reason)
		})
	}
}

func TestChildDiesWithItsParent(t *testing.T) {
	t.Parallel()
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), parentEnv+"=1")
	out, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	waitGone(t, pid, "a parent killed outright must leave nothing behind")
}

func firstNumber(t *testing.T, path string) int {
	t.Helper()
	for range 100 {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := strconv.Atoi(strings.TrimSpace(string(b))); err == nil {
			return n
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("child printed no process id")
	return 0
}

func waitGone(t *testing.T, pid int, reason string) {
	t.Helper()
	for range 100 {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return // gone, or only waiting for init to collect it
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("process %d still runs: %s", pid, reason)
}
