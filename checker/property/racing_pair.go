// SPDX-License-Identifier: MIT

// This file finds pairs of accesses that break a property together (data races)
// in packed states, without trying what the threads do. Where two threads are
// says which accesses they make next; a condition, derived from the code once
// for each two spots, says in which states they meet. Where it cannot be
// derived, as within ATOMIC, the accesses are tried after all.
//
// Reductions leave such states within reach, since two accesses to one location
// of which one writes depend on each other (por/footprint.go counts each Use as an
// access): a persistent set that one of the two threads is in has the other in it
// as well, and what threads outside of a set do takes nothing from the two. So
// where a racing pair lies ahead, it still does behind each step that is taken, nearer
// or as near, and a step that does not come nearer is not taken for ever
// (por/sticky.go). For the same reason a forced step leads from such a state to another,
// and it is enough to look at the states that are stored; but what a thread comes
// to behind a step that is put off is in none of them, so that none is put off
// before an access that may race (por/independence.go).

package property

import (
	"slices"

	"mmcheck/model"
)

// RacingPairs are the places in a program that may make accesses which break a
// property together with those of others; nil if there are none.
type RacingPairs struct {
	Property *Property
	threads  []*model.Thread
	fatal    func(prop string) bool
	number   [][]int32 // by thread and pc: the place, from 1; 0: none of those
	spots    []spot
	Vars     map[*model.Var]bool // where they meet
	Busy     uint64              // the threads that have spots
}

// spot is where a thread is before some accesses.
type spot struct {
	thread *model.Thread
	point  *model.Block
	uses   []stated
}

// stated is an access that the code makes.
type stated struct {
	model.Use
	alt   int
	when  model.Expr // in terms of the state before the transition
	known bool       // whether when says it all
}

// NewRacingPairs looks for spots that may race with others.
func NewRacingPairs(w *Woven) *RacingPairs {
	for _, p := range w.Props {
		if p.Pair == nil {
			continue
		}
		c := &RacingPairs{Property: p, threads: w.Prog.Threads, fatal: w.Fatal, Vars: map[*model.Var]bool{}}
		c.collect(w.Prog)
		if len(c.spots) > 0 {
			return c
		}
	}
	return nil
}

// kind is a way to access an element.
type kind struct {
	v    *model.Var
	elem int64 // -1: any
	mode model.Mode
	mark model.Mark
}

func kindOf(u *model.Use) kind {
	k := kind{u.V, -1, u.Mode, u.Mark}
	switch i := u.I.(type) {
	case nil:
		k.elem = 0
	case model.Const:
		k.elem = int64(i)
	}
	return k
}

// collect numbers the spots, without those of which no access meets any other.
func (c *RacingPairs) collect(p *model.Program) {
	kinds := map[*model.Var]map[kind]uint64{} // and the threads that have them
	var spots []spot
	for _, t := range p.Threads {
		c.number = append(c.number, make([]int32, len(t.Points)+1))
		if t.Final { // it runs alone
			continue
		}
		for _, b := range t.Points {
			at := spot{t, b, c.uses(b)}
			for i := range at.uses {
				k := kindOf(&at.uses[i].Use)
				if kinds[k.v] == nil {
					kinds[k.v] = map[kind]uint64{}
				}
				kinds[k.v][k] |= 1 << (t.Num - 1)
			}
			spots = append(spots, at)
		}
	}
	for _, at := range spots {
		at.uses = slices.DeleteFunc(at.uses, func(u stated) bool { return !mayRace(kindOf(&u.Use), at.thread, kinds[u.V]) })
		if len(at.uses) > 0 {
			c.spots = append(c.spots, at)
			c.number[at.thread.Num-1][at.point.PC] = int32(len(c.spots))
			c.Busy |= 1 << (at.thread.Num - 1)
		}
		for _, u := range at.uses {
			c.Vars[u.V] = true
		}
	}
}

// At is the place of thread t, counted from 0, at a scheduling point, from 1; 0 if it
// makes no such access next.
func (c *RacingPairs) At(t, pc int) int32 { return c.number[t][pc] }

// SpotCount is the number of places.
func (c *RacingPairs) SpotCount() int { return len(c.spots) }

// ThreadAt is the thread, counted from 0, of a place.
func (c *RacingPairs) ThreadAt(n int32) int { return c.spots[n-1].thread.Num - 1 }

// Near reports whether two threads are at places that may race.
func (c *RacingPairs) Near(s model.State) bool {
	n := 0
	for i, t := range c.threads {
		if c.number[i][s[t.PC.Off()]] != 0 {
			n++
		}
	}
	return n > 1
}

