package flowtest

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"dcm.io/dev/internal/client"
	"dcm.io/dev/internal/stack"
	"github.com/jackc/pgx/v5"
)

// canaries are words that are nowhere but where somebody wrote them: name and
// address of Kira, what she writes, and what is written to her.
var canaries = []string{"Zeisig", "kira.zeisig", "canary-justification", "canary-reason"}

// TestNothingPersonalLeaks plays the flow with canaries, a mail server that
// quotes addresses in its refusals included, and looks for them wherever data
// comes to lie. Then Kira is erased, and it looks again. What it cannot see: the
// memory of processes, and what the mail server and the issuer keep.
func TestNothingPersonalLeaks(t *testing.T) {
	t.Parallel()
	ctx := within(t)
	kira, anna, martin, clara := as(ctx, t, "kira.zeisig"), as(ctx, t, "anna.berg"), as(ctx, t, "martin.weiss"), as(ctx, t, "clara.stein")
	asked := func(size string) client.Request {
		w := wish(size)
		w.Justification = "canary-justification " + w.Name
		r, err := kira.Submit(ctx, "key-"+w.Name, w)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	large := asked("L")
	await(ctx, t, kira, large.ID, "waiting")
	if _, err := anna.Decide(ctx, large.ID, "reject", "canary-reason: too large"); err != nil {
		t.Fatal(err)
	}
	await(ctx, t, kira, large.ID, "rejected")
	mails(ctx, t, "kira.zeisig@acme.example", large.Name, 2)
	running.Mailbox.Unknown("kira.zeisig@acme.example")
	small := await(ctx, t, kira, asked("S").ID, "ready")
	for count(types(ctx, t, kira, small.ID), "notification.failed") < 3 { // submitted, approved, ready
		if ctx.Err() != nil {
			t.Fatalf("the refused mails are not settled: %q", types(ctx, t, kira, small.ID))
		}
		time.Sleep(100 * time.Millisecond)
	}
	if _, err := kira.Submit(ctx, "", client.Wish{Name: "canary-reason canary-justification", Justification: "canary-justification"}); err == nil {
		t.Error("a wish without a size was taken")
	}

	from := time.Now().Add(-time.Hour)
	before := bundled(ctx, t, clara, from)
	look(ctx, t, "while she is known", before)

	id := idOfPerson(ctx, t, martin, "kira.zeisig")
	if err := martin.Post(ctx, "/api/v1/people/"+id+"/erase", "", map[string]string{"reason": "asked"}, nil); err != nil {
		t.Fatal(err)
	}
	refused(t, kira.Command(ctx, running.URL(stack.Submit), "io.dcm.request.submit", "after", "", wish("S"), nil), 403, "erased")
	after := bundled(ctx, t, clara, from)
	look(ctx, t, "after her erasure", after)
	if n := rows(ctx, t, `select count(*) from dcm.person_keys where person_id = $1::uuid and length(wrapped) = 0 and destroyed_at is not null`, id); n != 1 {
		t.Errorf("%d keys of hers are destroyed, want one", n)
	}
	m, err := clara.Timeline(ctx, large.ID)
	if err != nil || m[0].Data["justification"] != nil || !strings.Contains(fmt.Sprint(m), "canary-reason") {
		t.Errorf("%v, %v: her words are gone, those of the approver are not", m, err)
	}
	for name, bundle := range map[string][]byte{"before": before, "after": after} {
		verified(ctx, t, name, bundle)
	}
	out, err := running.Dcmctl(ctx, "readmodel", "check", "-tenant", "0197f3a0-0000-7000-8000-00000000ac3e")
	if err != nil || !strings.Contains(out, "0 rows differ") {
		t.Errorf("%s %v", out, err)
	}
}

// look fails the test for every place in which a canary is.
func look(ctx context.Context, t *testing.T, when string, bundle []byte) {
	t.Helper()
	places := 0
	check := func(place, text string) {
		places++
		for _, word := range canaries {
			for _, form := range []string{word, hex.EncodeToString([]byte(word)), base64.StdEncoding.EncodeToString([]byte(word))} {
				if i := strings.Index(strings.ToLower(text), strings.ToLower(form)); i >= 0 {
					t.Errorf("%s: %s has %q: …%s…", when, place, word, text[max(0, i-80):min(len(text), i+80)])
				}
			}
		}
	}
	for column, text := range dump(ctx, t) {
		check("the column "+column, text)
	}
	if !strings.Contains(rung.String(), "io.dcm.request.submitted.v1") || !strings.Contains(said.String(), "audit-export") {
		t.Fatal("neither events nor logs are heard: the search does not work")
	}
	check("the broker", rung.String())
	check("a log", said.String())
	for _, trace := range running.Traces.Traces() {
		for _, span := range running.Traces.Trace(trace) {
			check("a span", fmt.Sprintf("%+v", span))
		}
	}
	for _, name := range []string{stack.Web, stack.Submit, stack.Approve, stack.Provision, stack.Notify, stack.AuditExport} {
		check("metrics of "+name, fetched(ctx, t, running.URL(name)+"/metrics"))
	}
	for file, content := range unzipped(t, bundle) {
		check("the bundle's "+file, content)
	}
	root := running.StateDir("store")
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		check("an object's key", strings.TrimPrefix(path, root))
		return err
	})
	if err != nil {
		t.Error(err)
	}
	for _, vm := range running.VCenter.VMs() {
		check("a machine on the hypervisor", fmt.Sprintf("%+v", vm))
	}
	t.Logf("%s: looked at %d places", when, places)
}

