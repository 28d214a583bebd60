package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"dcm.io/shared/checkpoint"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/eventlog/traced"
	"dcm.io/shared/fault"
	"dcm.io/shared/identity"
	"dcm.io/shared/readmodel"
	"dcm.io/shared/telemetry/metric"
	"dcm.io/shared/vault"
	"dcm.io/web/internal/api"
	"dcm.io/web/internal/command"
	"dcm.io/web/internal/edge"
	"dcm.io/web/internal/live"
	"dcm.io/web/internal/person"
	"dcm.io/web/internal/portal"
	"dcm.io/web/internal/session"
)

// handler wires what web answers. It ends live views when ctx ends.
func handler(ctx context.Context, c config, log *pglog.Log, now func() time.Time) (http.Handler, error) {
	master, err := c.Vault.Master()
	if err != nil {
		return nil, err
	}
	signedBy, err := checkpoint.ParseKeys(c.SignedBy)
	if err != nil {
		return nil, fmt.Errorf("read CHECKPOINT_PUBLIC_KEYS: %w", err)
	}
	tokens, err := identity.NewVerifier(c.Identity)
	if err != nil {
		return nil, err
	}
	people := person.New(readmodel.Directory{Log: log}, traced.Log{Log: log}, vault.With(master, log), now)
	sessions, err := session.New(c.Session, c.Identity.IssuerURL(), log, tokens, people, now)
	if err != nil {
		return nil, err
	}
	built, err := pages(c.UI)
	if err != nil {
		return nil, err
	}
	ui, err := portal.Handler(built)
	if err != nil {
		return nil, err
	}
	views := live.New(ctx, readmodel.Changes{Log: log}, now)
	var metrics metric.Registry
	watch(&metrics, log, views.Viewers, now)

	mux := http.NewServeMux()
	mux.Handle("/", ui)
	mux.Handle("/auth/", sessions.Handler())
	mux.Handle("/api/", sessions.Guard(api.New(log, master, signedBy, command.NewSender(c.Command, now), now).Handler()))
	mux.Handle("GET /api/openapi.json", api.DocumentHandler())
	mux.Handle("GET /api/v1/live", sessions.Guard(views.Handler(sessions)))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("GET /readyz", ready(log))
	mux.Handle("GET /metrics", direct(&metrics))
	policy := portal.Policy{Secure: strings.HasPrefix(c.Session.Portal, "https://"), Issuer: originOf(c.Identity.IssuerURL())}
	return edge.Wrap(portal.Headers(sameOrigin(mux, c.Session.Portal), policy), edge.NewMetrics(&metrics), now), nil
}

// sameOrigin refuses what browsers send from pages that are not the portal's.
func sameOrigin(next http.Handler, portalURL string) http.Handler {
	guard := http.NewCrossOriginProtection()
	_ = guard.AddTrustedOrigin(originOf(portalURL)) // its form was checked with the session's configuration
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fault.WriteProblem(w, errOrigin, edge.TraceID(r.Context()))
	}))
	return guard.Handler(next)
}

var errOrigin = fault.New(fault.Denied, "cross_origin", "The request comes from a page that is not the portal's.")

// direct hides what is for the cluster's own eyes from everybody who comes through
// a gateway: each proxy on the way names whom it speaks for, and nobody in front
// of it can take that back.
func direct(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func ready(log *pglog.Log) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := log.Ready(r.Context()); err != nil {
			fault.WriteProblem(w, err, edge.TraceID(r.Context()))
		}
	}
}

// originOf is an address without its path.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
