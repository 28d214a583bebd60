package approval_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"dcm.io/functions/approve/internal/approval"
	"dcm.io/shared/fault"
)

func TestCheckVerdict(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason   string
		decision string
		text     string
		want     []string
	}{
		"Approve":         {"a yes needs no reason", "approve", "", nil},
		"ApproveWith":     {"and may have one", "approve", "fine", nil},
		"Reject":          {"with the shortest reason", "reject", "zü€", nil},
		"RejectLong":      {"with the longest, in characters", "reject", strings.Repeat("€", 2000), nil},
		"RejectSilently":  {"the requester wants to know", "reject", "", []string{"reason:required"}},
		"RejectBlank":     {"spaces are no reason", "reject", " no  ", []string{"reason:required"}},
		"RejectTooLong":   {"a character more", "reject", strings.Repeat("€", 2001), []string{"reason:too_long"}},
		"ApproveTooLong":  {"a comment has the same bound", "approve", strings.Repeat("a", 2001), []string{"reason:too_long"}},
		"Nothing":         {"which?", "", "", []string{"decision:unknown_decision"}},
		"Case":            {"words of a protocol have a case", "Approve", "", []string{"decision:unknown_decision"}},
		"EverythingWrong": {"all at once", "maybe", strings.Repeat("a", 2001), []string{"decision:unknown_decision", "reason:too_long"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := approval.CheckVerdict(tc.decision, tc.text)
			var f *fault.Error
			var got []string
			if errors.As(err, &f) {
				for _, field := range f.Fields {
					got = append(got, field.Field+":"+field.Code)
				}
			}
			if !slices.Equal(got, tc.want) || (err == nil) != (tc.want == nil) {
				t.Errorf("%s: want %v, got %v", tc.reason, tc.want, err)
			}
		})
	}
}
