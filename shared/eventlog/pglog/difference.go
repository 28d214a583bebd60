package pglog

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// A Difference is a row of the read model that is not what the log says. It names
// ids and columns, and nothing that is in them.
type Difference struct {
	Table   string
	Key     string   // its columns' values, which are ids, joined by "/"
	Kind    Kind     // what is wrong
	Columns []string // of a changed row, in the order of the alphabet
}

// A Kind of difference.
type Kind string

// The kinds.
const (
	Missing Kind = "missing" // the log has it, the read model does not
	Surplus Kind = "surplus" // the read model has it, the log does not
	Changed Kind = "changed"
)

// differences compares a table row by row, in the order of its keys: memory stays
// flat.
func (t Table) differences(ctx context.Context, model, folded querier, tenant uuid.UUID) ([]Difference, error) {
	have, err := t.walk(ctx, model, "dcm", tenant)
	if err != nil {
		return nil, err
	}
	defer have.rows.Close()
	want, err := t.walk(ctx, folded, "pg_temp", tenant)
	if err != nil {
		return nil, err
	}
	defer want.rows.Close()
	var found []Difference
	for have.on || want.on {
		switch order := compare(have, want); {
		case order < 0:
			found = append(found, Difference{Table: t.Name, Key: have.key, Kind: Surplus})
			have.next()
		case order > 0:
			found = append(found, Difference{Table: t.Name, Key: want.key, Kind: Missing})
			want.next()
		default:
			if have.row != want.row {
				columns, err := differing(have.row, want.row)
				if err != nil {
					return nil, err
				}
				found = append(found, Difference{Table: t.Name, Key: have.key, Kind: Changed, Columns: columns})
			}
			have.next()
			want.next()
		}
	}
	for _, w := range []*walk{have, want} {
		if w.err == nil {
			w.err = w.rows.Err()
		}
		if w.err != nil {
			return nil, classify("compare "+t.Name, w.err)
		}
	}
	return found, nil
}

// A walk goes through a table's rows. Keys are ids, written in full length, so
// that their texts have the order of the ids.
type walk struct {
	rows     pgx.Rows
	key, row string
	on       bool // there is a row
	err      error
}

func (t Table) walk(ctx context.Context, q querier, schema string, tenant uuid.UUID) (*walk, error) {
	rows, err := q.Query(ctx, fmt.Sprintf(`select concat_ws('/', %[3]s), to_jsonb(x)::text from %[1]s.%[2]s x where x.tenant_id = $1 order by %[3]s`,
		schema, t.Name, "x."+strings.Join(t.within(), ", x.")), tenant)
	if err != nil {
		return nil, classify("read "+t.Name, err)
	}
	w := &walk{rows: rows}
	w.next()
	return w, nil
}

func (w *walk) next() {
	if w.on = w.rows.Next(); w.on {
		w.err = w.rows.Scan(&w.key, &w.row)
		w.on = w.err == nil
	}
}

// compare orders two walks by key; one that has ended comes last.
func compare(a, b *walk) int {
	switch {
	case !b.on:
		return -1
	case !a.on:
		return 1
	}
	return strings.Compare(a.key, b.key)
}

// differing names the columns in which two rows differ.
func differing(have, want string) ([]string, error) {
	var a, b map[string]json.RawMessage
	if err := json.Unmarshal([]byte(have), &a); err != nil {
		return nil, fmt.Errorf("read a row: %w", err)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		return nil, fmt.Errorf("read a row: %w", err)
	}
	var columns []string
	for name := range a {
		if string(a[name]) != string(b[name]) {
			columns = append(columns, name)
		}
	}
	slices.Sort(columns)
	return columns, nil
}
