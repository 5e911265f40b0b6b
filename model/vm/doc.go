// SPDX-License-Identifier: MIT

// Package vm runs the programs of package model on packed states. It is a second
// implementation of what model/eval.go says in plain words, and is judged by that.
//
// Reading order: layout.go (how a State lies in a few machine words), bytecode.go
// (the instructions), assemble.go, assemble_expr.go and assemble_path.go (how
// guards and transitions become instructions, when a search first needs them),
// vm.go (how these are run), recall.go (how what transitions do is remembered by
// the bits that they read, so that most are never run at all).
//
// Package model uses nothing of this: a search of the reference interpreter and one
// on packed states have the program in common, and what single operators yield.
package vm
