// SPDX-License-Identifier: MIT

// This file derives what a step of a thread touches: which elements of the
// state it reads, writes, adds to or clears, its guards and the register work
// behind it included. Values are followed through registers, so that
// "tmp = r; r = tmp + 1; tmp = 0" is seen to be an addition to r, and v[tmp] an
// access to the element that tmp's own value names.

package checker

import (
	"maps"
	"slices"

	"mmcheck/model"
)

// touch is a way of accessing an element.
type touch uint8

// The ways. Additions commute with each other. A pointer that is cleared
// together with its life exchangeable with the marking of dangling pointers: it is
// cleared afterwards either way.
const (
	reads   touch = iota
	writes        // anything but what follows
	adds          // v = v + constant
	clears        // a pointer and its life are both set to zero
	matches       // a pointer is compared with a freed object
	kills         // the life of a pointer that matches is marked dead
	touches       // their number
)

// exchangeable[x][y] says that an access x and an access y to one element may be
// exchanged.
var exchangeable = [touches][touches]bool{
	reads:   {reads: true, matches: true},
	adds:    {adds: true},
	clears:  {clears: true, matches: true, kills: true},
	matches: {reads: true, clears: true, matches: true},
	kills:   {clears: true, kills: true},
}

// access is how an action touches a variable.
type access struct {
	v     *model.Var
	at    model.Expr // the element, in terms of the state before the action; nil: any
	how   touch
	by    int64 // adds: the constant
	guard bool  // reads: by a guard only
}

// action is a step of a thread as the analysis sees it, with all its
// alternatives.
type action struct {
	thread   *model.Thread
	point    *model.Block
	accesses []access         // of what several threads touch
	touched  [touches]bitset  // the elements, by way
	next     []int            // actions that may follow
	change   map[int]*changes // by action that may follow: what was added on the way
	guards   []formula        // of the alternatives
	needs    []need           // what its guard says of counters
	sticky   bool             // see sticky.go
	late     bool             // taken together with the next step: a choice, or see mover.go
}

// private reports whether nobody else can tell when the action happens.
func (a *action) private() bool { return len(a.accesses) == 0 }

// choice reports whether the action is a choice that nobody else can see.
func (a *action) choice() bool { return a.private() && len(a.point.Step.Alts) > 1 }

// counter is an element that is added to: an index in terms of the state
// before the action.
type counter struct {
	v  *model.Var
	at model.Expr
}

// changes are what happened on the way to a scheduling point.
type changes struct {
	sums  map[counter]int64
	moves map[*model.Var]movement // of the thread's own registers
	sets  uint64                  // the index registers assigned on some path
}

// value is what a register holds in the midst of an action.
type value struct {
	v    *model.Var
	x    model.Expr // in terms of the state before the action; nil: not known
	from []access   // what it was computed from
}

// tracer follows one action along its paths.
type tracer struct {
	x      *independence
	a      *action
	env    []value      // registers assigned so far, each once
	dirty  []*model.Var // shared variables written so far
	sums   map[counter]int64
	inside []model.Stmt // the body at hand
	maybe  bool         // it is not known whether this statement is run
}

