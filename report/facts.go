// SPDX-License-Identifier: MIT

// This file finds out what each step of a schedule did, from the states around
// it and from the native operation it belongs to.

package report

import (
	"slices"

	"mmcheck/checker"
	"mmcheck/model"
)

// lockChange is a hold that a step changed.
type lockChange struct {
	lock     *model.Instance
	thread   *model.Thread
	from, to hold
}

// fact is one step of the schedule and what it did.
type fact struct {
	checker.TraceStep
	prog      *model.Program
	n         int // position in the schedule
	site      *model.Site
	kind      *model.Kind    // of the native operation, nil for what C code does itself
	effects   []model.Effect // what the transition did, in detail
	alt       *model.Alt
	locks     []lockChange
	queued    *model.Instance // the lock that the thread began to wait for
	granted   *model.Instance // the lock that it waited for and has now
	tried     *model.Instance // the lock of a trylock that failed
	freed     *model.Instance
	gone      []*model.Instance // local variables that went out of scope, as far as pointers to them are kept
	allocated *model.Instance
	looked    bool            // a look-up in a tree of vmas
	found     *model.Instance // its result, nil for none
	changes   []change
}

// factsOf describes all steps of a schedule.
func factsOf(p *model.Program, t checker.Trace, fatal func(prop string) bool) []*fact {
	out := make([]*fact, len(t.Steps))
	locks, queued := locksOf(p), map[*model.Thread]*model.Instance{}
	for i, st := range t.Steps {
		f := &fact{TraceStep: st, prog: p, n: i, site: st.Point.Step.Site, alt: &st.Point.Step.Alts[st.Alt]}
		if f.site == nil {
			f.site = &model.Site{}
		}
		if op := model.FindOp(f.site.Op); op != nil && f.site.Op != "" {
			f.kind = op.Kind
		}
		f.changes = changesOf(p, st.Before, st.After)
		f.effects = st.Thread.Observe(st.Before, st.Alt, fatal)
		f.lockFacts(p, locks, queued[f.Thread])
		queued[f.Thread] = f.queued
		f.heapFacts(p)
		f.scopeFacts()
		f.treeFacts()
		out[i] = f
	}
	return out
}

// lockFacts finds what a step did with locks; queued is the one that its thread
// waited for.
func (f *fact) lockFacts(p *model.Program, locks []*model.Instance, queued *model.Instance) {
	if !f.touchesLock() && p.TypeByName("lockdep_map") == nil {
		return // a lock written in C changes hands in any step
	}
	for _, l := range locks {
		for _, t := range p.Threads {
			if a, b := holdOf(f.Before, l, t), holdOf(f.After, l, t); a != b {
				f.locks = append(f.locks, lockChange{l, t, a, b})
			}
		}
	}
	switch {
	case f.alt.Label == "queued":
		f.queued = lockAt(f.After, f.Thread.Point(f.After))
	case queued != nil && lockAt(f.Before, f.Point) == queued && f.alt.Label == "":
		f.granted = queued
	case f.op() != nil && f.op().Try && f.gained() == nil:
		f.tried = f.asked()
	}
}

// op is the native operation that the step belongs to, nil if to none.
func (f *fact) op() *model.Op { return model.FindOp(f.site.Op) }

// tree is the tree that the step works on.
func (f *fact) tree() model.Tree {
	if f.kind == nil {
		return model.NoTree
	}
	return f.kind.Tree
}

// entriesOf says whose entries for pages the step works on.
func (f *fact) entriesOf() model.Entries {
	if f.kind == nil {
		return model.NoEntries
	}
	return f.kind.Entries
}

func (f *fact) touchesLock() bool {
	return f.kind != nil && f.kind.Held != nil
}

// gained is the lock that the step obtained, lost the one that it gave up.
func (f *fact) gained() *model.Instance {
	for _, c := range f.locks {
		if c.thread == f.Thread && c.from == holdNone {
			return c.lock
		}
	}
	return nil
}

func (f *fact) lost() *model.Instance {
	for _, c := range f.locks {
		if c.thread == f.Thread && c.to == holdNone {
			return c.lock
		}
	}
	return nil
}

// asked is the lock that a failed trylock was about: the one whose owner the
// step reads.
func (f *fact) asked() *model.Instance {
	var lock *model.Instance
	model.WalkStmts(f.alt.Body, func(st model.Stmt) {
		for _, e := range model.StmtExprs(st) {
			model.WalkExpr(e, func(e model.Expr) {
				g, ok := e.(model.Get)
				if !ok || lock != nil || g.V.Kind != model.Cell || g.V.Type == nil || g.V.Type.Kind == nil || g.V.Type.Kind.Held == nil || g.I == nil {
					return
				}
				lock = instanceOf(g.V.Type, model.Eval(f.Before, g.I)/int64(g.V.Width))
			})
		}
	})
	return lock
}

