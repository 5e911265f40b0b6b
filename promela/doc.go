// SPDX-License-Identifier: MIT

// Package promela gives a second opinion: it writes a sealed model.Program as
// Promela, runs SPIN on it, and compares what the two checkers say.
//
// # What is written
//
// Each thread is a process with one control state: a do loop with one option
// for each alternative of each scheduling point. An option is one d_step, so
// it is one transition, as in model/eval.go: the guard, the effects, the
// register work up to the next scheduling point, the new program counter.
// All variables, registers and program counters among them, are global; what
// no code writes is a constant. SPIN therefore stores exactly the states that
// the plain interpreter counts, if its own reductions are switched off.
//
// # What stops a path
//
// Checks and limits are numbered (Stop). One that ends a transition sets the
// variable stop, which disables everything; a broken rule is only reported, by
// an assertion that a search with -c0 runs past. Deadlock is found by a
// monitor process: by SPIN's timeout when nothing can go on, and by following
// who waits for whom when only some threads are caught.
//
// # What cannot be said in Promela
//
// What is judged on final states, as whether an object has leaked, is left out,
// and a comparison says so. SPIN
// computes with 32 bits: a value that needs more is an error that names it.
//
// Read explore.go, write.go and compare.go, in this order.
package promela
