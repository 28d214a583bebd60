package readmodel

import (
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// A Mark is where a page of a list ended: what the last row was ordered by. The
// zero Mark is the beginning.
type Mark struct {
	At   time.Time // of lists ordered by time
	Name string    // of lists ordered by name
	ID   uuid.UUID
}

// IsZero reports whether the mark is the beginning.
func (m Mark) IsZero() bool { return m.ID == uuid.Nil }

// A query grows a statement and its arguments together.
type query struct {
	sql  strings.Builder
	args []any
}

// add appends a piece of SQL; each ? in it stands for the next argument.
func (q *query) add(sql string, args ...any) {
	for _, arg := range args {
		before, after, _ := strings.Cut(sql, "?")
		q.args = append(q.args, arg)
		q.sql.WriteString(before)
		q.sql.WriteString("$")
		q.sql.WriteString(strconv.Itoa(len(q.args)))
		sql = after
	}
	q.sql.WriteString(sql)
}

// addPrefix keeps rows whose text begins with prefix. It is a range, because a
// pattern is not leakproof: behind Row-Level Security it would be slow.
func (q *query) addPrefix(column, prefix string) {
	q.add(` and `+column+` collate "C" >= ? and `+column+` collate "C" < ?`, prefix, prefix+maxRune)
}

// maxRune sorts behind every character that a name may have.
const maxRune = "\U0010FFFF"

// newestFirst orders by a time column and id, both indexed so, behind the mark.
func (q *query) newestFirst(at, id string, after Mark, limit int) {
	if !after.IsZero() {
		q.add(` and `+at+` <= ? and (`+at+` < ? or `+id+` > ?)`, after.At, after.At, after.ID)
	}
	q.add(` order by `+at+` desc, `+id+` limit ?`, limit)
}
