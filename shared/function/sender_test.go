package function_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"dcm.io/shared/event"
	"dcm.io/shared/eventlog"
	"dcm.io/shared/identity"
	"github.com/google/uuid"
)

// bringers lets in whoever carries the broker's token.
type bringers struct{}

func (bringers) Check(_ context.Context, r *http.Request) error {
	if r.Header.Get("Authorization") != "Bearer broker" {
		return identity.ErrSender
	}
	return nil
}

// TestSenders: facts and ticks are taken from those who may bring them, commands
// from people, whoever brings them.
func TestSenders(t *testing.T) {
	t.Parallel()
	with := func(r *http.Request, token string) *http.Request {
		r.Header.Set("Authorization", "Bearer "+token)
		return r
	}
	cases := map[string]struct {
		request func(e event.Envelope) *http.Request
		status  int
		acted   bool
		reason  string
	}{
		"Broker":   {request: func(e event.Envelope) *http.Request { return with(doorbell(e), "broker") }, status: 202, acted: true, reason: "it may"},
		"Stranger": {request: doorbell, status: 403, reason: "the broker does not deliver a refusal again"},
		"Tick":     {request: func(event.Envelope) *http.Request { return with(ping(), "broker") }, status: 202, acted: true, reason: "it may"},
		"FakeTick": {request: func(event.Envelope) *http.Request { return ping() }, status: 403, reason: "nobody keeps a function up for nothing"},
		"Person":   {request: func(event.Envelope) *http.Request { return decide("anna", `{}`) }, status: 200, reason: "a person has a token of their own"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.senders = bringers{}
			fact := b.submitted(t)
			w := serve(b.handler(t), tc.request(fact))
			if w.Code != tc.status {
				t.Errorf("status %d, want %d: %s", w.Code, tc.status, tc.reason)
			}
			if acted := len(b.log.Debts(event.Approve)) == 0; acted != tc.acted {
				t.Errorf("acted: %t; %s", acted, tc.reason)
			}
		})
	}
}

// TestAnnounceSaysWho: where the cluster gives a token for the broker, it is shown.
func TestAnnounceSaysWho(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]string{file: "Bearer mine", "/nowhere/token": "", "": ""} {
		b := setup(t)
		s := newSink(t, http.StatusAccepted)
		b.config.Sink, b.config.SinkToken = s.URL, token
		key := eventlog.Key{Tenant: b.tenant, Stream: uuid.New()}
		cause := eventlog.Cause{ID: "c", By: event.Approve}
		b.onFact = func(ctx context.Context, _ event.Envelope, w eventlog.Work) ([]event.Envelope, error) {
			facts, err := b.record(ctx, cause, key, nil, event.ApprovalGranted{Automatic: true})
			if err != nil {
				return nil, err
			}
			return facts, b.log.Settle(ctx, w)
		}
		serve(b.handler(t), doorbell(b.submitted(t)))
		heard, _ := s.announcements()
		if len(heard) != 1 || heard[0].Get("Authorization") != want {
			t.Errorf("with %q announced %d times as %q, want %q", token, len(heard), heard[0].Get("Authorization"), want)
		}
	}
}
