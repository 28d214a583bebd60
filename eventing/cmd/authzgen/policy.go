package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/open-policy-agent/opa/v1/rego"
)

// A policy is the Rego policy, prepared, and what it says it is about.
type policy struct {
	allow                     rego.PreparedEvalQuery
	roles, actions, relations []string
}

func loadPolicy(ctx context.Context, path string) (policy, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return policy{}, fmt.Errorf("read policy: %w", err)
	}
	module := rego.Module(path, string(src))
	var p policy
	if p.allow, err = rego.New(module, rego.Query("data.dcm.authz.allow")).PrepareForEval(ctx); err != nil {
		return policy{}, fmt.Errorf("prepare policy: %w", err)
	}
	for name, to := range map[string]*[]string{"roles": &p.roles, "actions": &p.actions, "relations": &p.relations} {
		if *to, err = names(ctx, module, name); err != nil {
			return policy{}, err
		}
	}
	slices.Sort(p.actions) // a set in Rego
	return p, nil
}

// names reads a list or set of names that the policy defines.
func names(ctx context.Context, module func(*rego.Rego), name string) ([]string, error) {
	rs, err := rego.New(module, rego.Query("data.dcm.authz."+name)).Eval(ctx)
	if err != nil {
		return nil, fmt.Errorf("evaluate %s: %w", name, err)
	}
	if len(rs) != 1 || len(rs[0].Expressions) != 1 {
		return nil, fmt.Errorf("evaluate %s: not defined", name)
	}
	values, ok := rs[0].Expressions[0].Value.([]any)
	if !ok || len(values) == 0 {
		return nil, fmt.Errorf("evaluate %s: not a list", name)
	}
	out := make([]string, len(values))
	for i, v := range values {
		if out[i], ok = v.(string); !ok {
			return nil, fmt.Errorf("evaluate %s: %v is not a name", name, v)
		}
	}
	return out, nil
}

// may asks the policy.
func (p policy) may(ctx context.Context, roles []string, action, relation string) (bool, error) {
	in := map[string]any{"roles": roles, "action": action, "relation": relation}
	rs, err := p.allow.Eval(ctx, rego.EvalInput(in))
	if err != nil {
		return false, fmt.Errorf("may %v %s %s: %w", roles, action, relation, err)
	}
	return rs.Allowed(), nil
}
