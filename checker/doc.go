// SPDX-License-Identifier: MIT

// Package checker tries all interleavings of a program and judges them by the
// properties of package checker/property.
//
// Check is the production search, Reference the plain one that it is compared with,
// Simulate tries random schedules of what is too large. They return a Result: a
// verdict, and for a violation the schedule that shows it.
//
// Reading order:
//
//   - options.go, result.go: what can be asked for, and what comes back;
//   - check.go: the breadth-first search, level by level, over a space of states;
//     findings.go keeps what is wrong, instrument.go makes a plan of the options;
//   - the spaces: reference.go (plain states in a map), search.go with worker.go,
//     set.go and ahead.go (packed states), fingerprint.go, spill.go with runs.go (on
//     a disk);
//   - reduce.go: how fewer states are expanded (packages por and symmetry);
//   - trace.go, trace_reduced.go, toward.go: the schedule to show; shorten.go makes
//     one of simulate.go readable; race.go shows a data race at its end;
//   - cut.go: a part of a search, for one of several machines;
//   - causes.go: all that is wrong, not only what comes first;
//   - lock_graph.go, lock_flow.go, lock_cycle.go: in which order locks are requested;
//   - hang.go, hang_search.go, hang_reference.go: threads that go round for ever;
//   - coverage.go: what never ran;
//   - checkpoint.go, resume.go, identity.go: a search that is kept in a file.
package checker
