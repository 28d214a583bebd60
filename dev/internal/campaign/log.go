package campaign

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"dcm.io/dev/internal/altered"
	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/checker"
)

// playLog plays at the level of the log, with the sources as they are.
func (p Plan) playLog(ctx context.Context, state string, tell func(chaos.Result)) error {
	program, err := altered.LogSuite.Compile(ctx, p.Root, state)
	if err != nil {
		return err
	}
	return p.playWith(ctx, program, state, p.Log, p.Quick, tell)
}

// playWith runs a build of chaos-log.
func (p Plan) playWith(ctx context.Context, program, state string, names []string, quick bool, tell func(chaos.Result)) error {
	cmd := exec.CommandContext(ctx, program, "-modules", filepath.Join(p.Root, "shared", "postgres", "node_modules"), "-state", state,
		"-seed", strconv.FormatUint(p.Seed, 10), "-quick="+strconv.FormatBool(quick), "-only", strings.Join(names, ","))
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("listen to %s: %w", filepath.Base(program), err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", filepath.Base(program), err)
	}
	for lines := json.NewDecoder(out); ; {
		var r chaos.Result
		if err := lines.Decode(&r); err != nil {
			if !errors.Is(err, io.EOF) {
				fmt.Fprintf(&said, "\nread what came of it: %v", err)
			}
			break
		}
		tell(r)
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(program), err, &said)
	}
	return nil
}

// A notice is what the suite said of a bad build.
type notice struct {
	altered.Bad
	result chaos.Result
}

// caught reports whether the check that must notice has noticed, in a scenario
// that was played to its end.
func (n notice) caught() bool { return n.result.Failed == "" && n.result.Caught(n.By) }

// playBuilds plays one scenario with each bad build. The next one is compiled
// meanwhile.
func (p Plan) playBuilds(ctx context.Context, state string) ([]notice, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type compiled struct {
		altered.Bad
		program string
		err     error
	}
	ready := make(chan compiled)
	go func() {
		defer close(ready)
		for _, b := range altered.Bads {
			if !slices.Contains(p.Builds, b.Name) {
				continue
			}
			program, err := b.Suite().Compile(ctx, p.Root, state)
			select {
			case ready <- compiled{b, program, err}:
			case <-ctx.Done():
				return
			}
		}
	}()
	var all []notice
	for c := range ready {
		if c.err != nil {
			return nil, c.err
		}
		n := notice{Bad: c.Bad}
		err := p.playWith(ctx, c.program, state, []string{c.Scenario}, true, func(r chaos.Result) { n.result = r })
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(p.Out, "chaos: bad build %s: %s\n", c.Name, n.verdict())
		all = append(all, n)
	}
	return all, nil
}

func (n notice) verdict() string {
	switch {
	case n.caught():
		return "noticed"
	case n.result.Failed != "":
		return "FAILED " + n.result.Failed
	}
	return "NOT NOTICED"
}

// by names the checks that have noticed, with how much each has found.
func (n notice) by() string {
	var all []string
	for _, c := range checker.All {
		times := 0
		for _, v := range n.result.Violations {
			if v.Check == c {
				times++
			}
		}
		if times > 0 {
			all = append(all, fmt.Sprintf("%s %d!", c, times))
		}
	}
	return strings.Join(all, ", ")
}

func printBuilds(out io.Writer, all []notice) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "bad build\tscenario\tmust notice\tverdict\tnoticed by\twhat somebody might think")
	for _, n := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", n.Name, n.Scenario, n.By, n.verdict(), n.by(), n.Says)
	}
	_ = w.Flush() // whoever reads it may be gone
}
