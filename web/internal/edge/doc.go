// Package edge is what every request passes on its way in: it gets a trace id,
// a bound on its size and time, a line in the log, and a net below it.
package edge
