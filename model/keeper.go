// SPDX-License-Identifier: MIT

// This file defines what a pointer to a vma knows of its age while it lies in
// memory. A hold belongs to a thread, so beside the life of such a pointer lies
// its keeper: the thread that stored it, of whose holds the life tells. The keeper
// finds its pointer again as old as it is: what it gives up is taken out of the
// pointer there as in its registers. Every other thread is judged by what it holds
// when it loads the pointer; so are all by a pointer of INIT, and whoever holds a
// lock that the spec declares: what lies in memory is what that lock is there for.
// Of a pointer that dangles nobody asks for the keeper.
//
// The trees of the model have no keepers: what is found in a tree is as good as
// the lock of the tree. Neither has the list of the vmas of an mm, before 6.1.

package model

// vmaOf is the vma that pointer obj to a typ leads to: it is one, or a part of one
// (0 if it is a part of something else); nil if no vma has such a part.
func (p *Program) vmaOf(typ *Type, obj Expr) Expr {
	vma := p.TypeByName(TrackedTag)
	if typ == nil || vma == nil {
		return nil
	}
	return vma.around(typ, obj)
}

// keeper is the variable that tells the keepers of the pointers in v, nil if v
// holds no pointers to vmas that C code stores.
func (p *Program) keeper(v *Var) *Var {
	if v.Keeper == nil && v.Kind == Memory && v.Life != nil && p.vmaOf(v.Points, Const(1)) != nil && !p.inList(v) {
		k := p.NewVar(v.Name+"'keeper", Ghost, v.Thread).naming(ThreadValue)
		k.Type, k.Width, k.Len, k.keeps = v.Type, v.Width, v.Len, true
		v.Keeper = k
	}
	return v.Keeper
}

// inList reports whether v links the list of the vmas of an mm.
func (p *Program) inList(v *Var) bool {
	mm := p.TypeByName("mm_struct")
	if mm == nil || v.Type == nil || mm.Field("mmap") == nil {
		return false
	}
	for _, f := range []*Field{mm.Field("mmap"), p.TypeByName(TrackedTag).Field("vm_next"), p.TypeByName(TrackedTag).Field("vm_prev")} {
		if f != nil && f.Var == v {
			return true
		}
	}
	return false
}

// Loaded is the life of pointer obj that thread t loads from element i of v.
func (p *Program) Loaded(v *Var, i, obj Expr, t int) Expr {
	mem := Expr(Get{V: v.Life, I: i})
	if v.Kind == Register || p.vmaOf(v.Points, obj) == nil && p.spared(v.Points, obj, t) == Expr(False) {
		return mem
	}
	fresh := p.LifeOf(v.Points, obj, t, mem)
	if k := p.keeper(v); k != nil && t != p.init.Num {
		own := mem
		if holds := p.declaredHolds(p.vmaOf(v.Points, obj), t); holds != Expr(Const(0)) {
			own = MkBin(OpOr, mem, holds)
		}
		mine := And(Eq(Get{V: k, I: i}, Int(t)), Ne(mem, Const(LifeDead)))
		return Cond(mine, own, fresh)
	}
	return fresh
}

// Store is what else is to be set, before the pointer itself, where thread t stores
// x in element i of v: a life may depend on the pointer that is overwritten.
func (p *Program) Store(v *Var, i Expr, x Value, t int) []Stmt {
	if v.Life == nil {
		return nil
	}
	life := x.Life
	if life == nil {
		life = Const(0)
	}
	if v.Kind == Register || p.vmaOf(v.Points, x.X) == nil {
		return []Stmt{Set{v.Life, i, life}}
	}
	k := p.keeper(v)
	if k == nil || t == p.init.Num {
		return []Stmt{Set{v.Life, i, p.StoredLife(x)}}
	}
	mine := And(Ne(p.vmaOf(v.Points, x.X), Const(0)), Ne(p.StoredLife(x), Const(LifeDead)))
	return []Stmt{
		Set{k, i, Cond(mine, Int(t), Const(0))},
		Set{v.Life, i, Cond(mine, life, p.StoredLife(x))},
	}
}

// tracked is a pointer to, or into, a vma, whose life tells of the holds of one
// thread wherever mine says so.
type tracked struct {
	v    *Var
	i    Expr
	mine Expr
	vma  Expr
}

func (x tracked) life() Expr { return Get{V: x.v.Life, I: x.i} }

// setLife gives x another life if cond holds.
func (x tracked) setLife(cond, life Expr) Stmt {
	return If{C: And(x.mine, cond), Then: []Stmt{Set{x.v.Life, x.i, life}}}
}

// trackedBy lists the pointers whose lives tell of the holds of t: its registers as
// far as they may be live (nil: all), and what it may have stored in memory.
func (p *Program) trackedBy(t *Thread, live func(*Var) bool) []tracked {
	vma := p.TypeByName(TrackedTag)
	if vma == nil {
		return nil
	}
	var out []tracked
	for _, v := range t.Regs {
		if v.Points == nil || v.Life == nil || !v.Points.CanLieIn(vma) || live != nil && !live(v) {
			continue
		}
		for j := range v.Len {
			x := tracked{v: v, mine: True}
			if v.Len > 1 {
				x.i = Int(j)
			}
			x.vma = p.vmaOf(v.Points, Get{V: v, I: x.i})
			out = append(out, x)
		}
	}
	for _, v := range p.Vars {
		stored := p.kept[keeping{v, t}]
		if stored == nil || !v.Points.CanLieIn(vma) {
			continue
		}
		for j := v.First(); j < v.Len; j++ {
			if i := Int(j); stored[int64(j)] || stored[anyElem] {
				out = append(out, tracked{v, i, Eq(At(v.Keeper, i), Int(t.Num)), p.vmaOf(v.Points, At(v, i))})
			}
		}
	}
	return out
}

// keeping names the pointers in a variable that are kept by a thread.
type keeping struct {
	v *Var
	t *Thread
}

// anyElem stands for an element that is only known when code is run.
const anyElem = -1

// findKept finds the elements of memory in which threads store pointers to vmas.
func (p *Program) findKept() {
	of := map[*Var]*Var{}
	for _, v := range p.Vars {
		if v.Keeper != nil {
			of[v.Keeper] = v
		}
	}
	p.kept = map[keeping]map[int64]bool{}
	for _, t := range p.Threads {
		for _, b := range t.Blocks {
			b.Bodies(func(body []Stmt) {
				WalkStmts(body, func(st Stmt) {
					s, ok := st.(Set)
					if !ok || of[s.V] == nil || s.X == Expr(Const(0)) {
						return
					}
					w := written{}
					w.add(s.V, s.I)
					key := keeping{of[s.V], t}
					if p.kept[key] == nil {
						p.kept[key] = map[int64]bool{}
					}
					for i := range w[s.V] {
						p.kept[key][i] = true
					}
				})
			})
		}
	}
}
