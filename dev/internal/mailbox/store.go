package mailbox

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// receivedHeader keeps the exact time of delivery in the file.
const receivedHeader = "X-Received-At"

// store keeps deliveries in memory and as files.
type store struct {
	dir string
	now func() time.Time

	mu         sync.Mutex
	mails      []Mail // oldest first
	seen       map[delivery]int
	suppressed int
}

// delivery is what makes a second message a duplicate.
type delivery struct{ messageID, to string }

func openStore(dir string, now func() time.Time) (*store, error) {
	s := &store{dir: dir, now: now, seen: map[delivery]int{}}
	files, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil {
		return nil, fmt.Errorf("list kept mails: %w", err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read kept mail: %w", err)
		}
		m, err := parse(strings.TrimSuffix(filepath.Base(file), ".eml"), raw)
		if err != nil {
			return nil, err
		}
		s.mails = append(s.mails, m)
	}
	slices.SortFunc(s.mails, func(a, b Mail) int {
		return cmp.Or(a.ReceivedAt.Compare(b.ReceivedAt), cmp.Compare(a.ID, b.ID))
	})
	for i, m := range s.mails {
		s.remember(m, i)
	}
	return s, nil
}

// deliver keeps a message for one recipient, unless he has it already.
func (s *store) deliver(from, to string, raw []byte) error {
	message, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("parse message: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if i, twice := s.seen[delivery{message.Header.Get("Message-Id"), strings.ToLower(to)}]; twice {
		s.suppressed++
		s.mails[i].Suppressed++
		return nil
	}
	now := s.now()
	id := fmt.Sprintf("%d-%s", now.UnixMilli(), rand.Text()[:8])
	stamped := fmt.Appendf(nil, "Return-Path: <%s>\r\nDelivered-To: <%s>\r\n%s: %s\r\n", from, to, receivedHeader, now.UTC().Format(time.RFC3339Nano))
	stamped = append(stamped, raw...)
	m, err := parse(id, stamped)
	if err != nil {
		return err
	}
	if err := s.write(id, stamped); err != nil {
		return err
	}
	s.mails = append(s.mails, m)
	s.remember(m, len(s.mails)-1)
	return nil
}

// write makes the file appear whole: a half-written mail would keep the next
// run from starting.
func (s *store) write(id string, content []byte) error {
	file := filepath.Join(s.dir, id+".eml")
	if err := os.WriteFile(file+".new", content, 0o600); err != nil {
		return fmt.Errorf("keep mail: %w", err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		return fmt.Errorf("keep mail: %w", err)
	}
	return nil
}

func (s *store) remember(m Mail, at int) {
	if m.MessageID != "" {
		s.seen[delivery{m.MessageID, strings.ToLower(m.To)}] = at
	}
}

// list returns copies, newest first.
func (s *store) list(to string) []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []Mail{}
	for _, m := range slices.Backward(s.mails) {
		if to == "" || strings.EqualFold(to, m.To) {
			found = append(found, m)
		}
	}
	return found
}

func (s *store) get(id string) (Mail, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.mails, func(m Mail) bool { return m.ID == id })
	if i < 0 {
		return Mail{}, false
	}
	return s.mails[i], true
}

func (s *store) suppressedTotal() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.suppressed
}

// clear forgets all mails.
func (s *store) clear() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, m := range s.mails {
		errs = append(errs, os.Remove(filepath.Join(s.dir, m.ID+".eml")))
	}
	s.mails, s.suppressed = nil, 0
	clear(s.seen)
	return errors.Join(errs...)
}
