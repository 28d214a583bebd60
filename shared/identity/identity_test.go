package identity_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/fault"
	"dcm.io/shared/identity"
	"github.com/google/uuid"
)

// An issuer is an identity provider with one key.
type issuer struct {
	*httptest.Server
	key     *rsa.PrivateKey
	down    atomic.Bool  // answers 503
	fetched atomic.Int32 // keys, so often
}

var newKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func newIssuer(tb testing.TB) *issuer {
	tb.Helper()
	i := &issuer{key: newKey()}
	mux := http.NewServeMux()
	mux.HandleFunc("/realms/dcm/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"issuer": i.URL + "/realms/dcm", "jwks_uri": i.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256", "HS256"}})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		i.fetched.Add(1)
		answer(w, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "k1", "n": b64(i.key.N.Bytes()), "e": b64(big.NewInt(int64(i.key.E)).Bytes()),
		}}})
	})
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if i.down.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	tb.Cleanup(i.Close)
	return i
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// sign makes a token; kid names the key that it claims to be signed with.
func (i *issuer) sign(tb testing.TB, kid string, claims map[string]any) string {
	tb.Helper()
	head := part(tb, map[string]any{"alg": "RS256", "typ": "JWT", "kid": kid}) + "." + part(tb, claims)
	digest := sha256.Sum256([]byte(head))
	signature, err := rsa.SignPKCS1v15(rand.Reader, i.key, crypto.SHA256, digest[:])
	if err != nil {
		tb.Fatal(err)
	}
	return head + "." + b64(signature)
}

func part(tb testing.TB, v any) string {
	tb.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return b64(b)
}

func (i *issuer) verifier(tb testing.TB) *identity.Verifier {
	tb.Helper()
	v, err := identity.NewVerifier(identity.Config{Keycloak: i.URL + "/", Realm: "dcm", Audience: "dcm"})
	if err != nil {
		tb.Fatal(err)
	}
	return v
}

var tenant = uuid.MustParse("0197f3a0-0000-7000-8000-00000000000a")

// claims of a token as Keycloak makes them, with changes; nil takes a claim out.
func (i *issuer) claims(changes map[string]any) map[string]any {
	c := map[string]any{
		"iss": i.URL + "/realms/dcm", "sub": "anna", "aud": []string{"account", "dcm"}, "azp": "dcm-portal", "exp": time.Now().Add(time.Hour).Unix(), "iat": time.Now().Unix(),
		"tenant_id": tenant.String(), "name": "Anna Ahrens", "preferred_username": "aahrens", "email": "anna@acme.test", "locale": "de",
		"realm_access": map[string]any{"roles": []string{"user", "approver"}},
	}
	maps.Copy(c, changes)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return c
}

