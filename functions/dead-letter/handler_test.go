package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestTake(t *testing.T) {
	t.Parallel()
	whole := map[string]string{
		"ce-specversion": "1.0", "ce-id": "0197", "ce-type": "io.dcm.approval.granted.v1", "ce-source": "/functions/approve",
		"ce-tenantid": "t1", "ce-subject": "s1", "ce-knativeerrorcode": "503", "ce-knativeerrordest": "http://provision.dcm.svc.cluster.local",
		"ce-traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
	}
	with := func(name, value string) map[string]string {
		m := maps.Clone(whole)
		m[name] = value
		return m
	}
	cases := map[string]struct {
		headers map[string]string
		body    string
		status  int
		said    map[string]string
		reason  string
	}{
		"Undelivered": {
			headers: whole, body: `{"by":"somebody"}`, status: 202,
			said:   map[string]string{"level": "ERROR", "consumer": "provision", "answer": "503", "type": "io.dcm.approval.granted.v1", "id": "0197", "tenant": "t1", "stream": "s1", "trace": "4bf92f3577b34da6a3ce929d0e0e4736"},
			reason: "an operator learns who was to be told what, and what it answered",
		},
		"NoErrorSaid":  {headers: with("ce-knativeerrordest", ""), status: 202, said: map[string]string{"consumer": ""}, reason: "not every broker says why"},
		"OddAddress":   {headers: with("ce-knativeerrordest", "::nowhere"), status: 202, said: map[string]string{"consumer": "::nowhere"}, reason: "what cannot be read is repeated"},
		"NoTrace":      {headers: with("ce-traceparent", "garbage"), status: 202, said: map[string]string{"trace": ""}, reason: "a trace that is none is not invented"},
		"TooLong":      {headers: with("ce-id", strings.Repeat("x", 5000)), status: 202, said: map[string]string{"id": strings.Repeat("x", 300)}, reason: "a log line stays a line"},
		"Unprintable":  {headers: with("ce-id", "a\u202eb\x7f"), status: 202, said: map[string]string{"id": "ab"}, reason: "a terminal must not be fooled"},
		"NotAnEvent":   {headers: map[string]string{}, body: "hello", status: 422, reason: "it is not the broker"},
		"LargerThanUs": {headers: whole, body: strings.Repeat(" ", 2<<20), status: 202, said: map[string]string{"answer": "503"}, reason: "what is large is not brought again"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			s := sink{logger: slog.New(slog.NewJSONHandler(&out, nil))}
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(tc.body))
			for k, v := range tc.headers {
				r.Header[http.CanonicalHeaderKey(k)] = []string{v}
			}
			w := httptest.NewRecorder()
			s.handler().ServeHTTP(w, r)
			if w.Code != tc.status {
				t.Fatalf("status %d, want %d: %s", w.Code, tc.status, tc.reason)
			}
			if tc.said == nil {
				return
			}
			var line map[string]any
			if err := json.Unmarshal(out.Bytes(), &line); err != nil {
				t.Fatalf("said %q: %v", out.String(), err)
			}
			for k, want := range tc.said {
				if line[k] != want {
					t.Errorf("%s is %q, want %q: %s", k, line[k], want, tc.reason)
				}
			}
			if strings.Contains(out.String(), "somebody") {
				t.Error("data of the event was repeated")
			}
		})
	}
}