// mayRace reports whether an access of a thread may meet one of another.
func mayRace(k kind, t *model.Thread, others map[kind]uint64) bool {
	for o, threads := range others {
		if threads&^(1<<(t.Num-1)) != 0 && bad(k.mode, k.mark, o.mode, o.mark) && (k.elem == o.elem || k.elem < 0 || o.elem < 0) {
			return true
		}
	}
	return false
}

// bad reports whether two accesses to one location break the property. It says
// anew what Property.Pair says: tests compare the searches that ask one or the
// other.
func bad(m model.Mode, mark model.Mark, n model.Mode, other model.Mark) bool {
	return (m == model.Write || n == model.Write) && mark != model.Racy && other != model.Racy && (mark == model.Unmarked || other == model.Unmarked)
}

// uses lists the accesses that the code makes from a scheduling point to the
// next, each once for every place where it stands.
func (c *RacingPairs) uses(b *model.Block) []stated {
	var out []stated
	for i := range b.Step.Alts {
		w := &stater{c: c, alt: i, when: model.True, known: true}
		w.body(b.Step.Alts[i].Body)
		w.known = false
		w.follow(b.Step.Alts[i].Next, map[*model.Block]bool{})
		out = append(out, w.out...)
	}
	return out
}

// stater follows an alternative as long as it is known what the state is like
// in terms of the one before.
type stater struct {
	c     *RacingPairs
	alt   int
	when  model.Expr // how the statement at hand is reached
	known bool
	stops int          // conditions so far that end the transition
	dirty []*model.Var // written so far
	out   []stated
}

func (w *stater) body(body []model.Stmt) {
	for _, st := range body {
		switch st := st.(type) {
		case model.Use:
			w.use(st)
		case model.Set:
			w.dirty = append(w.dirty, st.V)
		case model.Check:
			if w.c.fatal(st.Prop) {
				w.passes(st.Bad)
			}
		case model.Limit:
			w.passes(st.When)
		case model.If:
			w.branch(st)
		}
	}
}

// use adds an access; it is one if its pointer is not dead, and leads somewhere.
func (w *stater) use(u model.Use) {
	i := u.Index()
	when := model.And(w.when, model.MkBin(model.OpLt, i, model.Int(u.V.Len)), model.Le(model.Int(u.V.First()), i))
	if u.Life != nil {
		when = model.And(when, model.Ne(u.Life, model.Const(model.LifeDead)))
	}
	if when != model.Expr(model.False) {
		w.out = append(w.out, stated{u, w.alt, when, w.known && w.before(when) && w.before(i)})
	}
}

// passes goes on where a condition does not end the transition.
func (w *stater) passes(stop model.Expr) {
	w.stops++
	w.known = w.known && w.before(stop)
	w.when = model.And(w.when, model.Not(stop))
}

// branch looks at both arms. What may end the transition in one of them is too
// much to follow.
func (w *stater) branch(st model.If) {
	outer, stops := w.when, w.stops
	w.known = w.known && w.before(st.C)
	w.when = model.And(outer, st.C)
	w.body(st.Then)
	w.when = model.And(outer, model.Not(st.C))
	w.body(st.Else)
	w.when, w.known = outer, w.known && w.stops == stops
}

// before reports whether e still has the value that it had before the
// transition.
func (w *stater) before(e model.Expr) bool {
	same := true
	model.WalkExpr(e, func(e model.Expr) {
		g, ok := e.(model.Get)
		same = same && !(ok && slices.Contains(w.dirty, g.V))
	})
	return same
}

// follow looks through the register work behind a step.
func (w *stater) follow(b *model.Block, seen map[*model.Block]bool) {
	if b == nil || b.Step != nil || seen[b] {
		return
	}
	seen[b] = true
	w.body(b.Body)
	w.follow(b.Then, seen)
	w.follow(b.Else, seen)
}

// RacingPair says when two accesses meet: that of an alternative of one thread and
// that of one of another.
type RacingPair struct {
	Alts [2]int
	When model.Expr // nil: it is not known
}

// Compare lists which accesses at two spots race, which may be many times.
func (c *RacingPairs) Compare(m, n int32) (out []RacingPair) {
	a, b := &c.spots[m-1], &c.spots[n-1]
	for i := range a.uses {
		for j := range b.uses {
			u, v := &a.uses[i], &b.uses[j]
			if u.V != v.V || !bad(u.Mode, u.Mark, v.Mode, v.Mark) {
				continue
			}
			cl := RacingPair{Alts: [2]int{u.alt, v.alt}}
			if u.known && v.known {
				if cl.When = model.And(model.Eq(u.Index(), v.Index()), u.when, v.when); cl.When == model.Expr(model.False) {
					continue
				}
			}
			out = append(out, cl)
		}
	}
	return out
}
