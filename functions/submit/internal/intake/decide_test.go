package intake_test

import (
	"testing"

	"dcm.io/functions/submit/internal/intake"
	"dcm.io/shared/authz"
	"dcm.io/shared/event"
	"dcm.io/shared/fault"
)

var (
	submitted = event.RequestSubmitted{Requester: requester}
	opened    = event.ApprovalOpened{Role: "approver"}
	reminded  = event.ApprovalReminded{}
	granted   = event.ApprovalGranted{By: stranger}
	rejected  = event.ApprovalRejected{By: stranger}
	expired   = event.ApprovalExpired{}
	withdrawn = event.RequestWithdrawn{By: requester}
	started   = event.ProvisioningStarted{}
	failed    = event.ProvisioningFailed{Retryable: true}
	hopeless  = event.ProvisioningFailed{Retryable: false}
	retried   = event.RequestRetried{By: requester}
	succeeded = event.ProvisioningSucceeded{}
)

func TestSubmit(t *testing.T) {
	t.Parallel()
	decide(t, "what was accepted is recorded as it is", nil, intake.Submit{Asked: submitted}, submitted, nil)
}

func TestWithdraw(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		given  []event.Fact
		cmd    intake.Withdraw
		want   event.Fact
		err    error
	}{
		"Submitted":        {"the policy has not even looked", []event.Fact{submitted}, own("user"), withdrawn, nil},
		"Waiting":          {"nobody has decided", []event.Fact{submitted, opened, reminded}, own("user"), withdrawn, nil},
		"Again":            {"once is enough", []event.Fact{submitted, withdrawn}, own("user"), nil, intake.ErrWithdrawn},
		"Granted":          {"too late", []event.Fact{submitted, opened, granted}, own("user"), nil, intake.ErrDecided},
		"Automatic":        {"the policy was faster", []event.Fact{submitted, event.ApprovalGranted{Automatic: true}}, own("user"), nil, intake.ErrDecided},
		"Rejected":         {"it is over", []event.Fact{submitted, opened, rejected}, own("user"), nil, intake.ErrDecided},
		"Expired":          {"it is over", []event.Fact{submitted, opened, expired}, own("user"), nil, intake.ErrDecided},
		"Unknown":          {"no such request", nil, own("user"), nil, intake.ErrUnknown},
		"NoRequest":        {"the stream is a bundle's", []event.Fact{event.AuditRequested{}}, own("super_admin"), nil, intake.ErrUnknown},
		"OtherUser":        {"somebody else's requests do not exist for a user", []event.Fact{submitted}, others("user"), nil, intake.ErrUnknown},
		"OtherProject":     {"nor for a project's administrator", []event.Fact{submitted}, others("project_admin"), nil, intake.ErrUnknown},
		"OtherApprover":    {"an approver sees it, and can reject it instead", []event.Fact{submitted}, others("approver"), nil, authz.ErrNotAllowed},
		"OtherSuperAdmin":  {"only the requester withdraws", []event.Fact{submitted}, others("super_admin"), nil, authz.ErrNotAllowed},
		"NoRole":           {"a token without roles is nobody", []event.Fact{submitted}, own(), nil, intake.ErrUnknown},
		"UnknownRole":      {"a role that DCM does not know gives nothing", []event.Fact{submitted}, own("root"), nil, intake.ErrUnknown},
		"OwnAuditor":       {"an auditor sees and does nothing", []event.Fact{submitted}, own("auditor"), nil, authz.ErrNotAllowed},
		"RefusedEvenAfter": {"who may not ask is not told how it stands", []event.Fact{submitted, withdrawn}, others("approver"), nil, authz.ErrNotAllowed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			decide(t, tc.reason, tc.given, tc.cmd, tc.want, tc.err)
		})
	}
}

func own(roles ...string) intake.Withdraw { return intake.Withdraw{By: requester, Roles: roles} }

func others(roles ...string) intake.Withdraw { return intake.Withdraw{By: stranger, Roles: roles} }

func TestRetry(t *testing.T) {
	t.Parallel()
	building := []event.Fact{submitted, opened, granted, started}
	then := func(f ...event.Fact) []event.Fact { return append(building[:len(building):len(building)], f...) }
	mine, theirs := intake.Retry{By: requester, Roles: []string{"user"}}, intake.Retry{By: stranger, Roles: []string{"approver"}}
	for name, tc := range map[string]struct {
		reason string
		given  []event.Fact
		cmd    intake.Retry
		want   event.Fact
		err    error
	}{
		"Failed":         {"trying again can help", then(failed), mine, retried, nil},
		"ByApprover":     {"who sees it may try it again", then(failed), theirs, event.RequestRetried{By: stranger}, nil},
		"FailedTwice":    {"as often as it fails", then(failed, retried, started, failed), mine, retried, nil},
		"NotFailed":      {"nothing was asked of a hypervisor yet", []event.Fact{submitted}, mine, nil, intake.ErrNotFailed},
		"Building":       {"it is on its way", building, mine, nil, intake.ErrNotFailed},
		"Ready":          {"there is a machine", then(succeeded), mine, nil, intake.ErrNotFailed},
		"Retried":        {"it was asked for already", then(failed, retried), mine, nil, intake.ErrNotFailed},
		"Rebuilding":     {"it is on its way again", then(failed, retried, started), mine, nil, intake.ErrNotFailed},
		"ReadyAfterAll":  {"the second try has made a machine", then(failed, retried, started, succeeded), mine, nil, intake.ErrNotFailed},
		"Hopeless":       {"trying again cannot help", then(hopeless), mine, nil, intake.ErrNotFailed},
		"HopelessAtLast": {"the last failure counts", then(failed, retried, started, hopeless), mine, nil, intake.ErrNotFailed},
		"Unknown":        {"no such request", nil, mine, nil, intake.ErrUnknown},
		"OtherUser":      {"somebody else's request does not exist", then(failed), intake.Retry{By: stranger, Roles: []string{"user"}}, nil, intake.ErrUnknown},
		"Auditor":        {"an auditor sees and does nothing", then(failed), intake.Retry{By: stranger, Roles: []string{"auditor"}}, nil, authz.ErrNotAllowed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			decide(t, tc.reason, tc.given, tc.cmd, tc.want, tc.err)
		})
	}
}

// TestRefusals holds the refusals to kinds that a person and a broker understand.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]fault.Kind{
		intake.ErrUnknown: fault.Missing, intake.ErrDecided: fault.Conflict, intake.ErrWithdrawn: fault.Conflict,
		intake.ErrNotFailed: fault.Conflict, intake.ErrWish: fault.Invalid, intake.ErrPeriod: fault.Invalid,
	} {
		if got := fault.KindOf(err); got != want {
			t.Errorf("%v: want kind %d, got %d", err, want, got)
		}
	}
}
