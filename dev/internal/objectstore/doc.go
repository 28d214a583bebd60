// Package objectstore runs Versity's S3 gateway on a local directory, with
// versioning and object lock, so that what audit-export writes cannot be
// overwritten or deleted through S3 before its time. (Somebody with the
// directory can still delete the files.) The bucket's default retention is
// enforced, but unlike AWS the gateway does not write it on each object: ask an
// object for its retention only when it was stored with one.
//
// The gateway changes the working directory of its process, prints to standard
// output, and exists once per process. It therefore gets a process of its own:
// this program, started again. Call RunIfChild first thing in main.
package objectstore
