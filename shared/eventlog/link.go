package eventlog

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"dcm.io/shared/event"
)

// Link computes the hash that ties a fact to its predecessor in the stream:
//
//	SHA-256 over prev, then for each of tenant, stream, version, id, type,
//	source, actor, cause, correlation, time and data its length and its bytes
//
// Lengths are 4 bytes, big endian; the version is 8 bytes; the time is RFC 3339
// in UTC with microseconds. The bytes of data are hashed as they are stored, so
// that nobody has to agree on a canonical form. The first fact's prev is empty.
func Link(prev []byte, e event.Envelope) []byte {
	h := sha256.New()
	var n [8]byte
	put := func(b []byte) {
		binary.BigEndian.PutUint32(n[:4], uint32(len(b)))
		h.Write(n[:4])
		h.Write(b)
	}
	put(prev)
	put(e.Tenant[:])
	put(e.Stream[:])
	binary.BigEndian.PutUint64(n[:], uint64(e.Version))
	put(append([]byte(nil), n[:]...))
	put(e.ID[:])
	for _, s := range []string{string(e.Type), e.Source, e.Actor.String(), e.CauseID, e.CorrelationID, Timestamp(e.OccurredAt)} {
		put([]byte(s))
	}
	put(e.Data)
	return h.Sum(nil)
}

// Timestamp is a moment as the hash and the bundles write it. The log keeps
// microseconds; anything finer would be lost and break the link.
func Timestamp(t time.Time) string {
	return t.UTC().Truncate(time.Microsecond).Format("2006-01-02T15:04:05.000000Z")
}
