// Package checker holds a system against what it has promised, from outside: it
// reads the tables as the superuser, recomputes every hash, and believes nothing
// that the system says of itself. What each check demands:
//
//	U1  what was acknowledged is there once, with the same bytes and hash
//	U2  nothing is there that nobody asked for
//	U3  the versions of each stream are 1 to n, and each fact links to the one before
//	U4  the read model is what folding the log gives
//	U5  everything owed was done, by each consumer, and nothing else; who follows the log saw all of it, each stream in order
//	U6  every fact has its place in the tree, every checkpoint is of that tree, and a bundle verifies offline
//	U7  nothing of a tenant is seen by, or can be written for, another
//	U8  connections stay within their bound; what was opened is closed again
//	U9  outside the time of a fault fewer than one in a hundred attempts fails, and soon after it all is well
package checker

import (
	"fmt"
	"slices"

	"dcm.io/dev/internal/ledger"
	"github.com/google/uuid"
)

// A Check is one of U1 to U9.
type Check string

// The checks.
const (
	U1 Check = "U1"
	U2 Check = "U2"
	U3 Check = "U3"
	U4 Check = "U4"
	U5 Check = "U5"
	U6 Check = "U6"
	U7 Check = "U7"
	U8 Check = "U8"
	U9 Check = "U9"
)

// All are the checks in order.
var All = []Check{U1, U2, U3, U4, U5, U6, U7, U8, U9}

// A Violation is a promise that was broken.
type Violation struct {
	Check  Check  `json:"check"`
	Detail string `json:"detail"`
}

// found collects violations of one check.
type found struct {
	check Check
	all   []Violation
}

func (f *found) add(format string, args ...any) {
	f.all = append(f.all, Violation{f.check, fmt.Sprintf(format, args...)})
}

// id names a fact within all tenants.
type id struct{ tenant, fact uuid.UUID }

// Promises is U1: what the ledger has as acknowledged is in the log, once.
func Promises(w World, entries []ledger.Entry) []Violation {
	f := found{check: U1}
	have := map[id][]Fact{}
	for _, e := range w.Facts {
		k := id{e.Tenant, e.ID}
		have[k] = append(have[k], e)
	}
	for k, facts := range have {
		if len(facts) > 1 {
			f.add("fact %s of tenant %s is there %d times", k.fact, k.tenant, len(facts))
		}
	}
	submitted := bySubmission(w)
	for _, p := range entries {
		if p.Kind != ledger.Acked {
			continue
		}
		for _, promised := range p.Facts {
			if facts := have[id{p.Tenant, promised.ID}]; len(facts) == 0 {
				f.add("fact %s of %q was acknowledged and is gone", promised.ID, p.Cause)
			} else if got := facts[0]; got.Stream != p.Stream || got.Version != promised.Version || string(got.Data) != string(promised.Data) || string(got.Hash) != string(promised.Hash) {
				f.add("fact %s of %q is not what was acknowledged", promised.ID, p.Cause)
			}
		}
		// Whoever asks through the portal is told the stream and no facts.
		if len(p.Facts) == 0 {
			if n := submitted[id{p.Tenant, p.Stream}]; n != 1 {
				f.add("stream %s of %q was acknowledged, and begins %d times", p.Stream, p.Cause, n)
			}
		}
	}
	return f.all
}

// bySubmission counts the facts that begin a stream because of a command.
func bySubmission(w World) map[id]int {
	n := map[id]int{}
	for _, e := range w.Facts {
		if e.Version == 1 && len(e.CauseDigest) > 0 {
			n[id{e.Tenant, e.Stream}]++
		}
	}
	return n
}

// Asked is U2: every fact goes back to what somebody asked for, with that
// content, or to another fact that its producer was owed. foreign tells which
// causes the ledger does not cover, as those of setting up.
func Asked(w World, entries []ledger.Entry, foreign func(Fact) bool) []Violation {
	f := found{check: U2}
	type asked struct {
		tenant uuid.UUID
		cause  string
	}
	digests := map[asked][]string{}
	for _, e := range entries {
		if e.Kind == ledger.Asked {
			k := asked{e.Tenant, e.Cause}
			digests[k] = append(digests[k], string(e.Digest))
		}
	}
	facts := map[string]Fact{}
	for _, e := range w.Facts {
		facts[e.Tenant.String()+e.ID.String()] = e
	}
	for _, e := range w.Facts {
		switch wanted, ok := digests[asked{e.Tenant, e.Cause}]; {
		case ok && has(wanted, string(e.CauseDigest)):
		case ok:
			f.add("fact %s (%s) has another content than what was asked as %q", e.ID, e.Type, e.Cause)
		case foreign != nil && foreign(e):
		case facts[e.Tenant.String()+e.Cause].owedTo(e.Source):
		default:
			f.add("fact %s (%s) of tenant %s because of %q: nobody asked for it", e.ID, e.Type, e.Tenant, e.Cause)
		}
	}
	return f.all
}

// has reports whether one of the digests is this, or none was noted.
func has(digests []string, this string) bool {
	return slices.Contains(digests, "") || slices.Contains(digests, this)
}
