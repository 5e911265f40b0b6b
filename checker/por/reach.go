// SPDX-License-Identifier: MIT

// This file explores what threads outside of a set can come to do, for
// persistent.go, with what is known of their registers on the way.

package por

import (
	"math/bits"

	"mmcheck/model"
)

// facts are what is known of a thread whenever it comes to an action.
type facts struct {
	same   uint64 // registers that are what they are now; unnamed: nothing was done yet
	differ uint64 // bits of register and holding: the register is not the index of that holding
}

// held is what a thread of the set has added to an element of a counter.
type held struct {
	counter
	sum int64
}

// disturber explores what the threads outside of the set can do, and returns
// the first found that disturbs it, 0 if none does.
func (c *Chooser) disturber() uint64 {
	clear(c.within)
	clear(c.seen)
	c.waiting, c.work = c.waiting[:0], c.work[:0]
	c.hold()
	for i, n := range c.at {
		if n >= 0 && c.set>>i&1 == 0 {
			c.meet(n, facts{same: ^uint64(0)})
		}
	}
	for len(c.work) > 0 || c.recheck() {
		n := c.work[len(c.work)-1]
		c.work = c.work[:len(c.work)-1]
		if c.blocked(n) {
			c.waiting = append(c.waiting, n)
			continue
		}
		a := c.x.actions[n]
		f := c.facts[n]
		f.differ |= c.implied(a)
		for m := c.set; m != 0; m &= m - 1 {
			if m != c.set && !c.x.Needs(wholeSet) {
				break
			}
			if c.conflicts(c.at[bits.TrailingZeros64(m)], n, f) {
				return 1 << (a.thread.Num - 1)
			}
		}
		c.within.add(n)
		for _, next := range a.next {
			if !c.x.Needs(actionsFollow) {
				break
			}
			set := a.change[next].sets | unnamed
			if !c.x.Needs(assignedForgets) {
				set = 0
			}
			c.meet(next, facts{f.same &^ set, f.differ &^ spread(set)})
		}
	}
	return 0
}

// maxHeld and maxIndex bound the holdings and registers that facts tell of.
const (
	maxHeld  = 4
	maxIndex = 16
)

// spread turns a set of registers into all bits of facts.differ about them.
func spread(set uint64) uint64 {
	out := uint64(0)
	for m := set & (1<<maxIndex - 1); m != 0; m &= m - 1 {
		out |= (1<<maxHeld - 1) << (bits.TrailingZeros64(m) * maxHeld)
	}
	return out
}

// differBit is the bit of facts.differ for a register and a holding.
func (c *Chooser) differBit(reg *model.Var, h int) uint64 {
	n, ok := c.x.regs[reg]
	if !ok || n >= maxIndex {
		return 0
	}
	return 1 << (n*maxHeld + h)
}

// hold collects what the threads of the set have added to counters.
func (c *Chooser) hold() {
	c.held = c.held[:0]
	for m := c.set; m != 0; m &= m - 1 {
		for _, h := range c.x.counters.held[c.at[bits.TrailingZeros64(m)]] {
			if len(c.held) < maxHeld {
				c.held = append(c.held, h)
			}
		}
	}
}

// implied is what taking action a says of its registers: they do not name
// elements whose count the guard does not admit.
func (c *Chooser) implied(a *action) uint64 {
	out := uint64(0)
	for _, need := range a.needs {
		for h := range c.held {
			if c.held[h].v == need.leaf.of.v && !c.admits(need.leaf, c.held[h].sum) {
				out |= c.differBit(need.reg, h)
			}
		}
	}
	return out
}

// admits reports whether the comparison may come true for an element to which
// the set has added sum.
func (c *Chooser) admits(l *leaf, sum int64) bool {
	k, v := c.x.counters, l.of.v
	if !k.is[v] {
		return true
	}
	lo, hi := k.init[v][0]+sum, k.init[v][1]+sum
	for i := range c.at {
		lo, hi = lo+k.low[i][v], hi+k.high[i][v]
	}
	return l.of.possible(lo, hi)
}

func (c *Chooser) conflicts(mine, other int, f facts) bool {
	con := c.x.conflict(mine, other)
	if con.always {
		return true
	}
	for i := range con.when {
		if c.meets(&con.when[i], f) {
			return true
		}
	}
	return false
}

