package idp

import (
	"crypto/rand"
	"sync"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// request is a login under way: from the portal's redirect to the exchange of
// the code. The library sees it as op.AuthRequest.
type request struct {
	oidc.AuthRequest
	id      string
	expires time.Time
	session session // set by the login page
}

var _ op.AuthRequest = (*request)(nil)

func (r *request) GetID() string          { return r.id }
func (r *request) GetACR() string         { return "" }
func (r *request) GetAMR() []string       { return nil }
func (r *request) GetAudience() []string  { return []string{r.ClientID} }
func (r *request) GetAuthTime() time.Time { return r.session.AuthTime }
func (r *request) GetClientID() string    { return r.ClientID }
func (r *request) GetNonce() string       { return r.Nonce }
func (r *request) GetScopes() []string    { return r.Scopes }
func (r *request) GetState() string       { return r.State }
func (r *request) GetSubject() string     { return r.session.PersonID }
func (r *request) Done() bool             { return r.session.ID != "" }

func (r *request) GetCodeChallenge() *oidc.CodeChallenge {
	if r.CodeChallenge == "" {
		return nil
	}
	return &oidc.CodeChallenge{Challenge: r.CodeChallenge, Method: r.CodeChallengeMethod}
}

// requests keeps logins under way. They are lost when the provider stops: the
// person starts again.
type requests struct {
	now func() time.Time

	mu    sync.Mutex
	byID  map[string]*request
	codes map[string]string // code to id
}

// pageLifetime is how long somebody may look at the login page.
const pageLifetime = 30 * time.Minute

func newRequests(now func() time.Time) *requests {
	return &requests{now: now, byID: map[string]*request{}, codes: map[string]string{}}
}

func (r *requests) add(asked oidc.AuthRequest) *request {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sweep()
	added := &request{AuthRequest: asked, id: rand.Text(), expires: r.now().Add(pageLifetime)}
	r.byID[added.id] = added
	return added
}

// get returns a copy: what others see does not change under them.
func (r *requests) get(id string) (*request, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, ok := r.byID[id]
	if !ok || found.expires.Before(r.now()) {
		return nil, false
	}
	c := *found
	return &c, true
}

// complete marks the login as done.
func (r *requests) complete(id string, s session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if found, ok := r.byID[id]; ok {
		found.session = s
	}
}

// addCode ties a code to a login that is done; it must be exchanged soon.
func (r *requests) addCode(id, code string, lifetime time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if found, ok := r.byID[id]; ok {
		r.codes[code] = id
		found.expires = r.now().Add(lifetime)
	}
}

func (r *requests) byCode(code string) (*request, bool) {
	r.mu.Lock()
	id := r.codes[code]
	r.mu.Unlock()
	return r.get(id)
}

// take removes a login. Of two that try, one succeeds: a code works once.
func (r *requests) take(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, ok := r.byID[id]
	delete(r.byID, id)
	return ok
}

// sweep forgets what has expired.
func (r *requests) sweep() {
	now := r.now()
	for id, x := range r.byID {
		if x.expires.Before(now) {
			delete(r.byID, id)
		}
	}
	for code, id := range r.codes {
		if r.byID[id] == nil {
			delete(r.codes, code)
		}
	}
}
