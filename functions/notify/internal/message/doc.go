// Package message decides who is told what because of a fact, and whether a
// message that was queued still has a point when it is about to be sent. It is
// pure: who people are and what the time is comes from outside.
package message