// trace finds all that action a touches.
func (x *independence) trace(a *action) {
	a.change = map[int]*changes{}
	for i := range a.point.Step.Alts {
		alt := &a.point.Step.Alts[i]
		tr := &tracer{x: x, a: a}
		for _, acc := range tr.sources(alt.Guard) {
			acc.guard = true
			tr.record(acc)
		}
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
			val = value{v: val.v, from: append(slices.Clip(val.from), tr.itself(val.v)...)}
		}
		tr.env = append(tr.env, val)
	case maybe:
		if old.x != val.x {
			old.x = nil
		}
		if len(val.from) > 0 {
			old.from = append(slices.Clip(old.from), val.from...)
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
	if b != nil {
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
func (x *independence) differ(a, b map[counter]int64) {
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

// branch looks at both arms, either of which may be run. Marking dangling
// pointers is told apart.
func (tr *tracer) branch(st model.If) {
	if p, i, ok := killed(st); ok {
		tr.kill(st, p, i)
		return
	}
	tr.use(st.C)
	outer := tr.maybe
	tr.maybe = true
	tr.body(st.Then)
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

// use records the reads of an expression.
func (tr *tracer) use(e model.Expr) {
	for _, acc := range tr.sources(e) {
		tr.record(acc)
	}
}

// sources lists what the value of e depends on.
func (tr *tracer) sources(e model.Expr) []access {
	var out []access
	model.WalkExpr(e, func(e model.Expr) {
		g, ok := e.(model.Get)
		if !ok {
			return
		}
		if val := tr.value(g.V); val != nil {
			out = append(out, val.from...)
			return
		}
		if !tr.x.single(g.V) {
			out = append(out, access{v: g.V, at: tr.index(g), how: reads})
		}
	})
	return out
}

// index is the element that g names in terms of the state before the action,
// nil if that is not known.
func (tr *tracer) index(g model.Get) model.Expr {
	if g.I == nil {
		return model.Const(0)
	}
	return tr.before(g.I)
}

// before rewrites e in terms of the state before the action; nil if it cannot.
func (tr *tracer) before(e model.Expr) model.Expr {
	const deep = 12
	return tr.rewrite(e, deep)
}

func (tr *tracer) rewrite(e model.Expr, depth int) model.Expr {
	if depth == 0 {
		return nil
	}
	switch e := e.(type) {
	case model.Const:
		return e
	case model.Get:
		if val := tr.value(e.V); val != nil {
			return val.x
		}
		if slices.Contains(tr.dirty, e.V) {
			return nil
		}
		if e.I == nil {
			return e
		}
		if i := tr.rewrite(e.I, depth-1); i != nil {
			return model.Get{V: e.V, I: i}
		}
	case model.Un:
		if x := tr.rewrite(e.X, depth-1); x != nil {
			return model.MkUn(e.Op, x)
		}
	case model.Bin:
		x, y := tr.rewrite(e.X, depth-1), tr.rewrite(e.Y, depth-1)
		if x != nil && y != nil {
			return model.MkBin(e.Op, x, y)
		}
	case model.Map:
		if x := tr.rewrite(e.X, depth-1); x != nil {
			return model.Map{T: e.T, X: x}
		}
	case model.Sel:
		c, x, y := tr.rewrite(e.C, depth-1), tr.rewrite(e.A, depth-1), tr.rewrite(e.B, depth-1)
		if c != nil && x != nil && y != nil {
			return model.Cond(c, x, y)
		}
	case model.Conv:
		if x := tr.rewrite(e.X, depth-1); x != nil {
			return model.MkConv(x, e.Bits, e.Signed)
		}
	}
	return nil
}

// set follows an assignment.
func (tr *tracer) set(st model.Set) {
	tr.use(st.I)
	if tr.x.mine(tr.a.thread, st.V) && st.V.Len == 1 {
		tr.setOwn(st)
		return
	}
	if tr.x.single(st.V) {
		tr.use(st.X)
		tr.wrote(st.V)
		return
	}
	at := tr.index(model.Get{V: st.V, I: st.I})
	if n, ok := tr.added(st, at); ok {
		tr.record(access{v: st.V, at: at, how: adds, by: n})
		tr.add(counter{st.V, at}, n)
	} else {
		tr.use(st.X)
		tr.record(access{v: st.V, at: at, how: writes})
	}
	tr.wrote(st.V)
}

// setOwn assigns to a register of the thread itself. Others see it only where
// it is a pointer that they may mark as dangling.
func (tr *tracer) setOwn(st model.Set) {
	val := value{v: st.V, x: tr.before(st.X), from: tr.sources(st.X)}
	if !tr.x.single(st.V) {
		how := writes
		if tr.clearsBoth(st.V) {
			how = clears
		}
		tr.record(access{v: st.V, at: model.Const(0), how: how})
	}
	tr.assign(val, tr.maybe)
}

// add notes an addition; one that may or may not happen makes the sum unknown.
func (tr *tracer) add(c counter, n int64) {
	if tr.maybe {
		tr.x.uncounted[c.v] = true
	}
	if tr.sums == nil {
		tr.sums = map[counter]int64{}
	}
	tr.sums[c] += n
}

// wrote notes that v no longer holds what it held before the action.
func (tr *tracer) wrote(v *model.Var) {
	if !slices.Contains(tr.dirty, v) {
		tr.dirty = append(tr.dirty, v)
	}
}

// added recognises v[i] = v[i] + n of an element not written before.
func (tr *tracer) added(st model.Set, at model.Expr) (int64, bool) {
	if at == nil || slices.Contains(tr.dirty, st.V) {
		return 0, false
	}
	b, ok := stripped(tr.before(st.X), st.V.Bits).(model.Bin)
	if !ok || b.Op != model.OpAdd && b.Op != model.OpSub {
		return 0, false
	}
	n, isConst := b.Y.(model.Const)
	g, isGet := stripped(b.X, st.V.Bits).(model.Get)
	if !isConst || !isGet || g.V != st.V {
		return 0, false
	}
	i := g.I
	if i == nil {
		i = model.Const(0)
	}
	if i != at {
		return 0, false
	}
	if b.Op == model.OpSub {
		n = -n
	}
	return int64(n), true
}

// stripped takes off conversions that leave the lowest bits as they are.
func stripped(x model.Expr, bits int) model.Expr {
	for {
		c, ok := x.(model.Conv)
		if !ok || c.Bits < bits {
			return x
		}
		x = c.X
	}
}

// record adds an access unless it is known, or to what one thread alone touches.
func (tr *tracer) record(acc access) {
	if tr.x.single(acc.v) || slices.Contains(tr.a.accesses, acc) {
		return
	}
	tr.a.accesses = append(tr.a.accesses, acc)
}

// clearsBoth reports whether the body at hand sets v and its partner, life or
// pointer, to zero.
func (tr *tracer) clearsBoth(v *model.Var) bool {
	partner := v.Life
	if partner == nil {
		partner = v.Of
	}
	found := 0
	for _, st := range tr.inside {
		if set, ok := st.(model.Set); ok && (set.V == v || set.V == partner) {
			if set.X != model.Expr(model.Const(0)) {
				return false
			}
			found++
		}
	}
	return found >= 2
}
