package forward_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"dcm.io/dev/internal/forward"
)

func TestForward(t *testing.T) {
	t.Parallel()
	inside := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, r.Method+" "+r.Host+r.URL.Path+" "+string(body))
	})
	own := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "own "+r.URL.Path) })
	proxy := httptest.NewServer(forward.Handler(own))
	t.Cleanup(proxy.Close)
	plain, secret := httptest.NewServer(inside), httptest.NewTLSServer(inside)
	t.Cleanup(plain.Close)
	t.Cleanup(secret.Close)
	through, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	transport := secret.Client().Transport.(*http.Transport).Clone()
	transport.Proxy = http.ProxyURL(through)
	client := &http.Client{Transport: transport}
	cases := map[string]struct {
		url, want string
		reason    string
	}{
		"Plain":     {url: plain.URL + "/a", want: "POST " + strings.TrimPrefix(plain.URL, "http://") + "/a hello", reason: "the host is the one that was asked for"},
		"Encrypted": {url: secret.URL + "/b", want: "POST " + strings.TrimPrefix(secret.URL, "https://") + "/b hello", reason: "the proxy sees nothing of it"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			resp, err := client.Post(tc.url, "text/plain", strings.NewReader("hello"))
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if got, _ := io.ReadAll(resp.Body); string(got) != tc.want {
				t.Errorf("got %q, want %q: %s", got, tc.want, tc.reason)
			}
		})
	}
	resp, err := http.Get(proxy.URL + "/run")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got, _ := io.ReadAll(resp.Body); string(got) != "own /run" {
		t.Errorf("the proxy's own page answered %q", got)
	}
}
