// SPDX-License-Identifier: MIT

// This file rebuilds expressions with what is constant for good put in: fields
// that no code writes, and tables at constant places. It looks at the code
// only, not at what an exploration saw.

package promela

import "mmcheck/model"

func isConst(e model.Expr) bool {
	_, ok := e.(model.Const)
	return ok
}

// simplify folds constants in e; nil stays nil.
func (d *decls) simplify(e model.Expr) model.Expr {
	switch x := e.(type) {
	case model.Get:
		return d.simplifyGet(x)
	case model.Un:
		return model.MkUn(x.Op, d.simplify(x.X))
	case model.Bin:
		return model.MkBin(x.Op, d.simplify(x.X), d.simplify(x.Y))
	case model.Sel:
		return model.Cond(d.simplify(x.C), d.simplify(x.A), d.simplify(x.B))
	case model.Map:
		i := d.simplify(x.X)
		if c, ok := i.(model.Const); ok {
			return model.Const(x.T.At(int64(c)))
		}
		if len(x.T.Of) == 0 {
			return model.Const(0)
		}
		return model.Map{T: x.T, X: i}
	case model.Conv:
		return model.MkConv(d.simplify(x.X), x.Bits, x.Signed)
	}
	return e
}

func (d *decls) simplifyGet(g model.Get) model.Expr {
	g.I = d.simplify(g.I)
	i, ok := constIndex(g.I)
	switch {
	case !ok:
		return g
	case i < 0 || i >= int64(g.V.Len):
		return model.Const(0)
	case !d.varies(g.V, i):
		return model.Const(d.p.Initial[g.V.Off()+int(i)])
	}
	return g
}
