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

package checker

import (
	"math/bits"

	"mmcheck/model"
)

// chooser answers for states. It belongs to one goroutine.
type chooser struct {
	x       *independence
	ask     func(query int) bool // of the state at hand
	at      []int                // by thread: its next action, -1 if it has ended
	answers []int8               // by query, in this run: 0 not asked, 1 no, 2 yes
	path    []answer             // in the order asked
	live    uint64               // threads that have not ended
	set     uint64               // the threads that stay where they are
	current bitset               // actions that are some thread's next
	within  bitset               // actions within reach of the others
	seen    bitset
	facts   []facts // by action seen
	held    []held  // what the threads of the set have added to counters
	waiting []int
	work    []int
	roots   map[string]int32
	nodes   []node
	key     []byte
}

// answer is a question that was asked of a state.
type answer struct {
	query int32
	yes   bool
}

// facts are what is known of a thread whenever it comes to an action.
type facts struct {
	same   uint64 // registers that are what they are now
	differ uint64 // bits of register and holding: the register is not the index of that holding
}

// held is what a thread of the set has added to an element of a counter.
type held struct {
	counter
	sum int64
}

// node is a question with what follows from either answer, or a result. Which
// questions are asked depends on the places of the threads and on the answers
// before only: what was decided once is not decided again.
type node struct {
	query   int32 // -1: result
	no, yes int32 // nodes; 0 if not yet known
	result  uint64
}

func newChooser(x *independence) *chooser {
	n := len(x.actions)
	return &chooser{
		x: x, at: make([]int, len(x.prog.Threads)), current: newBitset(n), within: newBitset(n), seen: newBitset(n), facts: make([]facts, n),
		roots: map[string]int32{}, nodes: make([]node, 1),
	}
}

// recall returns the threads to expand in a state in which thread i has reached
// the scheduling point pcs[i], 0 for the end, if that was decided before. ask
// answers queries of the state.
func (c *chooser) recall(pcs []int, ask func(query int) bool) (set uint64, ok bool) {
	c.key = c.key[:0]
	for _, pc := range pcs {
		c.key = append(c.key, byte(pc), byte(pc>>8))
	}
	n, ok := c.roots[string(c.key)]
	if ok {
		for c.nodes[n].query >= 0 {
			next := c.nodes[n].no
			if ask(int(c.nodes[n].query)) {
				next = c.nodes[n].yes
			}
			if next == 0 {
				break
			}
			n = next
		}
		if c.nodes[n].query < 0 {
			return c.nodes[n].result, true
		}
	}
	return 0, false
}

// learn decides after recall could not, and remembers the questions that led to
// the decision.
func (c *chooser) learn(pcs []int, ask func(query int) bool) uint64 {
	c.ask, c.path, c.live = ask, c.path[:0], 0
	clear(c.answers)
	clear(c.current)
	for i, pc := range pcs {
		c.at[i] = -1
		if pc != 0 {
			c.at[i] = c.x.of[i][pc]
			c.current.add(c.at[i])
			c.live |= 1 << i
		}
	}
	result := c.decide()
	n, ok := c.roots[string(c.key)]
	if !ok {
		n = c.node()
		c.roots[string(c.key)] = n
	}
	for _, a := range c.path {
		c.nodes[n].query = a.query
		next := c.nodes[n].no
		if a.yes {
			next = c.nodes[n].yes
		}
		if next == 0 {
			next = c.node()
			if a.yes {
				c.nodes[n].yes = next
			} else {
				c.nodes[n].no = next
			}
		}
		n = next
	}
	c.nodes[n].result = result
	return result
}

func (c *chooser) node() int32 {
	c.nodes = append(c.nodes, node{query: -1})
	return int32(len(c.nodes) - 1)
}

// is asks a query, once in a run.
func (c *chooser) is(query int) bool {
	for len(c.answers) <= query {
		c.answers = append(c.answers, 0)
	}
	if c.answers[query] == 0 {
		yes := c.ask(query)
		c.answers[query] = 1
		if yes {
			c.answers[query] = 2
		}
		c.path = append(c.path, answer{int32(query), yes})
	}
	return c.answers[query] == 2
}

