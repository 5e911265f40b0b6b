// SPDX-License-Identifier: MIT

// This file defines what a check can be asked for.

package checker

import (
	"context"
	"time"

	"mmcheck/checker/por"
	"mmcheck/model"
)

// Find says which violation is wanted.
type Find string

// What to look for.
const (
	FindDefault  Find = ""         // the shortest error; without one, the shortest rule break
	FindDangling Find = "dangling" // only uses of freed objects
	FindRule     Find = "rule"     // the shortest rule break; without one, the shortest error
	FindAny      Find = "any"      // the shortest violation of any kind
)

// Options of a check. The zero value checks everything without limits.
type Options struct {
	Find      Find
	Part      Part     // explore a part of all schedules only; zero: all
	Only      []string // property ids; empty: all
	Ignore    []string // property ids to mute
	Workers   int      // 0: one a processor
	MaxStates int64    // 0: no limit
	MaxMemory int64    // bytes; 0: no limit
	TimeLimit time.Duration
	Context   context.Context // interrupts the search; nil: never
	Progress  func(Stats)     // called now and then from one goroutine; nil: never
	Runs      int64           // schedules that Simulate tries; 0: DefaultRuns
	MaxDepth  int             // steps after which Simulate breaks a schedule off; 0: DefaultMaxDepth
	Seed      uint64          // which schedules Simulate tries
	// Fingerprint is the number of bits, 64 or 128, by which states are known; 0:
	// all they have.
	Fingerprint int
	// Spill is a directory for what MaxMemory does not hold; "": none.
	Spill string
	// Checkpoint is a file to keep the search in while it is not finished, and
	// to go on from if it is there; "": none. SaveEvery is the time between two
	// writes (0: some minutes), Warn is told when one fails (nil: nobody).
	Checkpoint string
	SaveEvery  time.Duration
	Warn       func(error)
	NoReduce   bool               // switch off what makes the state space smaller (clearing of dead registers)
	startsEach int64              // for tests: how many states a part goes on from, about; 0: startsWanted
	without    por.Condition      // for tests: a condition of the reductions that is left out
	mutate     func(*model.Check) // for tests: spoils the checks of properties
	sequences  model.Sequences    // for tests
}
