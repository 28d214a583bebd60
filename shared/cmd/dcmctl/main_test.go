package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dcm.io/shared/checkpoint"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/migrate"
	"dcm.io/shared/pgtest"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

// dcmctl runs a command line and returns what it wrote.
func dcmctl(t *testing.T, db *pgtest.DB, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), config{Database: db.URL(operatorRole)}, args, &out)
	return out.String(), err
}

func TestTenantAdd(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	id := uuid.Must(uuid.NewV7())
	add := func(name string) []string {
		return []string{"tenant", "add", "-id", id.String(), "-slug", "acme", "-name", name, "-locale", "de"}
	}
	steps := []struct {
		name  string
		says  string
		facts int64
	}{
		{name: "Acme GmbH", says: "is registered", facts: 1},
		{name: "Acme GmbH", says: "was so already", facts: 1},
		{name: "Acme AG", says: "is registered", facts: 2},
		{name: "Acme GmbH", says: "is registered", facts: 3}, // back again is a change too
	}
	for i, step := range steps {
		out, err := dcmctl(t, db, add(step.name)...)
		if err != nil || !strings.Contains(out, step.says) {
			t.Fatalf("step %d: %q, %v", i, out, err)
		}
		web := db.Log(t, event.Web)
		tenant, err := readmodel.Directory{Log: web}.Tenant(t.Context(), id)
		if err != nil || tenant.Name != step.name || tenant.Slug != "acme" || tenant.Locale != "de" {
			t.Errorf("step %d: the directory has %+v, %v", i, tenant, err)
		}
		stream, err := web.Read(t.Context(), eventlog.Key{Tenant: id, Stream: id})
		if err != nil || int64(len(stream)) != step.facts || stream[0].Actor != event.By(event.Operator) {
			t.Errorf("step %d: %d facts, %v; want %d", i, len(stream), err, step.facts)
		}
	}
}

func TestDead(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	provision := db.Log(t, event.Provision)
	var tenants []string
	for range 2 {
		key := eventlog.Key{Tenant: uuid.Must(uuid.NewV7()), Stream: uuid.Must(uuid.NewV7())}
		tenants = append(tenants, key.Tenant.String())
		_, err := provision.Append(t.Context(), eventlog.Record{
			Key: key, Cause: eventlog.Cause{ID: "c", By: event.Provision}, Timers: []eventlog.Timer{{Kind: "look", Due: time.Now().Add(-time.Minute)}},
		})
		if err != nil {
			t.Fatal(err)
		}
		w, ok, err := provision.TakeTimer(t.Context(), event.Provision, key)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if err := provision.Fail(t.Context(), w, "no such datastore\nsecond line", 0, true); err != nil {
			t.Fatal(err)
		}
	}
	out, err := dcmctl(t, db, "dead", "list")
	if err != nil || strings.Count(out, "timer look") != 2 || strings.Count(out, "no such datastore\n") != 2 {
		t.Errorf("dead list: %v\n%s", err, out)
	}
	if out, err := dcmctl(t, db, "dead", "list", "-tenant", tenants[1]); err != nil || strings.Contains(out, tenants[0]) || !strings.Contains(out, tenants[1]) {
		t.Errorf("dead list of one tenant: %v\n%s", err, out)
	}
	if out, err := dcmctl(t, db, "dead", "replay", "-tenant", tenants[0]); err != nil || !strings.HasPrefix(out, "1 dead") {
		t.Errorf("dead replay of one tenant: %q, %v", out, err)
	}
	if out, err := dcmctl(t, db, "dead", "replay", "-all"); err != nil || !strings.HasPrefix(out, "1 dead") {
		t.Errorf("dead replay of the rest: %q, %v", out, err)
	}
	if owed, err := provision.Owed(t.Context(), event.Provision, 10); err != nil || len(owed) != 2 {
		t.Errorf("provision owes %d, %v; want both again", len(owed), err)
	}
	facts, err := readmodel.Facts{Log: db.Log(t, event.Web)}.List(t.Context(), uuid.MustParse(tenants[0]), readmodel.FactFilter{Type: "io.dcm.work.reopened.v1", Limit: 10})
	if err != nil || len(facts) != 1 || facts[0].Actor != event.By(event.Operator) || !strings.Contains(string(facts[0].Data), `"timer":"look"`) {
		t.Errorf("the tenant's log has %+v, %v; want who did it", facts, err)
	}
}

