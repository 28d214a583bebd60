// Package identity tells who is calling: it checks access tokens of the
// tenant's OpenID Connect issuer and takes the tenant from the token and from
// nowhere else.
package identity

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"dcm.io/shared/event"
	"dcm.io/shared/fault"
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
type Verifier struct{ issuer issuer }

// NewVerifier makes a verifier; it does not talk to the issuer yet.
func NewVerifier(c Config) (*Verifier, error) {
	if c.IssuerURL() == "" {
		return nil, errors.New("no issuer: set OIDC_ISSUER, or KEYCLOAK_URL and KEYCLOAK_REALM")
	}
	return &Verifier{issuer{url: c.IssuerURL(), audience: c.Audience, client: &http.Client{Timeout: discovery}}}, nil
}

// Caller checks the Authorization header of r.
func (v *Verifier) Caller(ctx context.Context, r *http.Request) (Caller, error) {
	token, err := bearer(r)
	if err != nil {
		return Caller{}, err
	}
	return v.Check(ctx, token)
}

// bearer is the token that a request carries.
func bearer(r *http.Request) (string, error) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return "", ErrNoToken
	}
	return strings.TrimSpace(token), nil
}

// Check verifies an access token: signature, issuer, audience, expiry, tenant.
func (v *Verifier) Check(ctx context.Context, token string) (Caller, error) {
	t, err := v.issuer.verify(ctx, token)
	if err != nil {
		return Caller{}, err
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
