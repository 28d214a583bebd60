//go:build cluster

package clustertest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// A forgery is an event that no function of DCM has sent.
type forgery struct {
	name    string
	headers map[string]string
	data    string
}

// forgeries are events that somebody in the cluster could make up: facts that
// never happened, facts that did, of other tenants, for the wrong function, and
// commands without a person.
func forgeries(tenant, fact string) []forgery {
	granted := "io.dcm.approval.granted.v1"
	return []forgery{
		{"a grant that never happened", map[string]string{"ce-id": uuid.NewString(), "ce-type": granted, "ce-tenantid": tenant}, `{"automatic":true}`},
		{"a fact rung again", map[string]string{"ce-id": fact, "ce-type": "io.dcm.request.submitted.v1", "ce-tenantid": tenant}, `{"name":"mine now"}`},
		{"a fact with another type", map[string]string{"ce-id": fact, "ce-type": granted, "ce-tenantid": tenant}, `{"automatic":true}`},
		{"a fact of another tenant", map[string]string{"ce-id": fact, "ce-type": "io.dcm.request.submitted.v1", "ce-tenantid": uuid.NewString()}, `{}`},
		{"a fact of no tenant", map[string]string{"ce-id": fact, "ce-type": "io.dcm.request.submitted.v1"}, `{}`},
		{"a command of nobody", map[string]string{"ce-id": uuid.NewString(), "ce-type": "io.dcm.request.decide", "ce-subject": uuid.NewString()}, `{"decision":"approve"}`},
		{"a command with a token of one's own making", map[string]string{
			"ce-id": uuid.NewString(), "ce-type": "io.dcm.request.decide", "ce-subject": uuid.NewString(),
			"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.",
		}, `{"decision":"approve"}`},
		{"a type that nobody knows", map[string]string{"ce-id": uuid.NewString(), "ce-type": "io.dcm.everything.granted.v1", "ce-tenantid": tenant}, `{}`},
	}
}

// forge sends every forgery over the broker and straight to every function, and
// checks that the log did not grow.
func (i *installation) forge(ctx context.Context, t *testing.T, db *pgx.Conn) {
	t.Helper()
	var tenant, fact string
	if err := db.QueryRow(ctx, `select tenant_id::text, fact_id::text from dcm.facts where type = 'io.dcm.request.submitted.v1' limit 1`).Scan(&tenant, &fact); err != nil {
		t.Fatal(err)
	}
	before := facts(ctx, t, db)
	addresses := map[string]string{"the broker": i.broker(ctx, t)}
	for _, f := range functions {
		addresses[f] = i.inside(f)
	}
	sent := 0
	for where, address := range addresses {
		for _, f := range forgeries(tenant, fact) {
			status, err := post(ctx, address, f)
			if err != nil {
				t.Fatalf("%s to %s: %v", f.name, where, err)
			}
			sent++
			if i.mustRefuse(where, f) && status/100 == 2 {
				t.Errorf("%s to %s was answered %d", f.name, where, status)
			}
		}
	}
	time.Sleep(5 * time.Second) // for the broker to bring them
	if after := facts(ctx, t, db); after != before {
		t.Errorf("the log had %d facts, and has %d after %d forged events", before, after, sent)
	}
	t.Logf("%d forged events changed nothing: %d facts before and after", sent, before)
}

// mustRefuse reports whether an event is to be refused at once: a command without
// a person always, and everything where the cluster says who sends. Otherwise it
// may be taken, and lead to nothing. submit and dead-letter act on no facts.
func (i *installation) mustRefuse(where string, f forgery) bool {
	command := strings.HasPrefix(f.name, "a command")
	switch where {
	case "dead-letter":
		return false
	case "submit":
		return command
	case "the broker":
		return i.asks
	}
	return command || i.asks
}

// broker is where facts are announced.
func (i *installation) broker(ctx context.Context, t *testing.T) string {
	t.Helper()
	return i.must(ctx, t, "get", "broker", "default", "-o", "jsonpath={.status.address.url}")
}

func post(ctx context.Context, address string, f forgery) (int, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(f.data))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("ce-specversion", "1.0")
	r.Header.Set("ce-source", "/functions/approve")
	for name, value := range f.headers {
		r.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, fmt.Errorf("post: %w", err)
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}
