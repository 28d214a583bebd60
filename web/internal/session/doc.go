// Package session signs people in at the tenant's OpenID Connect issuer and
// keeps their session on the server: the browser holds a random name for it and
// nothing else. It is the only package that knows how a request's caller is
// found out.
//
// What the browser holds:
//
//	__Host-dcm (dcm on plain http)   tenant id and 32 random bytes; the database
//	                                 keeps their SHA-256, never the name itself
//	__Host-dcm-login-… (10 minutes)  state, nonce and PKCE verifier of a login
//	                                 that has begun, sealed
//
// A session's name is drawn after the issuer has vouched for the person, so
// nobody can be made to use a name that somebody else knows. A session ends
// after 30 minutes without a request, after 12 hours in any case, when the
// issuer does not renew its tokens, and at logout.
package session
