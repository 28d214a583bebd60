package api

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"time"

	"dcm.io/shared/fault"
	"dcm.io/shared/readmodel"
	"github.com/google/uuid"
)

var errCursor = fault.New(fault.Invalid, "bad_cursor", "The cursor is not one of this list.").
	With(fault.Field{Field: "cursor", Code: "bad_format", Detail: "Use next_cursor of a page of the same list, or none."})

// A cursor is where a page ended, for one list in one order.
type cursor struct {
	List string    `json:"l"`
	At   time.Time `json:"t,omitzero"`
	Name string    `json:"n,omitempty"`
	ID   uuid.UUID `json:"i,omitzero"`
	Pos  int64     `json:"p,omitempty"`
}

func (c cursor) String() string {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // it is made of plain values
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// parseCursor reads a cursor of list; the empty one is the beginning.
func parseCursor(list, s string) (cursor, error) {
	if s == "" {
		return cursor{}, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return cursor{}, errCursor.Because(err)
	}
	var c cursor
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return cursor{}, errCursor.Because(err)
	}
	if c.List != list || c.String() != s || (c.ID == uuid.Nil) == (c.Pos <= 0) {
		return cursor{}, errCursor
	}
	return c, nil
}

func (c cursor) mark() readmodel.Mark { return readmodel.Mark{At: c.At, Name: c.Name, ID: c.ID} }

// Paging is how every list is asked for its next page.
type Paging struct {
	Cursor string `query:"cursor" maxLength:"1000" doc:"next_cursor of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// page cuts off the row that was read too many, and makes the cursor of the
// page's last row if there was one.
func page[T any](rows []T, limit int, last func(T) cursor) ([]T, *string) {
	if len(rows) <= limit {
		return rows, nil
	}
	rows = rows[:limit]
	next := last(rows[limit-1]).String()
	return rows, &next
}
