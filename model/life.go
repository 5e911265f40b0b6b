// SPDX-License-Identifier: MIT

// This file defines what a pointer knows of the object it refers to: whether
// that object has been freed since (a local variable: has gone out of scope), and
// by which holds of the loading thread the object has been kept stable ever since
// the pointer was loaded.
//
// A generation counter would grow without bound. Instead, freeing an object
// marks every pointer to it in the state (Kill), and giving up a lock removes
// that hold from every pointer of the thread that it stabilised (Restab): a
// hold is never recursive, so a few bits a pointer say all, and equal
// situations are equal states. A pointer whose bits are all gone is stale,
// even when the lock was taken again: the object may have been split, merged
// or freed in between.

package model

// The life of a pointer: LifeDead, or the set of stabilising holds
// (StabBit(i) for Stabilisers[i]).
const LifeDead = 1

// StabBit is the bit of the i-th of a program's Stabilisers in a life.
func StabBit(i int) int64 {
	if i >= len(Stabilisers) {
		i++ // PeekBit lies between
	}
	return 2 << i
}

// PeekBit marks a pointer to a vma that was loaded in the RCU read section that
// the thread is still in: the vma is not stable, but its memory stays, and the
// fields that lead to its lock may be read.
func PeekBit() int64 { return 2 << len(Stabilisers) }

// peekFields are those that may be read before the vma is known to be locked.
var peekFields = map[string]bool{"vm_lock_seq": true, "detached": true}

// Peeks says whether a pointer with the given life permits thread t to read field f
// of a vma that is not stable: in a read section, or while it is locked and the
// thread does not know yet whether that was in time. While t speculates, it may
// read all fields in the read section.
func Peeks(t *Thread, f *Field, life Expr) Expr {
	if life == nil {
		return False
	}
	may, when := PeekBit(), Expr(False)
	switch {
	case peekFields[f.Name]:
		when = True
		for i, s := range Stabilisers {
			if s.Name == "vm_lock" {
				may |= StabBit(i)
			}
		}
	case t.guesses != nil:
		when = Ne(Ld(t.guesses), Const(0))
	}
	return And(when, Ne(life, Const(LifeDead)), Ne(MkBin(OpAnd, life, Const(may)), Const(0)))
}

// TrackedTag is the struct whose pointers carry stabilisers.
const TrackedTag = "vm_area_struct"

// Stabiliser is one way to keep a vma from being changed or freed
// (Documentation/mm/process_addrs.rst, "Examining all valid lock states").
type Stabiliser struct {
	Name string
	// Lock gives the rwsem type and the instance that stabilises vma v (0 if
	// none), or a nil type where the structs at hand have no such lock.
	Lock func(p *Program, v Expr) (*Type, Expr)
	// Valid says whether holding the lock stabilises v just now.
	Valid func(p *Program, v Expr) Expr
	// Late says whether v was changed or taken away before the lock was taken,
	// which its holder has yet to find out; nil: that cannot be.
	Late func(p *Program, v Expr) Expr
}

// Stabilisers lists them; one line each, bit i+1 of a life belongs to entry i.
var Stabilisers = []Stabiliser{
	{"mmap_lock", mmapLockOf, attached, nil},
	{"vm_lock", vmLockOf, always, lockedLate},
	{"i_mmap_rwsem", iMmapLockOf, linked, nil},
	{"anon_vma", anonLockOf, anonLinked, nil},
}

func mmapLockOf(p *Program, v Expr) (*Type, Expr) {
	mm := p.TypeByName(TrackedTag).Field("vm_mm")
	if mm == nil {
		return nil, nil
	}
	return embedded(mm.Var.Points.Field("mmap_lock"), At(mm.Var, v))
}

func vmLockOf(p *Program, v Expr) (*Type, Expr) {
	vma := p.TypeByName(TrackedTag)
	if t, l := embedded(vma.Field("vm_lock"), v); t != nil {
		return t, l
	}
	return embedded(vma.Field("vmlock_dep_map"), v)
}

func iMmapLockOf(p *Program, v Expr) (*Type, Expr) {
	file := p.TypeByName(TrackedTag).Field("vm_file")
	if file == nil || file.Var == nil {
		return nil, nil
	}
	mapping := file.Var.Points.Field("f_mapping")
	if mapping == nil {
		return nil, nil
	}
	return embedded(mapping.Var.Points.Field("i_mmap_rwsem"), At(mapping.Var, At(file.Var, v)))
}

// anonLockOf is the lock of the root: all anon_vmas that a vma is linked in
// share one.
func anonLockOf(p *Program, v Expr) (*Type, Expr) {
	anon := p.TypeByName(TrackedTag).Field("anon_vma")
	if anon == nil || anon.Var == nil {
		return nil, nil
	}
	root := anon.Var.Points.Field("root")
	if root == nil {
		return nil, nil
	}
	return embedded(root.Var.Points.Field("rwsem"), At(root.Var, At(anon.Var, v)))
}

