package session

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/identity"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"
)

// Tokens checks access tokens.
type Tokens interface {
	// Check returns who the token speaks for. It returns a fault of kind
	// Anonymous for a token that is not valid, Transient if that cannot be
	// found out right now.
	Check(ctx context.Context, token string) (identity.Caller, error)
	// Caller checks the token in the request's Authorization header.
	Caller(ctx context.Context, r *http.Request) (identity.Caller, error)
}

// People is told of everybody who comes.
type People interface {
	// Introduce makes sure that the directory knows the caller as the token
	// describes them. It is cheap for a caller that came a moment ago.
	Introduce(ctx context.Context, c identity.Caller) error
	// Welcome is Introduce for somebody who signs in: it remembers nothing.
	Welcome(ctx context.Context, c identity.Caller) error
}

// Sessions signs people in and knows who is calling. It is safe for concurrent
// use.
type Sessions struct {
	portal  *url.URL
	cookies cookies
	box     box
	store   store
	issuer  *issuer
	tokens  Tokens
	people  People
	now     func() time.Time

	renewals singleflight.Group // by session: tokens are renewed once
}

// New makes sessions. It talks neither to the issuer nor to the database yet.
func New(c Config, issuerURL string, log *pglog.Log, t Tokens, p People, now func() time.Time) (*Sessions, error) {
	portal, err := c.origin()
	if err != nil {
		return nil, err
	}
	b, err := newBox(c.Key)
	if err != nil {
		return nil, err
	}
	return &Sessions{
		portal: portal, cookies: cookies{secure: portal.Scheme == "https"}, box: b, store: store{log},
		issuer: &issuer{url: issuerURL, client: oauth2.Config{
			ClientID: c.client(), ClientSecret: c.Secret, Scopes: c.Scopes, RedirectURL: portal.String() + callbackPath,
		}},
		tokens: t, people: p, now: now,
	}, nil
}

// renewEarly is how long before its end an access token is renewed: the
// function it is passed on to must still accept it.
const renewEarly = 30 * time.Second

// caller finds out who the request's session belongs to.
func (s *Sessions) caller(ctx context.Context, r *http.Request) (identity.Caller, error) {
	n, ok := s.nameIn(r)
	if !ok {
		return identity.Caller{}, identity.ErrNoToken
	}
	now := s.now()
	rec, ok, err := s.store.find(ctx, n, now)
	if err != nil {
		return identity.Caller{}, err
	}
	if !ok {
		return identity.Caller{}, errEnded
	}
	t, err := s.fresh(ctx, n, rec, now)
	if err != nil {
		return identity.Caller{}, err
	}
	c, err := s.tokens.Check(ctx, t.Access)
	if err != nil {
		return identity.Caller{}, err
	}
	if c.Tenant != n.tenant || c.Person != rec.person {
		return identity.Caller{}, errEnded.Because(fmt.Errorf("the tokens of session %x are another person's", n.id()[:4]))
	}
	if now.Sub(rec.seenAt) > touch {
		if err := s.store.touch(ctx, n, now); err != nil {
			return identity.Caller{}, err
		}
	}
	return c, nil
}

// fresh are the session's tokens, renewed if the access token is about to end.
func (s *Sessions) fresh(ctx context.Context, n name, rec record, now time.Time) (tokens, error) {
	var t tokens
	if err := s.box.open(rec.box, &t, n.String()); err != nil {
		return t, errEnded.Because(err) // the key was changed
	}
	if t.Expiry.IsZero() || now.Add(renewEarly).Before(t.Expiry) {
		return t, nil
	}
	renewed, err, _ := s.renewals.Do(n.String(), func() (any, error) {
		return s.renew(context.WithoutCancel(ctx), n, t)
	})
	if err != nil {
		return t, err
	}
	return renewed.(tokens), nil
}

// renew exchanges the tokens and keeps the new ones, unless somebody else has
// done so since old was read: to an issuer, a refresh token that comes twice is
// a stolen one.
func (s *Sessions) renew(ctx context.Context, n name, old tokens) (tokens, error) {
	if theirs, ok := s.renewedBy(ctx, n, old); ok {
		return theirs, nil
	}
	next, err := s.issuer.renew(ctx, old)
	if err != nil {
		if theirs, ok := s.renewedBy(ctx, n, old); ok { // another process was faster
			return theirs, nil
		}
		return next, err
	}
	sealed, err := s.box.seal(next, n.String())
	if err != nil {
		return next, err
	}
	return next, s.store.renew(ctx, n, sealed)
}

func (s *Sessions) renewedBy(ctx context.Context, n name, old tokens) (tokens, bool) {
	rec, ok, err := s.store.find(ctx, n, s.now())
	if err != nil || !ok {
		return tokens{}, false
	}
	var t tokens
	return t, s.box.open(rec.box, &t, n.String()) == nil && t.Access != old.Access
}

func (s *Sessions) nameIn(r *http.Request) (name, bool) {
	c, err := r.Cookie(s.cookies.session())
	if err != nil {
		return name{}, false
	}
	return parseName(c.Value)
}
