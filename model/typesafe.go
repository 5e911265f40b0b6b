// SPDX-License-Identifier: MIT

// This file defines who may look at a freed object of a pool that is
// SLAB_TYPESAFE_BY_RCU: whoever was a reader for RCU (rcu.go) when it was freed, until
// it is none any more, also through a pointer that is loaded only then. Such a set of
// readers is part of the object, as that of a grace period is of its rcu_head.
// It is kept only where some pointer still leads to the object when it is freed.

package model

// grace is what a type-stable type knows of those who may look at freed objects.
type grace struct {
	readers *Var   // per instance: who may look at it though it was freed
	heap    *Table // instance -> whether it is an object of the pool
}

// graceOf returns the grace of type t, nil if t is not type-stable.
func (p *Program) graceOf(t *Type) *grace {
	if t.grace == nil && p.Typesafe[t.Name] {
		t.grace = &grace{readers: t.cellVar("readers", 1, Ghost).naming(ThreadMask), heap: &Table{Name: "heap of " + t.Name, Arg: t}}
		t.liveVar()
		p.late = append(p.late, func() {
			for n := t.PoolFirst; n < t.PoolFirst+t.Pool; n++ {
				t.grace.heap.Put(n, 1)
			}
		})
	}
	return t.grace
}

// eachTypesafe calls f on the type-stable objects that pointer x to a typ may lead
// to, or into.
func (p *Program) eachTypesafe(typ *Type, x Expr, f func(t *Type, g *grace, obj Expr)) {
	for _, t := range p.Types {
		if !p.Typesafe[t.Name] {
			continue
		}
		if obj := t.around(typ, x); obj != nil {
			f(t, p.graceOf(t), obj)
		}
	}
}

// around is the instance of t that x, a pointer to a part of type typ, leads to or
// into; nil if no t has such a part.
func (t *Type) around(typ *Type, x Expr) Expr {
	switch {
	case typ == t:
		return x
	case typ.IsScalar() || typ.IsAnything() || t.embeds(typ):
		return Lookup(typ.Container(t), x)
	}
	return nil
}

// embeds reports whether t has a part, at any depth, of type part.
func (t *Type) embeds(part *Type) bool {
	for _, f := range t.Fields {
		if f.Sub != nil && (f.Sub == part || f.Sub.embeds(part)) {
			return true
		}
	}
	return false
}

// spared says whether thread t may look at what dead pointer x to a typ leads to.
func (p *Program) spared(typ *Type, x Expr, t int) Expr {
	may := Expr(False)
	p.eachTypesafe(typ, x, func(_ *Type, g *grace, obj Expr) {
		may = Or(may, Ne(MkBin(OpAnd, At(g.readers, obj), Const(1<<(t-1))), Const(0)))
	})
	return may
}

// isFree says whether pointer x to a typ leads to a type-stable object that is free now.
func (p *Program) isFree(typ *Type, x Expr) Expr {
	free := Expr(False)
	p.eachTypesafe(typ, x, func(t *Type, g *grace, obj Expr) {
		free = Or(free, And(Ne(Lookup(g.heap, obj), Const(0)), Eq(At(t.Live, obj), Const(0))))
	})
	return free
}

// spare notes who may look at object k, which is being freed, if some pointer leads
// to it: in memory, or in a register of a reader who may yet store it.
func (p *Program) spare(k Kill) []Stmt {
	g := p.graceOf(k.Type)
	named := Set{g.readers, k.Obj, Const(-1)}
	out := []Stmt{Set{g.readers, k.Obj, Const(0)}}
	for _, v := range p.Vars {
		reads := Expr(True)
		if v.Kind == Register {
			reads = And(p.IsReader(v.Thread), Bool(p.mayStore(v.Thread, k.Type)))
		}
		if reads == Expr(False) {
			continue
		}
		for _, x := range v.into(k.Type) {
			out = append(out, If{C: And(Eq(x.obj, k.Obj), reads), Then: []Stmt{named}})
		}
	}
	return append(out, If{C: Ne(At(g.readers, k.Obj), Const(0)), Then: []Stmt{Set{g.readers, k.Obj, p.readers()}}})
}

// mayStore reports whether the code of a thread stores pointers to, or into, objects
// of type t in memory.
func (p *Program) mayStore(thread int, t *Type) bool {
	if thread > len(p.Threads) {
		return false // INIT, which runs alone
	}
	if p.stores == nil {
		p.stores = map[store]bool{}
	}
	found, known := p.stores[store{thread, t}]
	if known {
		return found
	}
	for _, b := range p.Threads[thread-1].Blocks {
		b.Bodies(func(body []Stmt) {
			WalkStmts(body, func(st Stmt) {
				if s, ok := st.(Set); ok && s.V.Kind == Memory && s.V.Points != nil && s.V.Points.CanLieIn(t) {
					_, fixed := ConstOf(s.X)
					found = found || !fixed
				}
			})
		})
	}
	p.stores[store{thread, t}] = found
	return found
}

// store is a question to mayStore.
type store struct {
	thread int
	of     *Type
}

// scribble is what the allocator leaves in object obj of t, which was freed: where
// its free pointer lies, nothing is as it was. 0 is what the last object of a free
// list has there.
func (t *Type) scribble(obj Expr) []Stmt {
	if t.FreePtr == nil {
		return nil
	}
	was := At(t.FreePtr, obj)
	return []Stmt{Set{t.FreePtr, obj, MkConv(Cond(Eq(was, Const(0)), Const(-1), Const(0)), t.FreePtr.Bits, t.FreePtr.Signed)}}
}

// endGrace takes thread t, which is no reader any more, out of the readers of all objects.
func (p *Program) endGrace(t *Thread) []Stmt {
	var out []Stmt
	for _, typ := range p.frees {
		if typ.grace == nil {
			continue
		}
		for n := typ.PoolFirst; n < typ.PoolFirst+typ.Pool; n++ {
			i := Int(n)
			out = append(out, Set{typ.grace.readers, i, MkBin(OpAnd, At(typ.grace.readers, i), Const(^(int64(1) << (t.Num - 1))))})
		}
	}
	return out
}
