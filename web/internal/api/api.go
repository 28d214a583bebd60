package api

import (
	"context"
	"net/http"
	"sync"
	"time"

	"dcm.io/shared/checkpoint"
	"dcm.io/shared/eventlog/pglog"
	"dcm.io/shared/fault"
	"dcm.io/shared/identity"
	"dcm.io/shared/readmodel"
	"dcm.io/shared/vault"
	"dcm.io/web/internal/command"
	"dcm.io/web/internal/edge"
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// A Sender delivers people's commands to the functions.
type Sender interface {
	// Send delivers c in the name of who and reads the answer. It returns a
	// command.Refusal if the function says no, command.ErrUnreachable if it says
	// nothing; sending again with the same key is safe then.
	Send(ctx context.Context, who identity.Caller, c command.Command, answer any) error
}

// An API answers the portal's requests. It is safe for concurrent use.
type API struct {
	log        *pglog.Log
	directory  readmodel.Directory
	connection readmodel.Connections
	requests   readmodel.Requests
	vms        readmodel.VMs
	inbox      readmodel.Inbox
	bundles    readmodel.Bundles
	facts      readmodel.Facts
	stuck      readmodel.Stuck
	master     vault.Master    // key of vaults
	signedBy   checkpoint.Keys // what checkpoints of the log are
	sender     Sender
	now        func() time.Time
}

// New makes an API over the log, whose checkpoints are signed with signedBy.
func New(log *pglog.Log, master vault.Master, signedBy checkpoint.Keys, s Sender, now func() time.Time) *API {
	return &API{
		log: log, directory: readmodel.Directory{Log: log}, connection: readmodel.Connections{Log: log},
		requests: readmodel.Requests{Log: log}, vms: readmodel.VMs{Log: log}, inbox: readmodel.Inbox{Log: log},
		bundles: readmodel.Bundles{Log: log}, facts: readmodel.Facts{Log: log}, stuck: readmodel.Stuck{Log: log},
		master: master, signedBy: signedBy, sender: s, now: now,
	}
}

var errNoEndpoint = fault.New(fault.Missing, "no_endpoint", "The API has nothing at this address.")

// Handler answers below /api/. Callers must have passed the session's guard.
func (a *API) Handler() http.Handler {
	mux := http.NewServeMux()
	a.mount(mux)
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		fault.WriteProblem(w, errNoEndpoint, edge.TraceID(r.Context()))
	})
	return noStore(mux)
}

// mount puts the endpoints on mux.
func (a *API) mount(mux *http.ServeMux) huma.API {
	h := humago.New(mux, configuration())
	h.UseMiddleware(func(c huma.Context, next func(huma.Context)) {
		edge.Route(c.Context(), c.Operation().Path)
		next(c)
	})
	a.mountMe(h)
	a.mountOffering(h)
	a.mountPreviews(h)
	a.mountRequests(h)
	a.mountTimeline(h)
	a.mountApprovals(h)
	a.mountVMs(h)
	a.mountAudit(h)
	a.mountReceipts(h)
	a.mountBundles(h)
	a.mountStuck(h)
	a.mountPersons(h)
	a.mountInbox(h)
	return h
}

// Document is the OpenAPI document of the endpoints.
func Document() []byte { return document((&API{}).mount(http.NewServeMux())) }

// DocumentHandler answers GET /api/openapi.json: it is no secret. The document is
// made when somebody asks, so that starting does not wait for it.
func DocumentHandler() http.Handler {
	doc := sync.OnceValue(Document)
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		_, _ = w.Write(doc()) // the client is gone; nobody is left to tell
	})
}

// noStore keeps answers, which are one person's, out of caches.
func noStore(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// endpoint describes one endpoint.
func endpoint(id, method, path, tag, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{tag}, Summary: summary}
}

// handle mounts an endpoint whose errors become problems.
func handle[I, O any](h huma.API, op huma.Operation, f func(context.Context, *I) (*O, error)) {
	huma.Register(h, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := f(ctx, in)
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		return out, nil
	})
}

// body is an answer with one JSON value.
type body[T any] struct{ Body T }

func answer[T any](v T) *body[T] { return &body[T]{Body: v} }
