package checker

import (
	"fmt"
	"slices"

	"dcm.io/shared/event"
	"github.com/google/uuid"
)

// A Deed is something that a consumer has done in the world because of a fact.
type Deed struct {
	By   event.Function
	Fact uuid.UUID
}

// Owed is U5 of work: at rest nothing is due or given up, and each of the
// consumers has done its part for every fact that it is owed, and for no other. Doing it again is allowed to who crashed; done are the distinct
// deeds, as a receiver that drops repetitions sees them.
func Owed(w World, consumers []event.Function, done map[Deed]int) []Violation {
	f := found{check: U5}
	for _, k := range w.Work {
		switch {
		case k.Dead:
			f.add("%s has given up %s%s after %d attempts: %s", k.Function, k.Kind, k.Fact, k.Attempts, short(k.Reason))
		case k.Due:
			f.add("%s still owes %s%s", k.Function, k.Kind, k.Fact)
		}
	}
	owed := map[Deed]bool{}
	for _, e := range w.Facts {
		for _, c := range event.Consumers(event.Type(e.Type)) {
			d := Deed{c, e.ID}
			owed[d] = true
			if slices.Contains(consumers, c) && done[d] == 0 {
				f.add("%s was never acted on by %s, which owes it (%s)", e.ID, c, e.Type)
			}
		}
	}
	for d := range done {
		if !owed[d] {
			f.add("%s acted on %s, which it is not owed", d.By, d.Fact)
		}
	}
	return f.all
}

// Consequences is U5 of what is recorded: each of the functions has recorded
// something because of every fact that it is owed. It is for functions that always
// do.
func Consequences(w World, functions []event.Function) []Violation {
	f := found{check: U5}
	type cause struct {
		tenant       uuid.UUID
		fact, source string
	}
	recorded := map[cause]bool{}
	for _, e := range w.Facts {
		recorded[cause{e.Tenant, e.Cause, e.Source}] = true
	}
	for _, e := range w.Facts {
		for _, c := range event.Consumers(event.Type(e.Type)) {
			if slices.Contains(functions, c) && !recorded[cause{e.Tenant, e.ID.String(), "/functions/" + string(c)}] {
				f.add("%s has recorded nothing because of %s (%s)", c, e.ID, e.Type)
			}
		}
	}
	return f.all
}

// A Seen is what a follower of the log was told of a fact.
type Seen struct {
	Tenant, Stream uuid.UUID
	Version        int64
}

// Followed is U5 of those who follow the whole log: each fact once, and the facts
// of a stream in their order.
func Followed(w World, who string, seen []Seen) []Violation {
	f := found{check: U5}
	times := map[Seen]int{}
	last := map[string]int64{}
	for _, s := range seen {
		times[s]++
		stream := fmt.Sprint(s.Tenant, s.Stream)
		if s.Version <= last[stream] {
			f.add("%s saw version %d of stream %s after %d", who, s.Version, s.Stream, last[stream])
		}
		last[stream] = s.Version
	}
	for _, e := range w.Facts {
		s := Seen{e.Tenant, e.Stream, e.Version}
		if times[s] != 1 {
			f.add("%s saw fact %s/%d %d times", who, e.Stream, e.Version, times[s])
		}
		delete(times, s)
	}
	for s := range times {
		f.add("%s saw fact %s/%d, which is not in the log", who, s.Stream, s.Version)
	}
	return f.all
}

// Effects is U5 of the world outside: how often each thing was made that may be
// made once, by name.
func Effects(what string, made map[string]int, wanted map[string]int) []Violation {
	f := found{check: U5}
	for name, n := range made {
		if n != wanted[name] {
			f.add("%s %s: there are %d, want %d", what, name, n, wanted[name])
		}
	}
	for name, n := range wanted {
		if _, ok := made[name]; !ok && n > 0 {
			f.add("%s %s: there is none, want %d", what, name, n)
		}
	}
	return f.all
}
