package checker_test

import (
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"dcm.io/dev/internal/checker"
	"dcm.io/dev/internal/ledger"
	"dcm.io/shared/checkpoint"
	"dcm.io/shared/checkpoint/checkpointtest"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/merkle"
	"github.com/google/uuid"
)

var (
	acme   = uuid.MustParse("0197f3a0-0000-7000-8000-00000000000a")
	globex = uuid.MustParse("0197f3a0-0000-7000-8000-00000000000b")
	stream = uuid.MustParse("0197f3a0-0000-7000-8000-0000000000c1")
)

// whole is a world in which all is well: a request, its approval and the machine,
// with a tree and a checkpoint; and the ledger of whoever asked for it.
func whole(t *testing.T) (checker.World, []ledger.Entry) {
	t.Helper()
	var w checker.World
	add := func(source, kind, cause string, digest []byte) checker.Fact {
		f := checker.Fact{
			Tenant: acme, Stream: stream, ID: uuid.New(), Version: int64(len(w.Facts) + 1), Type: kind, Source: source, Actor: "function:x",
			Cause: cause, Correlation: "root", CauseDigest: digest, Data: []byte(`{"n":1}`), OccurredAt: time.Now().Truncate(time.Microsecond), RecordedAt: time.Now().Truncate(time.Microsecond),
		}
		var before []byte
		if len(w.Facts) > 0 {
			before = w.Facts[len(w.Facts)-1].Hash
		}
		f.Hash = eventlog.Link(before, envelope(f))
		w.Facts = append(w.Facts, f)
		return f
	}
	digest := sha256.Sum256([]byte("wish"))
	asked := add("/functions/submit", "io.dcm.request.submitted.v1", "wish", digest[:])
	granted := add("/functions/approve", "io.dcm.approval.granted.v1", asked.ID.String(), nil)
	add("/functions/provision", "io.dcm.provisioning.succeeded.v1", granted.ID.String(), nil)
	for i, f := range w.Facts {
		h := merkle.LeafHash(eventlog.Leaf(envelope(f)))
		w.Leaves = append(w.Leaves, checker.Leaf{Tenant: acme, Stream: stream, N: int64(i), Version: f.Version, Hash: h[:]})
	}
	w.Checkpoints = []checker.Checkpoint{{Tenant: acme, Size: 2, Note: sign(t, w, 2)}, {Tenant: acme, Size: 3, Note: sign(t, w, 3)}}
	return w, []ledger.Entry{
		{Kind: ledger.Asked, Tenant: acme, Stream: stream, Cause: "wish", Digest: digest[:]},
		{Kind: ledger.Acked, Tenant: acme, Stream: stream, Cause: "wish", Facts: []ledger.Fact{{ID: asked.ID, Version: 1, Data: asked.Data, Hash: asked.Hash}}},
	}
}

// envelope is written here once more: the tests must not believe the checker.
func envelope(f checker.Fact) event.Envelope {
	return event.Envelope{
		ID: f.ID, Tenant: f.Tenant, Stream: f.Stream, Version: f.Version, Type: event.Type(f.Type), Source: f.Source, Actor: event.ParseActor(f.Actor),
		CauseID: f.Cause, CauseDigest: f.CauseDigest, CorrelationID: f.Correlation, OccurredAt: f.OccurredAt, RecordedAt: f.RecordedAt, TraceParent: f.Trace, Data: f.Data, Hash: f.Hash,
	}
}

func sign(t *testing.T, w checker.World, size int64) string {
	t.Helper()
	signer := checkpointtest.Signer(t)
	var leaves []merkle.Hash
	for _, l := range w.Leaves[:size] {
		leaves = append(leaves, merkle.Hash(l.Hash))
	}
	_, peaks := merkle.Grow(0, nil, leaves)
	note, err := signer.Sign(checkpoint.Checkpoint{Tenant: acme, Size: size, Root: merkle.Root(peaks), At: time.Now(), Epoch: 1})
	if err != nil {
		t.Fatal(err)
	}
	return string(note)
}

var consumers = []event.Function{event.Approve, event.Provision}

// done is what the consumers have done when all is well.
func done(w checker.World) map[checker.Deed]int {
	return map[checker.Deed]int{{By: event.Approve, Fact: w.Facts[0].ID}: 1, {By: event.Provision, Fact: w.Facts[1].ID}: 2}
}

func seen(w checker.World) []checker.Seen {
	var all []checker.Seen
	for _, f := range w.Facts {
		all = append(all, checker.Seen{Tenant: f.Tenant, Stream: f.Stream, Version: f.Version})
	}
	return all
}

// A plant is everything that the pure checks look at.
type plant struct {
	w        checker.World
	entries  []ledger.Entry
	done     map[checker.Deed]int
	seen     []checker.Seen
	made     map[string]int
	told     map[uuid.UUID][]string
	public   map[string]string
	bundles  map[string]error
	most     int
	after    checker.Usage
	attempts []checker.Attempt
	windows  []checker.Window
}

