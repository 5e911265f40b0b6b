// SPDX-License-Identifier: MIT

// This file defines what a check returns: a verdict, and for a violation the
// schedule that shows it.

package checker

import (
	"time"

	"mmcheck/checker/property"
	"mmcheck/model"
)

// Verdict is the outcome of a check. There are three, and "unknown" is never
// success.
type Verdict string

// The verdicts.
const (
	Holds    Verdict = "holds"    // every interleaving within the bounds was tried
	Violated Verdict = "violated" // a schedule breaks a property
	Unknown  Verdict = "unknown"  // the search was cut short
)

// Result is the outcome of a check. It depends on the program and the
// properties asked for only, not on the machine or the number of workers
// (Stats.Elapsed and Stats.Memory excepted).
type Result struct {
	Program *model.Program
	Verdict Verdict
	Finding *Finding // if violated
	// Limit is set if unknown, or if a rule break is shown for want of an error
	// and the search was cut short: an error may be behind it.
	Limit   *LimitHit
	Stats   Stats
	Find    Find
	Checked []*property.Property // the properties looked for
	// Ended says that some schedule came to the end of all threads, of FINAL too;
	// where everything was searched and it is false, none does.
	Ended bool
	// Fingerprints is set if states were known by fingerprints: a state may have
	// been missed.
	Fingerprints *Fingerprints
	// Coverage tells what was not executed; nil if violated.
	Coverage *Coverage
	// Assumed lists what the verdict takes for granted: of functions without a body what
	// was come by, with a violation on its schedule.
	Assumed []string
	// PartHolds says of an unknown verdict that nothing is wrong in the part of the
	// search that was asked for: it holds if that is so of all parts.
	PartHolds bool
	// Orders lists, where nothing is violated, by which places threads came whose order
	// the kernel has to see to, and a sequentially consistent search takes for granted.
	Orders []model.Statement
	// Simulation is set if only some schedules were tried, by Simulate.
	Simulation *Simulation
}

// LimitHit says which bound cut a search short.
type LimitHit struct {
	What  string // such as "the limit of 100 states"
	Raise string // what raises it, such as "--max-states"; "" if nothing does
}

// Stats are the figures of a search.
type Stats struct {
	States      int64
	Transitions int64
	Depth       int   // completed levels of the breadth-first search
	Frontier    int64 // states that were found and not expanded
	Reduced     bool  // what is like something else was left out: states stored, and expansions
	StateBits   int   // size of a packed state; 0 for the reference interpreter
	Elapsed     time.Duration
	Memory      int64 // bytes held by the search
	Runs        int64 // schedules that a simulation tried
	Disk        int64 // bytes that a spilled search holds on its disk
	Resumed     int64 // states that came from a checkpoint
	Estimate    int64 // about how many states there will be; 0 if nothing can be said
}

// Finding is one violation and the schedule that leads to it.
type Finding struct {
	Property *property.Property
	Text     string        // what is wrong, in a few words
	Check    model.Check   // the check that failed (zero for deadlock and leak)
	Obj      int64         // instance number of the object concerned (Check.Type), 0 if none
	Life     int64         // life of the pointer used
	At       *model.Site   // where it shows: the site of the last step, or of the check
	Thread   *model.Thread // the thread that shows it; nil for deadlock and leak
	Trace    Trace
	Also     []*property.Property // other properties broken by the same step
	Waits    []property.Wait      // deadlock: who waits for whom
	Hang     bool                 // deadlock: threads spin, or wait while others go on; Waits has those who hang
	Order    []Dependency         // lock-order: the circle in which locks are requested, if it is one
	Race     *property.Race       // data-race: the two accesses; the last two steps make them
	Shortest bool                 // the schedule is proven to be a shortest one
}

// Trace is a schedule: the initial state and the transitions taken from it.
type Trace struct {
	Initial model.State
	Steps   []TraceStep
}

// TraceStep is one transition of a schedule.
type TraceStep struct {
	Thread *model.Thread
	Point  *model.Block // the scheduling point it fired from
	Alt    int          // the alternative taken
	Before model.State
	After  model.State // of a fatal last step: the state when it was ended
}

// Switches is the number of context switches in the schedule.
func (t Trace) Switches() int {
	n := 0
	for i := 1; i < len(t.Steps); i++ {
		if t.Steps[i].Thread != t.Steps[i-1].Thread {
			n++
		}
	}
	return n
}
