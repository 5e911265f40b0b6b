// SPDX-License-Identifier: MIT

// This file recognises counters: variables that threads only add constants to,
// such that what a thread has added so far follows from where it is. A count of
// readers is then known not to be zero while one of them stays where it is,
// whatever the others do.

package por

import (
	"cmp"
	"math"
	"slices"

	"mmcheck/model"
)

// counters are the sums that threads have added to variables.
type counters struct {
	x    *Analysis
	is   map[*model.Var]bool
	at   []map[counter]int64     // by action: what its thread has added before it
	low  []map[*model.Var]int64  // by thread: the least it has added to an element, wherever it is
	high []map[*model.Var]int64  // the most
	init map[*model.Var][2]int64 // least and greatest initial value
	ends []map[counter]int64     // by thread: what it has added when it has ended
	held [][]held                // by action: what its thread has added before it, in order
}

// count follows the sums of all threads.
func (x *Analysis) count() *counters {
	c := &counters{x: x, is: map[*model.Var]bool{}, at: make([]map[counter]int64, len(x.actions)), init: map[*model.Var][2]int64{}}
	for _, a := range x.actions {
		for _, acc := range a.accesses {
			switch acc.how {
			case adds:
				if x.known(a, acc.at) {
					c.is[acc.v] = true
					continue
				}
				x.written[acc.v] = true
			}
		}
	}
	for v := range c.is {
		if x.written[v] || x.uncounted[v] {
			delete(c.is, v)
		}
	}
	c.ends = make([]map[counter]int64, len(x.prog.Threads))
	for i, t := range x.prog.Threads {
		c.follow(i, t)
	}
	c.bounds()
	c.held = make([][]held, len(c.at))
	for i, sums := range c.at {
		c.held[i] = c.order(sums)
	}
	return c
}

// follow computes what thread t has added at each of its points.
func (c *counters) follow(i int, t *model.Thread) {
	start := c.x.prog.Initial[t.PC.Off()]
	if start == 0 {
		return
	}
	first := c.x.of[i][start]
	c.at[first] = map[counter]int64{}
	for work := []int{first}; len(work) > 0; {
		n := work[len(work)-1]
		work = work[:len(work)-1]
		a := c.x.actions[n]
		for next, ch := range a.change {
			sum := c.after(a, c.at[n], ch)
			switch {
			case next == end && c.ends[i] == nil:
				c.ends[i] = sum
			case next == end:
				c.agree(c.ends[i], sum)
			case c.at[next] == nil:
				c.at[next] = sum
				work = append(work, next)
			default:
				c.agree(c.at[next], sum)
			}
		}
	}
}

// after is what has been added behind action a.
func (c *counters) after(a *action, before map[counter]int64, ch *changes) map[counter]int64 {
	sum := map[counter]int64{}
	for k, n := range before {
		sum[k] = n
	}
	for k, n := range ch.sums {
		if c.is[k.v] {
			sum[k] += n
		}
	}
	for k, n := range sum {
		if n == 0 {
			delete(sum, k)
			continue
		}
		model.WalkExpr(k.at, func(e model.Expr) {
			if g, ok := e.(model.Get); ok && a.assigns(g.V) && c.x.Needs(indexKept) {
				delete(c.is, k.v) // the index is forgotten before the sum is undone
			}
		})
	}
	return sum
}

// assigns reports whether a may assign to its thread's register v.
func (a *action) assigns(v *model.Var) bool {
	for _, ch := range a.change {
		if ch.moves[v] != stays {
			return true
		}
	}
	return false
}

func (c *counters) agree(a, b map[counter]int64) {
	for k, n := range a {
		if b[k] != n {
			delete(c.is, k.v)
		}
	}
	for k, n := range b {
		if a[k] != n {
			delete(c.is, k.v)
		}
	}
}

// bounds finds the least and the most that each thread can have added.
func (c *counters) bounds() {
	n := len(c.x.prog.Threads)
	c.low, c.high = make([]map[*model.Var]int64, n), make([]map[*model.Var]int64, n)
	for i := range n {
		c.low[i], c.high[i] = map[*model.Var]int64{}, map[*model.Var]int64{}
		c.widen(i, c.ends[i])
	}
	for j, sums := range c.at {
		c.widen(c.x.actions[j].thread.Num-1, sums)
	}
	for v := range c.is {
		lo, hi := int64(math.MaxInt64), int64(math.MinInt64)
		for i := range v.Len {
			val := c.x.prog.Initial[v.Off()+i]
			lo, hi = min(lo, val), max(hi, val)
		}
		c.init[v] = [2]int64{lo, hi}
		for i := range n {
			lo, hi = lo+c.low[i][v], hi+c.high[i][v]
		}
		if (!fits(lo, v) || !fits(hi, v)) && c.x.Needs(noWrapAround) {
			delete(c.is, v) // it may wrap around
		}
	}
}

func (c *counters) widen(i int, sums map[counter]int64) {
	low, high := map[*model.Var]int64{}, map[*model.Var]int64{}
	for k, n := range sums {
		low[k.v] += min(n, 0)
		high[k.v] += max(n, 0)
	}
	for v, n := range low {
		c.low[i][v] = min(c.low[i][v], n)
	}
	for v, n := range high {
		c.high[i][v] = max(c.high[i][v], n)
	}
}

func fits(n int64, v *model.Var) bool {
	switch {
	case v.Bits >= 64:
		return true
	case v.Signed:
		return n >= -1<<(v.Bits-1) && n < 1<<(v.Bits-1)
	}
	return n >= 0 && n < 1<<v.Bits
}

// order lists sums in an order that does not depend on that of a map.
func (c *counters) order(sums map[counter]int64) []held {
	var out []held
	for k, n := range sums {
		if c.is[k.v] {
			out = append(out, held{k, n})
		}
	}
	slices.SortFunc(out, func(a, b held) int {
		return cmp.Or(cmp.Compare(a.v.Off(), b.v.Off()), cmp.Compare(c.x.query(a.at), c.x.query(b.at)))
	})
	return out
}

// lowest is the least value that an element of v can take; the least of all
// numbers if v is no counter.
func (c *counters) lowest(v *model.Var) int64 {
	if !c.is[v] {
		return math.MinInt64
	}
	n := c.init[v][0]
	for i := range c.low {
		n += c.low[i][v]
	}
	return n
}
