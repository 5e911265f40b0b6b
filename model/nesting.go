// SPDX-License-Identifier: MIT

// This file keeps at which nesting level (the subclass of lockdep) each thread
// holds a lock. No operation looks at it; properties do. It is nothing but zero in
// programs that give no level, and takes no room there.

package model

// nesting is what the locks of a type have in common.
type nesting struct {
	level *Var // by instance and thread
	given *Var // 1 where some request of the program gives a level
}

// declareNesting declares it for a type of locks.
func declareNesting(p *Program, t *Type) *nesting {
	return &nesting{
		level: t.cellVar("nesting", p.MaxThread()+1, Ghost).naming(ThreadPlace),
		given: p.NewVar(t.Name+".nested", Memory, 0),
	}
}

// Subclass is the nesting level at which a thread holds instance inst of t.
func Subclass(t *Type, inst Expr, thread int) Expr {
	if t.nesting == nil {
		return Const(0)
	}
	return Cond(Ld(t.nesting.given), At(t.nesting.level, t.nesting.elem(inst, thread)), Const(0))
}

func (n *nesting) elem(inst Expr, thread int) Expr {
	return Add(Mul(inst, Int(n.level.Width)), Int(thread))
}

// nest records the level with which the caller obtains a lock.
func (c *Call) nest(l LockRef, sub Expr) []Stmt {
	if sub == nil || sub == Expr(Const(0)) {
		return nil
	}
	n := l.Type.nesting
	n.given.Init = map[int]int64{0: 1}
	return []Stmt{Set{n.level, n.elem(l.Inst, c.Me()), sub}}
}

// unnest forgets it when the lock is given up.
func (c *Call) unnest(l LockRef) Stmt {
	n := l.Type.nesting
	return If{C: Ld(n.given), Then: []Stmt{Set{n.level, n.elem(l.Inst, c.Me()), Const(0)}}}
}
