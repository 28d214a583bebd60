package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/pgtest"
	"dcm.io/shared/vault"
	"github.com/google/uuid"
)

// A crowd is people of one tenant whose profiles are sealed and known.
type crowd struct {
	db     *pgtest.DB
	tenant uuid.UUID
	boxes  map[uuid.UUID]event.Sealed
}

func gather(t *testing.T, master string, n int) crowd {
	t.Helper()
	c := crowd{pgtest.New(t), uuid.Must(uuid.NewV7()), map[uuid.UUID]event.Sealed{}}
	web := c.db.Log(t, event.Web)
	v, err := vault.New(master, web)
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		person := uuid.New()
		if c.boxes[person], err = v.Seal(t.Context(), c.tenant, person, "profile"); err != nil {
			t.Fatal(err)
		}
		if _, err := web.Append(t.Context(), eventlog.Record{
			Key: eventlog.Key{Tenant: c.tenant, Stream: person}, Facts: []event.Fact{event.PersonIntroduced{Person: person, Profile: c.boxes[person]}},
			Cause: eventlog.Cause{ID: person.String(), Actor: event.By(event.Web), By: event.Web, At: time.Now()},
		}); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// open says of how many people the profile opens, and of how many it is erased.
func (c crowd) open(t *testing.T, master string) (open, erased int) {
	t.Helper()
	v, err := vault.New(master, c.db.Log(t, event.Web))
	if err != nil {
		t.Fatal(err)
	}
	for _, box := range c.boxes {
		switch _, err := v.Open(t.Context(), c.tenant, box); {
		case err == nil:
			open++
		case errors.Is(err, vault.ErrErased):
			erased++
		}
	}
	return open, erased
}

func (c crowd) sql(t *testing.T, statements string) {
	t.Helper()
	if _, err := c.db.Connect(t, c.db.Admin).PgConn().Exec(t.Context(), statements).ReadAll(); err != nil {
		t.Fatal(err)
	}
}

func key(fill byte) string { return base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{fill}, 32)) }

// TestRotateMasterKey: from one master key to the next, with keys of before they
// were marked, and with somebody who is erased.
func TestRotateMasterKey(t *testing.T) {
	t.Parallel()
	old, fresh := key(1), key(2)
	c := gather(t, old, keyPage+3)
	c.sql(t, `with gone as (select person_id from dcm.person_keys order by 1 limit 2)
		update dcm.person_keys k set wrapped = '', destroyed_at = now() from gone where gone.person_id = k.person_id;
		set session_replication_role = replica; update dcm.person_keys set wrapped_by = '' where person_id in (select person_id from dcm.person_keys where destroyed_at is null order by 1 limit 7)`)
	for _, says := range []string{"501 keys wrapped anew, 0 were so already", "0 keys wrapped anew, 501 were so already"} {
		var out bytes.Buffer
		cfg := config{Database: c.db.URL(operatorRole), Vault: vault.Config{Keys: fresh + " " + old}}
		if err := run(t.Context(), cfg, []string{"masterkey", "rewrap"}, &out); err != nil || !strings.Contains(out.String(), says) {
			t.Fatalf("got %q, %v; want %s", out.String(), err, says)
		}
	}
	if open, erased := c.open(t, fresh); open != keyPage+1 || erased != 2 {
		t.Errorf("with the new key alone %d open and %d are erased", open, erased)
	}
	if open, _ := c.open(t, old); open != 0 {
		t.Errorf("the old key still opens %d", open)
	}
}

func TestMasterKeyNew(t *testing.T) {
	t.Parallel()
	var a, b bytes.Buffer
	for _, out := range []*bytes.Buffer{&a, &b} {
		if err := run(t.Context(), config{}, []string{"masterkey", "new"}, out); err != nil {
			t.Fatal(err)
		}
		if _, err := (vault.Config{Keys: out.String()}).Master(); err != nil {
			t.Error(err)
		}
	}
	if a.String() == b.String() {
		t.Error("it draws the same key twice")
	}
}

// TestEraseAgain: a restore has brought back the key of somebody whom the log
// says to be erased, and has lost the erasure of another.
func TestEraseAgain(t *testing.T) {
	t.Parallel()
	c := gather(t, key(1), 3)
	var people []uuid.UUID
	for id := range c.boxes {
		people = append(people, id)
	}
	submit := c.db.Log(t, event.Submit)
	stream, err := submit.Read(t.Context(), eventlog.Key{Tenant: c.tenant, Stream: people[0]})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := submit.Append(t.Context(), eventlog.Record{
		Key: eventlog.Key{Tenant: c.tenant, Stream: people[0]}, Expect: eventlog.HeadOf(stream), // the key is still there
		Facts: []event.Fact{event.PersonErased{Person: people[0], Reason: "asked"}},
		Cause: eventlog.Cause{ID: "e", Actor: event.By(event.Submit), By: event.Submit, At: time.Now()},
	}); err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(t.TempDir(), "erased")
	if err := os.WriteFile(list, []byte(c.tenant.String()+" "+people[0].String()+"\n"+c.tenant.String()+" "+people[1].String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		args []string
		says string
	}{
		{[]string{"person", "erase-again"}, "1 keys destroyed again; 0 erasures"},
		{[]string{"person", "erase-again", "-list", list}, "1 keys destroyed again; 1 erasures"},
		{[]string{"person", "erase-again", "-list", list}, "0 keys destroyed again; 0 erasures"},
	} {
		if out, err := dcmctl(t, c.db, step.args...); err != nil || !strings.Contains(out, step.says) {
			t.Errorf("%v: %q, %v; want %s", step.args, out, err, step.says)
		}
	}
	if open, erased := c.open(t, key(1)); open != 1 || erased != 2 {
		t.Errorf("%d open, %d erased; want the two on the list to be", open, erased)
	}
	out, err := dcmctl(t, c.db, "person", "erased")
	if err != nil || strings.Count(out, "\n") != 2 || !strings.Contains(out, c.tenant.String()+" "+people[1].String()+"\n") {
		t.Errorf("listed %q, %v", out, err)
	}
	if out, err := dcmctl(t, c.db, "readmodel", "check"); err != nil || !strings.Contains(out, "0 rows differ") {
		t.Errorf("%q, %v", out, err)
	}
	if err := os.WriteFile(list, []byte("Anna Berg\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := dcmctl(t, c.db, "person", "erase-again", "-list", list); err == nil {
		t.Error("a list of names names nobody")
	}
}
