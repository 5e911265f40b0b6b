// SPDX-License-Identifier: MIT

// Package repair proposes edits of the lock sequence of a spec, as text. Whether an edit
// is right is not its business: each is put to the checker.
//
// Reading order: source.go (a spec cut into functions and statements), vocabulary.go
// (which calls lock, unlock, get and put what), edit.go (what a proposal is), rules.go
// (the list of rules, each in a file of its own), mutant.go (what may be left out).
package repair
