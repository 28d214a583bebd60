// Package process keeps a set of programs running: it starts each with its own
// environment, starts it again with growing pauses when it dies, prefixes what
// it prints with its name, and ends all of them when told to.
package process
