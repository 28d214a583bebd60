// Package mail is the one door to the mail server.
//
// Send returns when the server has answered for the letter, and says what kind
// of failure there was:
//
//	nil                   the server has taken the letter and answers for it
//	Transient             try again: the server is away, busy, or does not take
//	                      our connection, our login or our sender address; that
//	                      is for the operator to mend, no letter's fault
//	Transient, Deferred   try again: the server put off this one letter (4xx)
//	Invalid               never: the address is no address, or the server refused
//	                      the recipient or the letter for good (5xx)
//
// What servers say often repeats the recipient's address. Errors carry the
// server's codes and nothing else of its answer, so that no address gets into
// the log.
//
// A letter is the same to the last byte on every attempt, Message-ID included.
// If the server took it and we did not live to hear or record it, it is sent
// again; mailboxes that know the Message-ID drop the second copy.
package mail
