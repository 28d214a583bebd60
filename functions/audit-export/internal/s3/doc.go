// Package s3 keeps bundles, and checkpoints of the log, in an S3-compatible object
// store, each under object lock in COMPLIANCE mode. It is the only package that knows the AWS SDK.
//
// An object is uploaded by one PUT that carries its SHA-256 and If-None-Match: *.
// The store refuses a body that does not fit and a key that is taken, so that an
// object is there completely or not at all, and once. One PUT, and no multipart
// upload: only then does the store itself check the SHA-256 of the whole, and
// nothing is left lying about by a process that dies. It costs a file to spool
// to, and limits a bundle to 5 GiB.
//
// The store must support object lock, conditional PUT and SHA-256 checksums (AWS,
// MinIO, Ceph, versitygw and others do). The bucket must have been made with
// object lock. The credentials need, on that bucket alone:
//
//	s3:PutObject, s3:PutObjectRetention   to store
//	s3:GetObject, s3:GetObjectVersion,
//	s3:GetObjectRetention                 to read back, and for links
//	s3:ListBucket, s3:ListBucketVersions  to tell "absent" from "denied", and to
//	                                      find a bundle that something was put over
//
// They need no right to delete, and none to bypass governance.
package s3