func (f *fact) heapFacts(p *model.Program) {
	for _, c := range f.changes {
		switch {
		case c.v.Type == nil || c.v != c.v.Type.Live:
		case c.new == 0:
			f.freed = c.owner()
		default:
			f.allocated = c.owner()
		}
	}
}

// scopeFacts finds the local variables of which a life ended: pointers to them are
// marked as dangling, without a look at any other pointer.
func (f *fact) scopeFacts() {
	now := map[int]int64{} // what was written so far
	for _, e := range f.effects {
		if e.Elem < 0 {
			continue
		}
		now[e.Elem] = e.New
		v := varAt(f.prog, e.Elem)
		if v.Of == nil || e.New != model.LifeDead || len(e.Reads) > 0 {
			continue
		}
		at := v.Of.Off() + e.Elem - v.Off()
		x, written := now[at]
		if !written {
			x = f.Before[at]
		}
		if in := whole(instanceOf(v.Of.Points, x)); in != nil && in.Local != nil && !slices.Contains(f.gone, in) {
			f.gone = append(f.gone, in)
		}
	}
}

// ends reports whether the life of an object ended in the step.
func (f *fact) ends(in *model.Instance) bool {
	return in != nil && (f.freed == in || slices.Contains(f.gone, in))
}

// treeFacts finds the result of a look-up: the pointer that the operation
// computes and the rest of the transition may copy.
func (f *fact) treeFacts() {
	if f.tree() == model.NoTree {
		return
	}
	for _, st := range f.alt.Body {
		set, ok := st.(model.Set)
		if ok && set.V.Kind == model.Register && set.V.Points != nil {
			f.looked, f.found = true, instanceOf(set.V.Points, model.Eval(f.Before, set.X))
		}
	}
}

// stores lists what a step wrote to the memory that threads share, also where
// the value stayed the same.
func (f *fact) stores() []change {
	var out []change
	add := func(c change) {
		if f.shares(c) && !slices.ContainsFunc(out, func(d change) bool { return d.v == c.v && d.i == c.i }) {
			out = append(out, c)
		}
	}
	for _, c := range f.changes {
		add(c)
	}
	for _, e := range f.effects {
		kept := e.Old == e.New && slices.Contains(e.Reads, e.Elem) // as of the bit-fields beside one that is written
		if e.Elem >= 0 && f.kind == nil && f.Before[e.Elem] == f.After[e.Elem] && !kept {
			add(f.changeAt(e.Elem))
		}
	}
	return out
}

// shares reports whether an element is memory that threads share.
func (f *fact) shares(c change) bool {
	in := whole(c.owner())
	return c.v.Kind == model.Memory && c.v.Thread == 0 && c.i >= c.v.First() && (in == nil || in.Thread == 0)
}

// changeAt is what became of the element at a place of the state.
func (f *fact) changeAt(elem int) change {
	return changeOf(f.prog, elem, f.Before, f.After)
}

// varAt is the variable that lies at a place of the state.
func varAt(p *model.Program, elem int) *model.Var {
	i, _ := slices.BinarySearchFunc(p.Vars, elem, func(v *model.Var, at int) int {
		switch {
		case v.Off()+v.Len <= at:
			return -1
		case v.Off() > at:
			return 1
		}
		return 0
	})
	return p.Vars[i]
}

// treeStore lists the tree entries that a step changed.
func (f *fact) treeStore() []change {
	var out []change
	for _, c := range f.changes {
		if c.v.Kind == model.Cell && c.v.Points != nil && !c.v.Type.IsNode() {
			out = append(out, c)
		}
	}
	return out
}

// loads lists the elements of shared memory that a step reads, as it finds them:
// what C code looks at, in whatever form, and what operations on its counters do.
// What other native operations look at is told by what they do.
func (f *fact) loads() []change {
	if f.kind != nil && f.kind.Declare != nil {
		return nil
	}
	var out []change
	seen := map[int]bool{}
	look := func(elems []int) {
		for _, e := range elems {
			c := f.changeAt(e)
			c.new = c.old
			if !seen[e] && f.shares(c) {
				out = append(out, c)
			}
			seen[e] = true
		}
	}
	look(f.guardReads())
	for _, e := range f.effects {
		if e.Check == nil { // what checks look at, the C code does not
			look(e.Reads)
		}
		if e.Elem >= 0 {
			seen[e.Elem] = true // from now on it is what the step itself wrote
		}
	}
	return out
}
