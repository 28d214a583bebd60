package message

// A Kind of message. The portal's inbox knows them by the same names.
type Kind string

// The kinds, in the order of the flow.
const (
	RequestSubmitted Kind = "request_submitted"
	DecisionNeeded   Kind = "decision_needed"
	DecisionReminder Kind = "decision_reminder"
	RequestApproved  Kind = "request_approved"
	RequestRejected  Kind = "request_rejected"
	RequestExpired   Kind = "request_expired"
	RequestWithdrawn Kind = "request_withdrawn"
	VMReady          Kind = "vm_ready"
	VMFailed         Kind = "vm_failed"
	BundleReady      Kind = "bundle_ready"
)

// Kinds lists them all.
var Kinds = []Kind{
	RequestSubmitted, DecisionNeeded, DecisionReminder, RequestApproved, RequestRejected,
	RequestExpired, RequestWithdrawn, VMReady, VMFailed, BundleReady,
}

// asks reports whether the message asks for a decision.
func (k Kind) asks() bool { return k == DecisionNeeded || k == DecisionReminder }
