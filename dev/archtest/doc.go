// Package archtest holds the rules of the house that no compiler and no linter
// sees, because they concern every module at once: what each binary links, who
// speaks to which system, how a process ends, and what may not be written
// anywhere. It needs nothing but the go command.
package archtest
