// Package api is the portal's HTTP API: what the screens read, and where they
// send what people do. The OpenAPI document is made from the Go types here, and
// the TypeScript types from that.
//
// Reading goes to the read model, as the caller's tenant and role allow; what
// is somebody else's answers like what does not exist. Doing goes to the
// function whose decision it is, with the caller's own token; its "no" is passed
// on as it is, and after its "yes" the read model has the result, because it was
// written in the same transaction.
package api
