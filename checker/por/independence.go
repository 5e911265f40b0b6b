// SPDX-License-Identifier: MIT

// This file collects the actions of a program and says which of them can
// disturb each other.

package por

import (
	"math/bits"
	"slices"
	"sync"

	"mmcheck/checker/property"
	"mmcheck/model"
)

// bitset is a set of small integers.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) add(i int)      { b[i>>6] |= 1 << (i & 63) }
func (b bitset) has(i int) bool { return b[i>>6]>>(i&63)&1 != 0 }

func (b bitset) meets(o bitset) bool {
	for i, w := range b {
		if w&o[i] != 0 {
			return true
		}
	}
	return false
}

// Analysis is the analysis of one sealed program.
type Analysis struct {
	mu        sync.Mutex // held while something is added, or read that may be added to
	prog      *model.Program
	actions   []*action
	of        [][]int // by thread and pc: the action
	users     map[*model.Var]uint64
	shared    bitset              // the elements that several threads touch
	written   map[*model.Var]bool // somewhere otherwise than by additions
	leaves    map[model.Expr]*leaf
	races     *property.RacingPairs // accesses that properties look at, nil: none
	without   Condition
	uncounted map[*model.Var]bool // sums are not a function of where threads are
	counters  *counters
	pairs     map[pair]*conflict
	queries   []model.Expr // conditions asked of states
	numbers   map[model.Expr]int
	regs      map[*model.Var]int // place of a register among its thread's
}

// Analyse analyses a sealed program. Tests leave a condition out.
func Analyse(p *model.Program, races *property.RacingPairs, without Condition) *Analysis {
	x := &Analysis{
		prog: p, races: races, without: without, of: make([][]int, len(p.Threads)), leaves: map[model.Expr]*leaf{}, uncounted: map[*model.Var]bool{}, written: map[*model.Var]bool{},
		pairs: map[pair]*conflict{}, numbers: map[model.Expr]int{},
	}
	x.findUsers()
	x.regs = map[*model.Var]int{}
	for i, t := range p.Threads {
		for n, v := range t.Regs {
			x.regs[v] = n
		}
		x.of[i] = make([]int, len(t.Points)+1)
		for _, b := range t.Points {
			x.of[i][b.PC] = len(x.actions)
			x.actions = append(x.actions, &action{thread: t, point: b})
		}
	}
	for _, a := range x.actions {
		x.trace(a)
	}
	x.dropPrivate()
	x.counters = x.count()
	x.stick()
	for _, a := range x.actions {
		for _, alt := range a.point.Step.Alts {
			a.guards = append(a.guards, x.normal(alt.Guard, false))
		}
		a.findNeeds()
	}
	for _, a := range x.actions {
		a.Delayed = (a.choice() || x.movesRight(a)) && !x.beforeRace(a)
	}
	return x
}

// Action is the next step of thread t, counted from 0, at a scheduling point.
func (x *Analysis) Action(t, pc int) *action { return x.actions[x.of[t][pc]] }

// beforeRace reports whether an access may come next that breaks a property
// together with one of another thread. The thread has to be seen there, beside
// another that has delayed a transition itself.
func (x *Analysis) beforeRace(a *action) bool {
	return x.races != nil && x.Needs(racesSeen) && slices.ContainsFunc(a.next, func(n int) bool {
		b := x.actions[n]
		return x.races.At(b.thread.Num-1, b.point.PC) != 0
	})
}

// unnamed is the bit, in sets of registers of a thread, that stands for all else
// that only this thread touches.
const unnamed = 1 << 63

// indexBit is the bit that stands for a register in sets of registers of its
// thread; 0 is that it has none of its own.
func (x *Analysis) indexBit(v *model.Var) uint64 {
	if n, ok := x.regs[v]; ok && n < 63 {
		return 1 << n
	}
	return 0
}