func embedded(f *Field, inst Expr) (*Type, Expr) {
	if f == nil || f.Sub == nil {
		return nil, nil
	}
	return f.Sub, f.Member(inst, Const(0))
}

func always(*Program, Expr) Expr { return True }

func attached(p *Program, v Expr) Expr {
	t := p.TypeByName(TrackedTag)
	in := Eq(At(t.Owner, v), Const(0))
	if t.Typesafe && t.Live != nil { // what was freed is nobody's, too
		in = And(in, Ne(At(t.Live, v), Const(0)))
	}
	return in
}

// lockedLate says that vma v is write-locked, or out of the tree: whoever got
// its read lock all the same has to give it up again.
func lockedLate(p *Program, v Expr) Expr {
	late := Not(attached(p, v))
	if locked := p.WriteLocked(v); locked != nil {
		late = Or(late, locked)
	}
	return late
}

// WriteLocked says whether vma v is write-locked (vm_lock_seq equals its mm's
// mm_lock_seq); nil where vmas have no lock.
func (p *Program) WriteLocked(v Expr) Expr {
	vma := p.TypeByName(TrackedTag)
	seq, mm := vma.Field("vm_lock_seq"), vma.Field("vm_mm")
	if seq == nil || mm == nil {
		return nil
	}
	mmSeq := mm.Var.Points.Field("mm_lock_seq")
	if mmSeq == nil || mmSeq.Var == nil {
		return nil
	}
	return Eq(At(seq.Var, v), At(mmSeq.Var, At(mm.Var, v)))
}

// Detached says whether vma v is marked as being in no tree; nil where vmas do not
// say.
func (p *Program) Detached(v Expr) Expr {
	vma := p.TypeByName(TrackedTag)
	if f := vma.Field("detached"); f != nil && f.Var != nil {
		return Ne(At(f.Var, v), Const(0))
	}
	f := vma.Field("vm_refcnt")
	if f == nil {
		return nil
	}
	for f.Sub != nil {
		f, v = f.Sub.Fields[0], f.Member(v, Const(0))
	}
	return Eq(At(f.Var, f.Elem(v, Const(0))), Const(0))
}

func linked(p *Program, v Expr) Expr {
	if l := linkedVar(p); l != nil {
		return At(l, v)
	}
	return False
}

func anonLinked(p *Program, v Expr) Expr {
	if l := anonLinkedVar(p); l != nil {
		return Lt(Const(0), At(l, v))
	}
	return False
}

// TrackLife gives pointer variable v a companion that holds its life.
func (p *Program) TrackLife(v *Var) {
	l := p.NewVar(v.Name+"'life", Ghost, v.Thread)
	l.Type, l.Width, l.Len = v.Type, v.Width, v.Len
	l.Bits = p.lifeBits()
	v.Life, l.Of = l, v
}

// Holds says whether thread t holds rwsem inst of type lt in any mode.
func Holds(lt *Type, inst Expr, t int) Expr {
	return Or(lt.Kind.Held(lt, inst, t, Write), lt.Kind.Held(lt, inst, t, Read))
}

// Unowned says whether lock inst of type lt is held by no thread in particular.
func Unowned(lt *Type, inst Expr) Expr {
	if lt.Kind.Unowned == nil {
		return False
	}
	return lt.Kind.Unowned(lt, inst)
}

// LifeOf is the life of a pointer that thread t loads now: the holds that
// stabilise the vma at this moment that object obj of type typ is, or is a part of.
// memLife is the life of the memory cell it is loaded from, nil if it cannot be dead.
func (p *Program) LifeOf(typ *Type, obj Expr, t int, memLife Expr) Expr {
	life := Expr(Const(0))
	if vma := p.vmaOf(typ, obj); vma != nil {
		for i, s := range p.Stabilisers() {
			if lt, l := s.Lock(p, vma); lt != nil {
				life = MkBin(OpOr, life, Cond(And(Holds(lt, l, t), s.Valid(p, vma)), Const(StabBit(i)), Const(0)))
			}
		}
		if p.TypeByName(TrackedTag).Field("vm_lock_seq") != nil {
			life = MkBin(OpOr, life, Cond(p.InReadSection(t), Const(PeekBit()), Const(0)))
		}
		life = Cond(Eq(vma, Const(0)), Const(0), life)
	}
	if memLife != nil {
		dead := And(Eq(memLife, Const(LifeDead)), Not(p.spared(typ, obj, t)))
		life = Cond(dead, Const(LifeDead), life)
	}
	return life
}

// StoredLife is the life of a copy in memory of pointer x (of a name, which is
// always alive, x.Life is nil): a dangling pointer stays one wherever it is kept,
// while holds belong to the thread that loads it. A reader may still store a
// pointer to a type-stable object that was freed.
func (p *Program) StoredLife(x Value) Expr {
	if x.Life == nil {
		return Const(0)
	}
	dead := Or(Eq(x.Life, Const(LifeDead)), p.isFree(x.Points, x.X))
	return Cond(dead, Const(LifeDead), Const(0))
}

