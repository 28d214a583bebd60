package main

import (
	"context"
	"fmt"
)

// A table holds, for each action and relation, the roles that may.
type table struct {
	roles, actions []string
	may            map[cell][]bool // by the position of the role
}

type cell struct{ action, relation string }

// decideAll asks the policy about every single role, and then about every set
// of roles whether it may exactly what one of its roles may. Without that proof
// a table by single roles would not be the policy.
func decideAll(ctx context.Context, p policy) (table, error) {
	t := table{roles: p.roles, actions: p.actions, may: map[cell][]bool{}}
	for _, a := range p.actions {
		for _, r := range p.relations {
			c := cell{a, r}
			single := make([]bool, len(p.roles))
			for i, role := range p.roles {
				ok, err := p.may(ctx, []string{role}, a, r)
				if err != nil {
					return table{}, err
				}
				single[i] = ok
			}
			if err := proveUnion(ctx, p, c, single); err != nil {
				return table{}, err
			}
			t.may[c] = single
		}
	}
	return t, nil
}

func proveUnion(ctx context.Context, p policy, c cell, single []bool) error {
	for set := range 1 << len(p.roles) {
		var held []string
		want := false
		for i, role := range p.roles {
			if set&(1<<i) != 0 {
				held = append(held, role)
				want = want || single[i]
			}
		}
		got, err := p.may(ctx, held, c.action, c.relation)
		if err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("policy is not the union of its roles: %s %s with %v is %t, one by one %t",
				c.action, c.relation, held, got, want)
		}
	}
	return nil
}
