package export

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"dcm.io/shared/event"
	"dcm.io/shared/proof"
	"github.com/google/uuid"
)

// formatName is the format of a bundle; package proof has its versions.
const formatName = "dcm-audit-bundle"

// A Header is what a bundle is about.
type Header struct {
	Bundle      uuid.UUID
	Tenant      uuid.UUID
	RequestedBy uuid.UUID // person
	RequestedAt time.Time
	From        time.Time // first moment, inclusive
	To          time.Time // last moment, exclusive
	MadeAt      time.Time
	Software    string // what made it, and its version
}

// A Manifest is manifest.json.
type Manifest struct {
	Format        string    `json:"format"`
	FormatVersion int       `json:"format_version"`
	Bundle        uuid.UUID `json:"bundle_id"`
	Tenant        uuid.UUID `json:"tenant_id"`
	Period        Period    `json:"period"` // by recorded_at
	RequestedBy   uuid.UUID `json:"requested_by"`
	RequestedAt   time.Time `json:"requested_at"`
	MadeAt        time.Time `json:"made_at"`
	Software      string    `json:"software"`

	Facts   int64            `json:"facts"`
	Types   map[string]int64 `json:"types"` // facts of each type
	Streams int64            `json:"streams"`
	// Continued counts the streams that begin before the period.
	Continued int64  `json:"continued_streams"`
	FirstHash string `json:"first_hash"` // of the first and last line
	LastHash  string `json:"last_hash"`

	// BrokenLinks lists facts that were not what they should be when the bundle
	// was made: the log had been tampered with. At most maxListed are listed.
	BrokenLinks     []BrokenLink `json:"broken_links"`
	BrokenLinkCount int64        `json:"broken_link_count"`

	// Checkpoint is what the facts are proven by; none in format 1.
	Checkpoint *Checkpoint `json:"checkpoint,omitempty"`

	Files []File `json:"files"` // all but this one and SHA256SUMS
}

// A Checkpoint is how far the log had come, signed; the note is in checkpoint.json.
type Checkpoint struct {
	Key   string    `json:"key"` // which key has signed
	Size  int64     `json:"size"`
	At    time.Time `json:"at"`
	Epoch int64     `json:"epoch"`
}

// A Period is what a bundle covers.
type Period struct {
	From time.Time `json:"from"` // inclusive
	To   time.Time `json:"to"`   // exclusive
}

// A File is one of the bundle's.
type File struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// A BrokenLink is a fact that is not tied to its predecessor as it should be.
type BrokenLink struct {
	Line    int64     `json:"line"` // in facts.ndjson, from 1
	Fact    uuid.UUID `json:"id"`
	Stream  uuid.UUID `json:"stream_id"`
	Version int64     `json:"version"`
	Problem string    `json:"problem"` // sequence, hash or predecessor_missing
}

// maxListed bounds lists of what is wrong: a thousand say it all.
const maxListed = 1000

func newManifest(h Header) Manifest {
	return Manifest{
		Format: formatName, FormatVersion: proof.Linked,
		Bundle: h.Bundle, Tenant: h.Tenant, Period: Period{From: micros(h.From), To: micros(h.To)},
		RequestedBy: h.RequestedBy, RequestedAt: micros(h.RequestedAt), MadeAt: micros(h.MadeAt), Software: h.Software,
		Types: map[string]int64{}, BrokenLinks: []BrokenLink{},
	}
}

// micros is a moment as fine as the log keeps it.
func micros(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// count takes a fact into account, and what is wrong with it.
func (m *Manifest) count(e event.Envelope, problem string) {
	m.Facts++
	m.Types[string(e.Type)]++
	m.LastHash = hex.EncodeToString(e.Hash)
	if m.Facts == 1 {
		m.FirstHash = m.LastHash
	}
	if problem == "" {
		return
	}
	m.BrokenLinkCount++
	if len(m.BrokenLinks) < maxListed {
		m.BrokenLinks = append(m.BrokenLinks, BrokenLink{Line: m.Facts, Fact: e.ID, Stream: e.Stream, Version: e.Version, Problem: problem})
	}
}

func (m *Manifest) encode() ([]byte, error) {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode manifest: %w", err)
	}
	return append(b, '\n'), nil
}
