// SPDX-License-Identifier: MIT

// This file defines what the analysis knows of a step of a thread: its
// footprint, that is what it reads, writes and adds to, and what may follow.

package por

import "mmcheck/model"

// touch is a way of accessing an element.
type touch uint8

// The ways. Additions commute with each other. A pointer that is cleared
// together with its life exchangeable with the marking of dangling pointers: it is
// cleared afterwards either way. Whether a thread is the owner of a lock does not
// depend on what others take while it is free and give back.
const (
	reads   touch = iota
	writes        // anything but what follows
	adds          // v = v + constant
	asks          // the number of a thread is compared with that of the thread itself
	takes         // it is set from 0 to that of the thread itself, or back
	clears        // a pointer and its life are both set to zero
	matches       // a pointer is compared with a freed object
	kills         // the life of a pointer that matches is marked dead
	touches       // their number
)

// exchangeable[x][y] says that an access x and an access y to one element may be
// exchanged.
var exchangeable = [touches][touches]bool{
	reads:   {reads: true, asks: true, matches: true},
	adds:    {adds: true},
	asks:    {reads: true, asks: true, takes: true},
	takes:   {asks: true},
	clears:  {clears: true, matches: true, kills: true},
	matches: {reads: true, clears: true, matches: true},
	kills:   {clears: true, kills: true},
}

// access is how an action touches a variable.
type access struct {
	v     *model.Var
	at    model.Expr // the element, in terms of the state before the action; nil: any
	how   touch
	by    int64 // adds: the constant
	guard bool  // reads: by a guard only
}

// action is a step of a thread as the analysis sees it, with all its
// alternatives.
type action struct {
	thread   *model.Thread
	point    *model.Block
	accesses []access         // of what several threads touch
	touched  [touches]bitset  // the elements, by way
	next     []int            // actions that may follow
	change   map[int]*changes // by action that may follow: what was added on the way
	guards   []formula        // of the alternatives
	needs    []need           // what its guard says of counters
	Sticky   bool             // see sticky.go
	Delayed  bool             // taken together with the next step: a choice, or see mover.go
}

// Private reports whether nobody else can tell when the action happens.
func (a *action) Private() bool { return len(a.accesses) == 0 }

// choice reports whether the action is a choice that nobody else can see.
func (a *action) choice() bool { return a.Private() && len(a.point.Step.Alts) > 1 }

// counter is an element that is added to: an index in terms of the state
// before the action.
type counter struct {
	v  *model.Var
	at model.Expr
}

// changes are what happened on the way to a scheduling point.
type changes struct {
	sums  map[counter]int64
	moves map[*model.Var]movement // of the thread's own registers
	sets  uint64                  // the index registers assigned on some path
}
