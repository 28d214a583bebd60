package edge

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"regexp"
)

// A trace connects what happens in several processes because of one request
// (W3C Trace Context).
type trace struct{ parent, id string }

type traceKey struct{}

var traceparent = regexp.MustCompile(`^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$`)

// traceOf continues the caller's trace, or starts one.
func traceOf(h http.Header) trace {
	id := randomHex(16)
	if m := traceparent.FindStringSubmatch(h.Get("traceparent")); m != nil {
		id = m[1]
	}
	return trace{parent: "00-" + id + "-" + randomHex(8) + "-01", id: id}
}

// TraceID is the id by which the request's log lines are found.
func TraceID(ctx context.Context) string {
	t, _ := ctx.Value(traceKey{}).(trace)
	return t.id
}

// TraceParent is what the next process is told.
func TraceParent(ctx context.Context) string {
	t, _ := ctx.Value(traceKey{}).(trace)
	return t.parent
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return hex.EncodeToString(b)
}
