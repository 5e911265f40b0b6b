// SPDX-License-Identifier: MIT

// This file defines what a property is and lists them all.

package property

import (
	"slices"

	"mmcheck/model"
)

// Severity tells corruption from bad manners.
type Severity string

// The severities.
const (
	Error Severity = "error" // memory is corrupted or the kernel hangs on this very schedule
	Rule  Severity = "rule"  // a documented rule is broken; it may be harmless here
)

// Property is one thing that a lock sequence must keep. A property is checked
// where an event happens (Expand), by the native cells themselves (which emit
// checks with its ID), in states where all threads have ended (Final), in
// states where some thread cannot go on (Stuck), or by two accesses that two
// threads may make next (Pair).
type Property struct {
	ID       string
	Severity Severity
	Short    string // one line
	Doc      string // definition, where the rule is written, known traps
	// Expand gives the checks for an event of thread t.
	Expand func(p *model.Program, t *model.Thread, e *model.Event) []model.Check
	// Final judges a state in which all threads have ended; "" is fine.
	Final func(p *model.Program, s model.State) string
	// Stuck judges a state in which the threads of blocked (bit t-1) have no
	// enabled step while the others do; "" is fine.
	Stuck func(p *model.Program, s model.State, blocked, running uint64) string
	// Pair reports whether two accesses, by different threads, break it.
	Pair func(a, b model.Used) bool
}

// All lists all properties, one line each; in a tie the earlier one is
// shown.
var All = []*Property{
	DanglingVMA,
	UseAfterFree,
	NullDeref,
	BadFree,
	LockMisuse,
	Deadlock,
	LockLeak,
	AtomicSleep,
	RefcountMisuse,
	RCUMisuse,
	VMATree,
	RmapMiss,
	PageFreedMapped,
	TLBStale,
	PgtableFreed,
	Notifier,
	Contract,
	Assertion,
	Leak,
	UnstableVMA,
	StaleVMA,
	UnlockedWrite,
	RmapOnlyInstall,
	RecursiveRead,
	LockOrder,
	DataRace,
}

// Rank is the place of a property in All; the lower is shown first.
func Rank(p *Property) int { return slices.Index(All, p) }

// ByID returns the property with the given id, or nil.
func ByID(id string) *Property {
	for _, p := range All {
		if p.ID == id {
			return p
		}
	}
	return nil
}
