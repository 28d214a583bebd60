package idp

import (
	"context"
	"crypto/subtle"
	"errors"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// storage is what the library asks for. The methods that issue tokens are never
// called, because the token endpoint is ours.
type storage struct{ *IDP }

var (
	_ op.Storage                        = storage{}
	_ op.CanTerminateSessionFromRequest = storage{}

	errNotOurs = errors.New("not offered here")
)

func (s storage) CreateAuthRequest(_ context.Context, asked *oidc.AuthRequest, _ string) (op.AuthRequest, error) {
	c, ok := s.realm.client(asked.ClientID)
	if !ok {
		return nil, oidc.ErrInvalidClient()
	}
	if c.pkceRequired() && (asked.CodeChallenge == "" || asked.CodeChallengeMethod != oidc.CodeChallengeMethodS256) {
		return nil, oidc.ErrInvalidRequest().WithDescription("PKCE with S256 is required")
	}
	return s.requests.add(*asked), nil
}

func (s storage) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	if r, ok := s.requests.get(id); ok {
		return r, nil
	}
	return nil, errors.New("the login has expired")
}

func (s storage) AuthRequestByCode(_ context.Context, code string) (op.AuthRequest, error) {
	if r, ok := s.requests.byCode(code); ok {
		return r, nil
	}
	return nil, errors.New("the code is unknown, used or expired")
}

func (s storage) SaveAuthCode(_ context.Context, id, code string) error {
	s.requests.addCode(id, code, s.realm.codeLifetime())
	return nil
}

func (s storage) DeleteAuthRequest(_ context.Context, id string) error {
	s.requests.take(id)
	return nil
}

func (s storage) TokenRequestByRefreshToken(_ context.Context, token string) (op.RefreshTokenRequest, error) {
	session, r, ok := s.sessions.byRefresh(token)
	if !ok {
		return nil, op.ErrInvalidRefreshToken
	}
	return &refreshRequest{session: session, refresh: r}, nil
}

// TerminateSessionFromRequest ends the session that the ID token came from.
func (s storage) TerminateSessionFromRequest(_ context.Context, r *op.EndSessionRequest) (string, error) {
	if r.IDTokenHintClaims == nil {
		return r.RedirectURI, nil
	}
	return r.RedirectURI, s.sessions.end(r.IDTokenHintClaims.SessionID)
}

func (s storage) RevokeToken(_ context.Context, token, _, _ string) *oidc.Error {
	if err := s.sessions.removeRefresh(token); err != nil {
		return oidc.ErrServerError().WithParent(err)
	}
	return nil
}

func (s storage) GetRefreshTokenInfo(_ context.Context, _, token string) (personID, tokenID string, err error) {
	session, _, ok := s.sessions.byRefresh(token)
	if !ok {
		return "", "", op.ErrInvalidRefreshToken
	}
	return session.PersonID, token, nil
}

func (s storage) SigningKey(context.Context) (op.SigningKey, error) { return s.key, nil }

func (s storage) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256}, nil
}

func (s storage) KeySet(context.Context) ([]op.Key, error) { return []op.Key{publicKey{s.key}}, nil }

func (s storage) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	if c, ok := s.realm.client(id); ok {
		return c, nil
	}
	return nil, errors.New("unknown client")
}

func (s storage) AuthorizeClientIDSecret(_ context.Context, id, secret string) error {
	c, ok := s.realm.client(id)
	if !ok || c.Public || subtle.ConstantTimeCompare([]byte(c.Secret), []byte(secret)) != 1 {
		return errors.New("unknown client or wrong secret")
	}
	return nil
}

func (s storage) SetUserinfoFromToken(_ context.Context, info *oidc.UserInfo, _, subject, _ string) error {
	p, ok := s.realm.personByID(subject)
	if !ok {
		return errors.New("unknown person")
	}
	info.Subject = subject
	info.Claims = about(p)
	return nil
}

func (s storage) SetIntrospectionFromToken(_ context.Context, r *oidc.IntrospectionResponse, _, subject, clientID string) error {
	p, ok := s.realm.personByID(subject)
	if !ok {
		return errors.New("unknown person")
	}
	r.Active, r.Subject, r.ClientID, r.Username = true, subject, clientID, p.Username
	r.Claims = about(p)
	return nil
}

func (s storage) Health(context.Context) error { return nil }

// The rest is not reached.

func (s storage) CreateAccessToken(context.Context, op.TokenRequest) (string, time.Time, error) {
	return "", time.Time{}, errNotOurs
}

func (s storage) CreateAccessAndRefreshTokens(context.Context, op.TokenRequest, string) (string, string, time.Time, error) {
	return "", "", time.Time{}, errNotOurs
}

func (s storage) TerminateSession(context.Context, string, string) error { return errNotOurs }

func (s storage) SetUserinfoFromScopes(context.Context, *oidc.UserInfo, string, string, []string) error {
	return errNotOurs
}

func (s storage) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return nil, errNotOurs
}

func (s storage) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errNotOurs
}

func (s storage) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, errNotOurs
}
