package broker_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"dcm.io/dev/internal/broker"
)

const manifests = `
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: {name: dcm, namespace: dcm, annotations: {eventing.knative.dev/broker.class: MTChannelBasedBroker}}
spec:
  config: {apiVersion: v1, kind: ConfigMap, name: config-br-default-channel, namespace: knative-eventing}
  delivery: {retry: 5, backoffPolicy: linear, backoffDelay: PT0.1S}
---
apiVersion: eventing.knative.dev/v1
kind: EventType
metadata: {name: ignored, namespace: dcm}
---
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata: {name: approve, namespace: dcm}
spec:
  broker: dcm
  filters: [{exact: {type: io.dcm.request.submitted.v1}}]
  subscriber: {ref: {apiVersion: serving.knative.dev/v1, kind: Service, name: approve}, uri: /events}
  delivery: {retry: 2, backoffPolicy: exponential, backoffDelay: PT0.1S, # Knative drops smaller fractions
    deadLetterSink: {ref: {apiVersion: serving.knative.dev/v1, kind: Service, name: morgue}}}
---
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata: {name: provision, namespace: dcm}
spec:
  broker: dcm
  filters:
  - any: [{exact: {type: io.dcm.approval.granted.v1}}, {exact: {type: io.dcm.request.retried.v1}}]
  - cesql: "tenantid = 'acme'"
  subscriber: {ref: {apiVersion: serving.knative.dev/v1, kind: Service, name: provision}}
`

func TestEventReachesItsSubscribers(t *testing.T) {
	t.Parallel()
	c := newCluster(t, nil)
	c.send(t, "1", "io.dcm.approval.granted.v1", "acme")
	c.send(t, "2", "io.dcm.approval.granted.v1", "globex") // filtered by tenant
	c.send(t, "3", "io.dcm.request.submitted.v1", "globex")
	got := c.provision.next(t)
	if got.id != "1" || got.path != "/" || got.body != `{"n":1}` || got.header.Get("Ce-Tenantid") != "acme" {
		t.Errorf("provision received %+v", got)
	}
	if got := c.approve.next(t); got.id != "3" || got.path != "/events" {
		t.Errorf("approve received %+v", got)
	}
	c.provision.nothing(t)
	c.morgue.nothing(t)
}

func TestReplyEntersTheBrokerAgain(t *testing.T) {
	t.Parallel()
	c := newCluster(t, func(w http.ResponseWriter, _ *http.Request) {
		event(w.Header(), "reply", "io.dcm.approval.granted.v1", "acme")
		fmt.Fprint(w, `{"n":2}`)
	})
	c.send(t, "1", "io.dcm.request.submitted.v1", "acme")
	c.approve.next(t)
	if got := c.provision.next(t); got.id != "reply" || got.body != `{"n":2}` {
		t.Errorf("provision received %+v, want the reply", got)
	}
}

func TestRefusedEvents(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		status   int
		attempts int
		reason   string
	}{
		"Unavailable":   {http.StatusServiceUnavailable, 3, "a passing failure is tried again twice, then buried"},
		"Unprocessable": {http.StatusUnprocessableEntity, 1, "a permanent refusal is buried at once"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(tc.status) })
			c.send(t, "1", "io.dcm.request.submitted.v1", "acme")
			for range tc.attempts {
				c.approve.next(t)
			}
			got := c.morgue.next(t)
			if code := got.header.Get("Ce-Knativeerrorcode"); got.id != "1" || code != fmt.Sprint(tc.status) {
				t.Errorf("dead-letter sink received %s with code %q; %s", got.id, code, tc.reason)
			}
			c.approve.nothing(t)
		})
	}
}

