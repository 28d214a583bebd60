// Package build decides how the making of a machine goes on: begin, take a
// step, wait, give up and clean up. It is pure: what was seen on the hypervisor
// comes in as values, and what to do there is package placement's business.
package build