func (p plant) check() []checker.Violation {
	steady, _ := checker.Steady(p.attempts, p.windows, time.Second)
	before := map[string]checker.Usage{"x": {Goroutines: 10, Files: 10}}
	canaries := checker.Canaries{acme: "canary-acme", globex: "canary-globex"}
	return slices.Concat(
		checker.Promises(p.w, p.entries), checker.Asked(p.w, p.entries, nil), checker.Streams(p.w), checker.Trees(p.w), checker.Bundles(p.bundles),
		checker.Owed(p.w, consumers, p.done), checker.Consequences(p.w, consumers), checker.Followed(p.w, "the view", p.seen),
		checker.Effects("machine", p.made, map[string]int{"vm": 1}), checker.Words(canaries, p.told, p.public),
		checker.Bounded(p.most, 20, before, map[string]checker.Usage{"x": p.after}), steady)
}

var began = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

func planted(t *testing.T) *plant {
	t.Helper()
	w, entries := whole(t)
	p := &plant{
		w: w, entries: entries, done: done(w), seen: seen(w), made: map[string]int{"vm": 1}, most: 20, after: checker.Usage{Goroutines: 11, Files: 12},
		told:   map[uuid.UUID][]string{acme: {"no: canary-acme is taken"}},
		public: map[string]string{"log": "all is well"}, bundles: map[string]error{"b1": nil},
		windows: []checker.Window{{From: began.Add(time.Second), To: began.Add(2 * time.Second)}},
	}
	for i := range 200 {
		p.attempts = append(p.attempts, checker.Attempt{At: began.Add(time.Duration(i) * 50 * time.Millisecond), Took: time.Millisecond})
	}
	p.attempts[25].Failed = "during the fault"
	return p
}

