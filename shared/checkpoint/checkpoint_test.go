package checkpoint_test

import (
	"bytes"
	"errors"
	"reflect"
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

// restored is sample after two restores that did not bring back everything.
func restored(tenant uuid.UUID) checkpoint.Checkpoint {
	c := sample(tenant)
	c.Epoch, c.Lost = 4, []checkpoint.Loss{{From: 1100, To: 1150, Epoch: 1}, {From: 1020, To: 1111, Epoch: 3}}
	return c
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
	for name, want := range map[string]checkpoint.Checkpoint{"Plain": sample(acme), "Restored": restored(acme)} {
		c, id, err := checkpoint.Keys{k}.Open(sign(t, s, want))
		if err != nil || !reflect.DeepEqual(c, want) || !strings.HasPrefix(id, "dcm.example.com/"+acme.String()+"+") {
			t.Errorf("%s: %+v by %s, %v", name, c, id, err)
		}
	}
}

// TestLoses: a checkpoint of before a restore knows of lost facts if it was signed
// in the epoch that lost them, or before, and ends among them.
func TestLoses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		epoch, size, from int64 // from where on they are lost; 0: none is
	}{
		"All":              {1, 1150, 1100},
		"Some":             {1, 1101, 1100},
		"NotYet":           {1, 1020, 0},
		"Beyond":           {1, 1151, 0}, // nobody has declared that
		"OfTheSecond":      {1, 1100, 1020},
		"BetweenThem":      {3, 1111, 1020},
		"AfterTheFirst":    {2, 1150, 0},
		"AfterTheSecond":   {4, 1100, 0},
		"BeforeBothAtBoth": {1, 1111, 1100},
	} {
		earlier := checkpoint.Checkpoint{Tenant: acme, Epoch: test.epoch, Size: test.size}
		if l, ok := restored(acme).Loses(earlier); l.From != test.from || ok != (test.from > 0) {
			t.Errorf("%s: %v, %v, want from %d", name, l, ok, test.from)
		}
	}
}

// TestLossesMakeSense: nothing is read that no restore can have cost.
func TestLossesMakeSense(t *testing.T) {
	t.Parallel()
	s, k := draw(t)
	for name, lost := range map[string][]checkpoint.Loss{
		"Nothing":     {{From: 5, To: 5, Epoch: 1}},
		"Backwards":   {{From: 5, To: 4, Epoch: 1}},
		"Negative":    {{From: -1, To: 4, Epoch: 1}},
		"NoEpoch":     {{From: 1, To: 4}},
		"OfThisEpoch": {{From: 1, To: 4, Epoch: 4}},
		"Twice":       {{From: 1, To: 4, Epoch: 2}, {From: 1, To: 4, Epoch: 2}},
		"Unordered":   {{From: 1, To: 4, Epoch: 2}, {From: 1, To: 4, Epoch: 1}},
	} {
		c := restored(acme)
		c.Lost = lost
		if c, _, err := (checkpoint.Keys{k}).Open(sign(t, s, c)); !errors.Is(err, checkpoint.ErrFormat) {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
}

// TestEveryByte: whatever byte of a note is changed, it is refused.
func TestEveryByte(t *testing.T) {
	t.Parallel()
	s, k := draw(t)
	signed := sign(t, s, restored(acme))
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
