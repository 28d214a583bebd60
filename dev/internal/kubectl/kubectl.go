// Package kubectl asks a cluster for things as its operator would, with the
// program that operators have.
package kubectl

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

// A Namespace of the cluster that KUBECONFIG names.
type Namespace string

// Run carries out a command and returns what it printed.
func (n Namespace) Run(ctx context.Context, args ...string) (string, error) {
	return n.Feed(ctx, "", args...)
}

// Feed carries out a command that reads standard input.
func (n Namespace) Feed(ctx context.Context, input string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "kubectl", append([]string{"--namespace=" + string(n)}, args...)...)
	cmd.Stdin = strings.NewReader(input)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("kubectl %s: %w\n%s", strings.Join(args, " "), err, said.String())
	}
	return out.String(), nil
}

// Get reads an object, or a list of them, into v.
func (n Namespace) Get(ctx context.Context, v any, args ...string) error {
	out, err := n.Run(ctx, append([]string{"get", "-o", "json"}, args...)...)
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(out), v); err != nil {
		return fmt.Errorf("read %v: %w", args, err)
	}
	return nil
}

// A Pod as far as tests look at it.
type Pod struct {
	Metadata struct {
		Name              string            `json:"name"`
		Labels            map[string]string `json:"labels"`
		DeletionTimestamp *time.Time        `json:"deletionTimestamp"`
	} `json:"metadata"`
	Status struct {
		Phase string `json:"phase"`
	} `json:"status"`
}

// Pods lists those with the label, and all if there is none. What is being
// deleted is still there.
func (n Namespace) Pods(ctx context.Context, selector string) ([]Pod, error) {
	var list struct {
		Items []Pod `json:"items"`
	}
	err := n.Get(ctx, &list, "pods", "--selector="+selector)
	return list.Items, err
}

var forwarding = regexp.MustCompile(`Forwarding from (127\.0\.0\.1:\d+)`)

// Forward makes a port of a Service reachable on loopback until ctx ends, and
// returns where.
func (n Namespace) Forward(ctx context.Context, service, port string) (string, error) {
	cmd := exec.CommandContext(ctx, "kubectl", "--namespace="+string(n), "port-forward", "service/"+service, ":"+port)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", fmt.Errorf("forward %s: %w", service, err)
	}
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("forward %s: %w", service, err)
	}
	go func() { _ = cmd.Wait() }() // it is killed with ctx
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := forwarding.FindStringSubmatch(lines.Text()); m != nil {
			go func() {
				for lines.Scan() { // so that it never blocks on us
				}
			}()
			return m[1], nil
		}
	}
	return "", errors.Join(fmt.Errorf("forward %s: kubectl ended", service), lines.Err())
}

// GetRaw reads what the API server has at a path into v.
func (n Namespace) GetRaw(ctx context.Context, v any, path string) error {
	out, err := n.Run(ctx, "get", "--raw", path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(out), v); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	return nil
}