// TestLogReplay: a function owes what the log has, once, and the log says why.
func TestLogReplay(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	submit, notify := db.Log(t, event.Submit), db.Log(t, event.Notify)
	tenants := []uuid.UUID{uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())}
	for _, tenant := range tenants {
		if _, err := dcmctl(t, db, "tenant", "add", "-id", tenant.String(), "-slug", "acme", "-name", "Acme"); err != nil {
			t.Fatal(err)
		}
		for i, fact := range []event.Fact{event.RequestSubmitted{Name: "web-1"}, event.RequestWithdrawn{}} {
			made, err := submit.Append(t.Context(), eventlog.Record{
				Key: eventlog.Key{Tenant: tenant, Stream: uuid.Must(uuid.NewV7())}, Facts: []event.Fact{fact}, Cause: eventlog.Cause{ID: fmt.Sprint("c", i), By: event.Submit},
			})
			if err != nil {
				t.Fatal(err)
			}
			w, _, ok, err := notify.Take(t.Context(), event.Notify, tenant, made[0].ID)
			if err != nil || !ok {
				t.Fatal(ok, err)
			}
			if err := notify.Settle(t.Context(), w); err != nil {
				t.Fatal(err)
			}
		}
	}
	owes := func() int {
		owed, err := notify.Owed(t.Context(), event.Notify, 100)
		if err != nil {
			t.Fatal(err)
		}
		return len(owed)
	}
	since := time.Now().Add(-time.Minute).UTC().Format(time.RFC3339)
	for _, step := range []struct {
		args   []string
		says   string
		owes   int
		reason string
	}{
		{[]string{"-tenant", tenants[0].String(), "-type", "io.dcm.request.withdrawn.v1"}, "notify owes 1 facts of 1 tenants", 1, "one type of one tenant"},
		{[]string{"-to", since[:len(since)-1] + ".5Z"}, "notify owes 0 facts of 2 tenants", 1, "nothing is of that half second"},
		{nil, "notify owes 3 facts of 2 tenants", 4, "what is owed already is left alone"},
		{nil, "notify owes 0 facts of 2 tenants", 4, "again is no more"},
	} {
		out, err := dcmctl(t, db, append([]string{"log", "replay", "-function", "notify", "-from", since}, step.args...)...)
		if err != nil || !strings.HasPrefix(out, step.says) || owes() != step.owes {
			t.Errorf("%v: %q, %v, %d owed; want %q and %d: %s", step.args, out, err, owes(), step.says, step.owes, step.reason)
		}
	}
	facts, err := readmodel.Facts{Log: db.Log(t, event.Web)}.List(t.Context(), tenants[1], readmodel.FactFilter{Type: "io.dcm.work.reopened.v1", Limit: 10})
	if err != nil || len(facts) != 3 || !strings.Contains(string(facts[0].Data), `"function":"notify"`) {
		t.Errorf("the tenant's log has %+v, %v", facts, err)
	}
}

func TestLogReplayOfWhat(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ function, kind, from, to, says string }{
		"Nobody":    {"", "", "2026-05-04T12:00:00Z", "", "acts on no facts; use one of approve, notify, provision, audit-export"},
		"Web":       {"web", "", "2026-05-04T12:00:00Z", "", "acts on no facts"},
		"OtherType": {"approve", "io.dcm.approval.granted.v1", "2026-05-04T12:00:00Z", "", "approve does not act on"},
		"NoFrom":    {"approve", "", "", "", "since when"},
		"BadTo":     {"approve", "", "2026-05-04T12:00:00Z", "noon", "until when"},
		"Backwards": {"approve", "", "2026-05-04T12:00:00Z", "2026-05-04T12:00:00Z", "must be before"},
	} {
		if _, err := spanOf(test.function, test.kind, test.from, test.to, time.Now()); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v, want %q", name, err, test.says)
		}
	}
}

