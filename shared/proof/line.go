package proof

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strconv"

	"dcm.io/shared/eventlog"
)

// AppendLine writes a fact as one line. prev is the hash of its
// predecessor in the stream, empty for the first: with it the line alone is
// enough to compute the hash again. data_base64 holds the exact bytes that were
// hashed; data is the same to read and search, null if they are no JSON. leaf and
// leaf_hash are the fact's place in the tenant's tree, -1 and empty if it has
// none; format 1 has neither.
//
// The order of the fields is part of the format.
func AppendLine(b []byte, format int, e eventlog.Placed, prev []byte) []byte {
	b = appendText(b, `{"id":`, e.ID.String())
	b = appendText(b, `,"tenant_id":`, e.Tenant.String())
	b = appendText(b, `,"stream_id":`, e.Stream.String())
	b = append(b, `,"version":`...)
	b = strconv.AppendInt(b, e.Version, 10)
	b = appendText(b, `,"type":`, string(e.Type))
	b = appendText(b, `,"source":`, e.Source)
	b = appendText(b, `,"actor":`, e.Actor.String())
	b = appendText(b, `,"cause_id":`, e.CauseID)
	b = appendHex(b, `,"cause_digest":"`, e.CauseDigest)
	b = appendText(b, `,"correlation_id":`, e.CorrelationID)
	b = appendText(b, `,"occurred_at":`, eventlog.Timestamp(e.OccurredAt))
	b = appendText(b, `,"recorded_at":`, eventlog.Timestamp(e.RecordedAt))
	b = appendText(b, `,"traceparent":`, e.TraceParent)
	b = appendHex(b, `,"prev_hash":"`, prev)
	b = appendHex(b, `,"hash":"`, e.Hash)
	if format > Linked {
		b = append(b, `,"leaf":`...)
		b = strconv.AppendInt(b, e.Leaf, 10)
		b = appendHex(b, `,"leaf_hash":"`, e.LeafHash)
	}
	b = append(b, `,"data_base64":"`...)
	b = base64.StdEncoding.AppendEncode(b, e.Data)
	b = append(b, `","data":`...)
	b = appendData(b, e.Data)
	return append(b, '}', '\n')
}

func appendHex(b []byte, name string, value []byte) []byte {
	return append(hex.AppendEncode(append(b, name...), value), '"')
}

// appendText quotes a text. Nearly all are plain, and encoding/json is slow.
func appendText(b []byte, name, value string) []byte {
	b = append(b, name...)
	for i := range len(value) {
		if c := value[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(value) // a string always encodes
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, value...)
	return append(b, '"')
}

// appendData puts JSON on one line.
func appendData(b, data []byte) []byte {
	if !json.Valid(data) {
		return append(b, "null"...)
	}
	if bytes.IndexByte(data, '\n') < 0 && bytes.IndexByte(data, '\r') < 0 {
		return append(b, data...)
	}
	var compact bytes.Buffer
	_ = json.Compact(&compact, data) // it is valid
	return append(b, compact.Bytes()...)
}
