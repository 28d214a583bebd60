package ledger_test

import (
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"dcm.io/dev/internal/ledger"
)

// TestManyWriters: every entry is read again, whoever wrote at the same time.
func TestManyWriters(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	l, err := ledger.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	const writers, each = 8, 25
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for n := range each {
				if err := l.Write(ledger.Entry{Kind: ledger.Acked, Cause: strconv.Itoa(w*each + n)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	entries, err := ledger.Read(path) // without closing it: all of it is there already
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, e := range entries {
		seen[e.Cause] = true
	}
	if len(entries) != writers*each || len(seen) != writers*each {
		t.Errorf("%d entries of %d causes, want %d of each", len(entries), len(seen), writers*each)
	}
}

func TestTornLastLine(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	if err := os.WriteFile(path, []byte(`{"kind":"asked","cause":"whole"}`+"\n"+`{"kind":"ack`), 0o600); err != nil {
		t.Fatal(err)
	}
	entries, err := ledger.Read(path)
	if err != nil || len(entries) != 1 || entries[0].Cause != "whole" {
		t.Errorf("got %+v, %v; want the one whole entry", entries, err)
	}
}
