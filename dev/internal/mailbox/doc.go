// Package mailbox is a mail server that delivers everything to one inbox page.
//
// It speaks SMTP with AUTH PLAIN and STARTTLS, keeps every delivery as a file
// (one .eml for each recipient), shows them on a web page, and offers them as
// JSON for tests:
//
//	GET    /api/mails?to=jana.vogel@acme.example   deliveries, newest first
//	GET    /api/mails/{id}                         one of them
//	DELETE /api/mails                              forget all
//
// Like Exchange and Cyrus it suppresses duplicates: a second message with the
// same Message-ID for the same recipient is accepted and dropped. A sender that
// keeps its Message-ID stable can therefore retry without fear; "suppressed" in
// the answers counts what was dropped since the start.
package mailbox
