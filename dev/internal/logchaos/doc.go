// Package logchaos attacks the event log: PostgreSQL with fsync on, many writers,
// consumers that are functions as in production with decisions made up for the
// purpose, a follower of the log and a sequencer of its trees; beside them
// something that goes wrong. Each scenario has a database of its own, and ends
// with the checks of package checker.
package logchaos
