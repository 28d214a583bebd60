package flowtest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"dcm.io/dev/internal/client"
	"dcm.io/dev/internal/idp"
	"dcm.io/dev/internal/stack"
)

// letter is what is posted to a function, good but for one thing.
type letter struct {
	headers map[string]string
	body    []byte
}

func (l letter) with(name, value string) letter {
	h := map[string]string{}
	for k, v := range l.headers {
		h[k] = v
	}
	h[name] = value
	if value == "" {
		delete(h, name)
	}
	return letter{h, l.body}
}

func (l letter) saying(body string) letter { return letter{l.headers, []byte(body)} }

// TestBadInputToSubmit sends submit everything that it must refuse. Each gets a
// problem document that says what is wrong, and nothing is recorded.
func TestBadInputToSubmit(t *testing.T) {
	t.Parallel()
	ctx := within(t)
	good := goodLetter(t)
	token := func(o idp.TokenOptions) string { return minted(t, "oliver.reed", o) }
	cases := map[string]struct {
		reason string
		letter letter
		status int
		code   string
	}{
		"NoEvent":          {"a browser's form is no CloudEvent", letter{map[string]string{"Content-Type": "application/json"}, []byte(`{}`)}, 422, "not_a_cloudevent"},
		"NoID":             {"an event without id cannot be made once", good.with("ce-id", ""), 422, "not_a_cloudevent"},
		"UnknownType":      {"submit does not do everything", good.with("ce-type", "io.dcm.request.explode"), 422, "unknown_type"},
		"ForeignFact":      {"submit is owed no facts", good.with("ce-type", "io.dcm.approval.granted.v1"), 422, "unknown_type"},
		"ContentType":      {"XML is not spoken", good.with("Content-Type", "application/xml"), 415, "content_type"},
		"TenMegabytes":     {"a request is small", good.saying(`{"name":"` + strings.Repeat("a", 10<<20) + `"}`), 413, "too_large"},
		"DeepNesting":      {"a tower of brackets", good.saying(strings.Repeat("[", 100_000)), 422, "bad_data"},
		"InvalidUTF8":      {"bytes that are no text", good.saying("{\"name\":\"\xff\xfe\"}"), 422, "not_utf8"},
		"NotJSON":          {"half a document", good.saying(`{"name":`), 422, "bad_data"},
		"UnknownField":     {"a typing error must not be swallowed", good.saying(`{"nane":"x"}`), 422, "bad_data"},
		"WrongType":        {"a number where text belongs", good.saying(`{"name":5}`), 422, "bad_data"},
		"EverythingAtOnce": {"every field's fault at once", good.saying(`{"name":"No Good!","size":"XXL","template":"os2","network":"moon","lease_days":9999}`), 422, "invalid_request"},
		"NoToken":          {"nobody is calling", good.with("Authorization", ""), 401, "no_token"},
		"Garbage":          {"no token at all", good.with("Authorization", "Bearer nonsense"), 401, "bad_token"},
		"Expired":          {"yesterday's token", good.with("Authorization", "Bearer "+token(idp.TokenOptions{Lifetime: -time.Hour})), 401, "bad_token"},
		"ForeignKey":       {"signed by somebody else", good.with("Authorization", "Bearer "+token(idp.TokenOptions{ForeignKey: true})), 401, "bad_token"},
		"WrongAudience":    {"a token for another service", good.with("Authorization", "Bearer "+token(idp.TokenOptions{Claims: map[string]any{"aud": "payroll"}})), 401, "bad_token"},
		"NoTenant":         {"a token that names no tenant", good.with("Authorization", "Bearer "+token(idp.TokenOptions{Claims: map[string]any{"tenant_id": nil}})), 403, "no_tenant"},
		"TenantInHeader":   {"the tenant comes from the token only: acme's is not globex's", good.with("ce-tenantid", "0197f3a0-0000-7000-8000-00000000ac3e"), 201, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, problem := post(ctx, t, c.letter)
			if status != c.status || problem.Code != c.code {
				t.Errorf("got %d %q (%s), want %d %q: %s", status, problem.Code, problem.Detail, c.status, c.code, c.reason)
			}
			if name == "EverythingAtOnce" && len(problem.Errors) != 7 {
				t.Errorf("seven fields are at fault, told of %+v", problem.Errors)
			}
		})
	}
}

