package stack

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
)

const loopback = "127.0.0.1"

// ports remembers where everything listened, so that addresses stay the same
// from run to run while nobody else has taken them.
type ports struct {
	file  string
	kept  map[string]int // by part
	given map[int]bool   // in this run
}

func loadPorts(dir string) (*ports, error) {
	p := &ports{file: filepath.Join(dir, "ports.json"), kept: map[string]int{}, given: map[int]bool{}}
	text, err := os.ReadFile(p.file)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the ports of the last run: %w", err)
	}
	return p, json.Unmarshal(text, &p.kept)
}

// Ports are taken below what the system hands out for connections that begin
// here, so that none of those sits on a port between looking and listening.
const (
	lowest  = 17000
	highest = 32000
	tries   = 100
)

// take returns the port of the last run, or the one wanted, or any: the first
// that is free and that no other part was given. It is free at this moment
// only; whoever starts on it at once will nearly always get it.
func (p *ports) take(name string, wanted int) (int, error) {
	candidates := []int{p.kept[name], wanted}
	for range tries {
		candidates = append(candidates, lowest+rand.IntN(highest-lowest))
	}
	for _, c := range candidates {
		if c != 0 && !p.given[c] && free(c) {
			p.kept[name], p.given[c] = c, true
			return c, nil
		}
	}
	return 0, fmt.Errorf("find a free port for %s: none of %d is", name, len(candidates))
}

func free(port int) bool {
	l, err := net.Listen("tcp", address(port))
	if err != nil {
		return false
	}
	return l.Close() == nil
}

// keep writes the ports down for the next run.
func (p *ports) keep() error {
	text, err := json.Marshal(p.kept)
	if err != nil {
		return fmt.Errorf("write the ports: %w", err)
	}
	if err := os.WriteFile(p.file, text, 0o600); err != nil {
		return fmt.Errorf("keep the ports: %w", err)
	}
	return nil
}

func address(port int) string { return net.JoinHostPort(loopback, strconv.Itoa(port)) }

func httpURL(port int) string { return "http://" + address(port) }
