package api

import (
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/readmodel"
	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// A Request for a virtual machine, as the caller may see it. Texts are null if
// their author was erased.
type Request struct {
	ID            uuid.UUID        `json:"id" format:"uuid"`
	State         RequestState     `json:"state"`
	Project       string           `json:"project"`
	Name          string           `json:"name"`
	Template      string           `json:"template"`
	OS            string           `json:"os"`
	Size          string           `json:"size"`
	VCPU          int              `json:"vcpu"`
	RAMGiB        int              `json:"ram_gib"`
	DiskGiB       int              `json:"disk_gib"`
	Network       string           `json:"network"`
	LeaseDays     int              `json:"lease_days"`
	MonthlyCents  int64            `json:"monthly_cents"`
	Currency      string           `json:"currency"`
	Justification *string          `json:"justification"`
	Requester     Requester        `json:"requester"`
	SubmittedAt   time.Time        `json:"submitted_at"`
	UpdatedAt     time.Time        `json:"updated_at"`
	Version       int64            `json:"version"`
	Replaces      *uuid.UUID       `json:"replaces" format:"uuid" nullable:"true" doc:"The refused request that this one resubmits."`
	Receipt       *Receipt         `json:"receipt"`
	WaitingFor    *WaitingFor      `json:"waiting_for" doc:"Who is asked to decide, while somebody is."`
	DueAt         *time.Time       `json:"due_at"`
	Decision      *Decision        `json:"decision"`
	Provisioning  *Provisioning    `json:"provisioning"`
	VMID          *uuid.UUID       `json:"vm_id" format:"uuid" nullable:"true"`
	Can           RequestAbilities `json:"can"`
}

// A Requester is who asked. Name and address are null if the person is unknown
// or erased.
type Requester struct {
	ID    uuid.UUID `json:"id" format:"uuid"`
	Name  *string   `json:"name"`
	Email *string   `json:"email"`
}

// A Receipt answers "why did the policy say that?".
type Receipt struct {
	Policy  string         `json:"policy"`
	Version int            `json:"version"`
	Rule    string         `json:"rule"`
	Outcome string         `json:"outcome"`
	Inputs  map[string]any `json:"inputs"`
}

// WaitingFor says who is asked to decide.
type WaitingFor struct {
	Role      string   `json:"role"`
	Approvers []string `json:"approvers" doc:"Names, without the requester."`
}

// A Decision is how a request was answered.
type Decision struct {
	Outcome   string    `json:"outcome" enum:"approve,reject"`
	Automatic bool      `json:"automatic" doc:"By the policy alone."`
	By        *Ref      `json:"by"`
	Reason    *string   `json:"reason"`
	At        time.Time `json:"at"`
}

// Provisioning is how far the build has come.
type Provisioning struct {
	Step       string     `json:"step"`
	VMName     string     `json:"vm_name"`
	Stalled    *Stalled   `json:"stalled"`
	Failure    *Failure   `json:"failure"`
	StartedAt  *time.Time `json:"started_at"`
	FinishedAt *time.Time `json:"finished_at"`
}

// Stalled says why the build cannot go on right now.
type Stalled readmodel.Stalled

// Failure says why the build has ended without a machine.
type Failure readmodel.Failure

// RequestAbilities are what the caller may do with a request now.
type RequestAbilities struct {
	Withdraw bool `json:"withdraw"`
	Decide   bool `json:"decide"`
	Retry    bool `json:"retry"`
}

// A RequestState is where a request stands.
type RequestState string

// The states of a request.
const (
	submitted    RequestState = "submitted"
	waiting      RequestState = "waiting"
	approved     RequestState = "approved"
	provisioning RequestState = "provisioning"
	ready        RequestState = "ready"
	rejected     RequestState = "rejected"
	withdrawn    RequestState = "withdrawn"
	expired      RequestState = "expired"
	failed       RequestState = "failed"
)

// Schema names the states in the OpenAPI document.
func (RequestState) Schema(r huma.Registry) *huma.Schema {
	const name = "RequestState"
	if r.Map()[name] == nil {
		r.Map()[name] = &huma.Schema{Type: huma.TypeString, Enum: []any{
			submitted, waiting, approved, provisioning, ready, rejected, withdrawn, expired, failed,
		}}
	}
	return &huma.Schema{Ref: "#/components/schemas/" + name}
}

func receiptOf(r *event.Receipt) *Receipt {
	if r == nil {
		return nil
	}
	out := Receipt(*r)
	if out.Inputs == nil {
		out.Inputs = map[string]any{}
	}
	return &out
}

func provisioningOf(r readmodel.Request) *Provisioning {
	if r.StartedAt == nil && r.Stalled == nil && r.Failure == nil {
		return nil
	}
	p := &Provisioning{StartedAt: utc(r.StartedAt), FinishedAt: utc(r.FinishedAt), Stalled: (*Stalled)(r.Stalled), Failure: (*Failure)(r.Failure)}
	if r.Step != nil {
		p.Step = *r.Step
	}
	if r.VMName != nil {
		p.VMName = *r.VMName
	}
	return p
}

// utc is the moment as the API writes it.
func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}
