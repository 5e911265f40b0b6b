// SPDX-License-Identifier: MIT

// This file finds out where pointers may lead, when all code is there: which
// scalars need an address, which local variables others can reach, and where the
// pointers to local variables are that dangle when their life ends. Accesses to a
// local struct are register work only as long as no other thread can have a pointer
// to it.

package cfront

import (
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
	l.prog.FillAddresses()
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

// publish finds the variables that may hold a pointer to a local one, and makes every
// local variable shared that a pointer in shared memory may refer to. What a variable
// may point to is the union of what is assigned to it anywhere, whatever the order.
func (l *lowerer) publish() {
	if len(l.origin) == 0 {
		return
	}
	may := map[*model.Var]map[int64]bool{}
	for l.flow(may) {
	}
	shared := map[*model.Local]bool{}
	for _, v := range l.prog.Vars {
		for n := range may[v] {
			local := onStack(v.Points, n)
			if !slices.Contains(local.Holders, v) {
				local.Holders = append(local.Holders, v)
			}
			if v.Thread == 0 {
				shared[local] = true
			}
		}
	}
	l.share(shared)
}

// flow propagates once through all assignments of pointers.
func (l *lowerer) flow(may map[*model.Var]map[int64]bool) (changed bool) {
	add := func(v *model.Var, n int64) {
		if onStack(v.Points, n) == nil || may[v][n] {
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
						leadsTo(s.X, s.V.Points, may, func(n int64) { add(s.V, n) })
					}
				})
			})
		}
	}
	return changed
}

// onStack is the local variable that instance n of t is, or is a part of, nil if none.
func onStack(t *model.Type, n int64) *model.Local {
	if n < 1 || n > int64(len(t.Instances)) {
		return nil
	}
	return t.Instances[n-1].Whole().Local
}

// leadsTo calls f on the numbers of what pointer e to a typ may refer to. What is made
// of a pointer to something else leads to nothing (see model.Shift).
func leadsTo(e model.Expr, typ *model.Type, may map[*model.Var]map[int64]bool, f func(n int64)) {
	switch x := e.(type) {
	case model.Const:
		f(int64(x))
	case model.Get:
		if x.V.Points == typ {
			for n := range may[x.V] {
				f(n)
			}
		}
	case model.Sel:
		leadsTo(x.A, typ, may, f)
		leadsTo(x.B, typ, may, f)
	case model.Bin: // the element of an array
		any := func(n int64) {
			if l := onStack(typ, n); l != nil {
				for _, in := range l.Objects {
					if in.Type == typ {
						f(int64(in.Num))
					}
				}
			}
		}
		leadsTo(x.X, typ, may, any)
		leadsTo(x.Y, typ, may, any)
	case model.Map:
		switch {
		case len(x.T.Of) == 0 && x.T.Arg != nil && x.T.Val != nil:
			leadsTo(x.X, x.T.Arg, may, func(n int64) { around(x.T, n, f) })
		case leads(x.X, x.T.Arg):
			leadsTo(x.X, x.T.Arg, may, func(n int64) { f(x.T.At(n)) })
		default:
			for _, n := range x.T.Of {
				f(n)
			}
		}
	}
}

// leads reports whether e is a pointer to a typ, and no index.
func leads(e model.Expr, typ *model.Type) bool {
	switch x := e.(type) {
	case model.Const:
		return true
	case model.Get:
		return typ != nil && x.V.Points == typ
	case model.Sel:
		return leads(x.A, typ) && leads(x.B, typ)
	case model.Map:
		return typ != nil && x.T.Val == typ
	}
	return false
}

// around calls f on what container_of() by table t, which is not filled yet, may make
// of a pointer to number n.
func around(t *model.Table, n int64, f func(n int64)) {
	if onStack(t.Arg, n) == nil {
		return
	}
	whole := t.Arg.Instances[n-1].Whole()
	for _, in := range t.Val.Instances {
		if in.Whole() == whole {
			f(int64(in.Num))
		}
	}
}

// mayDangle reports whether v is made from the address of a local variable, and not
// from a pointer that is kept somewhere.
func mayDangle(v value) bool {
	found := false
	var look func(t *model.Type, e model.Expr)
	look = func(t *model.Type, e model.Expr) {
		switch x := e.(type) {
		case model.Const:
			found = found || onStack(t, int64(x)) != nil
		case model.Sel:
			look(t, x.A)
			look(t, x.B)
		case model.Bin:
			look(t, x.X)
			look(t, x.Y)
		case model.Map:
			if x.T.Arg != nil {
				look(x.T.Arg, x.X)
			} else {
				found = true // of a scalar
			}
		}
	}
	if v.Points != nil {
		look(v.Points, v.X)
	}
	return found
}

// share gives local variables to all threads. One that is kept in a register has to
// be memory for that.
func (l *lowerer) share(shared map[*model.Local]bool) {
	for _, t := range l.prog.Types {
		for _, in := range t.Instances {
			local := in.Whole().Local
			if !shared[local] {
				continue
			}
			if in.In == nil && t.IsScalar() {
				l.shared[sharedKey{local.Thread.Num, l.origin[local]}] = true
			}
			in.Thread = 0
		}
	}
}