// meets reports whether two accesses may be to one element.
func (c *Chooser) meets(m *meeting, f facts) bool {
	if m.theirs != nil {
		for h := range c.held {
			if c.held[h].at == m.mine && f.differ&c.differBit(m.theirs, h) != 0 {
				return false
			}
		}
	}
	return m.regs&^f.same != 0 && c.x.Needs(knownIndex) || c.is(m.query)
}

// meet adds an action to those that the others may come to, with what is known
// then. Where less is known than before, it is looked at again.
func (c *Chooser) meet(n int, f facts) {
	if !c.seen.has(n) {
		c.seen.add(n)
		c.facts[n] = f
		c.work = append(c.work, n)
		return
	}
	old := c.facts[n]
	f = facts{old.same & f.same, old.differ & f.differ}
	if f != old && c.x.Needs(everyWayThere) {
		c.facts[n] = f
		if c.within.has(n) {
			c.work = append(c.work, n)
		}
	}
}

// recheck moves actions that have come within reach back to work.
func (c *Chooser) recheck() bool {
	if !c.x.Needs(lookedAtAgain) {
		return false
	}
	kept := c.waiting[:0]
	for _, n := range c.waiting {
		if c.blocked(n) {
			kept = append(kept, n)
		} else {
			c.work = append(c.work, n)
		}
	}
	c.waiting = kept
	return len(c.work) > 0
}

// blocked reports whether every alternative of action n is disabled and stays
// so whatever is within reach does.
func (c *Chooser) blocked(n int) bool {
	a := c.x.actions[n]
	for i := range a.guards {
		if !c.stuck(&a.guards[i], c.facts[n].same, 0) {
			return false
		}
	}
	return true
}

// maxDepth bounds the conditions of writes of conditions of writes.
const maxDepth = 2

// stuck reports whether f is false and stays so whatever is within reach does.
// same are the registers of f's thread that are what they will be when f is
// evaluated.
func (c *Chooser) stuck(f *formula, same uint64, depth int) bool {
	if f.leaf != nil {
		return c.leafStuck(f.leaf, same, depth)
	}
	for i := range f.kids {
		if c.stuck(&f.kids[i], same, depth) == (f.op == model.OpLAnd) {
			return f.op == model.OpLAnd
		}
	}
	return f.op == model.OpLOr
}

func (c *Chooser) leafStuck(l *leaf, same uint64, depth int) bool {
	if l.ends&^c.set != 0 && c.x.Needs(EndsOfThreads) || l.own && l.regs&^same != 0 && c.x.Needs(ownRegisters) || c.is(l.query) {
		return false
	}
	if c.counted(l) {
		return true
	}
	for _, e := range c.x.enablers(l) {
		if c.within.has(e.action) && !c.prevented(&e, depth) && c.x.Needs(enabling) {
			return false
		}
	}
	return true
}

// prevented reports whether some condition of the write stays false.
func (c *Chooser) prevented(e *effect, depth int) bool {
	if len(e.conds) > 0 && !c.x.Needs(conditionFalse) {
		return true
	}
	for i := range e.conds {
		if depth < maxDepth && c.stuck(&e.conds[i], 0, depth+1) {
			return true
		}
	}
	return false
}

// counted reports whether a leaf compares a counter with a value that it cannot
// take as long as the threads of the set stay where they are.
func (c *Chooser) counted(l *leaf) bool {
	k := c.x.counters
	v := l.of.v
	if v == nil || !k.is[v] {
		return false
	}
	lo, hi := k.init[v][0], k.init[v][1]
	for i, n := range c.at {
		if c.set>>i&1 == 0 {
			if c.x.Needs(othersAdd) {
				lo, hi = lo+k.low[i][v], hi+k.high[i][v]
			}
			continue
		}
		for _, h := range k.held[n] {
			if h.v != v {
				continue
			}
			same := model.Eq(h.at, l.of.at)
			if same == model.Expr(model.True) || h.at == l.of.at || !isConst(same) && (c.is(c.x.query(same)) || !c.x.Needs(addedToSame)) {
				lo, hi = lo+h.sum, hi+h.sum
			}
		}
	}
	return !l.of.possible(lo, hi)
}
