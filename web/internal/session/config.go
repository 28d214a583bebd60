package session

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// A Config says who the portal is to the issuer and to browsers.
type Config struct {
	Portal string `env:"PORTAL_URL, default=http://localhost:8080"` // own public origin
	Client string `env:"OIDC_CLIENT_ID"`
	Secret string `env:"OIDC_CLIENT_SECRET"`
	// Scopes that are asked for. Issuers that give refresh tokens only for
	// offline_access need it here; Keycloak does not.
	Scopes []string `env:"OIDC_SCOPES, default=openid,profile,email"`
	Key    string   `env:"SESSION_KEY"` // 32 bytes in base64, seals tokens and logins

	KeycloakClient string `env:"KEYCLOAK_CLIENT_ID"` // the name operators know for Client
}

// How long sessions and logins last.
const (
	idle     = 30 * time.Minute
	absolute = 12 * time.Hour
	touch    = time.Minute // a session's last use is written no more often
	loginFor = 10 * time.Minute
)

const defaultClient = "dcm-portal"

func (c Config) client() string {
	switch {
	case c.Client != "":
		return c.Client
	case c.KeycloakClient != "":
		return c.KeycloakClient
	}
	return defaultClient
}

// origin is the portal's own address without a path.
func (c Config) origin() (*url.URL, error) {
	u, err := url.Parse(strings.TrimSuffix(c.Portal, "/"))
	if err != nil {
		return nil, fmt.Errorf("read PORTAL_URL: %w", err)
	}
	if u.Host == "" || u.Path != "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, errors.New("PORTAL_URL must be an origin, for example https://portal.example.com")
	}
	return u, nil
}