// registers is the set of its thread's registers that e reads, all of them if
// it reads something else or too many.
func (x *Analysis) registers(e model.Expr) (set uint64, ok bool) {
	ok = true
	model.WalkExpr(e, func(e model.Expr) {
		if g, isGet := e.(model.Get); isGet {
			bit := x.indexBit(g.V)
			set |= bit
			ok = ok && bit != 0
		}
	})
	return set, ok
}

// findUsers finds out which threads touch each variable.
func (x *Analysis) findUsers() {
	x.users = map[*model.Var]uint64{}
	for _, t := range x.prog.Threads {
		bit := uint64(1) << (t.Num - 1)
		x.users[t.PC] |= bit
		read := func(e model.Expr) {
			model.WalkExpr(e, func(e model.Expr) {
				if g, ok := e.(model.Get); ok {
					x.users[g.V] |= bit
				}
			})
		}
		for _, b := range t.Blocks {
			read(b.Cond)
			if b.Step != nil {
				for _, a := range b.Step.Alts {
					read(a.Guard)
				}
			}
			b.Bodies(func(body []model.Stmt) {
				model.WalkStmts(body, func(st model.Stmt) {
					if set, ok := st.(model.Set); ok {
						x.users[set.V] |= bit
					}
					for _, e := range model.StmtExprs(st) {
						read(e)
					}
				})
			})
		}
	}
}

// Needs reports whether a condition is to be seen to.
func (x *Analysis) Needs(c Condition) bool { return x.without != c }

// exchangeable says that an access of each kind, to one element, may be
// exchanged.
func (x *Analysis) exchangeable(p, q touch) bool {
	is := func(c Condition, a, b touch) bool {
		return !x.Needs(c) && (p == a && q == b || p == b && q == a)
	}
	return exchangeable[p][q] || is(readOrWritten, reads, writes) || is(writtenTwice, writes, writes) ||
		is(addedOrRead, adds, reads) || is(killedOrRead, kills, reads) || is(OwnAndFree, asks, writes)
}

// single reports whether one thread at most touches v.
func (x *Analysis) single(v *model.Var) bool { return bits.OnesCount64(x.users[v]) < 2 }

func (x *Analysis) mine(t *model.Thread, v *model.Var) bool { return v.Thread == t.Num }

// elements is the range of the state that v[at] may denote: one element for a
// constant index, those of one instance for an index into it, else all.
func elements(v *model.Var, at model.Expr) (lo, hi int) {
	off := v.Off()
	switch i := at.(type) {
	case model.Const:
		if i < 0 || int(i) >= v.Len {
			return off, off
		}
		return off + int(i), off + int(i) + 1
	case model.Bin: // of a cell; an index of C may be out of bounds
		if c, ok := i.X.(model.Const); ok && v.Kind != model.Memory && i.Op == model.OpAdd && v.Width > 1 && int(c)+v.Width <= v.Len && int(c)%v.Width == 0 {
			return off + int(c), off + int(c) + v.Width
		}
	}
	return off, off + v.Len
}

// dropPrivate forgets elements that only one thread ever touches.
func (x *Analysis) dropPrivate() {
	by := make([]bitset, len(x.prog.Threads))
	for i := range by {
		by[i] = newBitset(x.prog.Size)
	}
	for _, a := range x.actions {
		for _, acc := range a.accesses {
			for i, hi := elements(acc.v, acc.at); i < hi; i++ {
				by[a.thread.Num-1].add(i)
			}
		}
	}
	x.shared = newBitset(x.prog.Size)
	for w := range x.shared {
		once := uint64(0)
		for _, b := range by {
			x.shared[w] |= once & b[w]
			once |= b[w]
		}
	}
	for _, a := range x.actions {
		for h := range a.touched {
			a.touched[h] = newBitset(x.prog.Size)
		}
		kept := a.accesses[:0]
		for _, acc := range a.accesses {
			keep := false
			for i, hi := elements(acc.v, acc.at); i < hi; i++ {
				if x.shared.has(i) {
					a.touched[acc.how].add(i)
					keep = true
				}
			}
			if keep {
				kept = append(kept, acc)
			}
		}
		a.accesses = kept
	}
}

