// SPDX-License-Identifier: MIT

// This file finds local structs whose address leaves their thread. Accesses to
// a local struct are register work only as long as no other thread can have a
// pointer to it.

package cfront

import "mmcheck/model"

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
	for v, objs := range may {
		if v.Thread != 0 {
			continue
		}
		for n := range objs {
			l.share(v.Points.Instances[n-1])
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
	for _, t := range append([]*model.Thread{l.prog.InitThread()}, l.prog.Threads...) {
		for _, b := range t.Blocks {
			b.Bodies(func(body []model.Stmt) {
				model.WalkStmts(body, func(st model.Stmt) {
					s, ok := st.(model.Set)
					if !ok || s.V.Points == nil {
						return
					}
					model.WalkExpr(s.X, func(e model.Expr) {
						switch x := e.(type) {
						case model.Const:
							add(s.V, int64(x))
						case model.Get:
							for n := range may[x.V] {
								if x.V.Points == s.V.Points {
									add(s.V, n)
								}
							}
						case model.Map:
							for _, n := range x.T.Of {
								add(s.V, n)
							}
						}
					})
				})
			})
		}
	}
	return changed
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
