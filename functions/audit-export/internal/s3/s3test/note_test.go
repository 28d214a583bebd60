package s3test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dcm.io/functions/audit-export/internal/s3"
	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
)

func TestNotes(t *testing.T) {
	g := newGateway(t)
	store := g.store(nil)
	ctx, until := t.Context(), time.Now().UTC().Add(time.Hour)
	key := func(n int) string { return fmt.Sprintf("checkpoints/acme/%015d", n) }

	if note, err := store.Newest(ctx, "checkpoints/acme/", "", ""); err != nil || note != nil {
		t.Fatalf("%q where there is nothing, %v", note, err)
	}
	for _, n := range []int{5, 900, 1000, 20} {
		if note, err := store.Publish(ctx, key(n), fmt.Append(nil, n), until); err != nil || string(note) != fmt.Sprint(n) {
			t.Fatalf("%d: %q, %v", n, note, err)
		}
	}
	if _, err := store.Publish(ctx, "checkpoints/globex/"+key(9999)[17:], []byte("theirs"), until); err != nil {
		t.Fatal(err)
	}
	if note, err := store.Newest(ctx, "checkpoints/acme/", key(5), key(999)); err != nil || string(note) != "900" {
		t.Errorf("the newest up to 999 is %q, %v", note, err)
	}
	newest := func(after, want string) {
		t.Helper()
		if note, err := store.Newest(ctx, "checkpoints/acme/", after, ""); err != nil || string(note) != want {
			t.Errorf("newest after %q is %q, %v; want %q", after, note, err, want)
		}
	}
	newest("", "1000")
	newest(key(900), "1000")
	newest(key(1000), "")

	t.Run("FirstCounts", func(t *testing.T) {
		if note, err := store.Publish(ctx, key(1000), []byte("other"), until); err != nil || string(note) != "1000" {
			t.Errorf("published again: %q, %v", note, err)
		}
		_, err := g.raw().PutObject(ctx, &awss3.PutObjectInput{Bucket: aws.String(locked), Key: aws.String(key(1000)), Body: strings.NewReader("on top")})
		if err != nil {
			t.Fatal(err)
		}
		newest("", "1000")
	})
	t.Run("DeletionIsNone", func(t *testing.T) {
		if _, err := g.raw().DeleteObject(ctx, &awss3.DeleteObjectInput{Bucket: aws.String(locked), Key: aws.String(key(1000))}); err != nil {
			t.Fatal(err)
		}
		newest("", "1000")
	})
	t.Run("StoreAway", func(t *testing.T) {
		away := g.store(func(c *s3.Config) { c.Endpoint = "http://127.0.0.1:1" })
		if _, err := away.Publish(ctx, key(2000), []byte("x"), until); err == nil {
			t.Error("published where nobody is")
		}
	})
}
