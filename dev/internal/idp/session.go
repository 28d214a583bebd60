package idp

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// session is a login. Its refresh tokens live and die with it.
type session struct {
	ID       string             `json:"id"`     // the tokens' sid
	Cookie   string             `json:"cookie"` // known to the browser only; empty without one
	PersonID string             `json:"person_id"`
	AuthTime time.Time          `json:"auth_time"`
	Expires  time.Time          `json:"expires"`
	Refresh  map[string]refresh `json:"refresh"` // by token
}

// refresh is what a refresh token may ask for.
type refresh struct {
	ClientID string   `json:"client_id"`
	Scopes   []string `json:"scopes"`
}

// sessions keeps logins in memory and in a file.
type sessions struct {
	file     string
	lifetime time.Duration
	now      func() time.Time

	mu   sync.Mutex
	byID map[string]session
}

func openSessions(dir string, lifetime time.Duration, now func() time.Time) (*sessions, error) {
	s := &sessions{file: filepath.Join(dir, "sessions.json"), lifetime: lifetime, now: now, byID: map[string]session{}}
	content, err := os.ReadFile(s.file)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(content, &s.byID)
	}
	if err != nil {
		return nil, fmt.Errorf("read kept sessions: %w", err)
	}
	return s, nil
}

// begin opens a session for a person who has just given a password.
func (s *sessions) begin(personID string, withCookie bool) (session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for id, old := range s.byID {
		if old.Expires.Before(now) {
			delete(s.byID, id)
		}
	}
	opened := session{ID: rand.Text(), PersonID: personID, AuthTime: now, Expires: now.Add(s.lifetime), Refresh: map[string]refresh{}}
	if withCookie {
		opened.Cookie = rand.Text()
	}
	s.byID[opened.ID] = opened
	return opened, s.save()
}

// get finds a session that has not expired.
func (s *sessions) get(id string) (session, bool) {
	return s.find(func(x session) bool { return x.ID == id })
}

func (s *sessions) byCookie(cookie string) (session, bool) {
	return s.find(func(x session) bool { return cookie != "" && x.Cookie == cookie })
}

// byRefresh finds the session that a refresh token belongs to.
func (s *sessions) byRefresh(token string) (session, refresh, bool) {
	found, ok := s.find(func(x session) bool { _, ok := x.Refresh[token]; return ok })
	if !ok {
		return session{}, refresh{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return found, found.Refresh[token], true
}

// addRefresh issues a refresh token. It stays the same until the session ends:
// like Keycloak by default, so that two tabs may refresh at the same time.
func (s *sessions) addRefresh(sessionID string, r refresh) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.byID[sessionID]
	if !ok {
		return "", errors.New("the session has ended")
	}
	token := rand.Text()
	found.Refresh[token] = r
	return token, s.save()
}

// removeRefresh revokes one refresh token; an unknown one is no error.
func (s *sessions) removeRefresh(token string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range s.byID {
		delete(x.Refresh, token)
	}
	return s.save()
}

// end ends a session, with its refresh tokens.
func (s *sessions) end(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, id)
	return s.save()
}

func (s *sessions) find(match func(session) bool) (session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for _, x := range s.byID {
		if match(x) && now.Before(x.Expires) {
			return x, true
		}
	}
	return session{}, false
}

func (s *sessions) save() error {
	content, err := json.Marshal(s.byID)
	if err != nil {
		return fmt.Errorf("keep sessions: %w", err)
	}
	if err := os.WriteFile(s.file+".new", content, 0o600); err != nil {
		return fmt.Errorf("keep sessions: %w", err)
	}
	if err := os.Rename(s.file+".new", s.file); err != nil {
		return fmt.Errorf("keep sessions: %w", err)
	}
	return nil
}
