package pglog

import (
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"
)

// Migrations are the steps that make and widen the schema, for goose. They only
// expand: a release that is one older or newer works with the same schema.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// builtFor is the number of the newest step.
var builtFor = sync.OnceValue(func() (newest int64) {
	names, err := fs.Glob(Migrations, "migrations/*.sql")
	if err != nil {
		panic(fmt.Sprintf("pglog: %v", err)) // the pattern is a constant
	}
	for _, name := range names {
		number, _, _ := strings.Cut(strings.TrimPrefix(name, "migrations/"), "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			panic(fmt.Sprintf("pglog: %s is not named for its step", name))
		}
		newest = max(newest, n)
	}
	return newest
})
