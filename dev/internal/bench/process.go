package bench

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// A started program has answered once.
type started struct {
	took   time.Duration // from exec to the answer
	memory float64       // resident then, in MiB; 0 where the system does not say
	said   string        // on standard error
}

// start starts a program, asks until it answers, and ends it.
func start(ctx context.Context, path string, env []string) (started, error) {
	port, err := freePort()
	if err != nil {
		return started{}, err
	}
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, path)
	cmd.Env = append([]string{"PORT=" + strconv.Itoa(port), "LISTEN_HOST=127.0.0.1"}, env...)
	cmd.Stderr = &said
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return started{}, fmt.Errorf("start %s: %w", path, err)
	}
	took, err := untilAnswer(began, port)
	memory := statusOf(cmd.Process.Pid, "VmRSS")
	_ = cmd.Process.Kill()
	_ = cmd.Wait() // it was killed: that is the error
	if err != nil {
		return started{}, fmt.Errorf("%s: %w\n%s", path, err, &said)
	}
	return started{took: took, memory: memory, said: said.String()}, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		return 0, fmt.Errorf("free the port: %w", err)
	}
	return port, nil
}

func untilAnswer(began time.Time, port int) (time.Duration, error) {
	url := fmt.Sprintf("http://127.0.0.1:%d/healthz", port)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Second}
	for time.Since(began) < 10*time.Second {
		resp, err := client.Get(url) //nolint:noctx // bounded by the client's timeout
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return time.Since(began), nil
			}
		}
		time.Sleep(200 * time.Microsecond)
	}
	return 0, fmt.Errorf("no answer in %s", time.Since(began).Round(time.Second))
}

// statusOf is a line of what Linux tells of a process, in MiB; 0 where it does not.
func statusOf(pid int, name string) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kib, _ := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
			return kib / 1024
		}
	}
	return 0
}

// initTime sums up what GODEBUG=inittrace=1 says, in milliseconds:
//
//	init net/http @1.5 ms, 0.021 ms clock, 4712 bytes, 49 allocs
func initTime(said string) float64 {
	var sum float64
	for line := range strings.Lines(said) {
		if fields := strings.Fields(line); len(fields) > 6 && fields[0] == "init" && fields[6] == "clock," {
			ms, _ := strconv.ParseFloat(fields[4], 64)
			sum += ms
		}
	}
	return sum
}
