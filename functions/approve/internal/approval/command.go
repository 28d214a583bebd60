package approval

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"dcm.io/shared/event"
	"dcm.io/shared/fault"
	"github.com/google/uuid"
)

// A Command is one that this package decides.
type Command interface{ command() }

// Limits say how long approvers may take.
type Limits struct {
	RemindIn time.Duration
	ExpireIn time.Duration
}

type (
	// Consider is the policy's word on a new request.
	Consider struct {
		Receipt event.Receipt
		Role    string // who is asked if the policy wants a person
		Limits  Limits
		Now     time.Time
	}
	// Verdict is a person's word.
	Verdict struct {
		By      uuid.UUID
		Roles   []string
		Approve bool
		Reason  event.Sealed
	}
	// Remind asks the approvers again if nobody has decided.
	Remind struct{}
	// Expire closes the request if nobody has decided.
	Expire struct{}
)

func (Consider) command() {}
func (Verdict) command()  {}
func (Remind) command()   {}
func (Expire) command()   {}

// What a verdict may be.
const (
	Approve = "approve"
	Reject  = "reject"
)

// Bounds of a reason, in characters.
const (
	shortestReason = 3
	longestReason  = 2000
)

// ErrVerdict carries what is wrong with a verdict.
var ErrVerdict = fault.New(fault.Invalid, "invalid_decision", "The decision needs your attention.")

// CheckVerdict says what is wrong with a verdict's form: a rejection must say why.
func CheckVerdict(decision, reason string) error {
	var faults []fault.Field
	if decision != Approve && decision != Reject {
		faults = append(faults, fault.Field{Field: "decision", Code: "unknown_decision", Detail: "Either approve or reject."})
	}
	switch n := utf8.RuneCountInString(strings.TrimSpace(reason)); {
	case decision == Reject && n < shortestReason:
		faults = append(faults, fault.Field{Field: "reason", Code: "required", Detail: "Tell the requester why."})
	case n > longestReason:
		faults = append(faults, fault.Field{Field: "reason", Code: "too_long", Detail: fmt.Sprintf("At most %d characters.", longestReason)})
	}
	if len(faults) > 0 {
		return ErrVerdict.With(faults...)
	}
	return nil
}
