package s3test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"dcm.io/functions/audit-export/internal/export"
	"dcm.io/functions/audit-export/internal/s3"
	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// object makes content and what is to be said of it.
func object(key string, size int) (export.Object, []byte) {
	content := make([]byte, size)
	_, _ = rand.Read(content)
	sum := sha256.Sum256(content)
	return export.Object{
		Key: key, SHA256: hex.EncodeToString(sum[:]), Bytes: int64(size), Facts: 3,
		LockedUntil: time.Now().UTC().Add(2 * time.Hour).Truncate(time.Second),
	}, content
}

func TestStore(t *testing.T) {
	g := newGateway(t)
	store := g.store(nil)
	ctx := t.Context()

	if _, err := store.Find(ctx, "tenant/none.zip", ""); !errors.Is(err, export.ErrAbsent) {
		t.Fatalf("found what is not there: %v", err)
	}
	o, content := object("tenant/bundle.zip", 20<<20)
	stored, err := store.Put(ctx, o, bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if stored.Revision == "" {
		t.Error("the store named no revision")
	}
	revision := stored.Revision
	stored.Revision = ""
	if stored != o {
		t.Errorf("stored %+v, want %+v", stored, o)
	}

	t.Run("OverwriteRefused", func(t *testing.T) {
		other, more := object(o.Key, 100)
		there, err := store.Put(ctx, other, bytes.NewReader(more))
		if err != nil || there.SHA256 != o.SHA256 || there.Revision != revision || !there.LockedUntil.Equal(o.LockedUntil) {
			t.Errorf("put again: %+v, %v; want what was there", there, err)
		}
	})
	t.Run("DeleteRefused", func(t *testing.T) {
		for _, bypass := range []bool{false, true} {
			_, err := g.raw().DeleteObject(ctx, &awss3.DeleteObjectInput{
				Bucket: aws.String(locked), Key: &o.Key, VersionId: &revision, BypassGovernanceRetention: &bypass,
			})
			if err == nil {
				t.Errorf("a locked object was deleted, bypass %v", bypass)
			}
		}
		soon := time.Now().Add(time.Second)
		_, err := g.raw().PutObjectRetention(ctx, &awss3.PutObjectRetentionInput{
			Bucket: aws.String(locked), Key: &o.Key, VersionId: &revision,
			Retention: &types.ObjectLockRetention{Mode: types.ObjectLockRetentionModeCompliance, RetainUntilDate: &soon},
		})
		if err == nil {
			t.Error("a lock was shortened")
		}
	})
	t.Run("Link", func(t *testing.T) { testLink(t, g, store, o, content) })
}

func testLink(t *testing.T, g *gateway, store *s3.Store, o export.Object, content []byte) {
	t.Helper()
	ctx := t.Context()
	found, err := store.Find(ctx, o.Key, o.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	url, err := store.Link(ctx, found, time.Now(), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	status, body, header := get(t, url)
	if status != http.StatusOK || !bytes.Equal(body, content) {
		t.Errorf("the link answered %d with %d bytes", status, len(body))
	}
	if got, want := header.Get("Content-Disposition"), `attachment; filename="dcm-audit-bundle.zip"`; got != want {
		t.Errorf("content disposition %q, want %q", got, want)
	}
	if again, _ := store.Link(ctx, found, time.Now().Add(-2*time.Minute), time.Minute); again == url {
		t.Error("links of different moments are the same")
	} else if status, _, _ := get(t, again); status != http.StatusForbidden {
		t.Errorf("an expired link answered %d", status)
	}
	if status, _, _ := get(t, strings.Replace(url, "bundle.zip", "other.zip", 1)); status != http.StatusForbidden {
		t.Errorf("a link that was changed answered %d", status)
	}
	at := time.Now()
	one, _ := store.Link(ctx, found, at, time.Minute)
	if two, _ := store.Link(ctx, found, at, time.Minute); one != two {
		t.Error("the same arguments made different links")
	}
	public, err := g.store(func(c *s3.Config) { c.PublicEndpoint = "https://objects.example.com" }).Link(ctx, found, at, time.Minute)
	if err != nil || !strings.HasPrefix(public, "https://objects.example.com/audit/") {
		t.Errorf("public link %s, %v", public, err)
	}
}

// Whoever has keys to the store can put something on top of a bundle or hide it
// behind a delete marker. The bundle is still there, and found by its checksum.
func TestCovered(t *testing.T) {
	g := newGateway(t)
	store := g.store(nil)
	ctx := t.Context()
	o, content := object("tenant/covered.zip", 1000)
	if _, err := store.Put(ctx, o, bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	if _, err := g.raw().PutObject(ctx, &awss3.PutObjectInput{Bucket: aws.String(locked), Key: &o.Key, Body: strings.NewReader("forged")}); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Find(ctx, o.Key, ""); !errors.Is(err, s3.ErrForeign) {
		t.Errorf("a forged object was taken for a bundle: %v", err)
	}
	if _, err := g.raw().DeleteObject(ctx, &awss3.DeleteObjectInput{Bucket: aws.String(locked), Key: &o.Key}); err != nil {
		t.Fatal(err)
	}
	found, err := store.Find(ctx, o.Key, o.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	url, err := store.Link(ctx, found, time.Now(), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if status, body, _ := get(t, url); status != http.StatusOK || !bytes.Equal(body, content) {
		t.Errorf("the link to the covered bundle answered %d", status)
	}
	if _, err := store.Find(ctx, o.Key, strings.Repeat("0", 64)); !errors.Is(err, export.ErrAbsent) {
		t.Errorf("a checksum that nothing has: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	g := newGateway(t)
	o, content := object("tenant/refused.zip", 1000)
	damaged := bytes.Clone(content)
	damaged[0]++
	for name, test := range map[string]struct {
		reason  string
		change  func(*s3.Config)
		content []byte
		want    error
	}{
		"NoBucket":  {"somebody deleted or never made it", func(c *s3.Config) { c.Bucket = "nowhere" }, content, s3.ErrNoBucket},
		"NoLock":    {"a bundle that can be deleted proves nothing", func(c *s3.Config) { c.Bucket = open }, content, s3.ErrUnlocked},
		"BadSecret": {"the secret was changed", func(c *s3.Config) { c.SecretKey = "wrong" }, content, s3.ErrDenied},
		"NoUser":    {"the user was deleted", func(c *s3.Config) { c.AccessKey = "nobody" }, content, s3.ErrDenied},
		"Damaged":   {"the store checks the whole before it keeps anything", nil, damaged, s3.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := g.store(test.change).Put(t.Context(), o, bytes.NewReader(test.content)); !errors.Is(err, test.want) {
				t.Errorf("%v, want %v: %s", err, test.want, test.reason)
			}
			if _, err := g.store(nil).Find(t.Context(), o.Key, ""); !errors.Is(err, export.ErrAbsent) {
				t.Errorf("something is there after all: %v", err)
			}
		})
	}
}

// An upload that breaks off leaves nothing, and the next one succeeds.
func TestNeverHalf(t *testing.T) {
	g := newGateway(t)
	store := g.store(nil)
	o, content := object("tenant/half.zip", 8<<20)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if _, err := store.Put(ctx, o, &cancelling{Reader: bytes.NewReader(content), after: 12 << 20, cancel: cancel}); !errors.Is(err, s3.ErrUnavailable) {
		t.Fatalf("the upload was broken off: %v", err)
	}
	if _, err := store.Find(t.Context(), o.Key, ""); !errors.Is(err, export.ErrAbsent) {
		t.Fatalf("half an object is there: %v", err)
	}
	if _, err := store.Put(t.Context(), o, bytes.NewReader(content)); err != nil {
		t.Errorf("the next upload: %v", err)
	}
}

// cancelling breaks off while the content is sent: it is read once before that,
// to be signed.
type cancelling struct {
	*bytes.Reader
	read, after int
	cancel      func()
}

func (c *cancelling) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	if c.read += n; c.read > c.after {
		c.cancel()
		return 0, io.ErrUnexpectedEOF
	}
	return n, err
}

func (c *cancelling) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{c})
}

func TestDownThenUp(t *testing.T) {
	g := newGateway(t)
	store := g.store(nil)
	o, content := object("tenant/later.zip", 1000)
	g.stop()
	if _, err := store.Put(t.Context(), o, bytes.NewReader(content)); !errors.Is(err, s3.ErrUnavailable) {
		t.Fatalf("the store is down: %v", err)
	}
	g.start()
	if stored, err := store.Put(t.Context(), o, bytes.NewReader(content)); err != nil || stored.SHA256 != o.SHA256 {
		t.Errorf("the store is up again: %v", err)
	}
}

func get(t *testing.T, url string) (int, []byte, http.Header) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, body, r.Header
}
