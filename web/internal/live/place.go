package live

import (
	"strconv"
	"strings"

	"dcm.io/shared/readmodel"
)

// idOf writes a place as an event's id.
func idOf(p readmodel.Place) string { return p.XID + "." + strconv.FormatInt(p.Position, 10) }

// placeOf reads what idOf wrote; browsers send back what they were given, others
// may send anything.
func placeOf(id string) (readmodel.Place, bool) {
	xid, position, ok := strings.Cut(id, ".")
	if !ok {
		return readmodel.Place{}, false
	}
	x, err := strconv.ParseUint(xid, 10, 64)
	n, err2 := strconv.ParseInt(position, 10, 64)
	if err != nil || err2 != nil || n < 0 {
		return readmodel.Place{}, false
	}
	return readmodel.Place{XID: strconv.FormatUint(x, 10), Position: n}, true
}

// after reports whether p is behind q in the order of commits.
func after(p, q readmodel.Place) bool {
	if p.XID != q.XID {
		a, _ := strconv.ParseUint(p.XID, 10, 64) // both come from the database or placeOf
		b, _ := strconv.ParseUint(q.XID, 10, 64)
		return a > b
	}
	return p.Position > q.Position
}
