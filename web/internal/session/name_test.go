package session

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/uuid"
)

func TestName(t *testing.T) {
	t.Parallel()
	n := newName(uuid.New())
	back, ok := parseName(n.String())
	if !ok || back != n || !bytes.Equal(back.id(), n.id()) {
		t.Error("a name must be readable again")
	}
	if bytes.Contains(n.id(), n.secret[:8]) || newName(n.tenant) == n {
		t.Error("the database must not know the secret, and none may come twice")
	}
	for reason, s := range map[string]string{
		"nothing":     "",
		"too short":   n.String()[:40],
		"too long":    n.String() + "AA",
		"no base64":   strings.Repeat("!", len(n.String())),
		"no tenant":   name{secret: n.secret}.String(),
		"with spaces": " " + n.String(),
	} {
		if _, ok := parseName(s); ok {
			t.Errorf("%s was taken for a name", reason)
		}
	}
}

func TestBox(t *testing.T) {
	t.Parallel()
	b, err := newBox("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := b.seal("secret", "here")
	if err != nil {
		t.Fatal(err)
	}
	var got string
	if err := b.open(sealed, &got, "here"); err != nil || got != "secret" {
		t.Errorf("got %q %v", got, err)
	}
	if b.open(sealed, &got, "elsewhere") == nil {
		t.Error("what is sealed for one place must not open in another")
	}
	sealed[len(sealed)-1] ^= 1
	if b.open(sealed, &got, "here") == nil {
		t.Error("what was changed must not open")
	}
	for _, key := range []string{"", "c2hvcnQ=", "not base64!"} {
		if _, err := newBox(key); err == nil {
			t.Errorf("%q was taken for a key", key)
		}
	}
}
