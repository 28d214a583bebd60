// Package stack starts the whole product on this machine, on loopback, out of
// real parts: PostgreSQL, an OpenID Connect issuer, Knative's broker, a vCenter
// simulator, a mail server, an object store, a sink for traces, and the functions and the portal as
// the processes that they are in production. It is what `make run` starts, and
// what the flow tests, the browser journeys and the benchmarks run against.
package stack
