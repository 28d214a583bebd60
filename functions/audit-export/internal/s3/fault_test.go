package s3_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/functions/audit-export/internal/s3"
	"dcm.io/shared/fault"
)

// What a real store answers is tested in package s3test; here is what it cannot
// be made to answer.
func TestAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reason string
		status int
		code   string
		text   string
		want   error
	}{
		"Away":         {"waiting helps", 503, "ServiceUnavailable", "", s3.ErrUnavailable},
		"SlowDown":     {"waiting helps", 503, "SlowDown", "", s3.ErrUnavailable},
		"Throttled":    {"waiting helps", 429, "TooManyRequests", "", s3.ErrUnavailable},
		"Broken":       {"waiting helps", 500, "InternalError", "", s3.ErrUnavailable},
		"Damaged":      {"the body was damaged on the way", 400, "BadDigest", "", s3.ErrUnavailable},
		"Concurrent":   {"two conditional PUTs met", 409, "ConditionalRequestConflict", "", s3.ErrUnavailable},
		"Clock":        {"somebody will set it", 403, "RequestTimeTooSkewed", "", s3.ErrUnavailable},
		"Denied":       {"an operator must act", 403, "AccessDenied", "", s3.ErrDenied},
		"UnknownKey":   {"an operator must act", 403, "InvalidAccessKeyId", "", s3.ErrDenied},
		"NoBucket":     {"an operator must act", 404, "NoSuchBucket", "", s3.ErrNoBucket},
		"NoLock":       {"an operator must act", 400, "InvalidRequest", "Bucket is missing Object Lock Configuration", s3.ErrUnlocked},
		"NoLockByCode": {"an operator must act", 400, "InvalidRequest", "Bucket is missing ObjectLockConfiguration", s3.ErrUnlocked},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := open(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/xml")
				w.WriteHeader(test.status)
				fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", test.code, test.text)
			})
			if _, err := put(t, store); !errors.Is(err, test.want) {
				t.Errorf("%d %s became %v: %s", test.status, test.code, err, test.reason)
			}
		})
	}
}

// A kind says what becomes of the work: Transient waits as long as it takes, the
// others become a dead letter with a reason.
func TestKinds(t *testing.T) {
	t.Parallel()
	for err, kind := range map[error]fault.Kind{
		s3.ErrUnavailable: fault.Transient, s3.ErrDenied: fault.Internal, s3.ErrNoBucket: fault.Internal,
		s3.ErrUnlocked: fault.Internal, s3.ErrForeign: fault.Internal, s3.ErrTooLarge: fault.Invalid,
	} {
		if got := fault.KindOf(err); got != kind {
			t.Errorf("%v is of kind %v, want %v", err, got, kind)
		}
	}
}

func TestNobodyThere(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	store, err := s3.Open(s3.Config{Endpoint: server.URL, Region: "eu-central-1", Bucket: "audit", AccessKey: "a", SecretKey: "b", PathStyle: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := put(t, store); !errors.Is(err, s3.ErrUnavailable) {
		t.Errorf("nobody listens: %v", err)
	}
	if _, err := store.Find(t.Context(), "key", ""); !errors.Is(err, s3.ErrUnavailable) {
		t.Errorf("nobody listens: %v", err)
	}
}

// A store that neither answers nor hangs up costs no more than the caller's time.
func TestHangs(t *testing.T) {
	t.Parallel()
	store := open(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := store.Find(ctx, "key", ""); !errors.Is(err, s3.ErrUnavailable) {
		t.Errorf("no answer: %v", err)
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	store := open(t, func(http.ResponseWriter, *http.Request) { t.Error("the store was asked") })
	if _, err := store.Put(t.Context(), export.Object{Key: "key", Bytes: 5<<30 + 1}, strings.NewReader("")); !errors.Is(err, s3.ErrTooLarge) {
		t.Errorf("5 GiB and a byte: %v", err)
	}
}

// What is neither locked nor has the checksum that we know of is not our bundle.
func TestNotOurs(t *testing.T) {
	t.Parallel()
	for name, headers := range map[string]map[string]string{
		"NoMetadata":    {},
		"OtherChecksum": {"x-amz-meta-facts": "1", "x-amz-meta-sha256": content.SHA256, "x-amz-checksum-sha256": "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="},
	} {
		store := open(t, func(w http.ResponseWriter, _ *http.Request) {
			for name, value := range headers {
				w.Header().Set(name, value)
			}
		})
		if _, err := store.Find(t.Context(), "key", ""); !errors.Is(err, s3.ErrForeign) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A store that tells no checksum makes us compute it.
func TestChecksumByReading(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"Same": "hello", "Other": "hallo"} {
		store := open(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("x-amz-meta-facts", "1")
			w.Header().Set("x-amz-meta-sha256", content.SHA256)
			switch {
			case r.URL.Query().Has("retention"):
				fmt.Fprint(w, "<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>2030-01-01T00:00:00Z</RetainUntilDate></Retention>")
			case r.Method == http.MethodGet:
				fmt.Fprint(w, body)
			}
		})
		_, err := store.Find(t.Context(), "key", "")
		if want := name == "Other"; errors.Is(err, s3.ErrForeign) != want || (err != nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// content is an object of one word, "hello".
var content = export.Object{
	Key: "key", SHA256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", Bytes: 5, Facts: 1,
	LockedUntil: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC),
}

func put(t *testing.T, store *s3.Store) (export.Object, error) {
	t.Helper()
	return store.Put(t.Context(), content, strings.NewReader("hello"))
}

func open(t *testing.T, h http.HandlerFunc) *s3.Store {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	store, err := s3.Open(s3.Config{Endpoint: server.URL, Region: "eu-central-1", Bucket: "audit", AccessKey: "a", SecretKey: "b", PathStyle: true})
	if err != nil {
		t.Fatal(err)
	}
	return store
}