func TestCaller(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	v := i.verifier(t)
	token := i.sign(t, "k1", i.claims(nil))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Authorization", "bearer  "+token)
	got, err := v.Caller(t.Context(), r)
	want := identity.Caller{
		Person: event.PersonID(tenant, "anna"), Tenant: tenant, Subject: "anna", Name: "Anna Ahrens", Email: "anna@acme.test", Locale: "de",
		Roles: []string{"user", "approver"}, Token: token,
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	nameless, err := v.Check(t.Context(), i.sign(t, "k1", i.claims(map[string]any{"name": nil, "realm_access": nil})))
	if err != nil || nameless.Name != "aahrens" || len(nameless.Roles) != 0 {
		t.Errorf("got %+v, %v; want the user name, and no roles", nameless, err)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	i, other := newIssuer(t), newIssuer(t)
	v := i.verifier(t)
	with := func(claim string, value any) string { return i.sign(t, "k1", i.claims(map[string]any{claim: value})) }
	right := with("sub", "anna")
	parts := strings.Split(right, ".")
	none := part(t, map[string]any{"alg": "none"}) + "." + parts[1] + "."
	confused := part(t, map[string]any{"alg": "HS256", "kid": "k1"}) + "." + parts[1]
	mac := hmac.New(sha256.New, i.key.N.Bytes())
	mac.Write([]byte(confused))
	cases := map[string]struct {
		header string
		want   *fault.Error
		reason string
	}{
		"NoHeader":      {want: identity.ErrNoToken, reason: "nobody said who is calling"},
		"Basic":         {header: "Basic YTpi", want: identity.ErrNoToken, reason: "passwords are not taken"},
		"Garbage":       {header: "Bearer garbage", want: identity.ErrBadToken, reason: "it is no token"},
		"Empty":         {header: "Bearer ", want: identity.ErrBadToken, reason: "it is no token"},
		"Expired":       {header: "Bearer " + with("exp", time.Now().Add(-time.Minute).Unix()), want: identity.ErrBadToken, reason: "its time is over"},
		"NoExpiry":      {header: "Bearer " + with("exp", nil), want: identity.ErrBadToken, reason: "a token for ever is none"},
		"NotYet":        {header: "Bearer " + with("nbf", time.Now().Add(time.Hour).Unix()), want: identity.ErrBadToken, reason: "its time has not come"},
		"OtherAudience": {header: "Bearer " + with("aud", "account"), want: identity.ErrBadToken, reason: "it was made for another service"},
		"NoAudience":    {header: "Bearer " + with("aud", nil), want: identity.ErrBadToken, reason: "it was made for nobody"},
		"OtherIssuer":   {header: "Bearer " + with("iss", other.URL+"/realms/dcm"), want: identity.ErrBadToken, reason: "the issuer is another"},
		"OtherRealm":    {header: "Bearer " + with("iss", i.URL+"/realms/master"), want: identity.ErrBadToken, reason: "the realm is another"},
		"Unsigned":      {header: "Bearer " + none, want: identity.ErrBadToken, reason: "anybody can write it"},
		"PublicAsHMAC":  {header: "Bearer " + confused + "." + b64(mac.Sum(nil)), want: identity.ErrBadToken, reason: "everybody has the public key"},
		"UnknownKey":    {header: "Bearer " + i.sign(t, "k9", i.claims(nil)), want: identity.ErrBadToken, reason: "the issuer has no such key"},
		"Tampered":      {header: "Bearer " + parts[0] + "." + part(t, i.claims(map[string]any{"sub": "root"})) + "." + parts[2], want: identity.ErrBadToken, reason: "the signature is for another content"},
		"NoTenant":      {header: "Bearer " + with("tenant_id", nil), want: identity.ErrNoTenant, reason: "without a tenant there is nothing to see"},
		"BadTenant":     {header: "Bearer " + with("tenant_id", "acme"), want: identity.ErrNoTenant, reason: "a tenant is an id"},
		"NilTenant":     {header: "Bearer " + with("tenant_id", uuid.Nil.String()), want: identity.ErrNoTenant, reason: "nobody's id"},
		"NoSubject":     {header: "Bearer " + with("sub", nil), want: identity.ErrBadToken, reason: "a token about nobody"},
		"RolesNotAList": {header: "Bearer " + with("realm_access", map[string]any{"roles": "admin"}), want: identity.ErrBadToken, reason: "it is not understood"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			if tc.header != "" {
				r.Header.Set("Authorization", tc.header)
			}
			if who, err := v.Caller(t.Context(), r); !errors.Is(err, tc.want) {
				t.Errorf("got %s, %v; want %q: %s", who.Subject, err, tc.want.Code, tc.reason)
			}
		})
	}
}

// TestIssuerDown: it is nobody's token's fault, and mends itself.
func TestIssuerDown(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	v := i.verifier(t)
	token := i.sign(t, "k1", i.claims(nil))
	down := func(reason string) {
		t.Helper()
		if _, err := v.Check(t.Context(), token); fault.KindOf(err) != fault.Transient {
			t.Errorf("got %v, want a transient fault: %s", err, reason)
		}
	}
	up := func(reason string) {
		t.Helper()
		if _, err := v.Check(t.Context(), token); err != nil {
			t.Errorf("got %v: %s", err, reason)
		}
	}
	i.down.Store(true)
	down("the issuer was never seen")
	i.down.Store(false)
	up("it is back")
	i.down.Store(true)
	up("its key is known")
	token = i.sign(t, "k2", i.claims(nil))
	down("the key is new and cannot be fetched")
	i.down.Store(false)
	if _, err := v.Check(t.Context(), token); !errors.Is(err, identity.ErrBadToken) {
		t.Errorf("got %v, want a bad token: the issuer has no such key", err)
	}
}

// TestKeysAreKept: the issuer is not asked for every request.
func TestKeysAreKept(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	v := i.verifier(t)
	for range 10 {
		if _, err := v.Check(t.Context(), i.sign(t, "k1", i.claims(nil))); err != nil {
			t.Fatal(err)
		}
	}
	if n := i.fetched.Load(); n != 1 {
		t.Errorf("the keys were fetched %d times, want once", n)
	}
}

func TestNoIssuer(t *testing.T) {
	t.Parallel()
	if _, err := identity.NewVerifier(identity.Config{Audience: "dcm"}); err == nil {
		t.Error("no error: nobody could ever call")
	}
}
