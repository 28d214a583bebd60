package function

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/cloudevents/sdk-go/v2/binding"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
)

// TestParseAsTheSDK: whatever arrives, we read what the SDK's own transport
// would, as far as a function looks at it.
func TestParseAsTheSDK(t *testing.T) {
	t.Parallel()
	whole := map[string]string{
		"Ce-Specversion": "1.0", "Ce-Id": "1", "Ce-Type": "t", "Ce-Source": "/s", "Ce-Subject": "a b", "Ce-Time": "2026-03-02T09:00:00.5Z",
		"Ce-Dataschema": "https://example.org/s", "Ce-Tenantid": "x", "Content-Type": "application/json",
	}
	with := func(name, value string) map[string]string {
		h := map[string]string{}
		for n, v := range whole {
			h[n] = v
		}
		h[name] = value
		return h
	}
	const events = "application/cloudevents+json"
	cases := map[string]struct {
		headers map[string]string
		body    string
	}{
		"Binary":         {headers: whole, body: `{"a":1}`},
		"NoBody":         {headers: whole},
		"Percent":        {headers: with("Ce-Subject", "a%20b%22"), body: "{}"},
		"BadTime":        {headers: with("Ce-Time", "yesterday"), body: "{}"},
		"BadSchema":      {headers: with("Ce-Dataschema", "::"), body: "{}"},
		"BadSource":      {headers: with("Ce-Source", ":"), body: "{}"},
		"BadExtension":   {headers: with("Ce-Not_allowed", "x"), body: "{}"},
		"EmptyID":        {headers: with("Ce-Id", ""), body: "{}"},
		"BlankType":      {headers: with("Ce-Type", " "), body: "{}"},
		"OtherVersion":   {headers: with("Ce-Specversion", "2.0"), body: "{}"},
		"Structured":     {headers: map[string]string{"Content-Type": events}, body: `{"specversion":"1.0","id":"1","type":"t","source":"/s","tenantid":"x","data":{"a":1}}`},
		"StructuredBad":  {headers: map[string]string{"Content-Type": events}, body: `{"specversion":"1.0","id":1}`},
		"StructuredText": {headers: map[string]string{"Content-Type": events}, body: `{"specversion":"1.0","id":"1","type":"t","source":"/s","data_base64":"e30="}`},
		"NumberTenant":   {headers: map[string]string{"Content-Type": events}, body: `{"specversion":"1.0","id":"1","type":"t","source":"/s","tenantid":7,"flag":true}`},
		"NoSubject":      {headers: with("Ce-Subject", " "), body: "{}"},
		"NoSource":       {headers: with("Ce-Source", ""), body: "{}"},
		"RelativeSchema": {headers: with("Ce-Dataschema", "/s"), body: "{}"},
		"StructuredTime": {headers: map[string]string{"Content-Type": events}, body: `{"specversion":"1.0","id":"1","type":"t","source":"/s","time":"then"}`},
		"StructuredName": {headers: map[string]string{"Content-Type": events}, body: `{"specversion":"1.0","id":"1","type":"t","source":"/s","not_allowed":"x"}`},
		"Neither":        {headers: map[string]string{"Content-Type": "application/json"}, body: `{}`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			for n, v := range tc.headers {
				h.Set(n, v)
			}
			likeTheSDK(t, h, []byte(tc.body))
		})
	}
}

// likeTheSDK reads an event in both ways and compares.
func likeTheSDK(t *testing.T, h http.Header, body []byte) {
	t.Helper()
	ours, err := parse(h, body)
	theirs, theirErr := binding.ToEvent(t.Context(), cehttp.NewMessage(h, io.NopCloser(bytes.NewReader(body))))
	if theirErr == nil {
		theirErr = theirs.Validate()
	}
	if (err == nil) != (theirErr == nil) {
		t.Fatalf("we say %v, the SDK %v", err, theirErr)
	}
	if err != nil {
		return
	}
	tenant, _ := theirs.Extensions()["tenantid"].(string)
	if ours.id != theirs.ID() || ours.kind != theirs.Type() || ours.subject != theirs.Subject() || ours.tenant != tenant || !bytes.Equal(ours.data, theirs.Data()) {
		t.Errorf("we read\n%+v\nthe SDK\n%s", ours, theirs)
	}
}
