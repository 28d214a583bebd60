// Package authz says what a person may do in their own tenant.
//
// The policy is policy.rego, and policy_test.rego says what it must mean. Open
// Policy Agent evaluates it when the code is generated, for every role, action
// and relation there is, into the table that this package looks things up in:
// the functions neither link OPA nor wait for it when they start from zero. The
// generator proves that the table is the policy: that a person may do exactly
// what any one of their roles may do, for every set of roles.
//
// The table knows no tenants. Which tenant a person belongs to is in their
// token, and Row-Level Security keeps everything else from them.
package authz
