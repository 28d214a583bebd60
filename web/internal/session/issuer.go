package session

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"dcm.io/shared/fault"
	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

var (
	errIssuer = fault.New(fault.Transient, "issuer_unreachable", "The identity provider cannot be reached right now. Please try again shortly.")
	errEnded  = fault.New(fault.Anonymous, "session_ended", "Your session has ended. Please sign in again.")
)

// issuerTime bounds one question to the issuer.
const issuerTime = 10 * time.Second

// An issuer is the portal's door to the identity provider. It asks for the
// issuer's own description on first use, so that the portal starts without it.
type issuer struct {
	url    string
	client oauth2.Config // without endpoints

	mu    sync.Mutex
	known *party // nil until the issuer has answered
}

// A party is the portal as a client that the issuer has described itself to.
type party struct {
	oauth      oauth2.Config
	verifier   *oidc.IDTokenVerifier
	endSession string
}

// tokens are what the issuer gives for a person.
type tokens struct {
	Access  string    `json:"access"`
	Refresh string    `json:"refresh,omitempty"`
	ID      string    `json:"id"`
	Expiry  time.Time `json:"expiry"` // of the access token
}

func (i *issuer) ready(ctx context.Context) (*party, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.known != nil {
		return i.known, nil
	}
	// The key set keeps the context of its making, so it must outlive this call;
	// the client bounds each request instead.
	provider, err := oidc.NewProvider(withClient(context.WithoutCancel(ctx)), i.url)
	if err != nil {
		return nil, errIssuer.Because(err)
	}
	var more struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, errIssuer.Because(err)
	}
	p := &party{oauth: i.client, verifier: provider.Verifier(&oidc.Config{ClientID: i.client.ClientID}), endSession: more.EndSession}
	p.oauth.Endpoint = provider.Endpoint()
	i.known = p
	return p, nil
}

// renew exchanges a refresh token. It returns errEnded if the issuer says that
// the person's session there is over.
func (i *issuer) renew(ctx context.Context, old tokens) (tokens, error) {
	if old.Refresh == "" {
		return tokens{}, errEnded
	}
	p, err := i.ready(ctx)
	if err != nil {
		return tokens{}, err
	}
	t, err := p.oauth.TokenSource(withClient(ctx), &oauth2.Token{RefreshToken: old.Refresh}).Token()
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused) && refused.Response != nil && refused.Response.StatusCode < http.StatusInternalServerError:
		return tokens{}, errEnded.Because(err)
	case err != nil:
		return tokens{}, errIssuer.Because(err)
	}
	next := tokensOf(t)
	if next.ID == "" { // issuers need not repeat it
		next.ID = old.ID
	}
	return next, nil
}

func tokensOf(t *oauth2.Token) tokens {
	id, _ := t.Extra("id_token").(string)
	return tokens{Access: t.AccessToken, Refresh: t.RefreshToken, ID: id, Expiry: t.Expiry}
}

func withClient(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, &http.Client{Timeout: issuerTime})
}
