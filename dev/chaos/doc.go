// Package chaos plays the part of the fault suite that `make test` has time for:
// each kind of fault once, and the mistakes that the suite must never let pass.
// `make chaos` plays all of it; docs/chaos.md says what it promises.
package chaos
