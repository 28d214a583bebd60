package tracesink

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	about "go.opentelemetry.io/proto/otlp/resource/v1"
	wire "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

const (
	traceID = "0af7651916cd43dd8448eb211c80319c"
	inJSON  = `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"notify"}}]},"scopeSpans":[{"spans":[
{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","parentSpanId":"00f067aa0ba902b7","name":"smtp send","kind":3,"startTimeUnixNano":"1000000001","endTimeUnixNano":"1500000000",
"attributes":[{"key":"n","value":{"intValue":"7"}}],"links":[{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7"}],"status":{"code":2,"message":"away"}}]}]}]}`
)

func inProtobuf(t *testing.T) []byte {
	t.Helper()
	text := func(s string) *common.AnyValue {
		return &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: s}}
	}
	other := []byte{0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6, 0xa3, 0xce, 0x92, 0x9d, 0x0e, 0x0e, 0x47, 0x36}
	parent := []byte{0x00, 0xf0, 0x67, 0xaa, 0x0b, 0xa9, 0x02, 0xb7}
	body, err := proto.Marshal(&collector.ExportTraceServiceRequest{ResourceSpans: []*wire.ResourceSpans{{
		Resource: &about.Resource{Attributes: []*common.KeyValue{{Key: "service.name", Value: text("notify")}}},
		ScopeSpans: []*wire.ScopeSpans{{Spans: []*wire.Span{{
			TraceId: []byte{0x0a, 0xf7, 0x65, 0x19, 0x16, 0xcd, 0x43, 0xdd, 0x84, 0x48, 0xeb, 0x21, 0x1c, 0x80, 0x31, 0x9c},
			SpanId:  []byte{0xb7, 0xad, 0x6b, 0x71, 0x69, 0x20, 0x33, 0x31}, ParentSpanId: parent, Name: "smtp send", Kind: wire.Span_SPAN_KIND_CLIENT,
			StartTimeUnixNano: 1_000_000_001, EndTimeUnixNano: 1_500_000_000,
			Attributes: []*common.KeyValue{{Key: "n", Value: &common.AnyValue{Value: &common.AnyValue_IntValue{IntValue: 7}}}},
			Links:      []*wire.Span_Link{{TraceId: other, SpanId: parent}}, Status: &wire.Status{Code: wire.Status_STATUS_CODE_ERROR, Message: "away"},
		}}}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func packed(body []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(body)
	_ = z.Close()
	return b.Bytes()
}

// TestForms: the same span is the same, in whatever form it comes.
func TestForms(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		media, encoding string
		body            []byte
		status          int
		reason          string
	}{
		"JSON":     {"application/json", "", []byte(inJSON), 200, "as our functions send"},
		"Protobuf": {"application/x-protobuf", "", inProtobuf(t), 200, "as Knative sends"},
		"Gzip":     {"application/x-protobuf", "gzip", packed(inProtobuf(t)), 200, "packed"},
		"Text":     {"text/plain", "", []byte("span"), 415, "nobody guesses"},
		"Broken":   {"application/json", "", []byte("{"), 400, "said at once"},
		"NotWire":  {"application/x-protobuf", "", []byte("{"), 400, "said at once"},
		"NotGzip":  {"application/json", "gzip", []byte("{}"), 400, "said at once"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := Start(t.Context(), Config{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			r, _ := http.NewRequest(http.MethodPost, s.URL()+"/v1/traces", bytes.NewReader(tc.body))
			r.Header.Set("Content-Type", tc.media)
			r.Header.Set("Content-Encoding", tc.encoding)
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != tc.status {
				t.Fatalf("answered %s, want %d: %s", resp.Status, tc.status, tc.reason)
			}
			if tc.status != http.StatusOK {
				return
			}
			var spans []Span
			if err := json.Unmarshal(get(t, s.URL()+"/traces/"+traceID), &spans); err != nil || len(spans) != 1 {
				t.Fatalf("%d spans, %v", len(spans), err)
			}
			got, _ := json.Marshal(spans[0])
			const want = `{"trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","parent_id":"00f067aa0ba902b7","service":"notify","name":"smtp send","kind":"client",` +
				`"start":"1970-01-01T00:00:01.000000001Z","end":"1970-01-01T00:00:01.5Z","attributes":{"n":"7"},"links":[{"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7"}],"failed":true,"message":"away"}`
			if string(got) != want {
				t.Errorf("kept\n%s\nwant\n%s", got, want)
			}
			if list := string(get(t, s.URL()+"/")); !strings.Contains(list, "notify: smtp send") {
				t.Errorf("the list has it not:\n%s", list)
			}
			if tree := string(get(t, s.URL()+"/traces/"+traceID+"/tree")); tree != "      0.0 ms    500.0 ms  notify: smtp send (client)  FAILED away  linked\n" {
				t.Errorf("tree\n%s", tree)
			}
		})
	}
}

func get(t *testing.T, url string) []byte {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// TestBounds: a run of days does not fill the memory.
func TestBounds(t *testing.T) {
	t.Parallel()
	s := newStore()
	for n := range maxTraces + 5 {
		s.add([]Span{{TraceID: fmt.Sprint(n)}})
	}
	many := make([]Span, maxSpans+5)
	for i := range many {
		many[i].TraceID = "many"
	}
	s.add(many)
	if len(s.traces) != maxTraces || len(s.order) != maxTraces || len(s.trace("5")) != 0 || len(s.trace("6")) != 1 {
		t.Errorf("%d traces are kept, want the newest %d", len(s.traces), maxTraces)
	}
	if n := len(s.trace("many")); n != maxSpans {
		t.Errorf("%d spans of one trace are kept, want %d", n, maxSpans)
	}
	if newest := s.newest(1); newest[0] != "many" {
		t.Errorf("the newest is %v", newest)
	}
}

// TestRoots: a connected trace has one.
func TestRoots(t *testing.T) {
	t.Parallel()
	spans := []Span{{SpanID: "a", ParentID: "browser"}, {SpanID: "b", ParentID: "a"}, {SpanID: "c", ParentID: "lost"}}
	if got := Roots(spans); len(got) != 2 || got[0].SpanID != "a" || got[1].SpanID != "c" {
		t.Errorf("roots %+v", got)
	}
}
