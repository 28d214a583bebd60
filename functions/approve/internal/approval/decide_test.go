package approval_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"dcm.io/functions/approve/internal/approval"
	"dcm.io/shared/authz"
	"dcm.io/shared/docket"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

var (
	requester = uuid.MustParse("0197f3a0-0000-5000-8000-000000000001")
	approver  = uuid.MustParse("0197f3a0-0000-5000-8000-000000000002")
	now       = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	remindAt  = now.Add(24 * time.Hour)
	dueAt     = now.Add(7 * 24 * time.Hour)
	limits    = approval.Limits{RemindIn: 24 * time.Hour, ExpireIn: 7 * 24 * time.Hour}
	reason    = event.Sealed{Person: approver, Box: []byte("sealed")}

	yes = event.Receipt{Policy: "default", Version: 1, Rule: "small-machines", Outcome: docket.Approve}
	ask = event.Receipt{Policy: "default", Version: 1, Rule: "needs-approver", Outcome: docket.Require}

	submitted = event.RequestSubmitted{Requester: requester}
	withdrawn = event.RequestWithdrawn{By: requester}
	opened    = event.ApprovalOpened{Receipt: ask, Role: "approver", RemindAt: remindAt, DueAt: dueAt}
	reminded  = event.ApprovalReminded{DueAt: dueAt}
	automatic = event.ApprovalGranted{Automatic: true, Receipt: yes}
	granted   = event.ApprovalGranted{By: approver, Receipt: ask, Comment: reason}
	rejected  = event.ApprovalRejected{By: approver, Reason: reason}
	expired   = event.ApprovalExpired{DueAt: dueAt}

	set     = []eventlog.Timer{{Kind: approval.RemindTimer, Due: remindAt}, {Kind: approval.ExpireTimer, Due: dueAt}}
	cleared = []eventlog.Timer{{Kind: approval.RemindTimer}, {Kind: approval.ExpireTimer}}
)

func consider(r event.Receipt) approval.Consider {
	return approval.Consider{Receipt: r, Role: "approver", Limits: limits, Now: now}
}

func verdict(by uuid.UUID, approve bool, roles ...string) approval.Verdict {
	return approval.Verdict{By: by, Roles: roles, Approve: approve, Reason: reason}
}

