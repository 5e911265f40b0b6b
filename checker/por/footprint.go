// SPDX-License-Identifier: MIT

// This file derives what a step of a thread touches: which elements of the
// state it reads, writes, adds to or clears, its guards and the register work
// behind it included. Values are followed through registers, so that
// "tmp = r; r = tmp + 1; tmp = 0" is seen to be an addition to r, and v[tmp] an
// access to the element that tmp's own value names.

package por

import (
	"maps"
	"slices"

	"mmcheck/model"
)

// value is what a register holds in the midst of an action.
type value struct {
	v    *model.Var
	x    model.Expr // in terms of the state before the action; nil: not known
	from []access   // what it was computed from
}

// tracer follows one action along its paths.
type tracer struct {
	x      *Analysis
	a      *action
	env    []value      // registers assigned so far, each once
	dirty  []*model.Var // shared variables written so far
	sums   map[counter]int64
	inside []model.Stmt // the body at hand
	maybe  bool         // it is not known whether this statement is run
	owned  []slot       // those that named the thread itself or none before the action
}

// slot is an element of a variable, in terms of the state before the action.
type slot struct {
	v  *model.Var
	at model.Expr
}

// trace finds all that action a touches.
func (x *Analysis) trace(a *action) {
	a.change = map[int]*changes{}
	for i := range a.point.Step.Alts {
		alt := &a.point.Step.Alts[i]
		tr := &tracer{x: x, a: a}
		for _, acc := range tr.sources(alt.Guard) {
			acc.guard = true
			if x.Needs(guardsRead) {
				tr.record(acc)
			}
		}
		tr.suppose(alt.Guard)
		tr.body(alt.Body)
		tr.settle(alt.Next)
	}
}

// settle follows register work to the next scheduling points, each block once,
// after all that lead to it.
func (tr *tracer) settle(first *model.Block) {
	if first == nil || first.Step != nil {
		tr.arrive(first)
		return
	}
	at := map[*model.Block]*tracer{first: tr}
	for _, b := range localOrder(first) {
		cur := at[b]
		switch {
		case b == nil || b.Step != nil:
			cur.arrive(b)
		case b.Cond == nil:
			cur.body(b.Body)
			join(at, b.Then, cur)
		default:
			cur.body(b.Body)
			cur.use(b.Cond)
			join(at, b.Else, cur.fork())
			join(at, b.Then, cur)
		}
	}
}

// localOrder lists the register work from first and the points behind it, each
// behind all that lead to it; nil, the end of the thread, may be among them.
func localOrder(first *model.Block) []*model.Block {
	seen := map[*model.Block]bool{}
	var out []*model.Block
	var visit func(b *model.Block)
	visit = func(b *model.Block) {
		if seen[b] {
			return
		}
		seen[b] = true
		if b != nil && b.Step == nil {
			visit(b.Then)
			if b.Cond != nil {
				visit(b.Else)
			}
		}
		out = append(out, b)
	}
	visit(first)
	slices.Reverse(out)
	return out
}

// join lets cur go on at b, together with what came there before.
func join(at map[*model.Block]*tracer, b *model.Block, cur *tracer) {
	old := at[b]
	if old == nil {
		at[b] = cur
		return
	}
	for i := range old.env {
		if cur.value(old.env[i].v) == nil {
			old.assign(value{v: old.env[i].v, from: old.itself(old.env[i].v)}, true)
		}
	}
	for _, val := range cur.env {
		old.assign(val, true)
	}
	for _, v := range cur.dirty {
		old.wrote(v)
	}
	old.x.differ(old.sums, cur.sums)
}

// itself is the access by which the old value of a register is kept.
func (tr *tracer) itself(v *model.Var) []access {
	if tr.x.single(v) {
		return nil
	}
	return []access{{v: v, at: model.Const(0), how: reads}}
}

func (tr *tracer) fork() *tracer {
	f := *tr
	f.env, f.dirty, f.sums = slices.Clone(tr.env), slices.Clone(tr.dirty), maps.Clone(tr.sums)
	return &f
}

// value looks up what register v holds; nil is what it held before.
func (tr *tracer) value(v *model.Var) *value {
	for i := range tr.env {
		if tr.env[i].v == v {
			return &tr.env[i]
		}
	}
	return nil
}

// assign gives a register a value; maybe says that it may also keep the old one.
func (tr *tracer) assign(val value, maybe bool) {
	old := tr.value(val.v)
	switch {
	case old == nil:
		if maybe {
			val = value{v: val.v, from: add(val.from, tr.itself(val.v)...)}
		}
		tr.env = append(tr.env, val)
	case maybe:
		if old.x != val.x {
			old.x = nil
		}
		if len(val.from) > 0 {
			old.from = add(old.from, val.from...)
		}
	default:
		*old = val
	}
}

