// Package issuertest is an OpenID Connect issuer for tests, small but strict: it
// checks what a client must prove (PKCE, redirect address, secret, one use of
// codes and refresh tokens), and puts Keycloak's claims into tokens.
package issuertest

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"
)

// A Person who can sign in.
type Person struct {
	Subject string
	Tenant  uuid.UUID
	Name    string
	Email   string
	Locale  string
	Roles   []string
}

// Client is the one client, and its secret.
const (
	Client = "dcm-portal"
	Secret = "portal-secret"
)

// An Issuer signs people in without asking them.
type Issuer struct {
	URL string

	// Lifetime of access tokens.
	Lifetime time.Duration

	mu        sync.Mutex
	signer    jose.Signer
	keys      jose.JSONWebKeySet
	present   Person // who sits in front of the browser
	codes     map[string]grant
	refreshes map[string]Person
	renewals  int
	logouts   []string
}

// A grant is what an authorization code stands for.
type grant struct {
	person                      Person
	nonce, challenge, returnsTo string
}

// New starts an issuer that stops with the test.
func New(t testing.TB) *Issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: "1"}}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		t.Fatal(err)
	}
	i := &Issuer{
		Lifetime: 5 * time.Minute, signer: signer, codes: map[string]grant{}, refreshes: map[string]Person{},
		keys: jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "1", Algorithm: "RS256", Use: "sig"}}},
	}
	server := httptest.NewServer(i.routes())
	t.Cleanup(server.Close)
	i.URL = server.URL
	return i
}

// Present puts a person in front of the browser.
func (i *Issuer) Present(p Person) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.present = p
}

// Renewals counts how often tokens were renewed.
func (i *Issuer) Renewals() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.renewals
}

// Forget ends everybody's session at the issuer: nothing is renewed any more.
func (i *Issuer) Forget() {
	i.mu.Lock()
	defer i.mu.Unlock()
	clear(i.refreshes)
}

// Logouts are the id tokens with which people were sent to be logged out.
func (i *Issuer) Logouts() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return append([]string(nil), i.logouts...)
}

// AccessToken is a valid access token of p.
func (i *Issuer) AccessToken(p Person) string {
	return i.sign(p, map[string]any{"aud": []string{"dcm"}, "azp": Client, "jti": rand.Text()})
}

func (i *Issuer) sign(p Person, more map[string]any) string {
	now := time.Now()
	claims := map[string]any{
		"iss": i.URL, "sub": p.Subject, "iat": now.Unix(), "exp": now.Add(i.Lifetime).Unix(), "name": p.Name, "email": p.Email,
		"preferred_username": p.Subject, "realm_access": map[string]any{"roles": p.Roles},
	}
	if p.Tenant != uuid.Nil {
		claims["tenant_id"] = p.Tenant.String()
	}
	if p.Locale != "" {
		claims["locale"] = p.Locale
	}
	for name, value := range more {
		claims[name] = value
	}
	plain, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	signed, err := i.signer.Sign(plain)
	if err != nil {
		panic(err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return token
}

func (i *Issuer) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", i.describe)
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) { write(w, i.keys) })
	mux.HandleFunc("GET /authorize", i.authorize)
	mux.HandleFunc("POST /token", i.token)
	mux.HandleFunc("GET /logout", i.logout)
	return mux
}

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
