package function

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog/traced"
	"dcm.io/shared/fault"
	"dcm.io/shared/telemetry"
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
// metrics, and what else the routes say. It fails if the routes do not match the catalogue.
func NewHandler(c Config, f Function) (http.Handler, error) { return newHandler(c, f) }

func newHandler(c Config, f Function) (*handler, error) {
	if err := checkRoutes(f); err != nil {
		return nil, err
	}
	if f.Now == nil {
		f.Now = time.Now
	}
	if f.Logger == nil {
		f.Logger = slog.Default()
	}
	if f.Log != nil {
		f.Log = traced.Log{Log: f.Log}
	}
	m := newMetrics(f.Name)
	h := &handler{
		Function: f,
		worker:   &worker{Function: f, announcer: newAnnouncer(c, f.Logger, m), metrics: m, patience: c.Patience},
	}
	h.HandleFunc("POST /{$}", h.receive)
	h.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	h.HandleFunc("GET /readyz", h.readyz)
	h.Handle("GET /metrics", &m.registry)
	for pattern, sub := range f.Routes.HTTP {
		h.Handle(pattern, sub)
	}
	return h, nil
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
	http.ServeMux
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
	ctx := telemetry.Continue(r.Context(), r.Header)
	r = r.WithContext(ctx)
	sent, err := body(w, r)
	if err != nil {
		h.notAnEvent(w, r, err)
		return
	}
	if rung, ok := ringingOf(r.Header); ok && h.Routes.Facts[rung.kind] != nil {
		if h.welcome(w, r) {
			h.doorbell(w, r, rung)
		}
		return
	}
	e, err := parse(r.Header, sent)
	switch {
	case err != nil:
		h.notAnEvent(w, r, err)
	case h.Routes.Commands[e.kind] != nil:
		h.command(w, r, e) // whose token is the person's
	case !h.welcome(w, r):
	case e.kind == pingType:
		h.tick(context.WithoutCancel(ctx))
		w.WriteHeader(http.StatusAccepted)
	case h.Routes.Facts[event.Type(e.kind)] != nil:
		h.doorbell(w, r, ringing{fact: e.id, tenant: e.tenant, kind: event.Type(e.kind)})
	default:
		fault.WriteProblem(w, errUnknownType, telemetry.TraceID(ctx))
	}
}

// tick takes up what is owed, then does what else the function has to do now and
// then.
func (h *handler) tick(ctx context.Context) {
	until := h.Now().Add(tickAttention)
	h.worker.tick(ctx)
	if h.Routes.Tick == nil {
		return
	}
	if _, err := recovered(func() (any, error) { h.Routes.Tick(ctx, until); return nil, nil }); err != nil {
		h.Logger.ErrorContext(ctx, "a tick was not done", "error", err.Error())
	}
}

func (h *handler) notAnEvent(w http.ResponseWriter, r *http.Request, err error) {
	fault.WriteProblem(w, err, telemetry.TraceID(r.Context()))
	h.Logger.InfoContext(r.Context(), "refused what is no event", "error", err.Error())
}

// welcome reports whether whoever brings an event may; otherwise it has answered.
func (h *handler) welcome(w http.ResponseWriter, r *http.Request) bool {
	if h.Senders == nil {
		return true
	}
	err := h.Senders.Check(r.Context(), r)
	if err != nil {
		fault.WriteProblem(w, err, telemetry.TraceID(r.Context()))
		h.Logger.WarnContext(r.Context(), "refused a bringer of events", "error", err.Error())
	}
	return err == nil
}

// doorbell looks up the fact that the broker announces and acts on it if it is
// owed. Nothing else in the event is believed.
func (h *handler) doorbell(w http.ResponseWriter, r *http.Request, rung ringing) {
	tenant, err := uuid.Parse(rung.tenant)
	if err != nil {
		fault.WriteProblem(w, errTenantID, telemetry.TraceID(r.Context()))
		return
	}
	id, err := uuid.Parse(rung.fact)
	if err != nil {
		fault.WriteProblem(w, errEventID, telemetry.TraceID(r.Context()))
		return
	}
	ctx, span := telemetry.Start(r.Context(), telemetry.Server, telemetry.SpanDoorbell+" "+string(rung.kind),
		telemetry.Tenant(tenant), telemetry.Fact(rung.kind))
	// What is begun is finished, whoever still listens: a broker that hangs up
	// would only have to bring it again.
	err = h.worker.fact(context.WithoutCancel(ctx), tenant, id)
	span.End(err)
	if err != nil {
		w.WriteHeader(fault.BrokerStatus(err))
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

func (h *handler) command(w http.ResponseWriter, r *http.Request, e cloudEvent) {
	ctx, span := telemetry.Start(r.Context(), telemetry.Server, telemetry.SpanCommand+" "+e.kind, telemetry.Command(e.kind))
	began := h.Now()
	answer, err := h.carryOut(ctx, r, e)
	h.worker.metrics.handled("command", e.kind, err, h.Now().Sub(began))
	span.End(err)
	if err != nil {
		fault.WriteProblem(w, err, telemetry.TraceID(ctx))
		return
	}
	writeAnswer(w, answer)
}

// carryOut does what a person asks for, if it is a person we know.
func (h *handler) carryOut(ctx context.Context, r *http.Request, e cloudEvent) (Answer, error) {
	who, err := h.Callers.Caller(ctx, r)
	if err != nil {
		h.Logger.InfoContext(ctx, "refused a caller", "error", err.Error(), "command", e.kind)
		return Answer{}, err
	}
	ctx = WithLog(ctx, slog.String("tenant", who.Tenant.String()), slog.String("person", who.Person.String()))
	c := Command{
		Type: e.kind, Subject: e.subject, Caller: who, Data: e.data,
		Cause: commandCause(e.id, e.kind, e.data, who, h.Name, telemetry.TraceParent(ctx), h.Now()),
	}
	answer, err := recovered(func() (Answer, error) {
		if h.People != nil {
			if err := h.People.Living(ctx, who.Tenant, who.Person); err != nil {
				return Answer{}, err
			}
		}
		return h.Routes.Commands[e.kind](ctx, c)
	})
	if err != nil {
		h.refuse(ctx, c, err)
		return Answer{}, err
	}
	h.worker.announcer.announce(ctx, answer.Recorded)
	h.worker.announcer.announce(ctx, answer.Again)
	h.worker.timers(ctx, streamsOf(answer.Recorded)...)
	return answer, nil
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
