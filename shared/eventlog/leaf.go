package eventlog

import (
	"encoding/binary"

	"dcm.io/shared/event"
)

// leafFormat begins every leaf. Another one means other columns or another order:
// a leaf of one format can never pass for one of the other.
const leafFormat = "dcm-leaf/1"

// Leaf is what the tenant's tree holds of a fact: the format, then for each of
// tenant, stream, version, id, type, source, actor, cause, cause digest,
// correlation, occurred, recorded, trace, data and link hash its length and its
// bytes, written as Link writes them. It covers every column that people are
// shown, also those that Link leaves out; its place in the tree stands for the
// order. docs/decisions/0017 says why there are two.
func Leaf(e event.Envelope) []byte {
	b := make([]byte, 0, 512+len(e.Data))
	put := func(v []byte) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(v)))
		b = append(b, v...)
	}
	b = append(b, leafFormat...)
	put(e.Tenant[:])
	put(e.Stream[:])
	put(binary.BigEndian.AppendUint64(nil, uint64(e.Version)))
	put(e.ID[:])
	for _, s := range []string{string(e.Type), e.Source, e.Actor.String(), e.CauseID} {
		put([]byte(s))
	}
	put(e.CauseDigest)
	for _, s := range []string{e.CorrelationID, Timestamp(e.OccurredAt), Timestamp(e.RecordedAt), e.TraceParent} {
		put([]byte(s))
	}
	put(e.Data)
	put(e.Hash)
	return b
}
