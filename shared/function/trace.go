package function

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"regexp"
)

var traceparent = regexp.MustCompile(`^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$`)

// traceOf continues the caller's trace (W3C Trace Context), or starts one. It
// returns the traceparent to pass on and the trace id that log lines carry.
func traceOf(h http.Header) (parent, id string) {
	if m := traceparent.FindStringSubmatch(h.Get("traceparent")); m != nil {
		id = m[1]
	} else {
		id = randomHex(16)
	}
	return "00-" + id + "-" + randomHex(8) + "-01", id
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return hex.EncodeToString(b)
}
