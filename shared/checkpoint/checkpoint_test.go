package checkpoint_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"dcm.io/shared/checkpoint"
	"dcm.io/shared/merkle"
	"github.com/google/uuid"
)

var acme, globex = uuid.MustParse("0197f3a0-0000-7000-8000-00000000000a"), uuid.MustParse("0197f3a0-0000-7000-8000-00000000000c")

func sample(tenant uuid.UUID) checkpoint.Checkpoint {
	return checkpoint.Checkpoint{Tenant: tenant, Size: 1200, Root: merkle.LeafHash([]byte("x")), At: time.Date(2026, 5, 4, 12, 0, 0, 1000, time.UTC), Epoch: 1}
}

func draw(tb testing.TB) (*checkpoint.Signer, checkpoint.Key) {
	tb.Helper()
	private, public, err := checkpoint.Draw("dcm.example.com")
	if err != nil {
		tb.Fatal(err)
	}
	s, err := checkpoint.NewSigner(private + "\n") // as files end
	if err != nil {
		tb.Fatal(err)
	}
	k, err := checkpoint.ParseKey(public)
	if err != nil || k.String() != public || s.Key().String() != public {
		tb.Fatal(k, s.Key(), public, err)
	}
	return s, k
}

func sign(tb testing.TB, s *checkpoint.Signer, c checkpoint.Checkpoint) []byte {
	tb.Helper()
	b, err := s.Sign(c)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func TestSigned(t *testing.T) {
	t.Parallel()
	s, k := draw(t)
	signed := sign(t, s, sample(acme))
	c, id, err := checkpoint.Keys{k}.Open(signed)
	if err != nil || c != sample(acme) || !strings.HasPrefix(id, "dcm.example.com/"+acme.String()+"+") {
		t.Fatalf("%+v by %s, %v", c, id, err)
	}
}

// TestEveryByte: whatever byte of a note is changed, it is refused.
func TestEveryByte(t *testing.T) {
	t.Parallel()
	s, k := draw(t)
	signed := sign(t, s, sample(acme))
	for i := range signed {
		for bit := range 8 {
			edited := bytes.Clone(signed)
			edited[i] ^= 1 << bit
			if c, _, err := (checkpoint.Keys{k}).Open(edited); err == nil {
				t.Fatalf("byte %d changed from %q to %q, read %+v", i, signed[i], edited[i], c)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	s, k := draw(t)
	other, otherKey := draw(t)
	mine := sign(t, s, sample(acme))
	for name, test := range map[string]struct {
		reason string
		signed []byte
		keys   checkpoint.Keys
		err    error
	}{
		"NoKeys":      {"nobody is believed", mine, nil, checkpoint.ErrUntrusted},
		"OtherKey":    {"somebody else signed", sign(t, other, sample(acme)), checkpoint.Keys{k}, checkpoint.ErrUntrusted},
		"Rotated":     {"an old key still stands for old checkpoints", mine, checkpoint.Keys{otherKey, k}, nil},
		"OtherTenant": {"one tenant's cannot pass for another's", bytes.ReplaceAll(mine, []byte(acme.String()), []byte(globex.String())), checkpoint.Keys{k}, checkpoint.ErrUntrusted},
		"OtherName":   {"nor one installation's", bytes.ReplaceAll(mine, []byte("dcm.example.com"), []byte("dcm.example.net")), checkpoint.Keys{k}, checkpoint.ErrUntrusted},
		"NoSignature": {"it is text", mine[:bytes.Index(mine, []byte("\n\n"))+2], checkpoint.Keys{k}, checkpoint.ErrUntrusted},
		"Empty":       {"it is nothing", nil, checkpoint.Keys{k}, checkpoint.ErrFormat},
		"Other":       {"it is something else", []byte("hello\n\n— x y=\n"), checkpoint.Keys{k}, checkpoint.ErrFormat},
	} {
		if _, _, err := test.keys.Open(test.signed); !errors.Is(err, test.err) {
			t.Errorf("%s: got %v, want %v: %s", name, err, test.err, test.reason)
		}
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	_, a := draw(t)
	_, b := draw(t)
	keys, err := checkpoint.ParseKeys(a.String() + ", " + b.String() + "\n")
	if err != nil || len(keys) != 2 || keys[1].String() != b.String() {
		t.Errorf("%v, %v", keys, err)
	}
	private, _, err := checkpoint.Draw("x")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"x", private, "a+b+c"} {
		if _, err := checkpoint.ParseKey(s); err == nil {
			t.Errorf("%q is a public key", s)
		}
	}
	for _, s := range []string{"", "x", a.String(), private + "x"} {
		if _, err := checkpoint.NewSigner(s); err == nil || strings.Contains(err.Error(), private) {
			t.Errorf("%q: %v", s, err)
		}
	}
	if _, _, err := checkpoint.Draw("with space"); err == nil {
		t.Error("a name with a space was taken")
	}
}