// dump is every column of every table, read as the superuser.
func dump(ctx context.Context, t *testing.T) map[string]string {
	t.Helper()
	conn, err := pgx.Connect(ctx, running.Run().Database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	list, err := conn.Query(ctx, `
		select format('%I.%I', n.nspname, c.relname), format('%I', a.attname), format('%I.%I.%I', n.nspname, c.relname, a.attname), a.atttypid = 'bytea'::regtype
		from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
		where n.nspname in ('dcm', 'public') and c.relkind in ('r', 'p', 'm') and a.attnum > 0 and not a.attisdropped`)
	if err != nil {
		t.Fatal(err)
	}
	type column struct {
		Table, Name, Full string
		Bytes             bool
	}
	columns, err := pgx.CollectRows(list, pgx.RowToStructByPos[column])
	if err != nil || len(columns) < 100 {
		t.Fatalf("%d columns, %v", len(columns), err)
	}
	out := map[string]string{}
	for _, c := range columns {
		as := c.Name + "::text"
		if c.Bytes {
			as = "encode(" + c.Name + ", 'escape')"
		}
		var text string
		if err := conn.QueryRow(ctx, `select coalesce(string_agg(`+as+`, E'\n'), '') from `+c.Table).Scan(&text); err != nil {
			t.Fatal(err)
		}
		out[c.Full] = text
	}
	if !strings.Contains(out["dcm.facts.data"], "flow-") {
		t.Fatal("the names of machines are not found either: the search does not work")
	}
	return out
}

func rows(ctx context.Context, t *testing.T, sql string, args ...any) (n int) {
	t.Helper()
	conn, err := pgx.Connect(ctx, running.Run().Database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := conn.QueryRow(ctx, sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func fetched(ctx context.Context, t *testing.T, url string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || !bytes.Contains(body, []byte("dcm_")) {
		t.Fatalf("%s: %s %v", url, resp.Status, err)
	}
	return string(body)
}

func idOfPerson(ctx context.Context, t *testing.T, admin *client.Client, part string) string {
	t.Helper()
	var p struct {
		Items []struct{ ID string }
	}
	if err := admin.Get(ctx, "/api/v1/people?q="+part, &p); err != nil || len(p.Items) != 1 {
		t.Fatalf("%+v, %v", p, err)
	}
	return p.Items[0].ID
}

func bundled(ctx context.Context, t *testing.T, auditor *client.Client, from time.Time) []byte {
	t.Helper()
	b, err := auditor.Export(ctx, from, time.Now().Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := auditor.AwaitBundle(ctx, b.ID); err != nil {
		t.Fatal(err)
	}
	content, err := auditor.Download(ctx, b.ID)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

var publicKey = regexp.MustCompile(`"public_key":"([^"]+)"`)

// verified proves a bundle with what auditors have: dcm-verify and a public key.
func verified(ctx context.Context, t *testing.T, name string, bundle []byte) {
	t.Helper()
	key := publicKey.FindStringSubmatch(said.String())
	if key == nil {
		t.Fatal("audit-export has not said its public key")
	}
	file := filepath.Join(t.TempDir(), name+".zip")
	if err := os.WriteFile(file, bundle, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(ctx, filepath.Join("..", "..", "bin", "dcm-verify"), "-key", key[1], file).CombinedOutput()
	if err != nil {
		t.Errorf("the bundle %s: %v\n%s", name, err, out)
	}
	t.Logf("the bundle %s: %s", name, out)
}
