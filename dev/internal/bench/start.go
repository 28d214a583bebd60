package bench

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

const megabyte = 1 << 20

// A Program is a binary that is started and asked for /healthz.
type Program struct {
	Name string
	Env  []string
	// Gates of its size in megabytes; 0 where it is only said.
	GateMB, TargetMB float64
	// KeptAlive says that nobody waits for its start: it is said, not gated.
	KeptAlive bool
}

// Start compares how long each program takes from exec to its first answer with
// a plain net/http binary, and says how large it is.
func Start(ctx context.Context, bin string, programs []Program) ([]Row, error) {
	var rows, sizes []Row
	for _, p := range programs {
		var ratios, took []float64
		for range Rounds {
			plain, err := firstAnswer(ctx, filepath.Join(bin, "plainhttp"), nil)
			if err != nil {
				return nil, err
			}
			ours, err := firstAnswer(ctx, filepath.Join(bin, p.Name), p.Env)
			if err != nil {
				return nil, err
			}
			ratios, took = append(ratios, float64(ours)/float64(plain)), append(took, float64(ours.Microseconds())/1000)
		}
		row := Row{
			Name: "exec to first answer, " + p.Name + " / plain net/http", Value: Median(ratios), Gate: 2.5, Target: 1.7, Lower: true,
			Note: fmt.Sprintf("%.1f ms", Median(took)),
		}
		if p.KeptAlive {
			row.Gate, row.Note = 0, row.Note+", always kept alive"
		}
		rows = append(rows, row)
		info, err := os.Stat(filepath.Join(bin, p.Name))
		if err != nil {
			return nil, fmt.Errorf("measure %s: %w", p.Name, err)
		}
		sizes = append(sizes, Row{
			Name: "size of " + p.Name, Value: float64(info.Size()) / megabyte, Gate: p.GateMB, Target: p.TargetMB, Unit: "MB", Lower: true,
		})
	}
	return append(rows, sizes...), nil
}

// firstAnswer starts a program, asks until it answers, and ends it.
func firstAnswer(ctx context.Context, path string, env []string) (time.Duration, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		return 0, fmt.Errorf("free the port: %w", err)
	}
	cmd := exec.CommandContext(ctx, path)
	cmd.Env = append([]string{"PORT=" + strconv.Itoa(port), "LISTEN_HOST=127.0.0.1"}, env...)
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("start %s: %w", path, err)
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed: that is the error
	}()
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
	return 0, fmt.Errorf("%s never answered", path)
}
