package export_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"github.com/google/uuid"
)

func TestWrite(t *testing.T) {
	t.Parallel()
	all := facts(t, 200)
	odd := []event.Envelope{all[0]}
	odd[0].CauseID = "command:ümläut \"quoted\" \\ <&>\u2028\x01"
	odd[0].Data = []byte("{\n \"spaced\": 1 }")
	odd[0].Hash = eventlog.Link(nil, odd[0])
	foreign := []event.Envelope{all[0]}
	foreign[0].Data, foreign[0].Fact = []byte("\xff no JSON"), nil
	foreign[0].Hash = eventlog.Link(nil, foreign[0])

	for name, test := range map[string]struct {
		reason string
		facts  []event.Envelope
		types  int
	}{
		"Many":         {"the ordinary case", all, 4},
		"None":         {"nothing happened in the period, and that can be proven too", nil, 0},
		"OddText":      {"a command's id is the client's choice, and other writers may format JSON otherwise", odd, 1},
		"UnknownBytes": {"the log was written by a newer release", foreign, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			archive, o := bundle(t, test.facts, nobody)
			r := verify(t, archive, o.SHA256)
			if !r.Intact() {
				t.Fatalf("not intact: %v (%s)", r.Problems, test.reason)
			}
			if int(r.Facts) != len(test.facts) || o.Facts != r.Facts || len(r.Manifest.Types) != test.types {
				t.Errorf("%d facts of %v, object says %d (%s)", r.Facts, r.Manifest.Types, o.Facts, test.reason)
			}
			if o.Bytes != int64(len(archive)) || o.SHA256 != r.SHA256 || o.Key != export.Key(tenant, header.Bundle) {
				t.Errorf("object %+v does not describe the archive (%s)", o, test.reason)
			}
			for n, line := range lines(t, archive) {
				if !json.Valid(line) {
					t.Errorf("line %d is no JSON: %s", n+1, line)
				}
			}
		})
	}
}

func TestWriteIsDeterministic(t *testing.T) {
	t.Parallel()
	all := facts(t, 300)
	one, _ := bundle(t, all, nobody)
	two, _ := bundle(t, all, nobody)
	if !bytes.Equal(one, two) {
		t.Error("the same facts made other bytes")
	}
}

func TestWriteSaysWhatIsBroken(t *testing.T) {
	t.Parallel()
	first := func(f func(e *event.Envelope)) func([]event.Envelope) []event.Envelope {
		return func(all []event.Envelope) []event.Envelope { f(&all[0]); return all }
	}
	for name, test := range map[string]struct {
		reason string
		change func([]event.Envelope) []event.Envelope
		broken []string
	}{
		"Data":  {"a byte was changed in the database", first(func(e *event.Envelope) { e.Data = bytes.Replace(e.Data, []byte("webshop"), []byte("webshoq"), 1) }), []string{"hash"}},
		"Actor": {"somebody else is made to have done it", first(func(e *event.Envelope) { e.Actor.ID = "another" }), []string{"hash"}},
		"Hash":  {"neither the fact nor its successor fits", first(func(e *event.Envelope) { e.Hash = bytes.Repeat([]byte{7}, 32) }), []string{"hash", "hash"}},
		"Relinked": {"the fact was rewritten with a hash that fits: its successor gives it away", first(func(e *event.Envelope) {
			e.Data = bytes.Replace(e.Data, []byte("webshop"), []byte("webshoq"), 1)
			e.Hash = eventlog.Link(nil, *e)
		}), []string{"hash"}},
		"Removed":      {"a fact in the middle of a stream is gone", func(all []event.Envelope) []event.Envelope { return slices.Delete(all, abreast, abreast+1) }, []string{"sequence"}},
		"FirstRemoved": {"the first of a stream is gone, and the log does not have it", func(all []event.Envelope) []event.Envelope { return all[1:] }, []string{"predecessor_missing"}},
		"Swapped":      {"two facts of a stream changed places", func(all []event.Envelope) []event.Envelope { all[0], all[abreast] = all[abreast], all[0]; return all }, []string{"predecessor_missing", "sequence", "sequence"}},
		"Twice":        {"a fact was put in again", func(all []event.Envelope) []event.Envelope { return append(all[:1:1], all...) }, []string{"sequence"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			archive, o := bundle(t, test.change(facts(t, 5*abreast)), nobody)
			r := verify(t, archive, o.SHA256)
			var found []string
			for _, b := range r.Manifest.BrokenLinks {
				found = append(found, b.Problem)
			}
			if !slices.Equal(found, test.broken) {
				t.Errorf("listed %v, want %v: %s", found, test.broken, test.reason)
			}
			if r.Intact() || slices.ContainsFunc(r.Problems, func(p export.Problem) bool { return p.Code != export.BadLink }) {
				t.Errorf("found %v, want bad links alone: %s", r.Problems, test.reason)
			}
		})
	}
}

// A stream that begins before the period is tied to what the log says of it.
func TestWriteContinuesStreams(t *testing.T) {
	t.Parallel()
	all := facts(t, 5*abreast)
	asked := 0
	archive, o := bundle(t, all[abreast:], func(stream uuid.UUID, version int64) ([]byte, error) {
		asked++
		i := slices.IndexFunc(all, func(e event.Envelope) bool { return e.Stream == stream && e.Version == version })
		return all[i].Hash, nil
	})
	r := verify(t, archive, o.SHA256)
	if !r.Intact() || r.Manifest.Continued != abreast || asked != abreast {
		t.Errorf("%d continued streams after %d questions, problems %v", r.Manifest.Continued, asked, r.Problems)
	}
}

func TestWritePassesFailuresOn(t *testing.T) {
	t.Parallel()
	away := errors.New("away")
	if _, err := export.Write(io.Discard, header, failing(facts(t, 3), away), nobody, nil); !errors.Is(err, away) {
		t.Errorf("the log failed, Write said %v", err)
	}
	broken := func(uuid.UUID, int64) ([]byte, error) { return nil, away }
	if _, err := export.Write(io.Discard, header, each(facts(t, 2*abreast)[abreast:]), broken, nil); !errors.Is(err, away) {
		t.Errorf("looking up a predecessor failed, Write said %v", err)
	}
	if _, err := export.Write(full{}, header, each(facts(t, 3)), nobody, nil); !errors.Is(err, errFull) {
		t.Errorf("the disk was full, Write said %v", err)
	}
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestKeyHoldsIdsAlone(t *testing.T) {
	t.Parallel()
	if got, want := export.Key(tenant, header.Bundle), tenant.String()+"/"+header.Bundle.String()+".zip"; got != want {
		t.Errorf("key %q, want %q", got, want)
	}
}

// lines are those of facts.ndjson.
func lines(t *testing.T, archive []byte) [][]byte {
	t.Helper()
	content := string(unzip(t, archive)["facts.ndjson"])
	var out [][]byte
	for line := range strings.Lines(content) {
		out = append(out, []byte(line))
	}
	return out
}