// TestPlantedViolations: in a world in which all is well nothing is found, and
// whatever is planted there is found by the check that it is for.
func TestPlantedViolations(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reason string
		plant  func(*plant)
		by     checker.Check // empty: all is well
		words  string
	}{
		"AllIsWell": {"no false alarm", func(*plant) {}, "", ""},

		"AckedAndGone":    {"a loss", func(p *plant) { p.w.Facts = p.w.Facts[1:] }, checker.U1, "is gone"},
		"AckedOtherBytes": {"one byte", func(p *plant) { p.w.Facts[0].Data = []byte(`{"n":2}`) }, checker.U1, "not what was acknowledged"},
		"AckedOtherHash":  {"the hash alone", func(p *plant) { p.entries[1].Facts[0].Hash = []byte("x") }, checker.U1, "not what was acknowledged"},
		"AckedOtherPlace": {"another version", func(p *plant) { p.entries[1].Facts[0].Version = 9 }, checker.U1, "not what was acknowledged"},
		"Twice":           {"the same fact at two places", func(p *plant) { p.w.Facts[2].ID = p.w.Facts[1].ID }, checker.U1, "2 times"},
		"PortalAckedAndGone": {"a request that the portal had confirmed", func(p *plant) {
			p.entries = append(p.entries, ledger.Entry{Kind: ledger.Acked, Tenant: acme, Stream: uuid.New(), Cause: "other"})
		}, checker.U1, "begins 0 times"},

		"Unasked":        {"nobody asked", func(p *plant) { p.entries = p.entries[1:] }, checker.U2, "nobody asked"},
		"AskedElsewhere": {"another tenant asked", func(p *plant) { p.entries[0].Tenant = globex }, checker.U2, "nobody asked"},
		"OtherContent":   {"not with this content", func(p *plant) { p.w.Facts[0].CauseDigest = []byte("x") }, checker.U2, "another content"},
		"NotOwed":        {"notify is not owed what provision acts on", func(p *plant) { p.w.Facts[2].Source = "/functions/audit-export" }, checker.U2, "nobody asked"},

		"Gap":           {"a version is missing", func(p *plant) { p.w.Facts = slices.Delete(p.w.Facts, 1, 2) }, checker.U3, "version 3 follows 1"},
		"SameVersion":   {"a version twice", func(p *plant) { p.w.Facts[2].Version = 2 }, checker.U3, "version 2 follows 2"},
		"BrokenLink":    {"a byte in the middle", func(p *plant) { p.w.Facts[1].Data = []byte(`{}`) }, checker.U3, "not linked"},
		"OtherProducer": {"who is hashed too", func(p *plant) { p.w.Facts[1].Actor = "person:y" }, checker.U3, "not linked"},

		"NeverActedOn":   {"a consumer has missed one", func(p *plant) { delete(p.done, checker.Deed{By: event.Approve, Fact: p.w.Facts[0].ID}) }, checker.U5, "never acted on by approve"},
		"ActedOnNothing": {"a forged announcement was believed", func(p *plant) { p.done[checker.Deed{By: event.Approve, Fact: uuid.New()}] = 1 }, checker.U5, "not owed"},
		"StillOwed":      {"work that is due at rest", func(p *plant) { p.w.Work = []checker.Work{{Function: "notify", Due: true}} }, checker.U5, "still owes"},
		"GivenUp":        {"a dead letter that should not be", func(p *plant) { p.w.Work = []checker.Work{{Function: "notify", Dead: true}} }, checker.U5, "given up"},
		"NoConsequence":  {"provision's fact is not there", func(p *plant) { p.w.Facts = p.w.Facts[:2] }, checker.U5, "provision has recorded nothing"},
		"ViewMissed":     {"a follower was not told", func(p *plant) { p.seen = p.seen[:2] }, checker.U5, "0 times"},
		"ViewTwice":      {"a follower was told twice", func(p *plant) { p.seen = append(p.seen, p.seen[2]) }, checker.U5, "2 times"},
		"ViewOrder":      {"a follower was told the other way round", func(p *plant) { p.seen[0], p.seen[1] = p.seen[1], p.seen[0] }, checker.U5, "after 2"},
		"ViewDreamt":     {"a follower was told what is not so", func(p *plant) { p.seen = append(p.seen, checker.Seen{Tenant: acme, Stream: uuid.New(), Version: 1}) }, checker.U5, "not in the log"},
		"TwoMachines":    {"one request, two machines", func(p *plant) { p.made["vm"] = 2 }, checker.U5, "there are 2"},
		"NoMachine":      {"one request, none", func(p *plant) { p.made = nil }, checker.U5, "there is none"},
		"StrayMachine":   {"a machine of no request", func(p *plant) { p.made["other"] = 1 }, checker.U5, "there are 1, want 0"},

		"NotInTree":       {"a fact without a place", func(p *plant) { p.w.Leaves = p.w.Leaves[:2] }, checker.U6, "0 places"},
		"TreeGap":         {"a place is missing", func(p *plant) { p.w.Leaves = slices.Delete(p.w.Leaves, 1, 2) }, checker.U6, "place 2 follows 1"},
		"TreeTwice":       {"a fact at two places", func(p *plant) { p.w.Leaves[2].Version = 2 }, checker.U6, "2 places"},
		"LeafOfOther":     {"a column that the link leaves out", func(p *plant) { p.w.Facts[1].RecordedAt = p.w.Facts[1].RecordedAt.Add(time.Second) }, checker.U6, "not of what the log has"},
		"CheckpointAhead": {"more was signed for than there is", func(p *plant) { p.w.Leaves = p.w.Leaves[:1] }, checker.U6, "the tree has only 1"},
		"OtherHistory": {"another history was signed for", func(p *plant) {
			p.w.Checkpoints[0].Note = p.w.Checkpoints[1].Note
		}, checker.U6, "its note is of 3 facts"},
		"OtherRoot":  {"the root is another", func(p *plant) { p.w.Leaves[0], p.w.Leaves[1] = swapped(p.w.Leaves) }, checker.U6, "not those that were signed for"},
		"BadBundle":  {"the verifier says no", func(p *plant) { p.bundles["b1"] = errors.New("NOT INTACT") }, checker.U6, "NOT INTACT"},
		"ToldOthers": {"an error names another tenant's words", func(p *plant) { p.told[globex] = []string{"canary-acme is taken"} }, checker.U7, "was told the canary"},
		"Logged":     {"a log line has words of a tenant", func(p *plant) { p.public["log"] = "failed for canary-globex" }, checker.U7, "log has the canary"},

		"Connections": {"one more than the bound", func(p *plant) { p.most = 21 }, checker.U8, "21 server connections"},
		"Goroutines":  {"they are still there", func(p *plant) { p.after.Goroutines = 30 }, checker.U8, "30 goroutines"},
		"Files":       {"they are still open", func(p *plant) { p.after.Files = 30 }, checker.U8, "30 files"},

		"ErrorsOutside": {"failures where nothing was broken", func(p *plant) {
			for i := range 5 {
				p.attempts[100+i].Failed = "why?"
			}
		}, checker.U9, "outside of any fault failed"},
		"SlowRecovery": {"two seconds, one is allowed", func(p *plant) {
			p.attempts = slices.DeleteFunc(p.attempts, func(a checker.Attempt) bool {
				return a.At.After(began.Add(time.Second)) && a.At.Before(began.Add(4*time.Second))
			})
		}, checker.U9, "to recover"},
		"NoRecovery": {"never again", func(p *plant) { p.attempts = p.attempts[:30] }, checker.U9, "nothing went well"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := planted(t)
			tc.plant(p)
			found := p.check()
			if tc.by == "" && len(found) > 0 {
				t.Errorf("%s, and yet %+v", tc.reason, found)
			}
			if tc.by != "" && !slices.ContainsFunc(found, func(v checker.Violation) bool { return v.Check == tc.by && strings.Contains(v.Detail, tc.words) }) {
				t.Errorf("%s: want %s to say %q, got %+v", tc.reason, tc.by, tc.words, found)
			}
		})
	}
}

// swapped is the first two leaves at each other's place, numbers apart.
func swapped(l []checker.Leaf) (a, b checker.Leaf) {
	a, b = l[1], l[0]
	a.N, b.N = 0, 1
	return a, b
}
