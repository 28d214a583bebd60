package event

import (
	"time"

	"github.com/google/uuid"
)

// A Receipt answers "why did the policy say that?".
type Receipt struct {
	Policy  string         `json:"policy"`  // name of the docket
	Version int            `json:"version"` // of the docket
	Rule    string         `json:"rule"`    // the rule that decided
	Outcome string         `json:"outcome"` // approve or require
	Inputs  map[string]any `json:"inputs"`  // what the rule looked at
}

// ApprovalOpened records that the policy wants a person to decide.
type ApprovalOpened struct {
	Receipt  Receipt   `json:"receipt"`   // what the policy said
	Role     string    `json:"role"`      // who may decide
	RemindAt time.Time `json:"remind_at"` // when the approvers are asked again
	DueAt    time.Time `json:"due_at"`    // when the request is closed undecided
}

// ApprovalReminded records that the approvers are asked once more.
type ApprovalReminded struct {
	DueAt time.Time `json:"due_at"` // when the request is closed undecided
}

// ApprovalGranted records a yes.
type ApprovalGranted struct {
	Automatic bool      `json:"automatic"`        // by the policy alone
	By        uuid.UUID `json:"by,omitzero"`      // person id, unless automatic
	Receipt   Receipt   `json:"receipt"`          // what the policy had said
	Comment   Sealed    `json:"comment,omitzero"` // in the approver's words
}

// ApprovalRejected records a no; a person's no always has a reason.
type ApprovalRejected struct {
	By     uuid.UUID `json:"by"`     // person id
	Reason Sealed    `json:"reason"` // in the approver's words
}

// ApprovalExpired records that nobody decided in time.
type ApprovalExpired struct {
	DueAt time.Time `json:"due_at"` // when the request is closed undecided
}

// EventType names the fact.
func (ApprovalOpened) EventType() Type { return "io.dcm.approval.opened.v1" }

// EventType names the fact.
func (ApprovalReminded) EventType() Type { return "io.dcm.approval.reminded.v1" }

// EventType names the fact.
func (ApprovalGranted) EventType() Type { return "io.dcm.approval.granted.v1" }

// EventType names the fact.
func (ApprovalRejected) EventType() Type { return "io.dcm.approval.rejected.v1" }

// EventType names the fact.
func (ApprovalExpired) EventType() Type { return "io.dcm.approval.expired.v1" }

func (ApprovalOpened) fact()   {}
func (ApprovalReminded) fact() {}
func (ApprovalGranted) fact()  {}
func (ApprovalRejected) fact() {}
func (ApprovalExpired) fact()  {}
