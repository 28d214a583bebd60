package event

import (
	"strconv"

	"github.com/google/uuid"
)

// namespace keeps DCM's derived ids apart from everybody else's.
var namespace = uuid.MustParse("0197f3a0-dc3a-5000-8000-6463646e6d31")

// DeriveID makes the same id from the same words every time (UUIDv5, RFC 9562).
// Ids that must survive a redelivery are derived, never drawn.
func DeriveID(tenant uuid.UUID, words ...string) uuid.UUID {
	b := append([]byte(nil), tenant[:]...)
	for _, w := range words {
		b = append(strconv.AppendInt(b, int64(len(w)), 10), ':')
		b = append(b, w...)
	}
	return uuid.NewSHA1(namespace, b)
}

// PersonID is the opaque id of the person whom the tenant's issuer calls subject.
func PersonID(tenant uuid.UUID, subject string) uuid.UUID {
	return DeriveID(tenant, "person", subject)
}

// FactID is the id of the n-th fact recorded in stream because of cause.
func FactID(tenant, stream uuid.UUID, cause string, n int) uuid.UUID {
	return DeriveID(tenant, "fact", stream.String(), cause, strconv.Itoa(n))
}

// WorkStream is the stream of a piece of work: what function owes because of a
// fact or a timer in a stream.
func WorkStream(tenant uuid.UUID, function Function, stream, fact uuid.UUID, timer string) uuid.UUID {
	return DeriveID(tenant, "work", string(function), stream.String(), fact.String(), timer)
}

// LedgerStream is the stream of what happens to all that a function owes.
func LedgerStream(tenant uuid.UUID, function Function) uuid.UUID {
	return DeriveID(tenant, "ledger", string(function))
}

// HistoryStream is the stream of what happens to the tenant's log itself.
func HistoryStream(tenant uuid.UUID) uuid.UUID {
	return DeriveID(tenant, "history")
}

// InboxStream is the stream of a person's inbox, which has no id of its own.
func InboxStream(tenant, person uuid.UUID) uuid.UUID {
	return DeriveID(tenant, "inbox", person.String())
}
