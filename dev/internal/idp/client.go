package idp

import (
	"net/url"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// client is a client of the realm file, as the library wants to see it.
type client struct {
	ClientID     string            `json:"clientId"`
	Enabled      bool              `json:"enabled"`
	Public       bool              `json:"publicClient"`
	Secret       string            `json:"secret"`
	StandardFlow bool              `json:"standardFlowEnabled"`
	DirectGrants bool              `json:"directAccessGrantsEnabled"`
	Redirects    []string          `json:"redirectUris"`
	Attributes   map[string]string `json:"attributes"`
	Mappers      []struct {
		Kind   string            `json:"protocolMapper"`
		Config map[string]string `json:"config"`
	} `json:"protocolMappers"`

	loginPage string // set by Start
}

var _ op.Client = (*client)(nil)

// audience is what the client's mappers put into access tokens.
func (c *client) audience() []string {
	var all []string
	for _, m := range c.Mappers {
		if m.Kind != "oidc-audience-mapper" {
			continue
		}
		for _, key := range []string{"included.custom.audience", "included.client.audience"} {
			if name := m.Config[key]; name != "" {
				all = append(all, name)
			}
		}
	}
	return all
}

func (c *client) pkceRequired() bool { return c.Attributes["pkce.code.challenge.method"] == "S256" }

func (c *client) GetID() string          { return c.ClientID }
func (c *client) RedirectURIs() []string { return c.Redirects }
func (c *client) PostLogoutRedirectURIs() []string {
	return strings.Split(c.Attributes["post.logout.redirect.uris"], "##") // Keycloak's separator
}

func (c *client) ApplicationType() op.ApplicationType {
	if c.Public {
		return op.ApplicationTypeNative
	}
	return op.ApplicationTypeWeb
}

func (c *client) AuthMethod() oidc.AuthMethod {
	if c.Public {
		return oidc.AuthMethodNone
	}
	return oidc.AuthMethodBasic
}

func (c *client) ResponseTypes() []oidc.ResponseType {
	if !c.StandardFlow {
		return nil
	}
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}

func (c *client) GrantTypes() []oidc.GrantType {
	return []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken}
}

func (c *client) LoginURL(id string) string {
	return c.loginPage + "?" + url.Values{"id": {id}}.Encode()
}

func (c *client) AccessTokenType() op.AccessTokenType  { return op.AccessTokenTypeJWT }
func (c *client) IDTokenLifetime() time.Duration       { return 0 } // unused: see token.go
func (c *client) DevMode() bool                        { return false }
func (c *client) IDTokenUserinfoClaimsAssertion() bool { return true }
func (c *client) ClockSkew() time.Duration             { return 0 }
func (c *client) IsScopeAllowed(string) bool           { return false } // beyond the standard ones

func (c *client) RestrictAdditionalIdTokenScopes() func([]string) []string     { return allScopes } //nolint:staticcheck,revive // the library's name
func (c *client) RestrictAdditionalAccessTokenScopes() func([]string) []string { return allScopes }

func allScopes(scopes []string) []string { return scopes }
