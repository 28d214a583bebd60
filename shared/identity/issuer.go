package identity

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// An issuer gives tokens for an audience. It is asked for its keys on first use.
type issuer struct {
	url      string
	audience string
	client   *http.Client

	mu       sync.Mutex
	verifier *oidc.IDTokenVerifier // nil until the issuer has answered
}

// discovery is how long a person waits for the issuer's first answer.
const discovery = 5 * time.Second

func (i *issuer) ready(ctx context.Context) (*oidc.IDTokenVerifier, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.verifier != nil {
		return i.verifier, nil
	}
	// The key set keeps the context of its making, so it must outlive this call;
	// the client bounds each request instead.
	lasting := oidc.ClientContext(context.WithoutCancel(ctx), i.client)
	provider, err := oidc.NewProvider(lasting, i.url)
	if err != nil {
		return nil, errIssuer.Because(err)
	}
	var published struct {
		Keys string `json:"jwks_uri"`
	}
	if err := provider.Claims(&published); err != nil {
		return nil, errIssuer.Because(err)
	}
	i.verifier = oidc.NewVerifier(i.url, keys{oidc.NewRemoteKeySet(lasting, published.Keys)},
		&oidc.Config{ClientID: i.audience, SupportedSigningAlgs: algorithms})
	return i.verifier, nil
}

// verify checks a token: signature, issuer, audience, expiry.
func (i *issuer) verify(ctx context.Context, token string) (*oidc.IDToken, error) {
	verifier, err := i.ready(ctx)
	if err != nil {
		return nil, err
	}
	ctx, unreachable := withKeyFailure(ctx)
	t, err := verifier.Verify(ctx, token)
	switch {
	case *unreachable != nil:
		return nil, errIssuer.Because(*unreachable)
	case err != nil:
		return nil, ErrBadToken.Because(err)
	}
	return t, nil
}
