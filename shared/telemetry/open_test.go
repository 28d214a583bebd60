package telemetry

import (
	"maps"
	"testing"
)

func TestConfig(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		config  Config
		address string
		headers map[string]string
		reason  string
	}{
		"Unset":    {Config{}, "", nil, "nobody wants spans"},
		"Endpoint": {Config{Endpoint: "http://collector:4318/"}, "http://collector:4318/v1/traces", nil, "the signal's path is added"},
		"Traces":   {Config{Endpoint: "http://a", Traces: "http://b/in"}, "http://b/in", nil, "the nearer address, as it is"},
		"Disabled": {Config{Endpoint: "http://a", Disabled: true}, "", nil, "switched off"},
		"Headers": {
			Config{Endpoint: "http://a", Headers: "authorization=Basic%20eA==, x-tenant = dcm,broken"},
			"http://a/v1/traces",
			map[string]string{"authorization": "Basic eA==", "x-tenant": "dcm"},
			"escaped as a URL's",
		},
		"TracesHeaders": {Config{Endpoint: "http://a", Headers: "a=1", TracesHeaders: "b=2"}, "http://a/v1/traces", map[string]string{"b": "2"}, "the nearer ones, instead"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := tc.config.address(); got != tc.address {
				t.Errorf("address %q, want %q: %s", got, tc.address, tc.reason)
			}
			if got := tc.config.headers(); !maps.Equal(got, tc.headers) {
				t.Errorf("headers %q, want %q: %s", got, tc.headers, tc.reason)
			}
		})
	}
}
