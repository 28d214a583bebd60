// Package export decides what an audit bundle is: when one may be made and
// handed out, which object key it has, and which bytes it consists of. Verify
// is the other side: it needs nothing but the bytes.
//
// A bundle is a ZIP archive, because every system can open one, any file of it
// can be read without the others, and cutting it off anywhere makes it
// unreadable. Same input, same bytes. It holds, in this order:
//
//	README.txt         how to read and verify it, in German and English
//	verify.py          checks it with nothing but Python's standard library
//	facts.ndjson       one fact a line, in the order of the log; see package proof
//	neighbours.ndjson  facts just outside of the period, by which it is seen that
//	                   none inside is missing (format 2)
//	checkpoint.json    how far the log had come, signed, and what ties the facts
//	                   to it; see package proof (format 2)
//	manifest.json      whose, which period, how many, and what does not add up
//	SHA256SUMS         of all the files above, for sha256sum -c
//
// With the checkpoint and a public key every change of the log after it was signed
// is found (package notary, decision 17). Where nobody signs, the bundle has format
// 1, which other installations and earlier releases have made too.
//
// What format 1 alone can prove: that no byte of a file was changed, and that
// every fact is tied to its predecessor in the stream. Who rewrites a file and
// all that follows from it, the checksums included, is found out by the SHA-256
// of the whole archive, which the log keeps in audit.exported and the portal
// shows. The same holds for streams that begin before the period: what comes
// before their first line is known by its hash alone.
package export
