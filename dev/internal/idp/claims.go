package idp

import (
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// claims are the content of a token.
type claims map[string]any

// about are the claims that describe a person, in tokens and in userinfo.
func about(p Person) claims {
	return claims{
		"sub":                p.ID,
		"preferred_username": p.Username,
		"name":               p.Name(),
		"given_name":         p.FirstName,
		"family_name":        p.LastName,
		"email":              p.Email,
		"email_verified":     true,
		"locale":             p.Locale,
		"tenant_id":          p.TenantID,
		"realm_access":       map[string]any{"roles": p.Roles},
	}
}

// token adds what both kinds of token carry.
func (s *IDP) token(p Person, typ, clientID string, lifetime time.Duration) claims {
	now := s.cfg.Now()
	c := about(p)
	maps.Copy(c, claims{
		"iss": s.issuer,
		"typ": typ,
		"azp": clientID,
		"jti": rand.Text(),
		"iat": now.Unix(),
		"exp": now.Add(lifetime).Unix(),
		"acr": "1",
	})
	return c
}

func (s *IDP) accessToken(g grant) (string, error) {
	c := s.token(g.person, "Bearer", g.client.ClientID, s.realm.accessTokenLifetime())
	c["aud"] = g.client.audience()
	c["sid"] = g.session.ID
	c["scope"] = strings.Join(g.scopes, " ")
	return s.key.sign(c)
}

func (s *IDP) idToken(g grant, accessToken string) (string, error) {
	hash, err := oidc.ClaimHash(accessToken, s.key.SignatureAlgorithm())
	if err != nil {
		return "", fmt.Errorf("hash the access token: %w", err)
	}
	c := s.token(g.person, "ID", g.client.ClientID, s.realm.accessTokenLifetime())
	c["aud"] = g.client.ClientID
	c["sid"] = g.session.ID
	c["auth_time"] = g.session.AuthTime.Unix()
	c["at_hash"] = hash
	if g.nonce != "" {
		c["nonce"] = g.nonce
	}
	return s.key.sign(c)
}

// TokenOptions change what MintToken makes. The zero value asks for the access
// token that the portal would get.
type TokenOptions struct {
	Lifetime   time.Duration  // negative: already expired
	ForeignKey bool           // signed by a key that is not ours, under our key's id
	Claims     map[string]any // replace claims; nil removes one
}

// MintToken makes an access token without a login, for tests: a good one, or one
// that is wrong in exactly one way.
func (s *IDP) MintToken(login string, o TokenOptions) (string, error) {
	p, ok := s.realm.person(login)
	if !ok {
		return "", fmt.Errorf("mint a token: nobody is called %q", login)
	}
	portal, ok := s.realm.client(portalClient)
	if !ok {
		return "", fmt.Errorf("mint a token: the realm has no client %q", portalClient)
	}
	if o.Lifetime == 0 {
		o.Lifetime = s.realm.accessTokenLifetime()
	}
	c := s.token(p, "Bearer", portalClient, o.Lifetime)
	c["aud"] = portal.audience()
	c["scope"] = oidc.ScopeOpenID
	for name, value := range o.Claims {
		c[name] = value
		if value == nil {
			delete(c, name)
		}
	}
	k := s.key
	if o.ForeignKey {
		private, err := rsa.GenerateKey(rand.Reader, keyBits)
		if err != nil {
			return "", fmt.Errorf("mint a token: %w", err)
		}
		k.private = private
	}
	return k.sign(c)
}