// arrive ends a path at the scheduling point b, nil at the end of the thread:
// what registers took from elsewhere has been read.
func (tr *tracer) arrive(b *model.Block) {
	for _, val := range tr.env {
		for _, acc := range val.from {
			tr.record(acc)
		}
	}
	n := end
	if b == nil { // which others may wait for
		tr.record(access{v: tr.a.thread.PC, at: model.Const(0), how: writes})
	} else {
		n = tr.x.of[tr.a.thread.Num-1][b.PC]
		if !slices.Contains(tr.a.next, n) {
			tr.a.next = append(tr.a.next, n)
		}
	}
	ch := &changes{sums: tr.sums, moves: tr.moves()}
	for _, val := range tr.env {
		ch.sets |= tr.x.indexBit(val.v)
	}
	if old := tr.a.change[n]; old != nil {
		tr.x.differ(old.sums, ch.sums)
		ch.moves = mix(old.moves, ch.moves)
		ch.sets |= old.sets
	}
	tr.a.change[n] = ch
}

// differ notes the counters whose sums are not the same on two paths.
func (x *Analysis) differ(a, b map[counter]int64) {
	if !x.Needs(sumsAgree) {
		return
	}
	for c, n := range a {
		if b[c] != n {
			x.uncounted[c.v] = true
		}
	}
	for c, n := range b {
		if a[c] != n {
			x.uncounted[c.v] = true
		}
	}
}

// end stands for the end of a thread among the actions that may follow.
const end = -1

func (tr *tracer) body(body []model.Stmt) {
	outer := tr.inside
	tr.inside = body
	defer func() { tr.inside = outer }()
	for _, st := range body {
		switch st := st.(type) {
		case model.Use:
			tr.named(st)
		case model.Set:
			tr.set(st)
		case model.If:
			tr.branch(st)
		case model.Check:
			tr.use(st.Bad)
		case model.Limit:
			tr.use(st.When)
		}
	}
}

// named adds an access that a property looks at, even if what was read is
// thrown away. A marked write is what its Set makes of it.
func (tr *tracer) named(u model.Use) {
	how := reads
	if u.Mode == model.Write {
		how = writes
	}
	if tr.x.races == nil || !tr.x.races.Vars[u.V] || !tr.x.Needs(usesCount) {
		return
	}
	tr.use(u.Life)
	if how == reads || u.Mark == model.Unmarked {
		tr.record(access{v: u.V, at: tr.index(model.Get{V: u.V, I: u.I}), how: how})
	}
}

// branch looks at both arms, either of which may be run. Marking dangling
// pointers is told apart.
func (tr *tracer) branch(st model.If) {
	if p, i, ok := killed(st); ok {
		tr.kill(st, p, i)
		return
	}
	if x, ok := tr.x.prog.Decided(st.C); ok {
		if x != 0 {
			tr.body(st.Then)
		} else {
			tr.body(st.Else)
		}
		return
	}
	tr.use(st.C)
	outer := tr.maybe
	tr.maybe = true
	owned := tr.owned
	tr.suppose(tr.before(st.C))
	tr.body(st.Then)
	tr.owned = owned
	tr.body(st.Else)
	tr.maybe = outer
}

// killed recognises the marking of element i of pointer p as dangling.
func killed(st model.If) (p *model.Var, i model.Expr, ok bool) {
	if len(st.Then) != 1 || len(st.Else) != 0 {
		return nil, nil, false
	}
	set, ok := st.Then[0].(model.Set)
	if !ok || set.V.Of == nil || set.X != model.Expr(model.Const(model.LifeDead)) {
		return nil, nil, false
	}
	return set.V.Of, set.I, true
}

func (tr *tracer) kill(st model.If, p *model.Var, i model.Expr) {
	at, ok := i.(model.Const)
	if i != nil && !ok {
		tr.use(st.C)
		tr.record(access{v: p.Life, how: writes})
		return
	}
	model.WalkExpr(st.C, func(e model.Expr) {
		g, isGet := e.(model.Get)
		switch {
		case !isGet:
		case g.V == p && g.I == i:
			if tr.value(p) == nil {
				tr.record(access{v: p, at: at, how: matches})
			}
		default:
			tr.use(g)
		}
	})
	if p.Thread == tr.a.thread.Num && p.Len == 1 {
		tr.record(access{v: p.Life, at: at, how: writes}) // its own pointer
		tr.assign(value{v: p.Life}, true)
		return
	}
	tr.record(access{v: p.Life, at: at, how: kills})
	tr.wrote(p.Life)
}
