package api

import (
	"context"
	"net/http"
	"time"

	"dcm.io/shared/authz"
	"dcm.io/shared/readmodel"
	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// A VM is a virtual machine.
type VM struct {
	ID           uuid.UUID `json:"id" format:"uuid"`
	RequestID    uuid.UUID `json:"request_id" format:"uuid"`
	Name         string    `json:"name"`
	Project      string    `json:"project"`
	Template     string    `json:"template"`
	OS           string    `json:"os"`
	Size         string    `json:"size"`
	VCPU         int       `json:"vcpu"`
	RAMGiB       int       `json:"ram_gib"`
	DiskGiB      int       `json:"disk_gib"`
	Network      string    `json:"network"`
	Owner        Ref       `json:"owner"`
	PowerState   string    `json:"power_state"`
	Address      string    `json:"address"`
	Hostname     string    `json:"hostname"`
	InstanceUUID uuid.UUID `json:"instance_uuid" format:"uuid"`
	MonthlyCents int64     `json:"monthly_cents"`
	Currency     string    `json:"currency"`
	CreatedAt    time.Time `json:"created_at"`
	LeaseEndsAt  time.Time `json:"lease_ends_at"`
}

// A VMPage is a page of machines.
type VMPage struct {
	Items      []VM    `json:"items"`
	NextCursor *string `json:"next_cursor"`
}

type vmQuery struct {
	Paging
	Scope string `query:"scope" enum:"mine,all" default:"mine"`
	Q     string `query:"q" maxLength:"100" doc:"What the name begins with."`
}

type vmID struct {
	ID string `path:"id" doc:"Id of a machine."`
}

func (a *API) mountVMs(h huma.API) {
	handle(h, endpoint("list-vms", http.MethodGet, "/api/v1/vms", "vms", "Which machines are there?"), a.listVMs)
	handle(h, endpoint("get-vm", http.MethodGet, "/api/v1/vms/{id}", "vms", "How is this machine?"),
		func(ctx context.Context, in *vmID) (*body[VM], error) {
			who := callerOf(ctx)
			id, err := idOf(in.ID)
			if err != nil {
				return nil, err
			}
			v, err := a.vms.Get(ctx, who.Tenant, id)
			if err != nil {
				return nil, err
			}
			if err := a.visible(ctx, who, authz.VMRead, v.Owner, v.ID); err != nil {
				return nil, err
			}
			b, err := a.book(ctx, who.Tenant, v.Owner)
			if err != nil {
				return nil, err
			}
			return answer(b.vm(v)), nil
		})
}

func (a *API) listVMs(ctx context.Context, in *vmQuery) (*body[VMPage], error) {
	who := callerOf(ctx)
	after, err := parseCursor("vms", in.Cursor)
	if err != nil {
		return nil, err
	}
	whose, err := a.scope(ctx, who, authz.VMRead, in.Scope)
	if err != nil {
		return nil, err
	}
	rows, err := a.vms.List(ctx, who.Tenant, readmodel.VMFilter{Owner: whose, Prefix: in.Q, After: after.mark(), Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	rows, next := page(rows, in.Limit, func(v readmodel.VM) cursor { return cursor{List: "vms", At: v.CreatedAt.UTC(), ID: v.ID} })
	owners := make([]uuid.UUID, len(rows))
	for i, v := range rows {
		owners[i] = v.Owner
	}
	b, err := a.book(ctx, who.Tenant, owners...)
	if err != nil {
		return nil, err
	}
	items := make([]VM, len(rows))
	for i, v := range rows {
		items[i] = b.vm(v)
	}
	return answer(VMPage{Items: items, NextCursor: next}), nil
}

func (b *book) vm(v readmodel.VM) VM {
	return VM{
		ID: v.ID, RequestID: v.Request, Name: v.Name, Project: v.Project, Template: v.Template, OS: v.OS, Size: v.Size,
		VCPU: v.VCPU, RAMGiB: v.RAMGiB, DiskGiB: v.DiskGiB, Network: v.Network, Owner: b.ref(v.Owner), PowerState: v.PowerState,
		Address: v.Address, Hostname: v.Hostname, InstanceUUID: v.InstanceUUID, MonthlyCents: v.MonthlyCents, Currency: v.Currency,
		CreatedAt: v.CreatedAt.UTC(), LeaseEndsAt: v.LeaseEndsAt.UTC(),
	}
}
