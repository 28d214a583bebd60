// Package tracesink is a small collector for the local run and the tests: it
// takes spans by OTLP over HTTP, as JSON or as Protocol Buffers, keeps the newest
// traces in memory and shows them. A real collector takes its place where
// somebody wants more.
//
//	POST /v1/traces          spans
//	GET  /                   the newest traces
//	GET  /traces/{id}        the spans of one, as JSON
//	GET  /traces/{id}/tree   the same as a tree to read
package tracesink