func TestDecide(t *testing.T) {
	t.Parallel()
	approve, reject := verdict(approver, true, "approver"), verdict(approver, false, "approver")
	for name, tc := range map[string]struct {
		reason string
		given  []event.Fact
		cmd    approval.Command
		want   event.Fact
		timers []eventlog.Timer
		err    error
	}{
		"PolicySaysYes":        {"nobody is asked", []event.Fact{submitted}, consider(yes), automatic, nil, nil},
		"PolicyWantsAPerson":   {"opened, and DCM promises itself to look again", []event.Fact{submitted}, consider(ask), opened, set, nil},
		"PolicyOnNothing":      {"no request, no decision", nil, consider(yes), nil, nil, nil},
		"PolicyTwice":          {"a policy that has changed meanwhile changes nothing", []event.Fact{submitted, opened}, consider(yes), nil, nil, nil},
		"PolicyAfterYes":       {"it has been granted", []event.Fact{submitted, automatic}, consider(ask), nil, nil, nil},
		"PolicyAfterWithdrawn": {"the requester was faster", []event.Fact{submitted, withdrawn}, consider(yes), nil, nil, nil},

		"Approve":             {"with the receipt of what the policy had said; the timers end", []event.Fact{submitted, opened}, approve, granted, cleared, nil},
		"Reject":              {"with the reason", []event.Fact{submitted, opened}, reject, rejected, cleared, nil},
		"ApproveAfterRemind":  {"a reminder changes nothing", []event.Fact{submitted, opened, reminded}, approve, granted, cleared, nil},
		"ByTenantAdmin":       {"stands above the approver", []event.Fact{submitted, opened}, verdict(approver, false, "tenant_admin"), rejected, cleared, nil},
		"FourEyes":            {"nobody approves their own request", []event.Fact{submitted, opened}, verdict(requester, true, "user", "approver"), nil, nil, authz.ErrOwnRequest},
		"FourEyesReject":      {"nor rejects it: they withdraw it", []event.Fact{submitted, opened}, verdict(requester, false, "approver"), nil, nil, authz.ErrOwnRequest},
		"FourEyesSuperAdmin":  {"no role is above it", []event.Fact{submitted, opened}, verdict(requester, true, "super_admin"), nil, nil, authz.ErrOwnRequest},
		"RequesterAsUser":     {"has no say", []event.Fact{submitted, opened}, verdict(requester, true, "user"), nil, nil, authz.ErrNotAllowed},
		"OtherUser":           {"others' requests do not exist for a user", []event.Fact{submitted, opened}, verdict(approver, true, "user"), nil, nil, approval.ErrUnknown},
		"ProjectAdmin":        {"stands beside", []event.Fact{submitted, opened}, verdict(approver, true, "project_admin"), nil, nil, approval.ErrUnknown},
		"Auditor":             {"sees and does nothing", []event.Fact{submitted, opened}, verdict(approver, true, "auditor"), nil, nil, authz.ErrNotAllowed},
		"NoRole":              {"a token without roles is nobody", []event.Fact{submitted, opened}, verdict(approver, true), nil, nil, approval.ErrUnknown},
		"Unknown":             {"no such request", nil, approve, nil, nil, approval.ErrUnknown},
		"NoRequest":           {"the stream is a bundle's", []event.Fact{event.AuditRequested{}}, approve, nil, nil, approval.ErrUnknown},
		"NotYetOpen":          {"the policy comes first", []event.Fact{submitted}, approve, nil, nil, approval.ErrNotOpen},
		"SecondApproval":      {"one decision", []event.Fact{submitted, opened, granted}, approve, nil, nil, approval.ErrDecided},
		"SecondOpinion":       {"a no does not undo a yes", []event.Fact{submitted, opened, granted}, reject, nil, nil, approval.ErrDecided},
		"AfterReject":         {"nor a yes a no", []event.Fact{submitted, opened, rejected}, approve, nil, nil, approval.ErrDecided},
		"AfterAutomatic":      {"the policy has decided", []event.Fact{submitted, automatic}, reject, nil, nil, approval.ErrDecided},
		"AfterExpiry":         {"too late", []event.Fact{submitted, opened, reminded, expired}, approve, nil, nil, approval.ErrDecided},
		"AfterWithdrawal":     {"there is nothing to decide any more", []event.Fact{submitted, opened, withdrawn}, approve, nil, nil, approval.ErrWithdrawn},
		"WithdrawnBeforeOpen": {"nor before the policy", []event.Fact{submitted, withdrawn}, approve, nil, nil, approval.ErrWithdrawn},
		"FourEyesAfterwards":  {"who may not decide is not told how it stands", []event.Fact{submitted, opened, granted}, verdict(requester, true, "approver"), nil, nil, authz.ErrOwnRequest},

		"Remind":               {"with the day it ends; the timer to expire stays", []event.Fact{submitted, opened}, approval.Remind{}, reminded, nil, nil},
		"RemindAfterYes":       {"the timer was faster than its end", []event.Fact{submitted, opened, granted}, approval.Remind{}, nil, nil, nil},
		"RemindAfterWithdrawn": {"submit cannot end our timers", []event.Fact{submitted, opened, withdrawn}, approval.Remind{}, nil, nil, nil},
		"RemindAboutNothing":   {"a timer without a request", nil, approval.Remind{}, nil, nil, nil},
		"Expire":               {"nobody has decided", []event.Fact{submitted, opened, reminded}, approval.Expire{}, expired, cleared, nil},
		"ExpireUnreminded":     {"the reminder is no condition", []event.Fact{submitted, opened}, approval.Expire{}, expired, cleared, nil},
		"ExpireAfterNo":        {"it was decided", []event.Fact{submitted, opened, rejected}, approval.Expire{}, nil, nil, nil},
		"ExpireAfterWithdrawn": {"it is gone", []event.Fact{submitted, opened, withdrawn}, approval.Expire{}, nil, nil, nil},
		"ExpireTwice":          {"once is enough", []event.Fact{submitted, opened, expired}, approval.Expire{}, nil, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := approval.Decide(fold(tc.given...), tc.cmd)
			if !errors.Is(err, tc.err) {
				t.Fatalf("%s: want error %v, got %v", tc.reason, tc.err, err)
			}
			var want []event.Fact
			if tc.want != nil {
				want = []event.Fact{tc.want}
			}
			if !reflect.DeepEqual(out.Facts, want) || !reflect.DeepEqual(out.Timers, tc.timers) {
				t.Errorf("%s: want %+v and %+v, got %+v", tc.reason, want, tc.timers, out)
			}
		})
	}
}

// TestLimitsAreInUTC: what is recorded must not depend on where DCM runs.
func TestLimitsAreInUTC(t *testing.T) {
	t.Parallel()
	cmd := consider(ask)
	cmd.Now = now.In(time.FixedZone("", 3600))
	out, err := approval.Decide(fold(submitted), cmd)
	if err != nil || !reflect.DeepEqual(out.Facts, []event.Fact{opened}) {
		t.Errorf("want %+v, got %+v, %v", opened, out.Facts, err)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]fault.Kind{
		approval.ErrUnknown: fault.Missing, approval.ErrDecided: fault.Conflict, approval.ErrWithdrawn: fault.Conflict,
		approval.ErrNotOpen: fault.Conflict, approval.ErrVerdict: fault.Invalid,
	} {
		if got := fault.KindOf(err); got != want {
			t.Errorf("%v: want kind %d, got %d", err, want, got)
		}
		if errors.Is(err, eventlog.ErrConflict) {
			t.Errorf("%v would be decided afresh", err)
		}
	}
}

func fold(facts ...event.Fact) approval.State {
	var s approval.State
	for _, f := range facts {
		s = approval.Evolve(s, event.Envelope{Fact: f})
	}
	return s
}
