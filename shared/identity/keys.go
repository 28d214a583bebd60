package identity

import (
	"context"
	"errors"

	"github.com/coreos/go-oidc/v3/oidc"
)

// algorithms are those of which only the issuer has the secret half.
var algorithms = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA,
}

// keys are the issuer's. They tell a key that could not be fetched from a token
// that is no good, which the verifier above them does not.
type keys struct{ remote oidc.KeySet }

type keyFailure struct{}

// withKeyFailure returns a context in which keys leave why they could not be
// fetched.
func withKeyFailure(ctx context.Context) (context.Context, *error) {
	failure := new(error)
	return context.WithValue(ctx, keyFailure{}, failure), failure
}

// VerifySignature implements oidc.KeySet.
func (k keys) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	payload, err := k.remote.VerifySignature(ctx, jwt)
	// Of its errors only that of fetching wraps another.
	if cause := errors.Unwrap(err); cause != nil {
		if failure, ok := ctx.Value(keyFailure{}).(*error); ok {
			*failure = cause
		}
	}
	return payload, err
}
