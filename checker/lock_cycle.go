// SPDX-License-Identifier: MIT

// This file finds schedules in which locks are requested in a circle, though
// nobody waits: what lockdep would report at the end of it.
//
// That is no matter of one state. A search notes which edges of the lock graph
// are met in any state (Note), and is done if they make no cycle. If they do, it is
// asked again for a schedule that meets all edges of the cycle: the program then
// keeps in its state which of them were met, and the last one is a violation as
// any other, with a shortest schedule.

package checker

import (
	"slices"
	"time"

	"mmcheck/checker/property"
	"mmcheck/model"
)

// mostCycles is the number of cycles that are looked for.
const mostCycles = 16

// circularText is what is wrong, until the locks are known.
const circularText = "locks are requested in a circle"

// expand is what a request does about the edges that it may make: note them, or
// keep in mind those that are looked for.
func (g *lockGraph) expand(t *model.Thread, e *model.Event) []model.Stmt {
	var look, note []model.Stmt
	for _, i := range g.at[e] {
		word, bit := model.Int(i/wordEdges), model.Const(1<<(i%wordEdges))
		met := g.met(t, e, g.edges[i])
		wanted := model.Ne(model.MkBin(model.OpAnd, model.At(g.on, word), bit), model.Const(0))
		look = append(look, model.If{C: model.And(wanted, met), Then: []model.Stmt{
			model.Set{V: g.seen, I: word, X: model.MkBin(model.OpOr, model.At(g.seen, word), bit)},
			model.Check{Prop: property.LockOrder.ID, Bad: g.complete(), Text: circularText, Lock: e.Lock, At: e.At},
		}})
		note = append(note, model.Note{When: met, N: g.first + i})
	}
	if look == nil {
		return nil
	}
	return []model.Stmt{model.If{C: g.looking(), Then: look, Else: note}}
}

// looking says that edges are looked for.
func (g *lockGraph) looking() model.Expr {
	any := model.Expr(model.False)
	for w := range g.on.Len {
		any = model.Or(any, model.Ne(model.At(g.on, model.Int(w)), model.Const(0)))
	}
	return any
}

// complete says that all edges that are looked for were met.
func (g *lockGraph) complete() model.Expr {
	all := model.Expr(model.True)
	for w := range g.on.Len {
		all = model.And(all, model.Eq(model.At(g.on, model.Int(w)), model.At(g.seen, model.Int(w))))
	}
	return all
}

// met says that a request of thread t makes an edge. A handler of an interrupt
// requests with all held that the thread holds in the midst of which it runs.
func (g *lockGraph) met(t *model.Thread, e *model.Event, edge lockEdge) model.Expr {
	if e.Rec != edge.recursive {
		return model.False
	}
	wanted := &model.Table{Name: "class " + edge.to.class, Arg: e.Lock.Type}
	for _, in := range g.locks[edge.to.class] {
		if in.Type == e.Lock.Type {
			wanted.Put(in.Num, 1)
		}
	}
	mode := model.Write
	if edge.shared {
		mode = model.Read
	}
	held := model.Expr(model.False)
	for _, in := range g.locks[edge.from.class] {
		inst := model.Int(in.Num)
		has := model.Expr(model.False)
		for _, by := range g.threads {
			here := model.Or(model.Bool(by == t), t.Interrupts(by))
			has = model.Or(has, model.And(here, in.Type.Kind.Held(in.Type, inst, by.Num, mode), model.Eq(model.Subclass(in.Type, inst, by.Num), model.Int(edge.from.sub))))
		}
		if in.Type == e.Lock.Type {
			has = model.And(has, model.Ne(inst, e.Lock.Inst))
		}
		held = model.Or(held, has)
	}
	return model.And(model.Ne(model.Lookup(wanted, e.Lock.Inst), model.Const(0)), model.Eq(e.Level(), model.Int(edge.to.sub)), held)
}

// searcher is a search of a plan; it tells which facts were noted.
type planSearch func(pl *plan, o Options) (r *Result, noted []uint64, err error)

// inOrder is a search that also looks for circles of locks.
func inOrder(p *model.Program, o Options, search planSearch) (*Result, error) {
	pl, err := seal(p, o)
	if err != nil {
		return nil, err
	}
	return pl.inOrder(o, search)
}

