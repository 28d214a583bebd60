package tracesink

import (
	"slices"
	"time"
)

// A Span is a piece of work in a trace. Ids are in hex.
type Span struct {
	TraceID    string            `json:"trace_id"`
	SpanID     string            `json:"span_id"`
	ParentID   string            `json:"parent_id,omitempty"` // empty for the first
	Service    string            `json:"service"`
	Name       string            `json:"name"`
	Kind       string            `json:"kind"`
	Start      time.Time         `json:"start"`
	End        time.Time         `json:"end"`
	Attributes map[string]string `json:"attributes,omitempty"`
	Links      []Link            `json:"links,omitempty"`
	Failed     bool              `json:"failed,omitempty"`
	Message    string            `json:"message,omitempty"` // why it failed
}

// A Link names a span of another trace that has to do with this one.
type Link struct {
	TraceID string `json:"trace_id"`
	SpanID  string `json:"span_id"`
}

// kinds by their number in the protocol.
var kinds = []string{"unspecified", "internal", "server", "client", "producer", "consumer"}

func kindOf(n int) string {
	if n < 0 || n >= len(kinds) {
		n = 0
	}
	return kinds[n]
}

// failed is a status' number for failures.
const failed = 2

// Roots are the spans whose parent is not among them: one, if the trace is
// connected. Its own parent may be a browser, which sends no spans.
func Roots(spans []Span) []Span {
	there := map[string]bool{}
	for _, s := range spans {
		there[s.SpanID] = true
	}
	return slices.DeleteFunc(slices.Clone(spans), func(s Span) bool { return there[s.ParentID] })
}
