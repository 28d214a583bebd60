// Package operators checks what other operators are asked to do against their
// own types. It is a module apart because those types want newer versions of
// Kubernetes than Knative's do, and neither is to be forced.
package operators
