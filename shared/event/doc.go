// Package event is the catalogue: every fact DCM can record, who records it and
// who acts on it. Schemas, Triggers, EventTypes, docs/FLOW.md and the portal's
// TypeScript union are generated from it.
//
// A fact is named io.dcm.<noun>.<past participle>.v<n>. It is recorded once, in
// one stream, and never changed; a fact type may only gain optional fields.
// Anything else is a new version beside the old one.
//
// On the broker a fact is a CloudEvent in binary mode:
//
//	id            the fact's id; the log finds the fact by it
//	source        /functions/<producer>
//	type          the fact's type
//	subject       the stream's id (for most facts, the request)
//	time          when it happened, by the producer's clock
//	tenantid      the tenant; consumers load the fact from this tenant's log
//	causationid   the id of what caused it
//	correlationid the id of the command at the root of the chain
//	partitionkey  the stream's id, so that Kafka keeps a stream in order
//	traceparent   W3C trace context
//
// The broker is a doorbell: a consumer believes nothing but tenantid and id, and
// loads the fact itself from the log. Personal data is in no attribute, and in
// the data only as a Sealed box.
package event
