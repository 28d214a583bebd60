package campaign

import (
	"slices"
	"testing"

	"dcm.io/dev/internal/altered"
	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/checker"
	"dcm.io/dev/internal/flowchaos"
	"dcm.io/dev/internal/logchaos"
)

func TestOnly(t *testing.T) {
	t.Parallel()
	p := Everything()
	if err := p.Only([]string{"calm", "naive-cursor", "no-broker"}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.Log, []string{"calm"}) || !slices.Equal(p.Flow, []string{"no-broker"}) || !slices.Equal(p.Builds, []string{"naive-cursor"}) {
		t.Errorf("left are %q, %q and %q", p.Log, p.Flow, p.Builds)
	}
	p = Everything()
	if err := p.Only([]string{"calm", "clam"}); err == nil {
		t.Error("a name of nothing is taken")
	}
}

// TestNamesAreOfOneThing: whoever names one to play it must mean one thing, and a
// bad build is played with a scenario that there is.
func TestNamesAreOfOneThing(t *testing.T) {
	t.Parallel()
	p := Everything()
	all := slices.Concat(p.Log, p.Flow, p.Builds)
	slices.Sort(all)
	if len(slices.Compact(slices.Clone(all))) != len(all) {
		t.Errorf("a name is there twice: %q", all)
	}
	for _, b := range altered.Bads {
		names := logchaos.Names()
		if b.Program != "" {
			names = flowchaos.Names()
		}
		if !slices.Contains(names, b.Scenario) {
			t.Errorf("%s is to be noticed in %q, which there is not", b.Name, b.Scenario)
		}
	}
}

// TestCaught: only the check that must notice counts, and only if the scenario
// came to its end.
func TestCaught(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		result chaos.Result
		caught bool
	}{
		"ByIt":     {"as it should be", chaos.Result{Violations: []checker.Violation{{Check: checker.U5}, {Check: checker.U1}}}, true},
		"ByOthers": {"by accident, perhaps", chaos.Result{Violations: []checker.Violation{{Check: checker.U1}}}, false},
		"ByNobody": {"the suite sees nothing", chaos.Result{}, false},
		"Failed":   {"it may have failed of something else", chaos.Result{Violations: []checker.Violation{{Check: checker.U5}}, Failed: "timeout"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := notice{Bad: altered.Bad{By: checker.U5}, result: tc.result}
			if n.caught() != tc.caught {
				t.Errorf("caught is %v: %s", n.caught(), tc.reason)
			}
		})
	}
}
