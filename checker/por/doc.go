// SPDX-License-Identifier: MIT

// Package por has the analysis behind partial-order reduction: which threads need
// not be looked at in a state, since what they do later comes to the same.
//
// Everything is derived from the sealed code of a program; nothing is declared, and
// no lock is known by name. Reading order:
//
//   - action.go: what the analysis knows of a step of a thread, its footprint
//     (footprint.go, footprint_value.go), and which accesses may be exchanged;
//   - independence.go: Analyse, and when two actions disturb each other;
//   - guards.go: which steps can make a false guard true (necessary enabling sets);
//   - persistent.go: Chooser, which finds a persistent set of threads in a state, by
//     what the others can reach (reach.go) with what counters say (counters.go);
//     decision.go remembers what it decided;
//   - sticky.go: the cycle proviso, on the loops of the code (loops.go);
//   - mover.go: transitions that may be delayed until their thread's next one;
//   - condition.go: the list of all that this rests on. For each condition there is
//     a program on which a search without it goes wrong.
//
// How states are expanded with it is in package checker, reduce.go.
package por
