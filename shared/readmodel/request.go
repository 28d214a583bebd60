package readmodel

import (
	"context"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

// Requests answers what people have asked for. It is safe for concurrent use.
type Requests struct{ Log *pglog.Log }

// A Request for a virtual machine, as it stands; texts are sealed.
type Request struct {
	ID            uuid.UUID
	State         string
	Requester     uuid.UUID
	Project       string
	Name          string
	Template      string
	OS            string
	Size          string
	VCPU          int
	RAMGiB        int
	DiskGiB       int
	Network       string
	LeaseDays     int
	MonthlyCents  int64
	Currency      string
	Justification event.Sealed
	SubmittedAt   time.Time
	UpdatedAt     time.Time
	Version       int64      // of the last fact that changed it
	Replaces      *uuid.UUID // the refused request this one resubmits

	Receipt   *event.Receipt // of the policy, once it was asked
	Role      *string        // who may decide, if somebody must
	DueAt     *time.Time     // when it expires undecided
	Decision  *string        // approve or reject
	DecidedBy *uuid.UUID     // nil if the policy decided alone
	DecidedAt *time.Time
	Reason    event.Sealed // in the words of who decided

	Step       *string // of the build
	VM         *uuid.UUID
	VMName     *string
	Stalled    *Stalled
	Failure    *Failure
	StartedAt  *time.Time
	FinishedAt *time.Time
}

const requestColumns = `r.request_id, r.state, r.requester_id, r.project, r.name, r.template, r.os, r.size, r.vcpu, r.ram_gib, r.disk_gib,
	r.network, r.lease_days, r.monthly_cents, r.currency, r.justification, r.submitted_at, r.updated_at, r.version, r.replaces,
	r.receipt, r.role, r.due_at, r.decision, r.decided_by, r.decided_at, r.reason,
	r.step, r.vm_id, r.vm_name, r.stalled, r.failure, r.started_at, r.finished_at`

// Get finds one request; ErrNotFound if the tenant has no such.
func (q Requests) Get(ctx context.Context, tenant, id uuid.UUID) (Request, error) {
	return first(pglog.Select(ctx, q.Log, tenant, scanRequest,
		`select `+requestColumns+` from dcm.requests r where r.tenant_id = $1 and r.request_id = $2`, tenant, id))
}

func scanRequest(row pglog.Row) (Request, error) {
	var r Request
	err := row.Scan(&r.ID, &r.State, &r.Requester, &r.Project, &r.Name, &r.Template, &r.OS, &r.Size, &r.VCPU, &r.RAMGiB, &r.DiskGiB,
		&r.Network, &r.LeaseDays, &r.MonthlyCents, &r.Currency, &r.Justification.Box, &r.SubmittedAt, &r.UpdatedAt, &r.Version, &r.Replaces,
		&r.Receipt, &r.Role, &r.DueAt, &r.Decision, &r.DecidedBy, &r.DecidedAt, &r.Reason.Box,
		&r.Step, &r.VM, &r.VMName, &r.Stalled, &r.Failure, &r.StartedAt, &r.FinishedAt)
	if err != nil {
		return r, err
	}
	r.Justification.Person = r.Requester
	if r.DecidedBy != nil {
		r.Reason.Person = *r.DecidedBy
	}
	return r, nil
}