func TestStopAndStartAgain(t *testing.T) {
	t.Parallel()
	stuck := make(chan struct{})
	c := newCluster(t, func(w http.ResponseWriter, _ *http.Request) {
		<-stuck
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	sent := make(chan struct{})
	go func() { // the broker answers when the consumer has, which it never does
		defer close(sent)
		_, _ = c.post("1", "io.dcm.request.submitted.v1", "acme")
	}()
	c.approve.next(t)
	if err := c.broker.Close(); err != nil {
		t.Fatal(err)
	}
	close(stuck)
	<-sent
	if _, err := c.post("2", "io.dcm.approval.granted.v1", "acme"); err == nil {
		t.Error("a closed broker took an event")
	}
	c.morgue.nothing(t)

	before := c.broker.URL()
	c.start(t)
	if c.broker.URL() != before {
		t.Errorf("URL is now %s, was %s: senders would not find it", c.broker.URL(), before)
	}
	c.send(t, "3", "io.dcm.approval.granted.v1", "acme")
	if got := c.provision.next(t); got.id != "3" {
		t.Errorf("provision received %s, want 3: what was under way is lost", got.id)
	}
}

func TestRefusesManifests(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ old, new, want, reason string }{
		"UnknownField":   {"broker: dcm\n", "broker: dcm\n  brokre: x\n", "brokre", "a typo must not pass unnoticed"},
		"InvalidFilter":  {"tenantid = 'acme'", "tenantid = ", "cesql", "Knative's own validation is used"},
		"ForeignBroker":  {"broker: dcm\n", "broker: other\n", "other", "its events would never come"},
		"UnknownService": {"name: provision}}", "name: billing}}", "billing", "there is nobody to deliver to"},
		"NoBroker":       {"kind: Broker", "kind: Channel", "no Broker", ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, err := broker.Start(t.Context(), broker.Config{
				Manifests: []byte(strings.Replace(manifests, tc.old, tc.new, 1)),
				Services:  map[string]string{"approve": "http://127.0.0.1:1", "provision": "http://127.0.0.1:2", "morgue": "http://127.0.0.1:3"},
			})
			if err == nil {
				_ = b.Close()
				t.Fatalf("accepted; %s", tc.reason)
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %q does not mention %q", err, tc.want)
			}
		})
	}
}

// cluster is a broker with the services its triggers refer to.
type cluster struct {
	broker                     *broker.Broker
	approve, provision, morgue *service
}

func newCluster(t *testing.T, approve http.HandlerFunc) *cluster {
	t.Helper()
	c := &cluster{approve: newService(t, approve), provision: newService(t, nil), morgue: newService(t, nil)}
	c.start(t)
	return c
}

func (c *cluster) start(t *testing.T) {
	t.Helper()
	listen := ""
	if c.broker != nil {
		u, err := url.Parse(c.broker.URL())
		if err != nil {
			t.Fatal(err)
		}
		listen = u.Host
	}
	b, err := broker.Start(t.Context(), broker.Config{
		Manifests: []byte(manifests), Listen: listen,
		Services: map[string]string{"approve": c.approve.url, "provision": c.provision.url, "morgue": c.morgue.url},
	})
	if err != nil {
		t.Fatal(err)
	}
	c.broker = b
	t.Cleanup(func() { _ = b.Close() })
}

func (c *cluster) send(t *testing.T, id, kind, tenant string) {
	t.Helper()
	status, err := c.post(id, kind, tenant)
	if err != nil {
		t.Fatal(err)
	}
	if status != http.StatusAccepted {
		t.Fatalf("ingress answered %d, want 202", status)
	}
}

func (c *cluster) post(id, kind, tenant string) (int, error) {
	req, err := http.NewRequest(http.MethodPost, c.broker.URL(), strings.NewReader(`{"n":1}`))
	if err != nil {
		return 0, err
	}
	event(req.Header, id, kind, tenant)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}

func event(h http.Header, id, kind, tenant string) {
	for name, value := range map[string]string{
		"Ce-Specversion": "1.0", "Ce-Id": id, "Ce-Type": kind, "Ce-Source": "/functions/test",
		"Ce-Tenantid": tenant, "Content-Type": "application/json",
	} {
		h.Set(name, value)
	}
}

type received struct {
	id, path, body string
	header         http.Header
}

// service is a subscriber that remembers what it was told.
type service struct {
	url string
	got chan received
}

func newService(t *testing.T, answer http.HandlerFunc) *service {
	t.Helper()
	s := &service{got: make(chan received, 100)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.got <- received{id: r.Header.Get("Ce-Id"), path: r.URL.Path, body: string(body), header: r.Header}
		if answer != nil {
			answer(w, r)
		}
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *service) next(t *testing.T) received {
	t.Helper()
	select {
	case r := <-s.got:
		return r
	case <-time.After(10 * time.Second):
		t.Fatal("no event came")
		return received{}
	}
}

func (s *service) nothing(t *testing.T) {
	t.Helper()
	select {
	case r := <-s.got:
		t.Errorf("unexpected event %s", r.id)
	case <-time.After(300 * time.Millisecond):
	}
}
