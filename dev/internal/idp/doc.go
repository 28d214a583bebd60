// Package idp is an OpenID provider that looks like Keycloak to everybody who
// uses it: the same paths, the same claims, and users, clients and tenants from
// the same realm file that a real Keycloak imports.
//
// The authorization endpoint, PKCE, discovery, userinfo and logout are those of
// github.com/zitadel/oidc. The token endpoint is ours, put together from that
// library's checks, because Keycloak differs in three ways: an access token has
// another audience than an ID token, every login brings a refresh token, and
// clients that may do so exchange a password for tokens.
//
// Secrets in the realm file are names, such as ${DCM_PORTAL_SECRET}. Real ones
// are generated at the first start and kept, with the signing key and the
// sessions, in the state directory: tokens and logins survive a restart.
package idp
