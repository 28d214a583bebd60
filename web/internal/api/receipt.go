package api

import (
	"context"
	"net/http"

	"dcm.io/shared/authz"
	"dcm.io/shared/checkpoint"
	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// AuditKeys are the public keys that checkpoints of the log are signed with.
type AuditKeys struct {
	Keys []AuditKey `json:"keys" doc:"Today's and those of before. None if the operator has not told."`
}

// An AuditKey is one public key.
type AuditKey struct {
	ID  string `json:"id" doc:"Its name and a hash, as signatures name it."`
	Key string `json:"key" doc:"As dcm-verify takes it."`
}

type factPath struct {
	ID string `path:"id" doc:"Id of a fact."`
}

// A file is answered as it is, to be kept.
type file struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (a *API) mountReceipts(h huma.API) {
	receipt := endpoint("get-receipt", http.MethodGet, "/api/v1/audit/facts/{id}/receipt", "audit", "Prove one fact by the newest signed checkpoint.")
	receipt.Description = "The receipt is a file that dcm-verify checks with a public key alone. Its bytes count: they must be kept as they are. 409 if no checkpoint covers the fact yet."
	receipt.Responses = map[string]*huma.Response{"200": {
		Description: "A receipt of format dcm-receipt.",
		Content:     map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}}},
	}}
	handle(h, receipt, a.getReceipt)
	handle(h, endpoint("list-audit-keys", http.MethodGet, "/api/v1/audit/keys", "audit", "What are checkpoints of the log signed with?"), a.listKeys)
}

func (a *API) getReceipt(ctx context.Context, in *factPath) (*file, error) {
	who := callerOf(ctx)
	id, err := idOf(in.ID)
	if err != nil {
		return nil, err
	}
	if err := a.allowed(ctx, who, authz.AuditRead, uuid.Nil, uuid.Nil); err != nil {
		return nil, err
	}
	r, err := a.log.Receipt(ctx, who.Tenant, id)
	if err != nil {
		return nil, err
	}
	b, err := r.Encode()
	if err != nil {
		return nil, err
	}
	return &file{"application/json", `attachment; filename="dcm-receipt-` + id.String() + `.json"`, b}, nil
}

func (a *API) listKeys(ctx context.Context, _ *struct{}) (*body[AuditKeys], error) {
	if err := a.allowed(ctx, callerOf(ctx), authz.AuditRead, uuid.Nil, uuid.Nil); err != nil {
		return nil, err
	}
	return answer(AuditKeys{auditKeys(a.signedBy)}), nil
}

func auditKeys(keys checkpoint.Keys) []AuditKey {
	out := make([]AuditKey, len(keys))
	for i, k := range keys {
		out[i] = AuditKey{ID: k.ID(), Key: k.String()}
	}
	return out
}
