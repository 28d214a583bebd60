package chaos_test

import (
	"strings"
	"testing"

	"dcm.io/dev/internal/chaos"
	"dcm.io/dev/internal/checker"
)

// TestVerdict: only a scenario whose faults have happened and whose promises were
// kept is well, and the table says so.
func TestVerdict(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		result chaos.Result
		held   bool
		says   string
	}{
		"Ok":       {"all kept", chaos.Result{}, true, "ok"},
		"Violated": {"one is enough", chaos.Result{Violations: []checker.Violation{{Check: checker.U3, Detail: "a gap"}}}, false, "VIOLATED"},
		"Idle":     {"nothing was broken, so nothing is proven", chaos.Result{Idle: []string{"kills"}}, false, "NO FAULT"},
		"Failed":   {"it did not come to its end", chaos.Result{Failed: "timeout"}, false, "FAILED"},
		"Skipped":  {"it says why", chaos.Result{Skipped: "no disk to fill"}, true, "skipped"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var table strings.Builder
			chaos.Print(&table, []chaos.Result{tc.result})
			if tc.result.Held() != tc.held || !strings.Contains(table.String(), tc.says) {
				t.Errorf("%s: held is %v, and the table says\n%s", tc.reason, tc.result.Held(), &table)
			}
		})
	}
}

func TestTally(t *testing.T) {
	t.Parallel()
	var tally chaos.Tally
	tally.Add("kills", 2)
	tally.Add("nothing", 0)
	if idle := tally.Idle([]string{"kills", "nothing", "never"}); len(idle) != 2 {
		t.Errorf("idle are %q, want nothing and never", idle)
	}
}
