package function

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/fault"
	ce "github.com/cloudevents/sdk-go/v2/event"
	"github.com/google/uuid"
)

// pingType is what a Knative PingSource sends.
const pingType = "dev.knative.sources.ping"

var (
	errUnknownType = fault.New(fault.Invalid, "unknown_type", "This function does not take events of this type.")
	errTenantID    = fault.New(fault.Invalid, "tenantid", "The event has no valid tenantid.")
	errEventID     = fault.New(fault.Invalid, "id", "The event's id is no fact's id.")
)

// NewHandler makes the function's HTTP surface: POST / for CloudEvents, health,
// and what else the routes say. It fails if the routes do not match the catalogue.
func NewHandler(c Config, f Function) (http.Handler, error) {
	if err := checkRoutes(f); err != nil {
		return nil, err
	}
	if f.Now == nil {
		f.Now = time.Now
	}
	if f.Logger == nil {
		f.Logger = slog.Default()
	}
	h := &handler{
		Function: f,
		worker:   &worker{Function: f, announcer: newAnnouncer(c.Sink, f.Logger), patience: c.Patience},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{$}", h.receive)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("GET /readyz", h.readyz)
	for pattern, sub := range f.Routes.HTTP {
		mux.Handle(pattern, sub)
	}
	return mux, nil
}

// checkRoutes keeps the routes and the catalogue's Triggers in step.
func checkRoutes(f Function) error {
	owed := event.ConsumedBy(f.Name)
	for _, t := range owed {
		if f.Routes.Facts[t] == nil {
			return errors.New(string(f.Name) + " has no handler for " + string(t))
		}
	}
	if len(owed) != len(f.Routes.Facts) {
		return errors.New(string(f.Name) + " handles facts that the catalogue does not owe it")
	}
	if len(f.Routes.Commands) > 0 && f.Callers == nil {
		return errors.New(string(f.Name) + " takes commands and cannot tell who is calling")
	}
	return nil
}

type handler struct {
	Function
	worker *worker
}

func (h *handler) readyz(w http.ResponseWriter, r *http.Request) {
	if h.Ready != nil {
		if err := h.Ready(r.Context()); err != nil {
			h.Logger.WarnContext(r.Context(), "not ready", "error", err.Error())
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
	}
	w.WriteHeader(http.StatusOK)
}

func (h *handler) receive(w http.ResponseWriter, r *http.Request) {
	parent, trace := traceOf(r.Header)
	ctx := WithLog(r.Context(), slog.String("trace", trace))
	r = r.WithContext(ctx)
	sent, err := body(w, r)
	if err != nil {
		h.notAnEvent(w, r, err, trace)
		return
	}
	if rung, ok := ringingOf(r.Header); ok && h.Routes.Facts[event.Type(r.Header.Get("ce-type"))] != nil {
		h.doorbell(w, r, rung, trace)
		return
	}
	e, err := parse(ctx, r.Header, sent)
	switch {
	case err != nil:
		h.notAnEvent(w, r, err, trace)
	case e.Type() == pingType:
		h.worker.tick(ctx)
		w.WriteHeader(http.StatusAccepted)
	case h.Routes.Commands[e.Type()] != nil:
		h.command(w, r, e, parent, trace)
	case h.Routes.Facts[event.Type(e.Type())] != nil:
		h.doorbell(w, r, ringing{fact: e.ID(), tenant: extension(e, "tenantid")}, trace)
	default:
		fault.WriteProblem(w, errUnknownType, trace)
	}
}

func (h *handler) notAnEvent(w http.ResponseWriter, r *http.Request, err error, trace string) {
	fault.WriteProblem(w, err, trace)
	h.Logger.InfoContext(r.Context(), "refused what is no event", "error", err.Error())
}

// doorbell looks up the fact that the broker announces and acts on it if it is
// owed. Nothing else in the event is believed.
func (h *handler) doorbell(w http.ResponseWriter, r *http.Request, rung ringing, trace string) {
	tenant, err := uuid.Parse(rung.tenant)
	if err != nil {
		fault.WriteProblem(w, errTenantID, trace)
		return
	}
	id, err := uuid.Parse(rung.fact)
	if err != nil {
		fault.WriteProblem(w, errEventID, trace)
		return
	}
	if err := h.worker.fact(r.Context(), tenant, id); err != nil {
		w.WriteHeader(fault.BrokerStatus(err))
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

func (h *handler) command(w http.ResponseWriter, r *http.Request, e ce.Event, parent, trace string) {
	ctx := r.Context()
	who, err := h.Callers.Caller(ctx, r)
	if err != nil {
		fault.WriteProblem(w, err, trace)
		h.Logger.InfoContext(ctx, "refused a caller", "error", err.Error(), "command", e.Type())
		return
	}
	ctx = WithLog(ctx, slog.String("tenant", who.Tenant.String()), slog.String("person", who.Person.String()))
	c := Command{
		Type: e.Type(), Subject: e.Subject(), Caller: who, Data: e.Data(),
		Cause: commandCause(e.ID(), e.Type(), e.Data(), who, h.Name, parent, h.Now()),
	}
	answer, err := recovered(func() (Answer, error) { return h.Routes.Commands[e.Type()](ctx, c) })
	if err != nil {
		h.refuse(w, r.WithContext(ctx), c, err, trace)
		return
	}
	h.worker.announcer.announce(ctx, answer.Recorded)
	h.worker.announcer.announce(ctx, answer.Again)
	h.worker.timers(ctx, streamsOf(answer.Recorded)...)
	writeAnswer(w, answer)
}

func writeAnswer(w http.ResponseWriter, a Answer) {
	w.Header().Set("Content-Type", "application/json")
	if a.Location != "" {
		w.Header().Set("Location", a.Location)
	}
	if a.Status == 0 {
		a.Status = http.StatusOK
	}
	w.WriteHeader(a.Status)
	_ = json.NewEncoder(w).Encode(a.Body) // the client is gone; what was recorded stands
}

func extension(e ce.Event, name string) string {
	s, _ := e.Extensions()[strings.ToLower(name)].(string)
	return s
}
