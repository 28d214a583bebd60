// Package campaign plays the whole fault suite: the scenarios at the level of the
// log, those of the whole product, and the builds that the suite must not let
// pass.
package campaign

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"dcm.io/dev/internal/altered"
	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/flowchaos"
	"dcm.io/dev/internal/logchaos"
)

// A Plan says what to play.
type Plan struct {
	Root  string // of the checkout, whose binaries are built
	Seed  uint64
	Quick bool // the short form of each scenario
	// Log, Flow and Builds name what to play of each sort.
	Log, Flow, Builds []string
	Out               io.Writer
}

// Everything names all scenarios and builds.
func Everything() Plan {
	p := Plan{Log: logchaos.Names(), Flow: flowchaos.Names()}
	for _, b := range altered.Bads {
		p.Builds = append(p.Builds, b.Name)
	}
	return p
}

// Only keeps of the plan what has one of the names; it is an error if one is of
// nothing.
func (p *Plan) Only(names []string) error {
	left := slices.Clone(names)
	for _, all := range []*[]string{&p.Log, &p.Flow, &p.Builds} {
		*all = slices.DeleteFunc(slices.Clone(*all), func(n string) bool { return !slices.Contains(names, n) })
		left = slices.DeleteFunc(left, func(n string) bool { return slices.Contains(*all, n) })
	}
	if len(left) > 0 {
		return fmt.Errorf("there is nothing called %q", left)
	}
	return nil
}

// ErrBroken says that the table has something that should not be there.
var ErrBroken = errors.New("a promise was broken, a fault did not happen, or a bad build was not noticed")

// Run plays everything one after the other, says so as it goes, and prints the
// tables. It returns ErrBroken if they are not as they should be.
func (p Plan) Run(ctx context.Context) error {
	began := time.Now()
	fmt.Fprintf(p.Out, "chaos: seed %d\n", p.Seed)
	state, err := os.MkdirTemp("", "dcm-chaos-")
	if err != nil {
		return fmt.Errorf("make a place to play in: %w", err)
	}
	defer os.RemoveAll(state)
	if err := os.Chmod(state, 0o711); err != nil { // PostgreSQL runs as another user
		return fmt.Errorf("let PostgreSQL's user in: %w", err)
	}
	if p.Root, err = filepath.Abs(p.Root); err != nil {
		return fmt.Errorf("find the checkout: %w", err)
	}
	var results []chaos.Result
	err = p.playScenarios(ctx, state, func(r chaos.Result) {
		results = append(results, r)
		fmt.Fprintf(p.Out, "chaos: %s\n", r.Line())
	})
	var noticed []notice
	if err == nil {
		noticed, err = p.playBuilds(ctx, state)
	}
	fmt.Fprintln(p.Out)
	chaos.Print(p.Out, results)
	printBuilds(p.Out, noticed)
	fmt.Fprintf(p.Out, "\n%d scenarios and %d bad builds in %s, seed %d\n", len(results), len(noticed), time.Since(began).Round(time.Second), p.Seed)
	if err != nil {
		return err
	}
	bad := func(r chaos.Result) bool { return !r.Held() }
	missed := func(n notice) bool { return !n.caught() }
	if slices.ContainsFunc(results, bad) || slices.ContainsFunc(noticed, missed) {
		return ErrBroken
	}
	return nil
}

func (p Plan) playScenarios(ctx context.Context, state string, tell func(chaos.Result)) error {
	if len(p.Log) > 0 {
		if err := p.playLog(ctx, state, tell); err != nil {
			return err
		}
	}
	if len(p.Flow) > 0 {
		return p.playFlow(ctx, state, tell)
	}
	return nil
}