func (pl *plan) inOrder(o Options, search planSearch) (*Result, error) {
	start := time.Now()
	r, noted, err := search(pl, o)
	if err != nil || r.Verdict != Holds || pl.order == nil {
		return r, err
	}
	cycles, all := pl.order.cycles(pl.order.numbers(noted), mostCycles)
	o.Checkpoint, o.Part = "", Part{} // it is done with; cut.go says why
	for _, cycle := range cycles {
		if pl.knows(func() cause { return causeOfText(property.LockOrder, pl.order.textOf(cycle)) }) {
			continue
		}
		if o.TimeLimit > 0 {
			o.TimeLimit = max(o.TimeLimit-time.Since(start), time.Nanosecond)
		}
		found, _, err := search(pl.lookingFor(cycle), o)
		switch {
		case err != nil:
			return nil, err
		case found.Verdict == Violated:
			pl.order.tell(found.Finding, cycle)
			return found, nil
		case found.Verdict == Unknown:
			found.Coverage, found.Assumed, found.Orders = r.Coverage, r.Assumed, r.Orders
			return found, nil
		}
	}
	if !all {
		r.Verdict, r.Limit = Unknown, &LimitHit{What: "the number of circles in the order of locks that are looked for"}
	}
	return r, nil
}

// numbers lists the edges in a set.
func (g *lockGraph) numbers(set []uint64) (out []int) {
	for i := range g.edges {
		if hasFact(set, g.first+i) {
			out = append(out, i)
		}
	}
	return out
}

// lookingFor is the plan for a search for all of some edges.
func (pl *plan) lookingFor(edges []int) *plan {
	on := make([]int64, pl.order.on.Len)
	for _, i := range edges {
		on[i/wordEdges] |= 1 << (i % wordEdges)
	}
	q := *pl
	q.Woven, q.walks = pl.Woven.With(pl.Prog.With(pl.order.on, on)), nil
	q.pairs = property.NewRacingPairs(q.Woven)
	return &q
}

// Dependency is a lock requested while another is held.
type Dependency struct {
	Thread       *model.Thread
	Held, Wanted string          // the classes, such as "vm_area_struct.vm_lock", or the only lock of one
	Lock         *model.Instance // the lock held
	Since, Step  int             // the steps of the schedule that took it (-1: none) and that request the other
}

// textOf says what is wrong with a cycle.
func (g *lockGraph) textOf(cycle []int) string {
	text := circularText + ": " + g.name(g.edges[cycle[0]].from)
	for _, i := range cycle {
		text += " -> " + g.name(g.edges[i].to)
	}
	return text
}

// tell finds out where the edges of a cycle were met.
func (g *lockGraph) tell(f *Finding, cycle []int) {
	f.Text = g.textOf(cycle)
	seen := func(s model.State, i int) bool {
		return s[g.seen.Off()+i/wordEdges]>>(i%wordEdges)&1 != 0
	}
	for n, st := range f.Trace.Steps {
		for _, i := range cycle {
			if !seen(st.Before, i) && seen(st.After, i) {
				f.Order = append(f.Order, g.dependency(f.Trace.Steps[:n+1], g.edges[i]))
			}
		}
	}
}

// dependency describes the edge that the last of some steps meets.
func (g *lockGraph) dependency(steps []TraceStep, e lockEdge) Dependency {
	n := len(steps) - 1
	d := Dependency{Thread: steps[n].Thread, Held: g.name(e.from), Wanted: g.name(e.to), Step: n, Since: -1}
	holds := func(s model.State, in *model.Instance) bool {
		return slices.ContainsFunc(g.threads, func(by *model.Thread) bool {
			here := by == d.Thread || model.Eval(steps[n].Before, d.Thread.Interrupts(by)) != 0
			return here && model.Eval(s, model.Holds(in.Type, model.Int(in.Num), by.Num)) != 0
		})
	}
	i := slices.IndexFunc(g.locks[e.from.class], func(in *model.Instance) bool {
		return holds(steps[n].Before, in) || holds(steps[n].After, in)
	})
	if i < 0 {
		return d
	}
	d.Lock = g.locks[e.from.class][i]
	for d.Since = n; d.Since >= 0 && holds(steps[d.Since].Before, d.Lock); d.Since-- {
	}
	return d
}
