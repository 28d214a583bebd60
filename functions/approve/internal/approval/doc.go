// Package approval decides on requests: by policy, by a person, or by nobody in
// time. It is pure: what it needs to know comes in as values.
package approval
