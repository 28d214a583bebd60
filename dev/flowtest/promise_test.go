package flowtest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"dcm.io/dev/internal/client"
	"dcm.io/dev/internal/vcenter"
)

// machines lists what the vCenter has for a request, by our mark.
func machines(request string) []vcenter.Machine {
	var found []vcenter.Machine
	for _, m := range running.VCenter.VMs() {
		if m.ExtraConfig["dcm.request.id"] == request {
			found = append(found, m)
		}
	}
	return found
}

// onlyMachine fails the test unless there is exactly one machine for a request.
func onlyMachine(t *testing.T, request string) vcenter.Machine {
	t.Helper()
	found := machines(request)
	if len(found) != 1 {
		t.Fatalf("the vCenter has %d machines for request %s, want one: %+v", len(found), request, found)
	}
	return found[0]
}

// mails waits until the address has want mails about a machine, and fails the
// test if one came twice or there are more.
func mails(ctx context.Context, t *testing.T, to, name string, want int) []string {
	t.Helper()
	for {
		got := subjects(to, name)
		if len(got) == want {
			time.Sleep(200 * time.Millisecond) // one too many would follow at once
			got = subjects(to, name)
		}
		if len(got) > want {
			t.Fatalf("%s got %d mails about %s, want %d: %q", to, len(got), name, want, got)
		}
		if len(got) == want {
			slices.Sort(got)
			if len(slices.Compact(slices.Clone(got))) != want {
				t.Fatalf("%s got a mail twice: %q", to, got)
			}
			return got
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			t.Fatalf("%s got only %q about %s, want %d mails", to, got, name, want)
		}
	}
}

func subjects(to, name string) []string {
	var all []string
	for _, m := range running.Mailbox.Mails(to) {
		if slices.Contains(strings.FieldsFunc(m.Subject, notInName), name) {
			all = append(all, m.Subject)
		}
	}
	return all
}

func notInName(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-')
}

// types lists the facts of a request, in order.
func types(ctx context.Context, t *testing.T, c *client.Client, id string) []string {
	t.Helper()
	moments, err := c.Timeline(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range moments {
		all = append(all, strings.TrimSuffix(strings.TrimPrefix(m.Type, "io.dcm."), ".v1"))
	}
	return all
}

func count(all []string, one string) int {
	n := 0
	for _, s := range all {
		if s == one {
			n++
		}
	}
	return n
}
