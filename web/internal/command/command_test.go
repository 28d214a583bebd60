package command

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"dcm.io/shared/identity"
	"github.com/google/uuid"
)

func TestSend(t *testing.T) {
	t.Parallel()
	problem := `{"type":"urn:dcm:problem:own_request","title":"Forbidden","status":403,"detail":"Not your own.","code":"own_request"}`
	cases := map[string]struct {
		reason  string
		answer  http.HandlerFunc
		refusal string // code
		err     error
	}{
		"Done":    {"the answer is read", respond(201, "application/json", `{"id":"1"}`), "", nil},
		"Refused": {"the function's words are for the person", respond(403, "application/problem+json", problem), "own_request", nil},
		"Charset": {"a parameter does not hide a problem", respond(403, "application/problem+json; charset=utf-8", problem), "own_request", nil},
		"Proxy":   {"what a proxy says is not the function's", respond(502, "text/html", `<h1>Bad Gateway</h1>`), "", ErrUnreachable},
		"Moved": {"a token does not follow redirects", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, "", ErrUnreachable},
		"Broken": {"a connection that ends", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "", ErrUnreachable},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(c.answer)
			defer server.Close()
			var answer struct{ ID string }
			err := NewSender(Config{Submit: server.URL}, time.Now).
				Send(t.Context(), identity.Caller{Token: "t"}, Command{Type: SubmitRequest, Data: struct{}{}}, &answer)
			var refusal *Refusal
			switch {
			case c.refusal != "":
				if !errors.As(err, &refusal) || refusal.Problem.Code != c.refusal || refusal.Problem.Status != 403 {
					t.Errorf("got %v: %s", err, c.reason)
				}
			case c.err != nil:
				if !errors.Is(err, c.err) {
					t.Errorf("got %v: %s", err, c.reason)
				}
			case err != nil || answer.ID != "1":
				t.Errorf("got %v %v: %s", answer, err, c.reason)
			}
		})
	}
	if err := NewSender(Config{}, time.Now).Send(t.Context(), identity.Caller{}, Command{Type: Decide}, nil); !errors.Is(err, ErrUnreachable) {
		t.Errorf("a function without an address: %v", err)
	}
}

func respond(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func TestCommandID(t *testing.T) {
	t.Parallel()
	ada := identity.Caller{Tenant: uuid.New(), Person: uuid.New()}
	bob := identity.Caller{Tenant: ada.Tenant, Person: uuid.New()}
	once, again := idOf(ada, Command{Key: "k"}), idOf(ada, Command{Key: "k"})
	if once != again {
		t.Error("the same key is the same command")
	}
	if idOf(ada, Command{Key: "k"}) == idOf(bob, Command{Key: "k"}) {
		t.Error("nobody can occupy another's key")
	}
	if once, again = idOf(ada, Command{}), idOf(ada, Command{}); once == again {
		t.Error("without a key each command is another")
	}
}
