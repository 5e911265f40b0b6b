// SPDX-License-Identifier: MIT

// This file adds what a spec says of how its VMAs are kept stable to what the rules
// know: locks of its own (MM_STABILISES), and conditions under which no lock is
// needed (MM_STABLE_WHILE). Both are expressions over a vma, which a variable
// stands for that is no part of the state.

package model

// declared is what a spec says of VMAs.
type declared struct {
	locks []Stabiliser
	calm  []Expr // over vma: no lock is needed
	vma   *Var   // stands for the vma
}

// lifeBits is the width of a life: what StabBit needs.
func (p *Program) lifeBits() int { return max(8, 2+len(p.Stabilisers())) }

// Stabilisers lists all ways to keep a vma stable, those of the spec last.
func (p *Program) Stabilisers() []Stabiliser {
	return append(Stabilisers[:len(Stabilisers):len(Stabilisers)], p.declared.locks...)
}

// Keeps names the locks of the program that may keep a vma stable.
func (p *Program) Keeps() []string {
	var names []string
	for _, s := range p.Stabilisers() {
		if lt, _ := s.Lock(p, Const(1)); lt != nil {
			names = append(names, s.Name)
		}
	}
	return names
}

// AnyVMA is the variable that stands for the vma in what a spec declares.
func (p *Program) AnyVMA() *Var {
	if p.declared.vma == nil {
		p.declared.vma = &Var{Name: "vma", Kind: Register, Len: 1, Width: 1, Bits: 64, Points: p.AddType(TrackedTag)}
	}
	return p.declared.vma
}

// Stabilises declares that lock inst of type lock, in terms of AnyVMA and called
// name, keeps that vma stable.
func (p *Program) Stabilises(name string, lock *Type, inst Expr) {
	p.declared.locks = append(p.declared.locks, Stabiliser{
		Name:  name,
		Lock:  func(p *Program, v Expr) (*Type, Expr) { return lock, p.forVMA(inst, v) },
		Valid: always,
	})
	for _, v := range p.Vars {
		if v.Of != nil {
			v.Bits = p.lifeBits()
		}
	}
}

// restabDeclared updates the lives of t's pointers where it gained or gave up a lock
// of a kind that keeps VMAs stable only where a spec declares it.
func (p *Program) restabDeclared(t *Thread, lock LockRef, gain bool) []Stmt {
	for _, s := range p.declared.locks {
		if lt, _ := s.Lock(p, Const(1)); lt == lock.Type {
			return []Stmt{Restab{Thread: t, Lock: lock, Gain: gain}}
		}
	}
	return nil
}

// StableWhile declares that a vma, AnyVMA in cond, needs no lock while cond holds.
func (p *Program) StableWhile(cond Expr) { p.declared.calm = append(p.declared.calm, cond) }

// Calm says whether the spec declares that v needs no lock just now.
func (p *Program) Calm(v Expr) Expr {
	calm := Expr(False)
	for _, c := range p.declared.calm {
		calm = Or(calm, p.forVMA(c, v))
	}
	return calm
}

// forVMA is e for vma v.
func (p *Program) forVMA(e, v Expr) Expr {
	out, _ := rewriter{expr: func(e Expr) (Expr, bool) {
		if g, ok := e.(Get); ok && g.V == p.declared.vma {
			return v, true
		}
		return e, false
	}}.Expr(e)
	return out
}

// declaredHolds are the locks of the spec's own that thread t holds on vma v.
func (p *Program) declaredHolds(v Expr, t int) Expr {
	life := Expr(Const(0))
	for i, s := range p.declared.locks {
		lt, l := s.Lock(p, v)
		life = MkBin(OpOr, life, Cond(Holds(lt, l, t), Const(StabBit(len(Stabilisers)+i)), Const(0)))
	}
	return life
}
