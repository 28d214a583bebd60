// Package function is what all functions share: configuration, logging,
// health, receiving CloudEvents, the delivery transaction, announcing and
// draining. A function supplies Routes; everything it does for the outside goes
// through them.
//
// Three kinds of CloudEvents arrive at POST /:
//
//	a fact of the catalogue      the broker's doorbell: the fact is looked up in
//	                             the log by tenantid and id, and acted on only if
//	                             the log says that it is owed
//	a command, io.dcm.*          a person's, with their access token
//	dev.knative.sources.ping     a tick: everything owed is taken up, oldest first
//
// All of them are spans of one trace with what led to them, however much later
// they are acted on, and are measured at GET /metrics; package telemetry has the
// names. Handlers know nothing of it.
//
// The order is append, announce, answer. What each crash leaves, and who repairs:
//
//	before the commit                 the work is still owed: redelivery or tick
//	committed, not announced          facts and work owed: the consumers' ticks
//	announced, lost by the broker     the same
//	announced twice                   the second finds nothing owed and gets 202
package function
