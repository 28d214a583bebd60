package eventlog

import "dcm.io/shared/event"

// An Extent is a part of a tenant's log that stands still.
type Extent struct {
	// Below is a transaction's number. What was recorded before the extent was
	// asked for is below it, and nothing more will be.
	Below string
	// Leaves is how many facts of the tenant's tree belong to it, whatever their
	// transactions' numbers are: those of another cluster, before a restore, say
	// nothing.
	Leaves int64
}

// A Placed is a fact and where it stands in the tenant's tree.
type Placed struct {
	event.Envelope
	Leaf     int64  // its number in the tree, from 0; -1 if it is in none
	LeafHash []byte // as it was when it was put there; nil if it is in none
}
