// SPDX-License-Identifier: MIT

// This file documents the package.

// Package oracle answers the question of mmcheck a second time, without it: it
// draws small specs, writes them as C text, and finds out by itself what their
// threads can come to do.
//
// A Program is a list of statements. Its text (text.go) goes through the front
// end, the machine and the search of mmcheck. Its code (code.go), a handful of
// instructions for each statement, is run by an explorer (explore.go) that tries
// every interleaving on maps and slices: no reductions, no packing, no line in
// common with cfront, model or checker. What it knows of locks is written from
// their documentation. Two answers are compared: which violations there are,
// and, where there are none, which values memory can have in the end.
//
// Not drawn, since C or the kernel leave it open: two unordered accesses to
// shared memory in one expression, arithmetic that overflows, a lock that its
// holder takes again, comparison of pointers to freed objects.
package oracle
