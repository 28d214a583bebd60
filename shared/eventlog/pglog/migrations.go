package pglog

import "embed"

// Migrations are the steps that make and widen the schema, for goose. They only
// expand: a release that is one older or newer works with the same schema.
//
//go:embed migrations/*.sql
var Migrations embed.FS
