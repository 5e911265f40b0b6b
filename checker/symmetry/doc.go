// SPDX-License-Identifier: MIT

// Package symmetry finds what may change places in a program, threads that run the
// same code and the objects of a heap pool, and names for each state one that stands
// for all those which differ in nothing but who plays which part.
//
// Reading order: symmetry.go (what there is to permute), renaming.go (what a
// permutation does to a state, in plain words), code.go with order.go, sort.go and
// dead.go (whether a permutation leaves the code as it is), canon.go with threads.go
// (the representative of a state).
package symmetry
