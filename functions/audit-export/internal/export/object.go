package export

import (
	"errors"
	"time"

	"github.com/google/uuid"
)

// An Object is a bundle as it lies in the store.
type Object struct {
	Key         string
	SHA256      string // of all its bytes, hexadecimal
	Bytes       int64
	Facts       int64
	LockedUntil time.Time // nobody can delete it before
	Revision    string    // the store's name for exactly these bytes under Key
}

// ErrAbsent says that the store has no such object.
var ErrAbsent = errors.New("no such object in the store")

// Key names a bundle's object: ids alone, for keys end up in logs and invoices.
func Key(tenant, bundle uuid.UUID) string {
	return tenant.String() + "/" + bundle.String() + ".zip"
}
