package function_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"dcm.io/shared/fault"
	"dcm.io/shared/function"
	"github.com/google/uuid"
)

func structured(contentType, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return r
}

func TestReceive(t *testing.T) {
	t.Parallel()
	const events = "application/cloudevents+json"
	fact := map[string]string{"ce-id": uuid.NewString(), "ce-type": string(submittedType), "ce-tenantid": uuid.NewString()}
	with := func(name, value string) *http.Request {
		r := binary(fact, "{}")
		r.Header.Set(name, value)
		return r
	}
	without := func(name string) *http.Request {
		r := binary(fact, "{}")
		r.Header.Del(name)
		return r
	}
	whole := fmt.Sprintf(`{"specversion":"1.0","id":%q,"type":%q,"source":"/s","tenantid":%q,"datacontenttype":"application/json","data":{}}`,
		uuid.NewString(), submittedType, uuid.NewString())
	deep := strings.Repeat(`[`, 500_000)
	cases := map[string]struct {
		request *http.Request
		status  int
		code    string
		reason  string
	}{
		"Binary":            {request: binary(fact, "{}"), status: 202, reason: "nothing is owed, and that is no fault"},
		"BinaryWithoutData": {request: binary(fact, ""), status: 202, reason: "data of a doorbell is not looked at"},
		"Structured":        {request: structured(events, whole), status: 202, reason: "both modes are taken"},
		"StructuredCharset": {request: structured(events+"; charset=utf-8", whole), status: 202, reason: "both modes are taken"},
		"NotJSON":           {request: structured(events, `{"specversion":`), status: 422, code: "not_a_cloudevent", reason: "the broker must not send it again"},
		"Empty":             {request: structured(events, ``), status: 422, code: "not_a_cloudevent", reason: "the broker must not send it again"},
		"Null":              {request: structured(events, `null`), status: 422, code: "not_a_cloudevent", reason: "the broker must not send it again"},
		"Array":             {request: structured(events, `[]`), status: 422, code: "not_a_cloudevent", reason: "the broker must not send it again"},
		"NoSpecVersion":     {request: structured(events, `{"id":"1","type":"t","source":"/s"}`), status: 422, code: "not_a_cloudevent", reason: "the version is mandatory"},
		"OtherSpecVersion":  {request: with("ce-specversion", "9.9"), status: 422, code: "not_a_cloudevent", reason: "the version is not known"},
		"NoID":              {request: without("ce-id"), status: 422, code: "not_a_cloudevent", reason: "the id is mandatory"},
		"NoType":            {request: without("ce-type"), status: 422, code: "not_a_cloudevent", reason: "the type is mandatory"},
		"NoSource":          {request: without("ce-source"), status: 422, code: "not_a_cloudevent", reason: "the source is mandatory"},
		"BadTime":           {request: with("ce-time", "yesterday"), status: 422, code: "not_a_cloudevent", reason: "times are RFC 3339"},
		"PlainRequest":      {request: structured("application/json", `{}`), status: 422, code: "not_a_cloudevent", reason: "JSON alone is no event"},
		"Batch":             {request: structured("application/cloudevents-batch+json", "["+whole+"]"), status: 422, code: "not_a_cloudevent", reason: "batches are not taken"},
		"Text":              {request: with("Content-Type", "text/plain"), status: 415, code: "content_type", reason: "data is JSON"},
		"XML":               {request: with("Content-Type", "application/xml"), status: 415, code: "content_type", reason: "data is JSON"},
		"Form":              {request: structured("application/x-www-form-urlencoded", "a=b"), status: 415, code: "content_type", reason: "a form in a browser could send this"},
		"BrokenContentType": {request: with("Content-Type", "application/json; ="), status: 415, code: "content_type", reason: "data is JSON"},
		"NoContentType":     {request: structured("", whole), status: 415, code: "content_type", reason: "nobody guesses"},
		"TenMegabytes":      {request: httptest.NewRequest(http.MethodPost, "/", large(10<<20)), status: 413, code: "too_large", reason: "memory is bounded"},
		"InvalidUTF8":       {request: binary(fact, "{\"a\":\"\xff\"}"), status: 422, code: "not_utf8", reason: "text is UTF-8"},
		"InvalidUTF8Whole":  {request: structured(events, strings.Replace(whole, `{}`, "\"\xc3\x28\"", 1)), status: 422, code: "not_utf8", reason: "text is UTF-8"},
		"DeepData":          {request: binary(fact, deep), status: 202, reason: "data of a doorbell is not looked at"},
		"DeepWhole":         {request: structured(events, strings.Replace(whole, `{}`, deep, 1)), status: 422, code: "not_a_cloudevent", reason: "the parser has a floor"},
		"NoTenant":          {request: without("ce-tenantid"), status: 422, code: "tenantid", reason: "without a tenant there is no log to look in"},
		"BadTenant":         {request: with("ce-tenantid", "acme"), status: 422, code: "tenantid", reason: "a tenant is an id"},
		"NilTenant":         {request: with("ce-tenantid", uuid.Nil.String()), status: 422, reason: "nobody's log"},
		"TenantAsNumber":    {request: structured(events, fmt.Sprintf(`{"specversion":"1.0","id":%q,"type":%q,"source":"/s","tenantid":7}`, uuid.NewString(), submittedType)), status: 422, code: "tenantid", reason: "a tenant is an id"},
		"IDIsNoFact":        {request: with("ce-id", "1; drop table"), status: 422, code: "id", reason: "facts have uuids"},
		"UnknownType":       {request: with("ce-type", "io.dcm.nothing.v1"), status: 422, code: "unknown_type", reason: "never 404: the broker would send it again"},
		"SomebodyElsesFact": {request: with("ce-type", "io.dcm.approval.granted.v1"), status: 422, code: "unknown_type", reason: "approve does not consume it"},
		"CommandNoToken":    {request: decide("", `{}`), status: 401, code: "no_token", reason: "a command has a caller"},
		"CommandBadToken":   {request: decide("forged", `{}`), status: 401, code: "bad_token", reason: "a command has a caller"},
		"Command":           {request: decide("anna", `{}`), status: 200, reason: "the handler answers"},
		"OtherPath":         {request: httptest.NewRequest(http.MethodPost, "/admin", nil), status: 404, reason: "there is nothing"},
		"Get":               {request: httptest.NewRequest(http.MethodGet, "/", nil), status: 405, reason: "events are posted"},
		"Healthy":           {request: httptest.NewRequest(http.MethodGet, "/healthz", nil), status: 200, reason: "the process lives"},
		"Ready":             {request: httptest.NewRequest(http.MethodGet, "/readyz", nil), status: 200, reason: "nothing speaks against it"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := serve(setup(t).handler(t), tc.request)
			if w.Code != tc.status {
				t.Fatalf("status %d, want %d: %s\n%s", w.Code, tc.status, tc.reason, w.Body)
			}
			if tc.code == "" {
				return
			}
			var p fault.Problem
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Header().Get("Content-Type") != "application/problem+json" {
				t.Fatalf("the answer is no problem: %v\n%s", err, w.Body)
			}
			if p.Code != tc.code || p.Status != tc.status || len(p.Instance) != 32 {
				t.Errorf("problem %+v, want code %s and the trace", p, tc.code)
			}
		})
	}
}

// TestDeepCommand: nesting that breaks naive parsers is a fault like others.
func TestDeepCommand(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.command = func(_ context.Context, c function.Command) (function.Answer, error) {
		var v struct {
			Reason any `json:"reason"`
		}
		return function.Answer{}, function.DecodeData(c.Data, &v)
	}
	deep := `{"reason":` + strings.Repeat(`[`, 500_000) + strings.Repeat(`]`, 500_000) + `}`
	if w := serve(b.handler(t), decide("anna", deep)); w.Code != 422 {
		t.Errorf("status %d, want 422", w.Code)
	}
}
