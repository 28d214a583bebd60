package pgtest

import (
	"context"
	"errors"
)

// startServer starts a PostgreSQL server for this process and returns the
// superuser's address of its maintenance database.
func startServer(context.Context) (string, error) {
	return "", errors.New("set DCM_TEST_POSTGRES to the address of a superuser, for example postgres://postgres:secret@localhost:5432/postgres")
}
