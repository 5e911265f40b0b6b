// SPDX-License-Identifier: MIT

// This file finds out where pointers may lead, when all code is there: which
// scalars need an address, and which local structs others can reach. Accesses to
// a local struct are register work only as long as no other thread can have a
// pointer to it.

package cfront

import (
	"fmt"
	"slices"

	"mmcheck/model"
)

// findPointers gives an address to all scalars of which the code keeps or looks
// at one: most that the source takes the address of are only accessed through it.
// It also notes whether some pointer may be NULL plus an offset.
func (l *lowerer) findPointers() {
	var vars []*model.Var
	of := map[*model.Table]*model.Var{}
	for _, v := range l.prog.Vars {
		if v.Addr != nil {
			of[v.Addr] = v
		}
	}
	look := func(e model.Expr) {
		switch e := e.(type) {
		case model.Map:
			if v := of[e.T]; v != nil {
				vars = append(vars, v)
				delete(of, e.T)
			}
		case model.Const:
			l.prog.NullPlus = l.prog.NullPlus || e < model.NullPlus/2
		}
	}
	l.eachExpr(func(e model.Expr) { model.WalkExpr(e, look) })
	l.prog.TakeAddresses(vars)
}

// eachExpr calls f on the expressions in the code of all threads, and on those that
// are still to get into it.
func (l *lowerer) eachExpr(f func(model.Expr)) {
	for _, e := range l.addressed {
		f(e)
	}
	for _, t := range l.allThreads() {
		for _, b := range t.Blocks {
			f(b.Cond)
			if b.Step != nil {
				for _, a := range b.Step.Alts {
					f(a.Guard)
				}
			}
			b.Bodies(func(body []model.Stmt) {
				model.WalkStmts(body, func(st model.Stmt) {
					for _, e := range model.StmtExprs(st) {
						f(e)
					}
				})
			})
		}
	}
}

func (l *lowerer) allThreads() []*model.Thread {
	return append([]*model.Thread{l.prog.InitThread()}, l.prog.Threads...)
}

// publish makes every local struct shared that a pointer in shared memory may
// refer to. What a variable may point to is the union of what is assigned to
// it anywhere, whatever the order.
func (l *lowerer) publish() {
	if !l.hasLocals() {
		return
	}
	may := map[*model.Var]map[int64]bool{}
	for l.flow(may) {
	}
	for _, v := range l.prog.Vars {
		if v.Thread != 0 {
			continue
		}
		for n := range may[v] {
			in := v.Points.Instances[n-1]
			if in.In == nil && v.Points.IsScalar() {
				l.escapes(in)
				continue
			}
			l.share(in)
		}
	}
}

// escapes reports that the address of a local scalar may get into shared memory.
func (l *lowerer) escapes(in *model.Instance) {
	for _, v := range l.prog.Vars {
		if v.Addr == nil || v.Thread == 0 || v.Addr.Val != in.Type || !slices.Contains(v.Addr.Of, int64(in.Num)) {
			continue
		}
		if at := l.localAddr[v]; at != nil {
			delete(l.localAddr, v)
			l.report(at, "unsupported", fmt.Sprintf("not supported here: the address of local variable '%s' may get into shared memory", v.Name))
		}
	}
}

func (l *lowerer) hasLocals() bool {
	for _, t := range l.prog.Types {
		for _, in := range t.Instances {
			if in.Thread != 0 {
				return true
			}
		}
	}
	return false
}

// flow propagates once through all assignments of pointers.
func (l *lowerer) flow(may map[*model.Var]map[int64]bool) (changed bool) {
	add := func(v *model.Var, n int64) {
		if n < 1 || n > int64(len(v.Points.Instances)) || v.Points.Instances[n-1].Thread == 0 || may[v][n] {
			return
		}
		if may[v] == nil {
			may[v] = map[int64]bool{}
		}
		may[v][n], changed = true, true
	}
	for _, t := range l.allThreads() {
		for _, b := range t.Blocks {
			b.Bodies(func(body []model.Stmt) {
				model.WalkStmts(body, func(st model.Stmt) {
					if s, ok := st.(model.Set); ok && s.V.Points != nil {
						leadsTo(s.X, may, func(n int64) { add(s.V, n) })
					}
				})
			})
		}
	}
	return changed
}

// leadsTo calls f on the numbers of what pointer e may refer to.
func leadsTo(e model.Expr, may map[*model.Var]map[int64]bool, f func(n int64)) {
	switch x := e.(type) {
	case model.Const:
		f(int64(x))
	case model.Get:
		for n := range may[x.V] {
			f(n)
		}
	case model.Sel:
		leadsTo(x.A, may, f)
		leadsTo(x.B, may, f)
	case model.Map:
		if c, fixed := constOf(x.X); fixed {
			f(x.T.At(c))
			return
		}
		for _, n := range x.T.Of {
			f(n)
		}
	}
}

// share gives an object, what it is a part of and all its parts to all threads.
func (l *lowerer) share(in *model.Instance) {
	root := outermost(in)
	for _, t := range l.prog.Types {
		for _, other := range t.Instances {
			if outermost(other) == root {
				other.Thread = 0
			}
		}
	}
}

func outermost(in *model.Instance) *model.Instance {
	for in.In != nil {
		in = in.In
	}
	return in
}
