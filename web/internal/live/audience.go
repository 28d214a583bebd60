package live

import (
	"strings"

	"dcm.io/shared/authz"
	"dcm.io/shared/event"
	"dcm.io/shared/identity"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// A news is a change and whom it concerns.
type news struct {
	readmodel.Change
	person uuid.UUID // whose request, inbox or profile it is; zero for nobody's
}

// subject is the noun in io.dcm.<noun>.<participle>.v<n>.
func subject(t event.Type) string {
	words := strings.SplitN(string(t), ".", 4)
	if len(words) < 4 {
		return ""
	}
	return words[2]
}

// sees reports whether a viewer may know of the news. Who may read the whole log
// knows of everything; what a newer release records is for them alone.
func sees(c identity.Caller, n news) bool {
	if c.Tenant != n.Tenant {
		return false
	}
	relation := authz.RelationTo(n.person, c.Person)
	switch subject(n.Type) {
	case "request", "approval", "provisioning":
		if authz.Allowed(c.Roles, authz.RequestRead, relation) {
			return true
		}
	case "notification":
		if authz.Allowed(c.Roles, authz.InboxRead, relation) {
			return true
		}
	case "person":
		if authz.Allowed(c.Roles, authz.PersonRead, relation) {
			return true
		}
	case "connection", "tenant":
		if authz.Allowed(c.Roles, authz.OfferingRead, authz.Other) {
			return true
		}
	}
	return authz.Allowed(c.Roles, authz.AuditRead, authz.Other)
}
