package identity_test

import (
	"encoding/pem"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dcm.io/shared/fault"
	"dcm.io/shared/identity"
)

// A cluster shows its keys, over TLS of its own, to those it knows.
func newCluster(t *testing.T) (*issuer, identity.SenderConfig) {
	t.Helper()
	i := newIssuer(t)
	open := i.Config.Handler
	i.Close()
	i.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer our-own" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		open.ServeHTTP(w, r)
	}))
	t.Cleanup(i.Close)
	dir := t.TempDir()
	ca, token := filepath.Join(dir, "ca.crt"), filepath.Join(dir, "token")
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.Certificate().Raw})
	if err := errors.Join(os.WriteFile(ca, authority, 0o600), os.WriteFile(token, []byte("our-own\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	return i, identity.SenderConfig{Issuer: i.URL + "/realms/dcm", Audience: "dcm-notify", Namespace: "dcm", CAFile: ca, TokenFile: token}
}

func TestSenders(t *testing.T) {
	t.Parallel()
	claim := func(change map[string]any) map[string]any {
		c := map[string]any{"aud": []string{"dcm-notify"}, "sub": "system:serviceaccount:dcm:trigger-oidc"}
		maps.Copy(c, change)
		return c
	}
	cases := map[string]struct {
		claims map[string]any
		token  string
		config func(*identity.SenderConfig)
		down   bool
		want   error
		reason string
	}{
		"Broker":         {claims: claim(nil), reason: "a Trigger of our namespace"},
		"Nobody":         {token: "none", want: identity.ErrNoToken, reason: "somebody posts by hand"},
		"Forged":         {token: "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", want: identity.ErrBadToken, reason: "nobody has signed it"},
		"OtherFunction":  {claims: claim(map[string]any{"aud": []string{"dcm-approve"}}), want: identity.ErrBadToken, reason: "a token that was given for another is stolen"},
		"Expired":        {claims: claim(map[string]any{"exp": time.Now().Add(-time.Hour).Unix()}), want: identity.ErrBadToken, reason: "an old one is no use"},
		"OtherNamespace": {claims: claim(map[string]any{"sub": "system:serviceaccount:shop:default"}), want: identity.ErrSender, reason: "a neighbour in the cluster"},
		"SimilarName":    {claims: claim(map[string]any{"sub": "system:serviceaccount:dcm-2:default"}), want: identity.ErrSender, reason: "a name that begins like ours"},
		"Person":         {claims: claim(map[string]any{"sub": "anna"}), want: identity.ErrSender, reason: "people give commands; they ring no bells"},
		"ClusterDown":    {claims: claim(nil), down: true, want: fault.New(fault.Transient, "issuer_unreachable", ""), reason: "the broker tries again"},
		"NotLetSeeKeys":  {claims: claim(nil), config: func(c *identity.SenderConfig) { c.TokenFile = "/nowhere" }, want: fault.New(fault.Transient, "issuer_unreachable", ""), reason: "it is mended by whoever deploys"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cluster, config := newCluster(t)
			if tc.config != nil {
				tc.config(&config)
			}
			senders, err := identity.NewSenders(config)
			if err != nil {
				t.Fatal(err)
			}
			cluster.down.Store(tc.down)
			r := httptest.NewRequest(http.MethodPost, "/", http.NoBody)
			switch {
			case tc.token == "":
				r.Header.Set("Authorization", "Bearer "+cluster.sign(t, "k1", cluster.claims(tc.claims)))
			case tc.token != "none":
				r.Header.Set("Authorization", "Bearer "+tc.token)
			}
			err = senders.Check(t.Context(), r)
			if tc.want == nil && err != nil || tc.want != nil && fault.KindOf(err) != fault.KindOf(tc.want) {
				t.Errorf("got %v, want %v: %s", err, tc.want, tc.reason)
			}
		})
	}
}

// TestEverybodyMaySend where the cluster does not say who sends.
func TestEverybodyMaySend(t *testing.T) {
	t.Parallel()
	senders, err := identity.NewSenders(identity.SenderConfig{})
	if err != nil || senders != nil {
		t.Fatalf("got %v, %v; want nobody to ask", senders, err)
	}
	if err := senders.Check(t.Context(), httptest.NewRequest(http.MethodPost, "/", http.NoBody)); err != nil {
		t.Error(err)
	}
}

func TestSenderConfig(t *testing.T) {
	t.Parallel()
	broken := filepath.Join(t.TempDir(), "ca.crt")
	if err := os.WriteFile(broken, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		config identity.SenderConfig
		says   string
		reason string
	}{
		"NoAudience":  {config: identity.SenderConfig{Issuer: "https://cluster", Namespace: "dcm"}, says: "SENDER_AUDIENCE", reason: "every token of the cluster would do"},
		"NoNamespace": {config: identity.SenderConfig{Issuer: "https://cluster", Audience: "a"}, says: "SENDER_NAMESPACE", reason: "everybody in the cluster would do"},
		"NoAuthority": {config: identity.SenderConfig{Issuer: "https://cluster", Audience: "a", Namespace: "dcm", CAFile: "/nowhere"}, says: "authority", reason: "it is said at the start"},
		"Garbage":     {config: identity.SenderConfig{Issuer: "https://cluster", Audience: "a", Namespace: "dcm", CAFile: broken}, says: "no certificate", reason: "it is said at the start"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := identity.NewSenders(tc.config); err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("got %v, want it to say %q: %s", err, tc.says, tc.reason)
			}
		})
	}
}
