// SPDX-License-Identifier: MIT

// This file finds out what each step of a schedule did, from the states around
// it and from the native operation it belongs to.

package report

import (
	"strings"

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
	n         int // position in the schedule
	site      *model.Site
	kind      string // kind of native operation, "" for a plain access
	alt       *model.Alt
	locks     []lockChange
	queued    *model.Instance // the lock that the thread began to wait for
	granted   *model.Instance // the lock that it waited for and has now
	tried     *model.Instance // the lock of a trylock that failed
	freed     *model.Instance
	allocated *model.Instance
	looked    bool            // a look-up in a tree of vmas
	found     *model.Instance // its result, nil for none
	changes   []change
}

// factsOf describes all steps of a schedule.
func factsOf(p *model.Program, t checker.Trace) []*fact {
	out := make([]*fact, len(t.Steps))
	locks := locksOf(p)
	for i, st := range t.Steps {
		f := &fact{TraceStep: st, n: i, site: st.Point.Step.Site, alt: &st.Point.Step.Alts[st.Alt]}
		if f.site == nil {
			f.site = &model.Site{}
		}
		if op := model.FindOp(f.site.Op); op != nil && f.site.Op != "" {
			f.kind = op.Kind.Name
		}
		f.changes = changesOf(p, st.Before, st.After)
		f.lockFacts(p, locks)
		f.heapFacts(p)
		f.treeFacts()
		out[i] = f
	}
	return out
}

func (f *fact) lockFacts(p *model.Program, locks []*model.Instance) {
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
	case f.Point.Step.Waits != nil && f.alt.Guard != nil:
		if l := lockAt(f.Before, f.Point); l != nil && f.waited() {
			f.granted = l
		}
	case strings.Contains(f.site.Op, "trylock") && f.gained() == nil:
		f.tried = f.asked()
	}
}

// inRmapTree reports whether the step works on a tree of the reverse mapping.
func (f *fact) inRmapTree() bool { return f.kind == "itree" || f.kind == "anon_itree" }

func (f *fact) touchesLock() bool {
	return f.kind == "rwsem" || f.kind == "spinlock" || f.kind == "mutex"
}

// waited reports whether the step is the second half of a blocked request:
// an rwsem lets in whoever queued before.
func (f *fact) waited() bool { return f.kind == "rwsem" }

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

// treeFacts finds the result of a look-up: the pointer that the operation
// computes and the rest of the transition may copy.
func (f *fact) treeFacts() {
	if f.kind != "vmatree" && !f.inRmapTree() {
		return
	}
	for _, st := range f.alt.Body {
		set, ok := st.(model.Set)
		if ok && set.V.Kind == model.Register && set.V.Points != nil {
			f.looked, f.found = true, instanceOf(set.V.Points, model.Eval(f.Before, set.X))
		}
	}
}

// stores lists what a step wrote to the memory that threads share, for plain
// accesses also where the value stayed the same.
func (f *fact) stores() []change {
	var out []change
	for _, c := range f.changes {
		in := whole(c.owner())
		if c.v.Kind == model.Memory && c.v.Thread == 0 && (in == nil || in.Thread == 0) {
			out = append(out, c)
		}
	}
	for _, st := range f.alt.Body {
		set, ok := st.(model.Set)
		if !ok || !f.Point.Step.Plain || set.V.Kind != model.Memory || set.V.Thread != 0 {
			continue
		}
		i := 0
		if set.I != nil {
			i = int(model.Eval(f.Before, set.I))
		}
		if i >= 0 && i < set.V.Len && f.Before[set.V.Off()+i] == f.After[set.V.Off()+i] {
			out = append(out, change{set.V, i, f.Before[set.V.Off()+i], f.After[set.V.Off()+i]})
		}
	}
	return out
}

// treeStore lists the tree entries that a step changed.
func (f *fact) treeStore() []change {
	var out []change
	for _, c := range f.changes {
		if c.v.Kind == model.Cell && c.v.Points != nil {
			out = append(out, c)
		}
	}
	return out
}

// loads lists the elements of shared memory that a plain step, or one on a
// counter, reads.
func (f *fact) loads() []change {
	var out []change
	if !f.Point.Step.Plain && f.kind != "atomic" && f.kind != "refcount" {
		return nil
	}
	model.WalkStmts(f.alt.Body, func(st model.Stmt) {
		set, ok := st.(model.Set) // what checks look at, the C code does not
		if !ok {
			return
		}
		model.WalkExpr(set.X, func(e model.Expr) {
			if c, ok := f.load(e); ok {
				out = append(out, c)
			}
		})
	})
	return out
}

// load is the element that e reads, if e reads shared memory. What pointers to
// NULL would read does not count.
func (f *fact) load(e model.Expr) (change, bool) {
	g, ok := e.(model.Get)
	if !ok || g.V.Kind != model.Memory || g.V.Thread != 0 {
		return change{}, false
	}
	i := 0
	if g.I != nil {
		i = int(model.Eval(f.Before, g.I))
	}
	if i < 0 || i >= g.V.Len || g.V.Type != nil && i < g.V.Width {
		return change{}, false
	}
	x := f.Before[g.V.Off()+i]
	return change{g.V, i, x, x}, true
}
