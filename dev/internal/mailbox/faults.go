package mailbox

import (
	"strings"
	"sync"

	"github.com/emersion/go-smtp"
)

// Refuse answers the next count messages with an SMTP code, 451 say, after they
// were transmitted.
func (m *Mailbox) Refuse(code, count int) { m.faults.refuse(code, count) }

// Unknown makes the server refuse an address from now on, with 550.
func (m *Mailbox) Unknown(address string) { m.faults.add(address) }

// Clear ends all refusals.
func (m *Mailbox) Clear() { m.faults.clear() }

// faults is what the server does wrong on purpose.
type faults struct {
	mu        sync.Mutex
	code      int
	left      int
	addresses map[string]bool
}

func (f *faults) refuse(code, count int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.code, f.left = code, count
}

func (f *faults) add(address string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.addresses == nil {
		f.addresses = map[string]bool{}
	}
	f.addresses[strings.ToLower(address)] = true
}

func (f *faults) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left, f.addresses = 0, nil
}

func (f *faults) unknown(address string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.addresses[strings.ToLower(address)]
}

// next is the refusal of this message, or nil.
func (f *faults) next() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left == 0 {
		return nil
	}
	f.left--
	return &smtp.SMTPError{Code: f.code, EnhancedCode: smtp.EnhancedCode{f.code / 100, 3, 0}, Message: "refused on purpose"}
}
