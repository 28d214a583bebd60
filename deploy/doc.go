// Package deploy holds the tests of what is applied to a cluster: base and every
// overlay, rendered as kustomize renders them and judged by the types of
// Kubernetes and Knative, and then by what we promise ourselves.
//
// What belongs to other operators (CloudNativePG, Strimzi and so on) is checked
// in the module deploy/operators: its types want other versions of Kubernetes
// than Knative's do.
package deploy
