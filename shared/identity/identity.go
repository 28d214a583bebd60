// Package identity tells who is calling: it checks access tokens of the
// tenant's OpenID Connect issuer and takes the tenant from the token and from
// nowhere else.
package identity

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/fault"
	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/uuid"
)

// A Config says which issuer is trusted. Keycloak's names are understood too.
type Config struct {
	Issuer   string `env:"OIDC_ISSUER"`
	Audience string `env:"OIDC_AUDIENCE, default=dcm"` // must be among the token's audiences
	Keycloak string `env:"KEYCLOAK_URL"`
	Realm    string `env:"KEYCLOAK_REALM"`
}

// IssuerURL is the issuer, however it was named.
func (c Config) IssuerURL() string {
	if c.Issuer == "" && c.Keycloak != "" {
		return strings.TrimSuffix(c.Keycloak, "/") + "/realms/" + c.Realm
	}
	return c.Issuer
}

// A Caller is a person with a valid token.
type Caller struct {
	Person  uuid.UUID // opaque id, derived from tenant and subject
	Tenant  uuid.UUID
	Subject string
	Name    string
	Email   string
	Locale  string // de or en; empty if the issuer does not say
	Roles   []string
	Token   string // the access token, to be passed on
}

// Errors of a token.
var (
	ErrNoToken  = fault.New(fault.Anonymous, "no_token", "Please sign in: the request carries no access token.")
	ErrBadToken = fault.New(fault.Anonymous, "bad_token", "The access token is not valid (any more). Please sign in again.")
	ErrNoTenant = fault.New(fault.Denied, "no_tenant", "The access token names no tenant.")
	errIssuer   = fault.New(fault.Transient, "issuer_unreachable", "The identity provider cannot be reached right now.")
)

// A Verifier checks access tokens. It is safe for concurrent use. It asks the
// issuer for its keys on first use, so that a function can start without it.
type Verifier struct {
	config Config

	mu       sync.Mutex
	verifier *oidc.IDTokenVerifier // nil until the issuer has answered
}

// NewVerifier makes a verifier; it does not talk to the issuer yet.
func NewVerifier(c Config) (*Verifier, error) {
	if c.IssuerURL() == "" {
		return nil, errors.New("no issuer: set OIDC_ISSUER, or KEYCLOAK_URL and KEYCLOAK_REALM")
	}
	return &Verifier{config: c}, nil
}

// discovery is how long a person waits for the issuer's first answer.
const discovery = 5 * time.Second

func (v *Verifier) ready(ctx context.Context) (*oidc.IDTokenVerifier, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.verifier != nil {
		return v.verifier, nil
	}
	// The key set keeps the context of its making, so it must outlive this call;
	// the client bounds each request instead.
	lasting := oidc.ClientContext(context.WithoutCancel(ctx), &http.Client{Timeout: discovery})
	provider, err := oidc.NewProvider(lasting, v.config.IssuerURL())
	if err != nil {
		return nil, errIssuer.Because(err)
	}
	var published struct {
		Keys string `json:"jwks_uri"`
	}
	if err := provider.Claims(&published); err != nil {
		return nil, errIssuer.Because(err)
	}
	v.verifier = oidc.NewVerifier(v.config.IssuerURL(), keys{oidc.NewRemoteKeySet(lasting, published.Keys)},
		&oidc.Config{ClientID: v.config.Audience, SupportedSigningAlgs: algorithms})
	return v.verifier, nil
}

// Caller checks the Authorization header of r.
func (v *Verifier) Caller(ctx context.Context, r *http.Request) (Caller, error) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return Caller{}, ErrNoToken
	}
	return v.Check(ctx, strings.TrimSpace(token))
}

// Check verifies an access token: signature, issuer, audience, expiry, tenant.
func (v *Verifier) Check(ctx context.Context, token string) (Caller, error) {
	verifier, err := v.ready(ctx)
	if err != nil {
		return Caller{}, err
	}
	ctx, unreachable := withKeyFailure(ctx)
	t, err := verifier.Verify(ctx, token)
	switch {
	case *unreachable != nil:
		return Caller{}, errIssuer.Because(*unreachable)
	case err != nil:
		return Caller{}, ErrBadToken.Because(err)
	}
	var c claims
	if err := t.Claims(&c); err != nil {
		return Caller{}, ErrBadToken.Because(err)
	}
	return c.caller(t.Subject, token)
}

// claims are what Keycloak puts into an access token.
type claims struct {
	Tenant string `json:"tenant_id"`
	Name   string `json:"name"`
	User   string `json:"preferred_username"`
	Email  string `json:"email"`
	Locale string `json:"locale"`
	Realm  struct {
		Roles []string `json:"roles"`
	} `json:"realm_access"`
}

func (c claims) caller(subject, token string) (Caller, error) {
	if subject == "" { // or all such tokens would be one person
		return Caller{}, ErrBadToken.Because(errors.New("the token is about nobody"))
	}
	tenant, err := uuid.Parse(c.Tenant)
	if err != nil || tenant == uuid.Nil {
		return Caller{}, ErrNoTenant.Because(err)
	}
	name := c.Name
	if name == "" {
		name = c.User
	}
	return Caller{
		Person: event.PersonID(tenant, subject), Tenant: tenant, Subject: subject,
		Name: name, Email: c.Email, Locale: c.Locale, Roles: c.Realm.Roles, Token: token,
	}, nil
}
