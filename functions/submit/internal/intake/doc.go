// Package intake decides whether DCM can accept what somebody asks for. It is
// pure: what it needs to know comes in as values.
package intake
