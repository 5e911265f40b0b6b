// SPDX-License-Identifier: MIT

// This file tells what an expression names: a number means the same under all
// names, a pointer or a thread number does not. Sorts are read off the
// variables, never guessed from values.

package symmetry

import "mmcheck/model"

// sort says what the value of an expression names.
type sort struct {
	kind sortKind
	to   *model.Type // of a pointer
}

type sortKind uint8

const (
	anything   sortKind = iota // a constant: what it is compared with or stored in decides
	number                     // names nothing
	truth                      // only asked whether it is zero, which names nothing whatever it is
	pointer                    // an instance of sort.to
	threadNum                  // a thread, 0 for none
	queueEntry                 // 2*thread + flag
	threadSet                  // bit t-1 for thread t
)

// sortOfVar is the sort of what v holds.
func sortOfVar(v *model.Var) sort {
	switch {
	case v.Points != nil:
		return sort{pointer, v.Points}
	case v.Names == model.ThreadValue:
		return sort{kind: threadNum}
	case v.Names == model.ThreadQueue:
		return sort{kind: queueEntry}
	case v.Names == model.ThreadMask:
		return sort{kind: threadSet}
	}
	return sort{kind: number}
}

// sortOf is the sort of e's value.
func sortOf(e model.Expr) sort {
	switch e := e.(type) {
	case model.Const:
		return sort{}
	case model.Get:
		return sortOfVar(e.V)
	case model.Map:
		if e.T.Val != nil {
			return sort{pointer, e.T.Val}
		}
	case model.Sel:
		return joinSorts(sortOf(e.A), sortOf(e.B))
	case model.Bin:
		return sortOfBin(e)
	}
	return sort{kind: number}
}

func sortOfBin(e model.Bin) sort {
	switch {
	case shifted(e) && sortOf(e.X).kind == queueEntry:
		return sort{kind: threadNum}
	case bitOfThread(e) != nil:
		return sort{kind: threadSet}
	case offset(e):
		return sortOf(e.X)
	case e.Op == model.OpOr:
		if s := joinSorts(sortOf(e.X), sortOf(e.Y)); s.kind == threadSet || s.kind == anything {
			return s
		}
	}
	return sort{kind: number}
}

// offset reports whether e is a pointer plus a number, which only has a meaning for
// NULL plus an offset.
func offset(e model.Bin) bool {
	_, fixed := e.Y.(model.Const)
	return e.Op == model.OpAdd && fixed && sortOf(e.X).kind == pointer
}

// shifted reports whether e is X >> 1, the thread of a queue entry.
func shifted(e model.Bin) bool { return e.Op == model.OpShr && e.Y == model.Expr(model.Const(1)) }

// flagged reports whether e is X & 1, the flag of a queue entry.
func flagged(e model.Bin) bool { return e.Op == model.OpAnd && e.Y == model.Expr(model.Const(1)) }

// bitOfThread returns t where e is the set of thread t alone, 1 << t >> 1.
func bitOfThread(e model.Bin) model.Expr {
	shl, ok := e.X.(model.Bin)
	if !ok || e.Op != model.OpUShr || e.Y != model.Expr(model.Const(1)) ||
		shl.Op != model.OpShl || shl.X != model.Expr(model.Const(1)) || sortOf(shl.Y).kind != threadNum {
		return nil
	}
	return shl.Y
}

// joinSorts is the sort of what may be an a or a b; two sorts that do not go
// together give a number, which is then refused where a name is wanted.
func joinSorts(a, b sort) sort {
	switch {
	case a.kind == anything:
		return b
	case b.kind == anything || a == b:
		return a
	}
	return sort{kind: number}
}
