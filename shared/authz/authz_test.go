package authz_test

import (
	"errors"
	"testing"

	"dcm.io/shared/authz"
	"dcm.io/shared/fault"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		reason   string
		roles    []string
		action   authz.Action
		relation authz.Relation
		want     error
	}{
		"OwnRequest":            {"a user sees what they asked for", []string{"user"}, authz.RequestRead, authz.Self, nil},
		"SomebodyElsesRequest":  {"and nothing else", []string{"user"}, authz.RequestRead, authz.Other, authz.ErrNotAllowed},
		"Decide":                {"that is what approvers are for", []string{"approver"}, authz.RequestDecide, authz.Other, nil},
		"DecideOnOwn":           {"four eyes", []string{"approver"}, authz.RequestDecide, authz.Self, authz.ErrOwnRequest},
		"UserDecidesOnOwn":      {"nobody with these roles could, so it is not about being their own", []string{"user"}, authz.RequestDecide, authz.Self, authz.ErrNotAllowed},
		"AdministratorsOwn":     {"four eyes hold for everybody", []string{"super_admin"}, authz.RequestDecide, authz.Self, authz.ErrOwnRequest},
		"AnyRoleWillDo":         {"rights add up", []string{"auditor", "user"}, authz.RequestSubmit, authz.Self, nil},
		"AuditorAlone":          {"an auditor changes nothing", []string{"auditor"}, authz.RequestSubmit, authz.Self, authz.ErrNotAllowed},
		"Configure":             {"credentials are the administrators' business", []string{"approver"}, authz.ConnectionConfigure, authz.Other, authz.ErrNotAllowed},
		"ForeignRole":           {"Keycloak adds roles of its own", []string{"offline_access", "user"}, authz.RequestSubmit, authz.Self, nil},
		"NoRole":                {"no role, no rights", nil, authz.OfferingRead, authz.Other, authz.ErrNotAllowed},
		"UnknownRole":           {"a role we do not know gives nothing", []string{"root"}, authz.OfferingRead, authz.Other, authz.ErrNotAllowed},
		"UnknownAction":         {"what is not in the policy is refused", []string{"super_admin"}, "request.forge", authz.Other, authz.ErrNotAllowed},
		"NoRelation":            {"a forgotten relation fails closed", []string{"super_admin"}, authz.RequestRead, 0, authz.ErrNotAllowed},
		"WithdrawSomebodyElses": {"only the requester takes a request back", []string{"super_admin"}, authz.RequestWithdraw, authz.Other, authz.ErrNotAllowed},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := authz.Check(c.roles, c.action, c.relation)
			if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
				t.Errorf("got %v, want %v: %s", err, c.want, c.reason)
			}
			if err != nil && fault.KindOf(err) != fault.Denied {
				t.Errorf("a refusal is of kind Denied, got %v", fault.KindOf(err))
			}
			if authz.Allowed(c.roles, c.action, c.relation) != (err == nil) {
				t.Error("Allowed and Check disagree")
			}
		})
	}
}

func TestRelationTo(t *testing.T) {
	t.Parallel()
	if authz.RelationTo("ada", "ada") != authz.Self || authz.RelationTo("ada", "bob") != authz.Other {
		t.Error("the owner is Self, everybody else is Other")
	}
}

func BenchmarkCheck(b *testing.B) {
	roles := []string{"default-roles-dcm", "offline_access", "user", "approver"}
	b.ReportAllocs()
	for b.Loop() {
		if authz.Check(roles, authz.RequestDecide, authz.Other) != nil {
			b.Fatal("refused")
		}
	}
}