// TestReadModel: somebody has changed a name behind the log's back.
func TestReadModel(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var tenants []string
	for _, slug := range []string{"acme", "globex"} {
		id := uuid.Must(uuid.NewV7()).String()
		tenants = append(tenants, id)
		if _, err := dcmctl(t, db, "tenant", "add", "-id", id, "-slug", slug, "-name", "Name of "+slug); err != nil {
			t.Fatal(err)
		}
	}
	out, err := dcmctl(t, db, "readmodel", "check")
	if err != nil || strings.Count(out, "1 facts, 0 rows differ") != 2 {
		t.Errorf("check: %v\n%s", err, out)
	}
	if _, err := db.Connect(t, db.Admin).Exec(t.Context(), `update dcm.tenants set name = 'Forged Name' where tenant_id = $1`, tenants[1]); err != nil {
		t.Fatal(err)
	}
	out, err = dcmctl(t, db, "readmodel", "check")
	if !errors.Is(err, errDiffers) || !strings.Contains(out, "tenants  "+tenants[1]+"  changed  name\n") || strings.Contains(out, "Name of") || strings.Contains(out, "Forged") {
		t.Errorf("check of what was forged: %v\n%s", err, out)
	}
	if out, err := dcmctl(t, db, "readmodel", "check", "-tenant", tenants[0]); err != nil || strings.Contains(out, tenants[1]) {
		t.Errorf("check of the other tenant: %v\n%s", err, out)
	}
	if out, err := dcmctl(t, db, "readmodel", "rebuild"); err != nil || !strings.Contains(out, tenants[1]+": rebuilt from 1 facts; 1 rows were removed and 1 written") {
		t.Errorf("rebuild: %v\n%s", err, out)
	}
	if out, err := dcmctl(t, db, "readmodel", "check"); err != nil {
		t.Errorf("check of what was mended: %v\n%s", err, out)
	}
}

// TestLogKey needs no database, and what it draws is a pair.
func TestLogKey(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := run(t.Context(), config{}, []string{"log", "key", "-name", "dcm.example.com"}, &out); err != nil {
		t.Fatal(err)
	}
	said := strings.Split(out.String(), "\n")
	signer, err := checkpoint.NewSigner(said[1])
	if err != nil || signer.Key().String() != said[4] || signer.Key().ID()[:16] != "dcm.example.com+" {
		t.Errorf("%v: %q", err, said)
	}
	if err := run(t.Context(), config{}, []string{"log", "key"}, &out); err == nil {
		t.Error("a key without a name")
	}
}

// TestLogEpoch: a move is shown, and goes on once somebody has said who and why.
func TestLogEpoch(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	tenant := uuid.Must(uuid.NewV7())
	_, err := db.Connect(t, db.Admin).Exec(t.Context(), `insert into dcm.tree_epochs (tenant_id, epoch, system_identifier, timeline, accepted_by, reason) values ($1, 1, 4711, 3, '', '')`, tenant)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		args []string
		says string
		ok   bool
	}{
		{[]string{"log", "epoch"}, "cluster 4711", true},
		{[]string{"log", "epoch", "accept", "-by", "Ada"}, "", false},
		{[]string{"log", "epoch", "accept", "-by", "Ada", "-reason", "moved to the new hall"}, tenant.String() + " goes on in epoch 2", true},
		{[]string{"log", "epoch"}, "0 trees", true},
		{[]string{"log", "epoch", "accept", "-by", "Ada", "-reason", "again"}, "0 trees", true},
	} {
		if out, err := dcmctl(t, db, step.args...); (err == nil) != step.ok || !strings.Contains(out, step.says) {
			t.Errorf("%v: %q, %v; want it to say %q", step.args, out, err, step.says)
		}
	}
	history, err := db.Log(t, event.Web).Read(t.Context(), eventlog.Key{Tenant: tenant, Stream: event.HistoryStream(tenant)})
	if err != nil || len(history) != 1 || history[0].Fact.(event.LogMoved).Epoch != 2 || strings.Contains(string(history[0].Data), "Ada") {
		t.Errorf("the tenant's log says %+v, %v; want that it was moved, once, and not by whom", history, err)
	}
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t) // migrated already: everything may be repeated
	var out bytes.Buffer
	for _, cfg := range []config{{Database: db.Admin}, {Database: db.Admin}} {
		if err := run(t.Context(), cfg, []string{"migrate"}, &out); err != nil {
			t.Error(err)
		}
	}
	if !strings.Contains(out.String(), "up to date") {
		t.Errorf("said %q", out.String())
	}
}

