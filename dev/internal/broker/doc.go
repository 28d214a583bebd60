// Package broker runs Knative's own broker in one process.
//
// The ingress, the fan-out, the filter and the dispatcher are the code that
// Knative ships; this package only does what Knative's controllers would: it
// reads the Broker and Trigger manifests of production, validates them with
// their own types, resolves addresses, and connects the parts over loopback:
//
//	sender → ingress ──→ channel (fan-out, retries) ──→ filter ──→ subscriber
//	             ▲                       │   ▲
//	             └── reply ──────────────┘   └─→ filter/dls ──→ dead-letter sink
//
// As with Knative's in-memory channel, the ingress answers 202 before delivery
// and events under way are lost when the broker stops. Nothing in DCM relies on
// them: the broker is the doorbell, the log is the truth.
//
// Two things are process-wide in Knative and cannot be had otherwise: its HTTP
// clients are kept in a package variable by address, which is harmless, and the
// ingress reads its namespace from the environment, which Start therefore sets.
package broker
