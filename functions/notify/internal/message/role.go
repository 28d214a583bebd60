package message

import "slices"

// administrators are told of machines that could not be built.
const administrators = "tenant_admin"

// ladder is the order in which roles include those before them. Roles that are
// not on it stand beside.
var ladder = []string{"user", "approver", "tenant_admin", "super_admin"}

// Staff are the roles that may be told something that is not their own.
var Staff = []string{"project_admin", "approver", "tenant_admin", "super_admin", "auditor"}

// holds reports whether somebody with these roles has the role or one that
// includes it.
func holds(roles []string, role string) bool {
	if role == "" {
		return false
	}
	if i := slices.Index(ladder, role); i >= 0 {
		return slices.ContainsFunc(ladder[i:], func(r string) bool { return slices.Contains(roles, r) })
	}
	return slices.Contains(roles, role)
}
