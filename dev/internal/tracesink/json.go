package tracesink

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// The protocol's JSON: ids in hex, 64-bit numbers as text or number. Protocol
// Buffers' own JSON package cannot read it, because ids there are base64.
type (
	jsonRequest struct {
		ResourceSpans []struct {
			Resource struct {
				Attributes []jsonAttribute `json:"attributes"`
			} `json:"resource"`
			ScopeSpans []struct {
				Spans []jsonSpan `json:"spans"`
			} `json:"scopeSpans"`
		} `json:"resourceSpans"`
	}
	jsonSpan struct {
		TraceID    string          `json:"traceId"`
		SpanID     string          `json:"spanId"`
		ParentID   string          `json:"parentSpanId"`
		Name       string          `json:"name"`
		Kind       int             `json:"kind"`
		Start      json.Number     `json:"startTimeUnixNano"`
		End        json.Number     `json:"endTimeUnixNano"`
		Attributes []jsonAttribute `json:"attributes"`
		Links      []struct {
			TraceID string `json:"traceId"`
			SpanID  string `json:"spanId"`
		} `json:"links"`
		Status struct {
			Code    int    `json:"code"`
			Message string `json:"message"`
		} `json:"status"`
	}
	jsonAttribute struct {
		Key   string                     `json:"key"`
		Value map[string]json.RawMessage `json:"value"` // by its type's name
	}
)

// fromJSON reads spans.
func fromJSON(body []byte) ([]Span, error) {
	var r jsonRequest
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, fmt.Errorf("read spans: %w", err)
	}
	var spans []Span
	for _, of := range r.ResourceSpans {
		service := textOf(of.Resource.Attributes)[serviceName]
		for _, scope := range of.ScopeSpans {
			for _, s := range scope.Spans {
				spans = append(spans, s.span(service))
			}
		}
	}
	return spans, nil
}

// serviceName is the attribute by which a process calls itself.
const serviceName = "service.name"

func (s jsonSpan) span(service string) Span {
	out := Span{
		TraceID: s.TraceID, SpanID: s.SpanID, ParentID: s.ParentID, Service: service, Name: s.Name, Kind: kindOf(s.Kind),
		Start: momentOf(s.Start), End: momentOf(s.End), Attributes: textOf(s.Attributes), Failed: s.Status.Code == failed, Message: s.Status.Message,
	}
	for _, l := range s.Links {
		out.Links = append(out.Links, Link{l.TraceID, l.SpanID})
	}
	return out
}

func momentOf(nanos json.Number) time.Time {
	n, err := strconv.ParseInt(nanos.String(), 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

// textOf shows values as they stand, texts without their quotes.
func textOf(attributes []jsonAttribute) map[string]string {
	out := map[string]string{}
	for _, a := range attributes {
		for _, v := range a.Value {
			text := string(v)
			_ = json.Unmarshal(v, &text) // whatever is no text stays as it is
			out[a.Key] = text
		}
	}
	return out
}
