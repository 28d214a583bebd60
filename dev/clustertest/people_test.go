//go:build cluster

package clustertest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"dcm.io/dev/internal/client"
	"dcm.io/dev/internal/stack"
)

// people are those of one tenant who ask, decide and administer.
type people struct{ jana, anna, admin, clara *client.Client }

func meet(ctx context.Context, t *testing.T, r stack.Run) people {
	t.Helper()
	var p people
	for username, c := range map[string]**client.Client{"jana.vogel": &p.jana, "anna.berg": &p.anna, "clara.stein": &p.clara, tenantAdmin(r): &p.admin} {
		person, err := r.Find(username)
		if err != nil {
			t.Fatal(err)
		}
		if *c, err = client.Login(ctx, r.Portal, r.Issuer, username, person.Password); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// tenantAdmin is who administers the tenant of Jana Vogel.
func tenantAdmin(r stack.Run) string {
	for _, p := range r.People {
		for _, role := range p.Roles {
			if role == "tenant_admin" && p.Tenant == "acme" {
				return p.Username
			}
		}
	}
	return ""
}

// wish asks for a machine. The policy lets a small one pass; a medium one needs a
// person.
func (p people) wish(ctx context.Context, name, size string) (client.Request, error) {
	return p.jana.Submit(ctx, "key-"+name, client.Wish{
		Project: "Webshop", Name: name, Template: "debian-12", Size: size, Network: "prod", LeaseDays: 7,
		Justification: "Proves that a cluster may do what clusters do.",
	})
}

// unique names things of one run of the test.
func unique(what string) string {
	return fmt.Sprintf("%s-%d", what, time.Now().UnixNano()%1_000_000_000)
}
