// Package ledger writes down what a system was asked for and what it has
// promised, in a file outside of it. A promise is on the disk before whoever got
// it goes on, so that it can be held against the system whatever becomes of it.
package ledger

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/google/uuid"
)

// A Kind of entry.
type Kind string

// The kinds.
const (
	Asked   Kind = "asked"   // somebody is about to ask; what becomes of it is unknown
	Acked   Kind = "acked"   // the system said that it is done
	Refused Kind = "refused" // the system said that it will never be done
)

// An Entry is one line.
type Entry struct {
	Kind   Kind      `json:"kind"`
	Tenant uuid.UUID `json:"tenant"`
	Stream uuid.UUID `json:"stream,omitzero"` // zero if the system chooses it, and it is not known yet
	Cause  string    `json:"cause"`           // as the log names what was asked
	Digest []byte    `json:"digest,omitempty"`
	Facts  []Fact    `json:"facts,omitempty"` // what an acknowledgement showed
	Reason string    `json:"reason,omitempty"`
}

// A Fact is as much of one as an acknowledgement shows.
type Fact struct {
	ID      uuid.UUID `json:"id"`
	Version int64     `json:"version"`
	Data    []byte    `json:"data"`
	Hash    []byte    `json:"hash"`
}

// A Ledger is an open file. It is safe for concurrent use.
type Ledger struct {
	mu      sync.Mutex // guards all below
	synced  sync.Cond
	file    *os.File
	written int64 // entries that were written
	durable int64 // of them, those that are on the disk
	syncing bool
	failed  error
}

// Create makes an empty ledger.
func Create(path string) (*Ledger, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create the ledger: %w", err)
	}
	l := &Ledger{file: f}
	l.synced.L = &l.mu
	return l, nil
}

// Write returns when the entry is on the disk. Those who write at once share a
// sync.
func (l *Ledger) Write(e Entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write the ledger: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failed != nil {
		return l.failed
	}
	if _, err := l.file.Write(append(line, '\n')); err != nil {
		l.failed = fmt.Errorf("write the ledger: %w", err)
		return l.failed
	}
	l.written++
	for mine := l.written; l.durable < mine && l.failed == nil; {
		if l.syncing {
			l.synced.Wait()
			continue
		}
		l.sync()
	}
	return l.failed
}

// sync is called with the lock, and lets it go meanwhile.
func (l *Ledger) sync() {
	l.syncing = true
	upTo := l.written
	l.mu.Unlock()
	err := l.file.Sync()
	l.mu.Lock()
	l.syncing = false
	if err != nil {
		l.failed = fmt.Errorf("sync the ledger: %w", err)
	} else {
		l.durable = upTo
	}
	l.synced.Broadcast()
}

// Close ends writing.
func (l *Ledger) Close() error { return l.file.Close() }

// Read reads a ledger. A last line that is not whole was never promised.
func Read(path string) ([]Entry, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the ledger: %w", err)
	}
	defer f.Close()
	var all []Entry
	for r := bufio.NewReader(f); ; {
		line, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the ledger: %w", err)
		}
		var e Entry
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("read line %d of the ledger: %w", len(all)+1, err)
		}
		all = append(all, e)
	}
}
