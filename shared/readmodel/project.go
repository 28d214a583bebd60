package readmodel

import (
	"encoding/json"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/pglog"
	"github.com/google/uuid"
)

// Project says what a fact changes in the read model. Facts that no screen shows
// change nothing.
func Project(e event.Envelope) []pglog.Statement {
	switch f := e.Fact.(type) {
	case event.RequestSubmitted:
		return submitted(e, f)
	case event.RequestWithdrawn:
		return moved(e, "withdrawn")
	case event.RequestRetried:
		return retried(e)
	case event.ApprovalOpened:
		return opened(e, f)
	case event.ApprovalGranted:
		return granted(e, f)
	case event.ApprovalRejected:
		return rejected(e, f)
	case event.ApprovalExpired:
		return moved(e, "expired")
	case event.ProvisioningStarted:
		return started(e, f)
	case event.ProvisioningAdvanced:
		return advanced(e, f)
	case event.ProvisioningStalled:
		return stalled(e, f)
	case event.ProvisioningAbandoned:
		return advanced(e, event.ProvisioningAdvanced{Step: "rollback"})
	case event.ProvisioningSucceeded:
		return succeeded(e, f)
	case event.ProvisioningFailed:
		return failed(e, f)
	case event.ConnectionConfigured:
		return connected(e, f)
	case event.NotificationQueued:
		return queued(e, f)
	case event.NotificationSent:
		return mailed(e, f.Recipient, f.Notification, "sent")
	case event.NotificationFailed:
		return mailed(e, f.Recipient, f.Notification, "failed")
	case event.NotificationRead:
		return read(e, f)
	case event.AuditRequested:
		return bundleRequested(e, f)
	case event.AuditExported:
		return bundleReady(e, f)
	case event.PersonIntroduced:
		return introduced(e, f)
	case event.PersonErased:
		return erased(e, f.Person)
	case event.ErasureRepeated:
		return erased(e, f.Person)
	case event.TenantRegistered:
		return registered(e, f)
	}
	return nil
}

func one(sql string, args ...any) []pglog.Statement {
	return []pglog.Statement{{SQL: sql, Args: args}}
}

// jsonb writes a value of ours for a jsonb column; our types always encode.
func jsonb(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// null is nil for the zero id, so that "nobody" is NULL.
func null(id uuid.UUID) any {
	if id == uuid.Nil {
		return nil
	}
	return id
}
