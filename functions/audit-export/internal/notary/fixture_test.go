package notary_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/functions/audit-export/internal/notary"
	"dcm.io/shared/checkpoint"
	"dcm.io/shared/checkpoint/checkpointtest"
	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/pgtest"
	"github.com/google/uuid"
)

// A shelf keeps notes in memory, what was first under each key.
type shelf struct {
	mu    sync.Mutex
	notes map[string][]byte
	down  bool
}

var errDown = errors.New("down")

func (s *shelf) Publish(_ context.Context, key string, note []byte, _ time.Time) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return nil, errDown
	}
	if s.notes == nil {
		s.notes = map[string][]byte{}
	}
	if s.notes[key] == nil {
		s.notes[key] = note
	}
	return s.notes[key], nil
}

func (s *shelf) Newest(_ context.Context, prefix, after, upTo string) (note []byte, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return nil, errDown
	}
	for key, n := range s.notes {
		if strings.HasPrefix(key, prefix) && key > after && (upTo == "" || key <= upTo) {
			after, note = key, n
		}
	}
	return note, nil
}

func (s *shelf) newest(tenant uuid.UUID) []byte {
	note, _ := s.Newest(context.Background(), "checkpoints/"+tenant.String()+"/", "", "")
	return note
}

func (s *shelf) has(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.notes[key] != nil
}

// A fixture is a notary with a database of its own.
type fixture struct {
	*notary.Notary
	t      *testing.T
	db     *pgtest.DB
	log    *pglog.Log
	submit *pglog.Log
	shelf  *shelf
	said   *bytes.Buffer
	tenant uuid.UUID
	heads  map[uuid.UUID]eventlog.Head

	recorded int
}

func setup(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t, shelf: &shelf{}, said: &bytes.Buffer{}, tenant: uuid.Must(uuid.NewV7())}
	f.Notary = &notary.Notary{Shelf: f.shelf, Signer: checkpointtest.Signer(t), LockFor: time.Hour, Now: time.Now, Logger: slog.New(slog.NewTextHandler(f.said, nil))}
	f.goOn(pgtest.New(t), 0)
	return f
}

// goOn makes everybody use a database that has n of the facts.
func (f *fixture) goOn(db *pgtest.DB, n int) {
	f.t.Helper()
	f.db, f.log, f.submit, f.recorded, f.heads = db, db.Log(f.t, event.AuditExport), db.Log(f.t, event.Submit), n, map[uuid.UUID]eventlog.Head{}
	f.Log = f.log
	for i := range n {
		key := eventlog.Key{Tenant: f.tenant, Stream: f.stream(i)}
		facts, err := f.submit.Read(f.t.Context(), key)
		if err != nil {
			f.t.Fatal(err)
		}
		f.heads[key.Stream] = eventlog.HeadOf(facts)
	}
}

// stream is the one that the n-th fact is of: each gets two, one after the other
// of all.
func (f *fixture) stream(n int) uuid.UUID {
	return event.DeriveID(f.tenant, "request", fmt.Sprint(n/4, n%2))
}

// record appends n facts.
func (f *fixture) record(n int) {
	f.t.Helper()
	for range n {
		stream := f.stream(f.recorded)
		head := f.heads[stream]
		facts := []event.Fact{event.RequestSubmitted{Project: "webshop", Name: fmt.Sprintf("web-%d", f.recorded)}}
		if head.Version > 0 {
			facts = []event.Fact{event.RequestWithdrawn{}}
		}
		made, err := f.submit.Append(f.t.Context(), eventlog.Record{
			Key: eventlog.Key{Tenant: f.tenant, Stream: stream}, Expect: head, Facts: facts,
			Cause: eventlog.Cause{ID: fmt.Sprint("c", f.recorded), CorrelationID: "c", By: event.Submit, Actor: event.By(event.Submit), At: time.Now()},
		})
		if err != nil {
			f.t.Fatal(err)
		}
		f.heads[stream] = eventlog.HeadOf(made)
		f.recorded++
	}
}

// settle waits for other tests' transactions: their numbers are the server's.
func (f *fixture) settle() {
	f.t.Helper()
	if _, err := f.log.Horizon(f.t.Context(), f.tenant); err != nil {
		f.t.Fatal(err)
	}
}

// await waits until the store has a note for so many facts.
func (f *fixture) await(size int64) {
	f.t.Helper()
	for key, end := notary.Key(f.tenant, 1, size), time.Now().Add(time.Minute); !f.shelf.has(key); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			f.t.Fatalf("nobody has signed for %d facts", size)
		}
	}
}

// bundle makes the bundle of the whole log as audit-export does, or says why not.
func (f *fixture) bundle() ([]byte, error) {
	f.t.Helper()
	ctx := f.t.Context()
	within, err := f.log.Horizon(ctx, f.tenant)
	if err != nil {
		f.t.Fatal(err)
	}
	id := uuid.Must(uuid.NewV7())
	tree, err := f.Tree(ctx, f.tenant, id)
	if err != nil {
		return nil, err
	}
	if tree != nil {
		within.Leaves = tree.Checkpoint.Size
	}
	now := time.Now()
	header := export.Header{Bundle: id, Tenant: f.tenant, From: now.Add(-time.Hour), To: now.Add(time.Hour), MadeAt: now}
	var b bytes.Buffer
	if _, err = export.Write(&b, header, f.log.Facts(ctx, f.tenant, within, header.From, header.To), func(uuid.UUID, int64) ([]byte, error) { return nil, nil }, tree); err != nil {
		return nil, err
	}
	if tree != nil {
		if err := f.Exported(ctx, f.tenant, id, tree.Checkpoint.Size); err != nil {
			f.t.Fatal(err)
		}
	}
	return b.Bytes(), nil
}

// verify is what the auditor does.
func (f *fixture) verify(archive []byte, earlier []byte) export.Report {
	f.t.Helper()
	r, err := export.Verify(bytes.NewReader(archive), int64(len(archive)), export.Trust{Keys: f.keys(), Earlier: earlier}, runtime.GOMAXPROCS(0))
	if err != nil {
		f.t.Fatal(err)
	}
	return r
}

func (f *fixture) keys() checkpoint.Keys { return append(checkpoint.Keys{f.Signer.Key()}, f.Old...) }

// dba does as they like: triggers, policies and rights do not hold them.
func (f *fixture) dba(sql string) {
	f.t.Helper()
	conn := f.db.Connect(f.t, f.db.Admin)
	sql = strings.ReplaceAll(sql, "$tenant", "'"+f.tenant.String()+"'")
	if _, err := conn.PgConn().Exec(f.t.Context(), `set session_replication_role = replica; `+sql).ReadAll(); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) newest() checkpoint.Checkpoint {
	f.t.Helper()
	note, err := f.log.Checkpoint(f.t.Context(), f.tenant)
	if err != nil || note == nil {
		f.t.Fatalf("no checkpoint: %v", err)
	}
	c, _, err := f.keys().Open(note)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}
