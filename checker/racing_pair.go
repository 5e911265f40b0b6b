// SPDX-License-Identifier: MIT

// This file finds racing pairs (property/racing_pair.go) in the packed states of a worker.

package checker

import (
	"math/bits"

	"mmcheck/checker/property"
)

// knownPair is a racing pair as the machine of a worker knows it.
type knownPair struct {
	property.RacingPair
	expr int // what the machine knows its condition as, -1 if it does not yet
}

// pairFinder looks at the states of one worker.
type pairFinder struct {
	*property.RacingPairs
	spots int
	rows  [][]int32 // by two spots: a place in lists; 0: not looked at
	lists [][]knownPair
	here  []int32 // the spots of threads in the state at hand
}

func newPairFinder(c *property.RacingPairs) *pairFinder {
	n := c.SpotCount()
	return &pairFinder{RacingPairs: c, rows: make([][]int32, n+1), spots: n, lists: [][]knownPair{nil}}
}

// relayout forgets what depends on how states are packed.
func (c *pairFinder) relayout() {
	for _, list := range c.lists {
		for i := range list {
			list[i].expr = -1
		}
	}
}

// between lists which accesses at two spots race.
func (c *pairFinder) between(m, n int32) []knownPair {
	if c.rows[m] == nil {
		c.rows[m] = make([]int32, c.spots+1)
	}
	at := &c.rows[m][n]
	if *at == 0 {
		*at = int32(len(c.lists))
		var list []knownPair
		for _, cl := range c.Compare(m, n) {
			list = append(list, knownPair{cl, -1})
		}
		c.lists = append(c.lists, list)
	}
	return c.lists[*at]
}

// race notes a racing pair in s.
func (w *worker) race(s []uint64) {
	c := w.pairs
	if c == nil || w.wanted != nil {
		return
	}
	c.here = c.here[:0]
	for set := c.Busy; set != 0; set &= set - 1 {
		t := bits.TrailingZeros64(set)
		n := c.At(t, w.vm.PC(s, t))
		if n == 0 {
			continue
		}
		for _, m := range c.here {
			if w.found.late(c.Property) {
				return
			}
			if w.meet(s, m, n) {
				if len(w.sh.pl.known) == 0 || w.sh.pl.racing(w.sh.state(s)) != nil {
					w.found.race(s, c.Property)
				}
				return
			}
		}
		c.here = append(c.here, n)
	}
}

// meet reports whether two threads at spots that may race do so in s.
func (w *worker) meet(s []uint64, m, n int32) bool {
	list, try := w.pairs.between(m, n), false
	for i := range list {
		cl := &list[i]
		switch {
		case !w.can(s, m, cl.Alts[0]) || !w.can(s, n, cl.Alts[1]):
		case cl.When == nil:
			try = true
		default:
			if cl.expr < 0 {
				cl.expr = w.sh.code.Expr(cl.When)
			}
			if w.vm.Eval(s, cl.expr) != 0 {
				return true
			}
		}
	}
	if !try {
		return false
	}
	return w.sh.pl.Racing(w.sh.state(s)) != nil
}

// can reports whether an alternative of a place is enabled.
func (w *worker) can(s []uint64, n int32, alt int) bool {
	return w.vm.Enabled(s, w.pairs.ThreadAt(n), alt) == alt
}
