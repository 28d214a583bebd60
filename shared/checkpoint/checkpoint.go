// Package checkpoint is DCM's word on how far a tenant's log had come: the size
// and root of its tree, signed. Whoever has one can prove later that nothing
// before it was changed, removed or put in.
//
// A checkpoint is a signed note (C2SP signed-note and tlog-checkpoint), text that
// any tool for transparency logs reads:
//
//	dcm.example.com/0197f3a0-0000-7000-8000-00000000000a   whose log: installation and tenant
//	1200                                                   facts in it
//	q0eP…=                                                 root of the tree
//	at 2026-05-04T12:00:00.000000Z                         when it was signed
//	epoch 2                                                of the database; rises with every restore
//	lost 1100 to 1150 of epoch 1                           what a restore has cost; a line for each that did
//
//	— dcm.example.com/0197… Bf4x…=                         the signature, ed25519
package checkpoint

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"dcm.io/shared/merkle"
	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"
)

// A Checkpoint is what a note says.
type Checkpoint struct {
	Tenant uuid.UUID
	Size   int64
	Root   merkle.Hash
	At     time.Time
	Epoch  int64
	Lost   []Loss // by epoch; each checkpoint repeats those of before
}

// A Loss is facts that were signed for and that a restore did not bring back: those
// with the places from From up to To, which is not one of them. Its operator has
// declared them lost, and whoever signs stands for that.
type Loss struct {
	From, To int64
	Epoch    int64 // in which they were signed for
}

// String is a loss as a note and its operator write it.
func (l Loss) String() string { return fmt.Sprintf("%d to %d of epoch %d", l.From, l.To, l.Epoch) }

// Loses returns the declared loss that facts of an earlier checkpoint fell to.
func (c Checkpoint) Loses(earlier Checkpoint) (Loss, bool) {
	for _, l := range c.Lost {
		if earlier.Epoch <= l.Epoch && l.From < earlier.Size && earlier.Size <= l.To {
			return l, true
		}
	}
	return Loss{}, false
}

// Errors of reading a note.
var (
	// ErrFormat says that it is no checkpoint of ours.
	ErrFormat = errors.New("not a checkpoint")
	// ErrUntrusted says that no key at hand has signed it.
	ErrUntrusted = errors.New("the checkpoint is not signed by a known key")
)

// timeLayout is fine enough for what the log's clock can tell.
const timeLayout = "2006-01-02T15:04:05.000000Z"

func (c Checkpoint) text(installation string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%d\n%s\nat %s\nepoch %d\n",
		origin(installation, c.Tenant), c.Size, base64.StdEncoding.EncodeToString(c.Root[:]), c.At.UTC().Format(timeLayout), c.Epoch)
	for _, l := range c.Lost {
		fmt.Fprintf(&b, "lost %s\n", l)
	}
	return b.String()
}

// origin names a tenant's log, and the key that signs for it.
func origin(installation string, tenant uuid.UUID) string {
	return installation + "/" + tenant.String()
}

// parse reads what text wrote, and nothing else.
func parse(text string) (c Checkpoint, installation string, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 6 {
		return c, "", ErrFormat
	}
	slash := strings.LastIndexByte(lines[0], '/')
	if slash < 0 {
		return c, "", ErrFormat
	}
	installation = lines[0][:slash]
	var errs [6]error
	root, err := base64.StdEncoding.DecodeString(lines[2])
	copy(c.Root[:], root)
	errs[0] = err
	c.Tenant, errs[1] = uuid.Parse(lines[0][slash+1:])
	c.Size, errs[2] = strconv.ParseInt(lines[1], 10, 64)
	c.At, errs[3] = time.Parse(timeLayout, strings.TrimPrefix(lines[3], "at "))
	c.Epoch, errs[4] = strconv.ParseInt(strings.TrimPrefix(lines[4], "epoch "), 10, 64)
	c.Lost, errs[5] = parseLost(lines[5:len(lines)-1], c.Epoch)
	if errors.Join(errs[:]...) != nil || len(root) != len(c.Root) || c.Size < 0 || c.text(installation) != text {
		return Checkpoint{}, "", ErrFormat
	}
	return c, installation, nil
}

// parseLost reads the losses that a checkpoint of this epoch can know of.
func parseLost(lines []string, epoch int64) (lost []Loss, err error) {
	last := int64(0)
	for _, line := range lines {
		l, err := ParseLoss(strings.TrimPrefix(line, "lost "))
		if err != nil || l.Epoch <= last || l.Epoch >= epoch {
			return nil, ErrFormat
		}
		lost, last = append(lost, l), l.Epoch
	}
	return lost, nil
}

// ParseLoss reads what Loss writes.
func ParseLoss(text string) (l Loss, err error) {
	if _, err := fmt.Sscanf(text, "%d to %d of epoch %d", &l.From, &l.To, &l.Epoch); err != nil || l.String() != text {
		return Loss{}, ErrFormat
	}
	if l.From < 0 || l.From >= l.To || l.Epoch < 1 {
		return Loss{}, ErrFormat
	}
	return l, nil
}

// Peek reads a note without believing it, to learn whose it is.
func Peek(signed []byte) (Checkpoint, error) {
	text, _, ok := strings.Cut(string(signed), "\n\n")
	if !ok {
		return Checkpoint{}, ErrFormat
	}
	c, _, err := parse(text + "\n")
	return c, err
}

// Keys are public keys that checkpoints are believed by: today's, and those of
// before a rotation.
type Keys []Key

// Open checks a note's signature and reads it. keyID names the key that has
// signed, as note has it: its name and a hash.
func (k Keys) Open(signed []byte) (c Checkpoint, keyID string, err error) {
	peeked, err := Peek(signed)
	if err != nil {
		return c, "", err
	}
	var known []note.Verifier
	for _, key := range k {
		v, err := key.verifier(peeked.Tenant)
		if err != nil {
			return c, "", err
		}
		known = append(known, v)
	}
	n, err := note.Open(signed, note.VerifierList(known...))
	if err != nil {
		return c, "", fmt.Errorf("%w: %w", ErrUntrusted, err)
	}
	c, installation, err := parse(n.Text)
	if err != nil {
		return c, "", err
	}
	if n.Sigs[0].Name != origin(installation, c.Tenant) {
		return Checkpoint{}, "", ErrUntrusted
	}
	for _, sig := range slices.Concat(n.Sigs, n.UnverifiedSigs) {
		if !canonical(sig.Base64) {
			return Checkpoint{}, "", ErrFormat
		}
	}
	return c, fmt.Sprintf("%s+%08x", n.Sigs[0].Name, n.Sigs[0].Hash), nil
}

// canonical reports whether the text is what its bytes are encoded as. The decoder
// takes other texts too: the last character has bits that mean nothing, and then
// a changed byte would go unnoticed.
func canonical(text string) bool {
	b, err := base64.StdEncoding.DecodeString(text)
	return err == nil && base64.StdEncoding.EncodeToString(b) == text
}