// TestStructuredMode: the same command in one JSON document.
func TestStructuredMode(t *testing.T) {
	t.Parallel()
	ctx := within(t)
	good := goodLetter(t)
	event, err := json.Marshal(map[string]any{
		"specversion": "1.0", "id": "structured-1", "source": "/test", "type": "io.dcm.request.submit",
		"datacontenttype": "application/json", "data": json.RawMessage(good.body),
	})
	if err != nil {
		t.Fatal(err)
	}
	status, problem := post(ctx, t, letter{
		map[string]string{"Content-Type": "application/cloudevents+json", "Authorization": good.headers["Authorization"]}, event,
	})
	if status != 201 {
		t.Errorf("got %d %+v, want 201", status, problem)
	}
}

// TestForgedFact rings the doorbell for a fact that is in nobody's log, and for
// a real one in another tenant's name: nothing happens.
func TestForgedFact(t *testing.T) {
	t.Parallel()
	ctx := within(t)
	jana := as(ctx, t, "jana.vogel")
	r := submit(ctx, t, jana, "M")
	await(ctx, t, jana, r.ID, "waiting")
	before := types(ctx, t, jana, r.ID)
	for _, tenant := range []string{"0197f3a0-0000-7000-8000-00000000ac3e", "0197f3a0-0000-7000-8000-0000000910be"} {
		forged := letter{map[string]string{
			"Content-Type": "application/json", "ce-specversion": "1.0", "ce-id": "0197f3a0-1111-7000-8000-000000000001",
			"ce-source": "/functions/approve", "ce-type": "io.dcm.approval.granted.v1", "ce-subject": r.ID, "ce-tenantid": tenant,
		}, []byte(`{"automatic":true,"receipt":{}}`)}
		if status, problem := postTo(ctx, t, running.URL(stack.Provision), forged); status != 202 {
			t.Errorf("a forged fact is answered %d %+v, want 202 and nothing done", status, problem)
		}
	}
	time.Sleep(500 * time.Millisecond)
	if after := types(ctx, t, jana, r.ID); len(after) < len(before) || count(after, "provisioning.started") != 0 {
		t.Errorf("a forged approval had an effect: %q", after)
	}
	if found := machines(r.ID); len(found) != 0 {
		t.Errorf("a forged approval made machines: %+v", found)
	}
}

// TestRefusalsAreRecorded: what somebody was denied is in the log, for the
// auditor to find.
func TestRefusalsAreRecorded(t *testing.T) {
	t.Parallel()
	ctx := within(t)
	grace := as(ctx, t, "grace.miller")
	_, err := grace.Submit(ctx, "", wish("S"))
	refused(t, err, 403, "not_allowed")
	var page struct {
		Items []struct {
			Data map[string]any `json:"data"`
		} `json:"items"`
	}
	if err := grace.Get(ctx, "/api/v1/audit/facts?type=io.dcm.access.denied.v1", &page); err != nil {
		t.Fatal(err)
	}
	for _, f := range page.Items {
		if f.Data["action"] == "request.submit" && f.Data["reason"] == "not_allowed" {
			return
		}
	}
	t.Errorf("the refusal is not in the log: %+v", page.Items)
}

func goodLetter(t *testing.T) letter {
	t.Helper()
	body, err := json.Marshal(wish("M"))
	if err != nil {
		t.Fatal(err)
	}
	return letter{map[string]string{
		"Content-Type": "application/json", "ce-specversion": "1.0", "ce-id": t.Name(), "ce-source": "/test",
		"ce-type": "io.dcm.request.submit", "Authorization": "Bearer " + minted(t, "oliver.reed", idp.TokenOptions{}),
	}, body}
}

func minted(t *testing.T, username string, o idp.TokenOptions) string {
	t.Helper()
	token, err := running.Issuer.MintToken(username, o)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func post(ctx context.Context, t *testing.T, l letter) (int, client.Problem) {
	t.Helper()
	return postTo(ctx, t, running.URL(stack.Submit), l)
}

// postTo sends a letter and reads the problem, if there is one. A refusal must be
// a problem document.
func postTo(ctx context.Context, t *testing.T, url string, l letter) (int, client.Problem) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(l.body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range l.headers {
		r.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var p client.Problem
	if resp.StatusCode >= 400 {
		if got := resp.Header.Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("a refusal is %q, want a problem document", got)
		}
		if err := json.Unmarshal(text, &p); err != nil {
			t.Errorf("read the problem: %v\n%s", err, text)
		}
	}
	return resp.StatusCode, p
}
