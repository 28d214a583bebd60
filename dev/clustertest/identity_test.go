//go:build cluster

package clustertest

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"dcm.io/dev/internal/kubectl"
)

// senderIdentity reports whether the cluster gives senders tokens: a matter of
// whoever runs Knative.
func (i *installation) senderIdentity(ctx context.Context, t *testing.T) bool {
	t.Helper()
	feature, err := kubectl.Namespace("knative-eventing").Run(ctx, "get", "configmap", "config-features", "--output=jsonpath={.data.authentication-oidc}")
	if err != nil {
		t.Logf("whether the cluster says who sends cannot be read: %v", err)
	}
	enabled := strings.EqualFold(feature, "enabled")
	t.Logf("the cluster says who sends events: %t", enabled)
	return enabled
}

// component adds sender identity to the overlay in dir, where the cluster has it.
func (i *installation) component(t *testing.T, dir string) string {
	t.Helper()
	if !i.asks {
		return ""
	}
	return fmt.Sprintf("components: [%s]\n", manifests(t, dir, "components/sender-identity"))
}

// senders is what functions must know to ask, as literals of their configuration.
func (i *installation) senders(ctx context.Context, t *testing.T) string {
	t.Helper()
	if !i.asks {
		return ""
	}
	var cluster struct {
		Issuer string `json:"issuer"`
	}
	if err := i.GetRaw(ctx, &cluster, "/.well-known/openid-configuration"); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`, "SENDER_ISSUER=%s", SENDER_NAMESPACE=%s`, cluster.Issuer, i.Namespace)
}
