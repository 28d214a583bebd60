package edge

import (
	"context"
	"net/http"
	"strings"

	"dcm.io/shared/telemetry"
)

// TraceID is the id by which the request's log lines are found.
func TraceID(ctx context.Context) string { return telemetry.TraceID(ctx) }

// TraceParent is what is recorded with facts, for whoever acts on them.
func TraceParent(ctx context.Context) string { return telemetry.TraceParent(ctx) }

// A route is which endpoint answered, as the router below us finds out.
type route struct{ pattern string }

type routeKey struct{}

// Route tells which endpoint answers the request, by its path with names for
// what varies. Without it the pattern of the outermost router counts.
func Route(ctx context.Context, pattern string) {
	if r, ok := ctx.Value(routeKey{}).(*route); ok {
		r.pattern = pattern
	}
}

// begin puts the request into its trace; the span is nil for what nobody asks
// about, such as the portal's own pages.
func begin(r *http.Request) (*http.Request, *route, *telemetry.Span) {
	found := &route{}
	ctx := context.WithValue(telemetry.Continue(r.Context(), r.Header), routeKey{}, found)
	var span *telemetry.Span
	if watched(r) {
		ctx, span = telemetry.Start(ctx, telemetry.Server, r.Method, telemetry.Method(r.Method))
	}
	return r.WithContext(ctx), found, span
}

// name is the endpoint with its method: of a closed set, unlike the path.
func (found *route) name(r *http.Request) string {
	pattern := found.pattern
	if pattern == "" {
		pattern = r.Pattern
	}
	if _, path, ok := strings.Cut(pattern, " "); ok {
		pattern = path
	}
	return pattern
}

// watched requests are those that somebody asks about later.
func watched(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/") || strings.HasPrefix(r.URL.Path, "/auth/")
}
