package eventlog_test

import (
	"strings"
	"testing"

	"dcm.io/shared/eventlog"
)

func TestGist(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ reason, given, want string }{
		"OneLine":   {"most reasons are one line", "no such template", "no such template"},
		"Empty":     {"nobody has said why", "", ""},
		"Panic":     {"a stack is for operators", "panic: nil map\ngoroutine 7 [running]:\nmain.main()", "panic: nil map"},
		"ManyLines": {"the cause stands in front", "a\nb\nc\nd\ne", "a\nb\nc"},
		"Long":      {"a screen has an end", strings.Repeat("x", 600), strings.Repeat("x", 500) + "…"},
		"CutRune":   {"no half characters", "x" + strings.Repeat("ü", 300), "x" + strings.Repeat("ü", 249) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := eventlog.Gist(c.given); got != c.want {
				t.Errorf("%s: got %q, want %q", c.reason, got, c.want)
			}
		})
	}
}
