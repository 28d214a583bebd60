// Package s3test tests package s3 against a real object store with object lock,
// versitygw, started in the test. It is a module of its own, so that the store's
// many dependencies never come near the function. Run it with
//
//	GOWORK=off go test ./...
package s3test
