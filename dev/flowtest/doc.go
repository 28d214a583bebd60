// Package flowtest proves the flow on the shipped binaries: the functions and
// the portal as processes, with real PostgreSQL, issuer, broker, vCenter
// simulator, mail server and object store, and the routing that is deployed.
//
// What it cannot show: a real vCenter's slowness and quirks, power loss, and
// scaling to zero, which a cluster does.
package flowtest