// TestPasswords are of roles that a file is named for; the operator logs in with
// its own.
func TestPasswords(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{"audit-export": "one\n", "operator": "two", "strangers": "three"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cases := map[string]struct {
		cfg    config
		want   map[string]string
		says   string
		reason string
	}{
		"Files":   {cfg: config{PasswordDir: dir, RolePassword: "ignored"}, want: map[string]string{"dcm_audit_export": "one", "dcm_operator": "two"}, reason: "each role has its own"},
		"OneWord": {cfg: config{RolePassword: "same"}, want: migrate.Same("same"), reason: "on one machine one will do"},
		"None":    {reason: "roles are left as they are"},
		"Empty":   {cfg: config{PasswordDir: t.TempDir()}, says: "no file", reason: "a Secret that is not mounted is noticed"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := tc.cfg.passwords()
			if tc.says != "" {
				if err == nil || !strings.Contains(err.Error(), tc.says) {
					t.Errorf("got %v, want it to say %q: %s", err, tc.says, tc.reason)
				}
				return
			}
			if err != nil || !maps.Equal(got, tc.want) {
				t.Errorf("got %v, %v; want %v: %s", got, err, tc.want, tc.reason)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	const there, id = "postgres://dcm_operator@localhost/dcm", "0197f3a0-0000-5000-8000-000000000001"
	cases := map[string]struct {
		cfg    config
		args   string
		says   string
		reason string
	}{
		"Nothing":       {cfg: config{Database: there}, says: "use one of", reason: "it says what there is"},
		"Unknown":       {cfg: config{Database: there}, args: "tenant remove", says: "use one of", reason: "it says what there is"},
		"NoDatabase":    {args: "migrate", says: "DATABASE_URL", reason: "it says what is missing"},
		"MigrateByHost": {cfg: config{Parts: pglog.Config{Host: "localhost"}}, args: "migrate", says: "superuser", reason: "a host does not say who may change the schema"},
		"HostOnly":      {cfg: config{Parts: pglog.Config{Host: "localhost"}}, args: "dead list", says: "DCM_ROLE_PASSWORD", reason: "the operator has a password"},
		"NoPassword":    {cfg: config{Database: "postgres://postgres:secret@localhost/dcm"}, args: "dead list", says: "DCM_ROLE_PASSWORD", reason: "a superuser's login is not used to read"},
		"BadAddress":    {cfg: config{Database: "postgres://a:s3cret@%%"}, args: "dead list", says: "not an address", reason: "the password is not repeated"},
		"Argument":      {cfg: config{Database: there}, args: "migrate now", says: "no arguments", reason: "it may be a typing error"},
		"BadTenant":     {cfg: config{Database: there}, args: "tenant add -id 7 -slug acme -name Acme", says: "invalid UUID", reason: "ids are uuids"},
		"NilTenant":     {cfg: config{Database: there}, args: "tenant add -id 00000000-0000-0000-0000-000000000000 -slug acme -name Acme", says: "-id", reason: "nobody's id"},
		"BadSlug":       {cfg: config{Database: there}, args: "tenant add -id " + id + " -slug Acme_1 -name Acme", says: "-slug", reason: "it is part of a folder's name"},
		"NoName":        {cfg: config{Database: there}, args: "tenant add -id " + id + " -slug acme", says: "-name", reason: "people read it"},
		"BadLocale":     {cfg: config{Database: there}, args: "tenant add -id " + id + " -slug acme -name Acme -locale fr", says: "-locale", reason: "there are two"},
		"CheckNobody":   {cfg: config{Database: there}, args: "readmodel check -tenant 7", says: "-tenant", reason: "a tenant is an id"},
		"ReplayNothing": {cfg: config{Database: there}, args: "dead replay", says: "say which", reason: "all is said aloud"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := run(t.Context(), tc.cfg, strings.Fields(tc.args), new(bytes.Buffer))
			if err == nil || !strings.Contains(err.Error(), tc.says) || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("got %v, want it to say %q: %s", err, tc.says, tc.reason)
			}
		})
	}
}
