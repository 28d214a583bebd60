package main

import (
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"unicode"
)

// A sink is where the broker brings what nobody took.
type sink struct {
	logger *slog.Logger
}

// Bounds of what is read and repeated of an event: anybody in the cluster could
// send one.
const (
	maxBody   = 1 << 20
	maxLength = 300
)

func (s *sink) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{$}", s.take)
	ok := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }
	mux.HandleFunc("GET /healthz", ok)
	mux.HandleFunc("GET /readyz", ok)
	return mux
}

// take answers 202 to every event, lest the broker bring it for ever. Knative
// says in extensions of the event where it was to go and what the answer was.
func (s *sink) take(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, maxBody)) // so that the connection is kept
	if r.Header.Get("ce-specversion") == "" {
		http.Error(w, "not a CloudEvent in binary mode", http.StatusUnprocessableEntity)
		return
	}
	s.logger.ErrorContext(r.Context(), "not delivered; the consumer's tick will find the work",
		"consumer", consumer(said(r.Header, "ce-knativeerrordest")), "answer", said(r.Header, "ce-knativeerrorcode"),
		"type", said(r.Header, "ce-type"), "id", said(r.Header, "ce-id"), "tenant", said(r.Header, "ce-tenantid"),
		"stream", said(r.Header, "ce-subject"), "trace", trace(said(r.Header, "ce-traceparent")))
	w.WriteHeader(http.StatusAccepted)
}

// said is what a header says, fit to be written down.
func said(h http.Header, name string) string {
	text := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, h.Get(name))
	return text[:min(len(text), maxLength)]
}

// consumer is the function in http://notify.dcm.svc.cluster.local, or the whole
// address if it is none.
func consumer(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return address
	}
	name, _, _ := strings.Cut(u.Hostname(), ".")
	return name
}

// trace is the trace id in a traceparent.
func trace(parent string) string {
	parts := strings.Split(parent, "-")
	if len(parts) != 4 {
		return ""
	}
	return parts[1]
}
