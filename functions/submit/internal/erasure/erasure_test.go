package erasure_test

import (
	"errors"
	"reflect"
	"testing"

	"dcm.io/functions/submit/internal/erasure"
	"dcm.io/shared/authz"
	"dcm.io/shared/decider"
	"dcm.io/shared/event"
	"github.com/google/uuid"
)

var (
	anna = uuid.MustParse("0197f3a0-0000-5000-8000-00000000a22a")
	tess = uuid.MustParse("0197f3a0-0000-5000-8000-0000000007e5")
)

func TestDecide(t *testing.T) {
	t.Parallel()
	admin := []string{"tenant_admin"}
	known := []event.Fact{event.PersonIntroduced{Person: anna}}
	fact := event.PersonErased{Person: anna, By: tess, Reason: "asked"}
	gone := append(known[:1:1], fact)
	ask := erasure.Erase{Person: anna, By: tess, Roles: admin, Reason: "asked"}
	with := func(change func(*erasure.Erase)) erasure.Erase {
		c := ask
		change(&c)
		return c
	}
	open := []erasure.Request{{ID: uuid.New(), Name: "web-1"}}
	for name, tc := range map[string]struct {
		given  []event.Fact
		when   erasure.Erase
		then   decider.Outcome
		err    error
		reason string
	}{
		"Erased":     {known, ask, decider.Outcome{Destroys: anna, Facts: []event.Fact{fact}}, nil, "the key goes with the fact"},
		"Again":      {gone, ask, decider.Outcome{Destroys: anna}, nil, "nothing new is recorded; a key that is there again goes"},
		"AgainOpen":  {gone, with(func(c *erasure.Erase) { c.Open = open }), decider.Outcome{Destroys: anna}, nil, "who is erased is not kept back by anything"},
		"Repeated":   {append(known[:1:1], event.ErasureRepeated{Person: anna}), ask, decider.Outcome{Destroys: anna}, nil, "the operator was faster"},
		"Unknown":    {nil, ask, decider.Outcome{}, erasure.ErrUnknown, "nobody of that id has ever come"},
		"Self":       {known, with(func(c *erasure.Erase) { c.By = anna }), decider.Outcome{}, erasure.ErrSelf, "nobody locks themself out"},
		"NoReason":   {known, with(func(c *erasure.Erase) { c.Reason = "" }), decider.Outcome{}, erasure.ErrReason, "why is recorded"},
		"FreeReason": {known, with(func(c *erasure.Erase) { c.Reason = "Anna asked me" }), decider.Outcome{}, erasure.ErrReason, "a text would name the person for ever"},
		"Open":       {known, with(func(c *erasure.Erase) { c.Open = open }), decider.Outcome{}, erasure.ErrOpen, "nobody decides on a request of nobody"},
		"Approver":   {known, with(func(c *erasure.Erase) { c.Roles = []string{"approver", "auditor"} }), decider.Outcome{}, authz.ErrNotAllowed, "it is the administrator's"},
		"NoRoleSelf": {known, with(func(c *erasure.Erase) { c.By, c.Roles = anna, nil }), decider.Outcome{}, authz.ErrNotAllowed, "who may erase nobody is told that"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stream []event.Envelope
			for _, f := range tc.given {
				stream = append(stream, event.Envelope{Fact: f})
			}
			out, err := erasure.Decider.Decide(erasure.Decider.Fold(stream), tc.when)
			if !errors.Is(err, tc.err) || !reflect.DeepEqual(out, tc.then) {
				t.Errorf("%s: got %+v, %v", tc.reason, out, err)
			}
		})
	}
}
