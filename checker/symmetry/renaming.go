// SPDX-License-Identifier: MIT

// This file defines a renaming: a permutation of threads and of the objects of
// heap pools, and what it does to elements, to values and to whole states. It
// is written to be read; canon (symmetry.go) does the same with tables.

package symmetry

import (
	"slices"

	"mmcheck/model"
)

// renaming maps every thread and every instance to the one that plays its part.
type renaming struct {
	p       *model.Program
	thread  []int                     // by thread number
	threads bool                      // some thread moves
	vars    map[*model.Var]*model.Var // what a thread owns, to the same of the other thread
	inst    map[*model.Type][]int     // by instance number; types of which nothing moves are left out
	asked   map[*model.Type]bool      // the types of which names were asked for; nil: nobody wants to know
}

// names is where the instances of t have gone, nil if nowhere.
func (g *renaming) names(t *model.Type) []int {
	if g.asked != nil {
		g.asked[t] = true
	}
	return g.inst[t]
}

// identity renames nothing.
func identity(p *model.Program) *renaming {
	g := &renaming{p: p, vars: map[*model.Var]*model.Var{}, inst: map[*model.Type][]int{}}
	for t := range p.MaxThread() + 1 {
		g.thread = append(g.thread, t)
	}
	return g
}

// swapThreads exchanges threads a and b with all that they own, and reports
// whether they own the same. Locks on a stack are not provided for.
func (g *renaming) swapThreads(a, b int) bool {
	va, vb := owned(g.p, a), owned(g.p, b)
	ia, ib := locals(g.p, a), locals(g.p, b)
	if len(va) != len(vb) || len(ia) != len(ib) {
		return false
	}
	g.thread[a], g.thread[b], g.threads = b, a, true
	for i := range ia {
		if ia[i].Type != ib[i].Type || namesThreads(g.p, ia[i].Type) || (ia[i].In == nil) != (ib[i].In == nil) {
			return false
		}
		g.swapInstances(ia[i].Type, ia[i].Num, ib[i].Num)
	}
	for i, v := range va {
		u := vb[i]
		if v.Kind != u.Kind || v.Len != u.Len || v.Width != u.Width || v.Points != u.Points || v.Names != model.NoThread || u.Names != model.NoThread || (v.Life == nil) != (u.Life == nil) || (v.Of == nil) != (u.Of == nil) {
			return false
		}
		g.vars[v], g.vars[u] = u, v
	}
	for i, v := range va {
		if v.Life != nil && g.vars[v.Life] != vb[i].Life {
			return false
		}
	}
	return true
}

// owned lists the variables of a thread.
func owned(p *model.Program, thread int) []*model.Var {
	var out []*model.Var
	for _, v := range p.Vars {
		if v.Thread == thread {
			out = append(out, v)
		}
	}
	return out
}

// namesThreads reports whether some field of t names threads.
func namesThreads(p *model.Program, t *model.Type) bool {
	return slices.ContainsFunc(p.Vars, func(v *model.Var) bool { return v.Type == t && v.Names != model.NoThread })
}

// locals lists the address-taken locals of a thread, and what lies in them.
func locals(p *model.Program, thread int) []*model.Instance {
	var out []*model.Instance
	for _, t := range p.Types {
		for _, in := range t.Instances {
			if in.Thread == thread {
				out = append(out, in)
			}
		}
	}
	return out
}

func (g *renaming) swapInstances(t *model.Type, a, b int) {
	m := g.inst[t]
	if m == nil {
		for n := range len(t.Instances) + 1 {
			m = append(m, n)
		}
		g.inst[t] = m
	}
	m[a], m[b] = m[b], m[a]
}

// swapObjects exchanges objects a and b of type t, with all that lies in them.
func (g *renaming) swapObjects(t *model.Type, a, b int) {
	pa, pb := partsOf(t, a), partsOf(t, b)
	for i := range pa {
		g.swapInstances(pa[i].Type, pa[i].Num, pb[i].Num)
	}
}

// partsOf lists object n of type t and everything embedded in it; objects of
// one type have their parts in the same order.
func partsOf(t *model.Type, n int) []*model.Instance {
	out := addressed(t.Instances[n-1])
	for _, f := range t.Fields {
		for j := range f.Count {
			switch {
			case f.Sub != nil:
				out = append(out, partsOf(f.Sub, int(f.Embed.At(int64(n*f.Count+j))))...)
			case f.Var.Addr != nil && f.Var.Addr.At(int64(n*f.Count+j)) != 0:
				out = append(out, addressed(f.Var.Addr.Val.Instances[f.Var.Addr.At(int64(n*f.Count+j))-1])...)
			}
		}
	}
	return out
}

// addressed is an instance, and its address if that is an instance, too.
func addressed(in *model.Instance) []*model.Instance {
	if a := in.Address(); a != nil {
		return []*model.Instance{in, a}
	}
	return []*model.Instance{in}
}

// instance renames an instance number; NULL and error pointers stay.
func (g *renaming) instance(t *model.Type, n int64) int64 {
	if m := g.names(t); n > 0 && n < int64(len(m)) {
		return int64(m[n])
	}
	return n
}

func (g *renaming) threadNum(t int64) int64 {
	if t > 0 && t < int64(len(g.thread)) {
		return int64(g.thread[t])
	}
	return t
}

// variable is where v has gone.
func (g *renaming) variable(v *model.Var) *model.Var {
	if u := g.vars[v]; u != nil {
		return u
	}
	return v
}

// index is where element i of v, or of what v has become, has gone.
func (g *renaming) index(v *model.Var, i int64) int64 {
	n, j := i/int64(v.Width), i%int64(v.Width)
	if v.Type != nil {
		n = g.instance(v.Type, n)
	}
	if v.Names == model.ThreadPlace {
		j = g.threadNum(j)
	}
	return n*int64(v.Width) + j
}

// as renames a value of a given sort.
func (g *renaming) as(s sort, x int64) int64 {
	switch s.kind {
	case pointer:
		return g.instance(s.to, x)
	case threadNum:
		return g.threadNum(x)
	case queueEntry:
		return g.threadNum(x>>1)<<1 | x&1
	case threadSet:
		return g.set(x)
	}
	return x
}

func (g *renaming) set(x int64) int64 {
	var out int64
	for t := 1; t < len(g.thread); t++ {
		out |= x >> (t - 1) & 1 << (g.thread[t] - 1)
	}
	return out | x>>(len(g.thread)-1)<<(len(g.thread)-1)
}

// state renames a whole state.
func (g *renaming) state(s model.State) model.State {
	out := slices.Clone(s)
	for _, v := range g.p.Vars {
		as, to := sortOfVar(v), g.variable(v)
		if to == v && !g.moves(v.Type) && v.Names == model.NoThread && (as.kind != pointer || !g.moves(as.to)) {
			continue
		}
		for i := range v.Len {
			out[to.Off()+int(g.index(v, int64(i)))] = g.as(as, s[v.Off()+i])
		}
	}
	return out
}

// moves reports whether some instance of t is renamed.
func (g *renaming) moves(t *model.Type) bool { return t != nil && g.inst[t] != nil }
