// SPDX-License-Identifier: MIT

// Package model is the machine that mmcheck explores: a closed system of
// threads over shared memory, whose every operation is data.
//
// # State
//
// A State is a vector of small integers, one for each element of each Var.
// Struct types (Type) have numbered instances; a pointer to a struct is the
// number of one, 0 is NULL, a negative value is an error pointer. Heap objects
// live in bounded pools; what a pointer knows of its object (freed since? kept
// stable by which locks?) is a companion variable, see life.go.
//
// # Code
//
// The code of a Thread is a graph of Blocks. A Block with a Step is a
// scheduling point: each alternative of the step has a guard, effects and a
// continuation. Firing an alternative runs its effects and then the register
// work behind it, up to the next scheduling point; that is one transition.
// Guards and effects are expressions and statements (expr.go, stmt.go), not Go
// functions, so that footprints, exports and compiled forms can be derived
// from them.
//
// # Native cells
//
// A Kind (kind.go) is a native cell: rwsem.go, spinlock.go, mutex.go, slab.go,
// vmatree.go, itree.go, pgtable.go, atomic.go, refcount.go, rcu.go, one file each. Its operations run once,
// while the Program is built, and emit steps.
//
// # Life of a Program
//
// NewProgram; declare types and instances; write the code of INIT and of each
// thread with Code; Seal. Sealing weaves the properties in, runs INIT, folds
// what never changes, clears dead registers, and computes the initial state.
// A sealed Program is only read.
//
// Read eval.go for the meaning of it all: it is the plain interpreter, and
// everything faster is judged by it.
package model
