package event_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"dcm.io/shared/event"
	"github.com/google/uuid"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	due := time.Date(2026, 11, 10, 8, 0, 0, 0, time.UTC)
	expired := event.ApprovalExpired{}.EventType()
	cases := map[string]struct {
		reason string
		typ    event.Type
		data   string
		want   event.Fact
	}{
		"Known":     {"it is read as it was written", expired, `{"due_at":"2026-11-10T08:00:00Z"}`, event.ApprovalExpired{DueAt: due}},
		"NewField":  {"a newer release may have written more", expired, `{"due_at":"2026-11-10T08:00:00Z","why":"x"}`, event.ApprovalExpired{DueAt: due}},
		"NotJSON":   {"broken data is not an empty fact", expired, `{"due_at":`, nil},
		"WrongType": {"nor is data of another form", expired, `{"due_at":7}`, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := event.Decode(c.typ, []byte(c.data))
			if (err == nil) != (c.want != nil) || !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v, %v: %s", got, err, c.reason)
			}
			if errors.Is(err, event.ErrUnknownType) {
				t.Errorf("the type is known, but: %v", err)
			}
		})
	}
}

func TestDecodeUnknownType(t *testing.T) {
	t.Parallel()
	if _, err := event.Decode("io.dcm.moon.landed.v1", []byte("{}")); !errors.Is(err, event.ErrUnknownType) {
		t.Errorf("got %v; a reader could not tell a newer fact from a broken one", err)
	}
}

func TestEncode(t *testing.T) {
	t.Parallel()
	got, err := event.Encode(event.TenantRegistered{Slug: "acme", Name: "Müller & Söhne <GmbH>", Locale: "de"})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"slug":"acme","name":"Müller & Söhne <GmbH>","locale":"de"}`; string(got) != want {
		t.Errorf("got %s, want %s: these bytes are hashed", got, want)
	}
}

func TestSealedIsZero(t *testing.T) {
	t.Parallel()
	if !(event.Sealed{Person: uuid.New()}).IsZero() || (event.Sealed{Box: []byte{1}}).IsZero() {
		t.Error("a sealed text is there if there is something in the box")
	}
	data, err := event.Encode(event.ApprovalGranted{Automatic: true})
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	unmarshal(t, data, &fields)
	for _, name := range []string{"by", "comment"} {
		if _, there := fields[name]; there {
			t.Errorf("%s: nobody said anything, so there is nothing to write: %s", name, data)
		}
	}
}

func TestActor(t *testing.T) {
	t.Parallel()
	id := uuid.MustParse("25981fb1-f91d-59f8-8023-446711986d14")
	if got := event.Person(id).String(); got != "person:25981fb1-f91d-59f8-8023-446711986d14" {
		t.Errorf("a person is %s", got)
	}
	if got := event.By(event.AuditExport).String(); got != "function:audit-export" {
		t.Errorf("a function is %s", got)
	}
}