// holds evaluates a guard of a current action.
func (c *chooser) holds(f *formula) bool {
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

func (c *chooser) enabled(n int) int {
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
func (c *chooser) decide() uint64 {
	best, cost := c.live, 1<<30
	ways := make([]int, len(c.at))
	for i, n := range c.at {
		if n >= 0 {
			ways[i] = c.enabled(n)
		}
	}
	for i, n := range c.at {
		if n < 0 || ways[i] == 0 || c.x.actions[n].sticky || c.x.actions[n].choice() {
			continue
		}
		set, ok := c.grow(uint64(1) << i)
		if !ok {
			continue
		}
		total := 0
		for m := set; m != 0; m &= m - 1 {
			t := bits.TrailingZeros64(m)
			if ways[t] > 0 && c.x.actions[c.at[t]].sticky {
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
// would take a thread whose next step is a choice, or all threads.
func (c *chooser) grow(set uint64) (uint64, bool) {
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

// disturber explores what the threads outside of the set can do, and returns
// the first found that disturbs it, 0 if none does.
func (c *chooser) disturber() uint64 {
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
			if c.conflicts(c.at[bits.TrailingZeros64(m)], n, f) {
				return 1 << (a.thread.Num - 1)
			}
		}
		c.within.add(n)
		for _, next := range a.next {
			set := a.change[next].sets
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
func (c *chooser) differBit(reg *model.Var, h int) uint64 {
	n, ok := c.x.regs[reg]
	if !ok || n >= maxIndex {
		return 0
	}
	return 1 << (n*maxHeld + h)
}

// hold collects what the threads of the set have added to counters.
func (c *chooser) hold() {
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
func (c *chooser) implied(a *action) uint64 {
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
func (c *chooser) admits(l *leaf, sum int64) bool {
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

func (c *chooser) conflicts(mine, other int, f facts) bool {
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
func (c *chooser) meets(m *meeting, f facts) bool {
	if m.theirs != nil {
		for h := range c.held {
			if c.held[h].at == m.mine && f.differ&c.differBit(m.theirs, h) != 0 {
				return false
			}
		}
	}
	return m.regs&^f.same != 0 || c.is(m.query)
}

// meet adds an action to those that the others may come to, with what is known
// then. Where less is known than before, it is looked at again.
func (c *chooser) meet(n int, f facts) {
	if !c.seen.has(n) {
		c.seen.add(n)
		c.facts[n] = f
		c.work = append(c.work, n)
		return
	}
	old := c.facts[n]
	f = facts{old.same & f.same, old.differ & f.differ}
	if f != old {
		c.facts[n] = f
		if c.within.has(n) {
			c.work = append(c.work, n)
		}
	}
}

// recheck moves actions that have come within reach back to work.
func (c *chooser) recheck() bool {
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
func (c *chooser) blocked(n int) bool {
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
func (c *chooser) stuck(f *formula, same uint64, depth int) bool {
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

func (c *chooser) leafStuck(l *leaf, same uint64, depth int) bool {
	if l.ends&^c.set != 0 || l.own && l.regs&^same != 0 || c.is(l.query) {
		return false
	}
	if c.counted(l) {
		return true
	}
	for _, e := range c.x.enablers(l) {
		if c.within.has(e.action) && !c.prevented(&e, depth) {
			return false
		}
	}
	return true
}

// prevented reports whether some condition of the write stays false.
func (c *chooser) prevented(e *effect, depth int) bool {
	for i := range e.conds {
		if depth < maxDepth && c.stuck(&e.conds[i], 0, depth+1) {
			return true
		}
	}
	return false
}

// counted reports whether a leaf compares a counter with a value that it cannot
// take as long as the threads of the set stay where they are.
func (c *chooser) counted(l *leaf) bool {
	k := c.x.counters
	v := l.of.v
	if v == nil || !k.is[v] {
		return false
	}
	lo, hi := k.init[v][0], k.init[v][1]
	for i, n := range c.at {
		if c.set>>i&1 == 0 {
			lo, hi = lo+k.low[i][v], hi+k.high[i][v]
			continue
		}
		for _, h := range k.held[n] {
			if h.v != v {
				continue
			}
			same := model.Eq(h.at, l.of.at)
			if same == model.Expr(model.True) || h.at == l.of.at || !isConst(same) && c.is(c.x.query(same)) {
				lo, hi = lo+h.sum, hi+h.sum
			}
		}
	}
	return !l.of.possible(lo, hi)
}