// Stable says whether some hold of thread t, or sole ownership, keeps vma v
// from being changed or freed just now (rows S1 to S5 of the lock-state table).
func (p *Program) Stable(v Expr, t int) Expr {
	typ := p.TypeByName(TrackedTag)
	ok := Or(Eq(At(typ.Owner, v), Int(t)), p.Calm(v))
	for _, s := range p.Stabilisers() {
		lt, l := s.Lock(p, v)
		if lt == nil {
			continue
		}
		keeps := And(Holds(lt, l, t), s.Valid(p, v))
		if s.Late != nil {
			keeps = And(keeps, Not(s.Late(p, v)))
		}
		ok = Or(ok, keeps)
	}
	return ok
}

// expandKill marks all pointers to, or into, the freed object.
func (p *Program) expandKill(k Kill) []Stmt {
	var out []Stmt
	vars := k.In
	if vars == nil {
		vars = p.Vars
		if p.Typesafe[k.Type.Name] {
			out = p.spare(k)
		}
	}
	for _, v := range vars {
		for _, x := range v.into(k.Type) {
			out = append(out, If{
				C:    And(Ne(k.Obj, Const(0)), Eq(x.obj, k.Obj), Or(Bool(k.In != nil), p.killed(k.Type, v))),
				Then: []Stmt{Set{v.Life, x.i, Const(LifeDead)}},
			})
		}
	}
	return out
}

// leader is element i of a pointer variable, and the object that it leads into.
type leader struct{ i, obj Expr }

// into lists the elements of v that may lead to, or into, objects of t.
func (v *Var) into(t *Type) []leader {
	var out []leader
	if v.Points == nil || v.Life == nil || !v.Points.CanLieIn(t) {
		return nil
	}
	for i := v.firstElem(); i < v.Len; i++ {
		obj := Expr(At(v, Int(i)))
		if v.Points != t {
			obj = Lookup(v.Points.Container(t), obj)
		}
		out = append(out, leader{Int(i), obj})
	}
	return out
}

// killed says whether pointers in v to a freed object of t are dangling at
// once: not in the registers of a thread that may still look at it under RCU.
func (p *Program) killed(t *Type, v *Var) Expr {
	if !t.Typesafe || v.Kind != Register {
		return True
	}
	return Not(p.IsReader(v.Thread))
}

// firstElem skips the elements of NULL.
func (v *Var) firstElem() int {
	if v.Type == nil {
		return 0
	}
	return v.Width
}

// CanLieIn reports whether some instance of t is, or lies in, an outer.
func (t *Type) CanLieIn(outer *Type) bool {
	for _, in := range t.Instances {
		for o := in; o != nil; o = o.In {
			if o.Type == outer {
				return true
			}
		}
	}
	return false
}

// expandRestab updates the lives of the pointers of r.Thread; live tells which of
// its registers may be live (nil: all).
func (p *Program) expandRestab(r Restab, live func(*Var) bool) []Stmt {
	var out []Stmt
	if r.Vma == nil && !r.Gain {
		out = p.loseNodes(r.Thread, maLocked, func(typ *Type, tree Expr) Expr {
			lt, l := p.lockOf(typ, tree)
			if lt != r.Lock.Type {
				return False
			}
			return Eq(l, r.Lock.Inst)
		})
	}
	for _, x := range p.trackedBy(r.Thread, live) {
		if r.Vma != nil {
			out = append(out, x.setLife(And(Ne(x.life(), Const(LifeDead)), Eq(x.vma, r.Vma)),
				p.LifeOf(p.TypeByName(TrackedTag), x.vma, r.Thread.Num, nil)))
			continue
		}
		for i, s := range p.Stabilisers() {
			lt, l := s.Lock(p, x.vma)
			if lt != r.Lock.Type || !p.mayStabilise(s, r.Lock.Inst) {
				continue
			}
			bit, same := StabBit(i), Eq(l, r.Lock.Inst)
			if r.Gain {
				kept := Or(Lt(Const(LifeDead), x.life()), And(Ne(x.life(), Const(LifeDead)), p.Calm(x.vma)))
				out = append(out, x.setLife(And(kept, same, s.Valid(p, x.vma)), MkBin(OpOr, x.life(), Const(bit))))
			} else {
				out = append(out, x.setLife(And(Ne(MkBin(OpAnd, x.life(), Const(bit)), Const(0)), same), MkBin(OpAnd, x.life(), Const(^bit))))
			}
		}
	}
	return out
}

// mayStabilise reports whether lock instance inst can be one that s names.
func (p *Program) mayStabilise(s Stabiliser, inst Expr) bool {
	c, ok := ConstOf(inst)
	if !ok {
		return true
	}
	_, l := s.Lock(p, Const(1))
	m, ok := l.(Map)
	if !ok {
		return true
	}
	for _, n := range m.T.Of {
		if n == c {
			return true
		}
	}
	return false
}
