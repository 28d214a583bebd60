//go:build cluster

package clustertest

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"testing"

	"dcm.io/dev/internal/stack"
)

// reach makes every program of this test see the cluster: the portal through the
// front door, as people do, and all other names through the proxy in the Pod
// parts. It returns what runs there.
func (i *installation) reach(ctx context.Context, t *testing.T) stack.Run {
	t.Helper()
	at, err := i.Forward(ctx, "parts", "3128")
	if err != nil {
		t.Fatal(err)
	}
	portal, err := url.Parse(i.portal)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &url.URL{Scheme: "http", Host: at}
	transport := http.DefaultTransport.(*http.Transport)
	transport.Proxy = func(r *http.Request) (*url.URL, error) {
		if r.URL.Host == portal.Host || r.URL.Host == at {
			return nil, nil
		}
		return proxy, nil
	}
	transport.DialContext = frontDoor(portal)
	resp, err := http.Get("http://" + at + "/run")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var r stack.Run
	if err := json.NewDecoder(resp.Body).Decode(&r); err != nil {
		t.Fatal(err)
	}
	return r
}

// frontDoor dials the portal where the cluster takes requests from outside.
func frontDoor(portal *url.URL) func(context.Context, string, string) (net.Conn, error) {
	door := os.Getenv("DCM_FRONT_DOOR")
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if host, _, err := net.SplitHostPort(address); err == nil && host == portal.Hostname() && door != "" {
			address = door
		}
		var d net.Dialer
		return d.DialContext(ctx, network, address)
	}
}

// tamper asks the Pod parts for something that a test may do to it.
func (i *installation) tamper(ctx context.Context, t *testing.T, path string) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPut, "http://parts."+string(i.Namespace)+".svc.cluster.local:3128"+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatal(fmt.Errorf("%s: %s", path, resp.Status))
	}
}
