package campaign

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"dcm.io/dev/internal/altered"
	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/checker"
	"dcm.io/dev/internal/flowchaos"
)

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
			program, err := b.Build().Compile(ctx, p.Root, state)
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
			return all, c.err
		}
		n := notice{Bad: c.Bad}
		if err := p.playBad(ctx, c.Bad, c.program, state, func(r chaos.Result) { n.result = r }); err != nil {
			return all, err
		}
		fmt.Fprintf(p.Out, "chaos: bad build %s: %s\n", c.Name, n.verdict())
		all = append(all, n)
	}
	return all, nil
}

// playBad plays the scenario that a bad build is for: with the program in the
// place of the product's, or with the program itself.
func (p Plan) playBad(ctx context.Context, b altered.Bad, program, state string, tell func(chaos.Result)) error {
	if b.Program == "" {
		return p.playWith(ctx, program, state, []string{b.Scenario}, true, tell)
	}
	own, err := os.MkdirTemp(state, "product-")
	if err != nil {
		return fmt.Errorf("make a place for the product: %w", err)
	}
	if err := os.Chmod(own, 0o711); err != nil {
		return fmt.Errorf("let PostgreSQL's user in: %w", err)
	}
	s := flowchaos.Suite{Root: p.Root, State: own, Seed: p.Seed, Quick: true, Only: []string{b.Scenario}, Instead: map[string]string{b.Program: program}}
	return s.Run(ctx, tell)
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
