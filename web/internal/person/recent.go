package person

import (
	"crypto/sha256"
	"encoding/json"
	"sync"
	"time"

	"dcm.io/shared/identity"
)

// Bounds of what is remembered of people who came a moment ago.
const (
	rememberFor = time.Minute // who is erased may go on reading with a token for so long
	rememberMax = 10_000
)

// A digest stands for a person as a token describes them.
type digest [sha256.Size]byte

func digestOf(c identity.Caller) digest {
	b, _ := json.Marshal([]any{c.Tenant, c.Person, c.Name, c.Email, c.Locale, c.Roles}) // strings always encode
	return sha256.Sum256(b)
}

// recent remembers for a while whom the directory knows. Forgetting costs one
// look at the log.
type recent struct {
	mu    sync.Mutex
	until map[digest]time.Time
}

func (r *recent) has(d digest, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return now.Before(r.until[d])
}

func (r *recent) add(d digest, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.until) >= rememberMax {
		clear(r.until)
	}
	r.until[d] = now.Add(rememberFor)
}
