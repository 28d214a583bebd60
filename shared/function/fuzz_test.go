package function

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzBinary: attributes in headers are read as the SDK reads them, whatever is
// in them; and what a function believes of a ringing at a glance is what parse
// reads.
func FuzzBinary(f *testing.F) {
	f.Add("1.0", "1", "io.dcm.request.submitted.v1", "/functions/submit", "web-1", "0197f3a0-0000-7000-8000-00000000000a", "2026-03-02T09:00:00.5Z", "https://example.org/s", []byte(`{"a":1}`))
	f.Add("0.3", "0", "0", "0", "0", "", "", "", []byte("0"))
	f.Add("0.3", " ", "t", ":", "", "", "yesterday", "/s", []byte(`{`))
	f.Fuzz(func(t *testing.T, version, id, kind, source, subject, tenant, at, schema string, body []byte) {
		h := http.Header{"Content-Type": {"application/json"}}
		for name, value := range map[string]string{
			"Ce-Specversion": version, "Ce-Id": id, "Ce-Type": kind, "Ce-Source": source, "Ce-Subject": subject, "Ce-Tenantid": tenant, "Ce-Time": at, "Ce-Dataschema": schema,
		} {
			if !sendable(value) {
				t.Skip("no server passes on such a header")
			}
			if value != "" {
				h.Set(name, value)
			}
		}
		e, err := parse(h, body)
		if version == "1.0" {
			likeTheSDK(t, h, body)
		} else if err == nil { // the SDK takes 0.3 too
			t.Errorf("took version %q", version)
		}
		if r, ok := ringingOf(h); ok && err == nil && (r.fact != e.id || r.tenant != e.tenant || string(r.kind) != e.kind) {
			t.Errorf("at a glance %+v, in full %+v", r, e)
		}
	})
}

// sendable is what net/http lets through in a header.
func sendable(value string) bool {
	for i := range len(value) {
		if c := value[i]; c < ' ' && c != '\t' || c >= 0x7f {
			return false
		}
	}
	return value == "" || value[0] > ' ' && value[len(value)-1] > ' '
}

// FuzzStructured: what we take for an event the SDK takes for the same one. Of
// what is not quite JSON or names a member twice it takes more than we do.
func FuzzStructured(f *testing.F) {
	f.Add([]byte(`{"specversion":"1.0","id":"1","type":"t","source":"/s","tenantid":"x","time":"2026-03-02T09:00:00Z","data":{"a":1}}`))
	f.Add([]byte(`{"specversion":"1.0","id":"1","type":"t","source":"/s","data_base64":"e30=","flag":true,"tenantid":7}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if !utf8.Valid(body) {
			t.Skip("refused before it is parsed")
		}
		h := http.Header{"Content-Type": {structuredMode}}
		if _, err := parse(h, body); err == nil {
			likeTheSDK(t, h, body)
		}
	})
}

// FuzzDecodeData: a command's data is read in full or refused with the fault
// that people are shown.
func FuzzDecodeData(f *testing.F) {
	f.Add([]byte(`{"name":"web-1","lease_days":30,"at":"2026-03-02T09:00:00Z","more":{"tags":["a"]}}`))
	f.Add([]byte(`{"name":1}`))
	f.Add([]byte(`{} {}`))
	type command struct {
		Name  string    `json:"name"`
		Lease int       `json:"lease_days"`
		At    time.Time `json:"at"`
		More  *struct {
			Tags []string `json:"tags"`
		} `json:"more"`
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var c command
		if err := DecodeData(data, &c); err != nil {
			if !errors.Is(err, ErrBadData) {
				t.Errorf("got %v, want a fault of the data", err)
			}
			return
		}
		if !json.Valid(data) {
			t.Errorf("%q was taken for JSON", data)
		}
	})
}
