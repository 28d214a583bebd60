// Package readmodel is what screens show: tables that each append keeps in
// step, in its own transaction, so that what a person did is there on the next
// read. Project says what a fact changes; the queries say what can be asked.
// The tables can be dropped and rebuilt from the log.
package readmodel