// pair is two actions of different threads.
type pair struct{ a, b int }

// conflict says when two actions disturb each other: always, or when one of
// some conditions holds.
type conflict struct {
	always bool
	when   []meeting
}

// meeting is two accesses that disturb each other if they are to one element.
// What the second one's index is may be known at the time.
type meeting struct {
	query  int        // whether the indices are equal
	regs   uint64     // registers of the second's thread that must not have changed for the query to mean it
	mine   model.Expr // the first index
	theirs *model.Var // the register that is the second index, nil if it is no register
}

// conflict looks a pair up.
func (x *Analysis) conflict(a, b int) *conflict {
	k := pair{a, b}
	c := x.pairs[k]
	if c == nil {
		c = x.compare(x.actions[a], x.actions[b])
		x.pairs[k] = c
	}
	return c
}

func (x *Analysis) compare(a, b *action) *conflict {
	c := &conflict{}
	if !x.disturb(a, b) {
		return c
	}
	for _, p := range a.accesses {
		for _, q := range b.accesses {
			if p.v != q.v || x.exchangeable(p.how, q.how) || !overlap(p, q) {
				continue
			}
			m, ok := x.meet(a, p, b, q)
			if !ok {
				return &conflict{always: true}
			}
			if m != nil {
				c.when = append(c.when, *m)
			}
		}
	}
	return c
}

func (x *Analysis) disturb(a, b *action) bool {
	for p := range touches {
		for q := range touches {
			if !x.exchangeable(p, q) && a.touched[p].meets(b.touched[q]) {
				return true
			}
		}
	}
	return false
}

func overlap(p, q access) bool {
	lo, hi := elements(p.v, p.at)
	lo2, hi2 := elements(q.v, q.at)
	return max(lo, lo2) < min(hi, hi2)
}

// meet says when two accesses meet; nil is never, not ok is always. What the
// first index is read from stays what it is as long as the thread of a does not
// move, or is written by an action that disturbs a by that.
func (x *Analysis) meet(a *action, p access, b *action, q access) (*meeting, bool) {
	if p.at == nil || !x.known(b, q.at) {
		return nil, false
	}
	same := model.Eq(p.at, q.at)
	if isConst(same) {
		return nil, same == model.Expr(model.False)
	}
	regs, ok := x.registers(q.at)
	if !ok {
		return nil, false
	}
	if !x.Needs(sameElement) {
		return nil, true
	}
	m := &meeting{query: x.query(same), regs: regs, mine: p.at}
	if g, isGet := q.at.(model.Get); isGet {
		m.theirs = g.V
	}
	return m, true
}

// seenByOthers reports whether all that e reads is touched by other threads
// than the one that evaluates it; what is not may be changed by that one.
func (x *Analysis) seenByOthers(e model.Expr) bool {
	ok := true
	model.WalkExpr(e, func(e model.Expr) {
		g, isGet := e.(model.Get)
		if !isGet || g.V.Thread != 0 {
			return
		}
		for i, hi := elements(g.V, index(g)); i < hi; i++ {
			ok = ok && x.shared.has(i)
		}
	})
	return ok
}

func isConst(e model.Expr) bool {
	_, ok := e.(model.Const)
	return ok
}

// known reports whether an index stays what it is as long as the thread of a
// does not move.
func (x *Analysis) known(a *action, at model.Expr) bool {
	if at == nil {
		return false
	}
	ok := true
	model.WalkExpr(at, func(e model.Expr) {
		if g, isGet := e.(model.Get); isGet && (g.V.Thread != a.thread.Num || g.V.Len != 1 || g.V.Of != nil) {
			ok = false
		}
	})
	return ok
}

// query numbers a condition to be asked of states.
func (x *Analysis) query(e model.Expr) int {
	n, ok := x.numbers[e]
	if !ok {
		n = len(x.queries)
		x.queries = append(x.queries, e)
		x.numbers[e] = n
	}
	return n
}
