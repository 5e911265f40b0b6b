// SPDX-License-Identifier: MIT

// This file finds, in a state, a persistent set of threads: as long as none of
// them moves, nothing that the others can do disturbs, or is disturbed by, the
// next step of any of them (Godefroid, "Partial-Order Methods for the
// Verification of Concurrent Systems"). What the others can do is followed along
// their code from where they are; a step is out of reach while its guard is
// false and no step within reach can make it true. This is how locks are
// recognised without being known: while a thread holds one, the acquisition by
// others is out of reach, and with it all that lies behind. Nothing is assumed
// of the discipline: an access outside the lock stays within reach, and
// forbids the reduction.

package por

import (
	"math/bits"

	"mmcheck/model"
)

// Chooser answers for states. It belongs to one goroutine.
type Chooser struct {
	x       *Analysis
	ask     asker        // of the state at hand
	queries []model.Expr // those that were asked so far, and others
	at      []int        // by thread: its next action, -1 if it has ended
	answers []int8       // by query, in this run: 0 not asked, 1 no, 2 yes
	path    []answer     // in the order asked
	live    uint64       // threads that have not ended
	set     uint64       // the threads that stay where they are
	current bitset       // actions that are some thread's next
	within  bitset       // actions within reach of the others
	seen    bitset
	facts   []facts // by action seen
	held    []held  // what the threads of the set have added to counters
	waiting []int
	work    []int
	roots   map[string]int32
	nodes   []node
	key     []byte
}

// NewChooser returns a chooser for the states of one goroutine.
func (x *Analysis) NewChooser() *Chooser {
	n := len(x.actions)
	return &Chooser{
		x: x, at: make([]int, len(x.prog.Threads)), current: newBitset(n), within: newBitset(n), seen: newBitset(n), facts: make([]facts, n),
		roots: map[string]int32{}, nodes: make([]node, 1),
	}
}

// is asks a query, once in a run.
func (c *Chooser) is(query int) bool {
	for len(c.answers) <= query {
		c.answers = append(c.answers, 0)
	}
	if c.answers[query] == 0 {
		yes := c.ask(query, c.x.queries[query])
		c.answers[query] = 1
		if yes {
			c.answers[query] = 2
		}
		c.path = append(c.path, answer{int32(query), yes})
	}
	return c.answers[query] == 2
}

// holds evaluates a guard of a current action.
func (c *Chooser) holds(f *formula) bool {
	if f.leaf != nil {
		return c.is(f.leaf.query)
	}
	for i := range f.kids {
		if c.holds(&f.kids[i]) != (f.op == model.OpLAnd) {
			return f.op == model.OpLOr
		}
	}
	return f.op == model.OpLAnd
}

func (c *Chooser) enabled(n int) int {
	k := 0
	a := c.x.actions[n]
	for i := range a.guards {
		if c.holds(&a.guards[i]) {
			k++
		}
	}
	return k
}

// decide finds the best persistent set: one thread with one way to go on is
// best, all threads are always one.
func (c *Chooser) decide() uint64 {
	best, cost := c.live, 1<<30
	ways := make([]int, len(c.at))
	for i, n := range c.at {
		if n >= 0 {
			ways[i] = c.enabled(n)
		}
	}
	for i, n := range c.at {
		if n < 0 || ways[i] == 0 || c.x.actions[n].Sticky && c.x.Needs(StickyAlone) || c.x.actions[n].choice() {
			continue
		}
		set, ok := c.grow(uint64(1) << i)
		if !ok {
			continue
		}
		total := 0
		for m := set; m != 0; m &= m - 1 {
			t := bits.TrailingZeros64(m)
			if ways[t] > 0 && c.x.actions[c.at[t]].Sticky && c.x.Needs(StickyAlone) {
				total = cost
				break
			}
			total += ways[t]
		}
		if total == 1 {
			return set
		}
		if total < cost {
			best, cost = set, total
		}
	}
	return best
}

// grow adds threads to a set until it is persistent. It gives up when that
// would take all threads, or one whose next step is a choice: the set would be
// right, but a choice costs nothing where all threads are expanded.
func (c *Chooser) grow(set uint64) (uint64, bool) {
	for {
		c.set = set
		more := c.disturber()
		if more == 0 {
			return set, true
		}
		set |= more
		t := bits.TrailingZeros64(more)
		if set == c.live || c.x.actions[c.at[t]].choice() {
			return 0, false
		}
	}
}
