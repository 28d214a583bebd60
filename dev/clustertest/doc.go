//go:build cluster

// Package clustertest proves DCM on the cluster that KUBECONFIG names, which must
// have Knative Serving and Eventing: kind, OpenShift, or any other. It deploys
// the dev overlay into a namespace of its own, uses it as people do, breaks it as
// clusters do, measures it, and removes it. `make test-cluster` runs it.
//
// It is told by the environment:
//
//	DCM_IMAGES      file of NAME=REFERENCE lines, as bin/images prints them
//	DCM_FRONT_DOOR  host:port where the cluster takes requests from outside, if the
//	                names that Knative gives to Services do not resolve here
//	DCM_KEEP        leave everything there, to look at it
//
// The inside of the cluster is reached by its own names, through the proxy that
// the Pod `parts` has.
package clustertest
