// Package placement decides where a requested machine goes, what it is called,
// and what to do next while it is being made.
//
// It is pure: no context, no clock, no I/O. The same order always yields the
// same VM, so whoever repeats the work after a crash looks for the same machine.
// Next looks only at what was observed on the hypervisor, never at what was
// intended, so a step that was already taken is never taken twice.
package placement
