// SPDX-License-Identifier: MIT

// This file tells which statements of a body may change places: those that do
// not write what another reads or writes. Checks of different properties keep
// their order, since the first that fails ends the transition.

package symmetry

import "mmcheck/model"

// dependence gives the statements of a body levels: one above the highest
// earlier statement that it must stay behind.
type dependence struct {
	read, written map[touched]int // highest level + 1 that touched an element
	prop          string          // of the latest check
	before, check int             // highest level + 1 of the checks before that property, and of all
}

// touched is an element of a variable; -1 stands for all of them.
type touched struct {
	v *model.Var
	i int64
}

func newDependence() *dependence {
	return &dependence{read: map[touched]int{}, written: map[touched]int{}}
}

// footprint is what a statement touches, itself and nested.
type footprint struct {
	reads, writes []touched
	props         []string
}

func (f *footprint) add(st model.Stmt) {
	model.WalkStmts([]model.Stmt{st}, func(st model.Stmt) {
		switch st := st.(type) {
		case model.Set:
			f.writes = append(f.writes, elementOf(st.V, st.I))
		case model.Check:
			f.props = append(f.props, st.Prop)
		case model.Limit:
			f.props = append(f.props, "limit "+st.What)
		}
		for _, e := range model.StmtExprs(st) {
			model.WalkExpr(e, func(x model.Expr) {
				if g, ok := x.(model.Get); ok {
					f.reads = append(f.reads, elementOf(g.V, g.I))
				}
			})
		}
	})
}

func elementOf(v *model.Var, i model.Expr) touched {
	if i == nil {
		return touched{v, 0}
	}
	if c, ok := i.(model.Const); ok {
		return touched{v, int64(c)}
	}
	return touched{v, -1}
}

// level places the next statement of the body.
func (d *dependence) level(st model.Stmt) int {
	var f footprint
	f.add(st)
	l := 0
	for _, e := range f.reads {
		l = max(l, highest(d.written, e))
	}
	for _, e := range f.writes {
		l = max(l, highest(d.written, e), highest(d.read, e))
	}
	for _, p := range f.props {
		if p != d.prop || len(f.props) > 1 {
			d.prop, d.before = p, d.check
		}
		l = max(l, d.before)
	}
	for _, e := range f.reads {
		note(d.read, e, l+1)
	}
	for _, e := range f.writes {
		note(d.written, e, l+1)
	}
	if len(f.props) > 0 {
		d.check = max(d.check, l+1)
	}
	if len(f.props) > 1 {
		d.prop = "" // the next check stays behind, whatever its property
	}
	return l
}

// highest is the entry of all elements that may be e. An entry of a variable
// as a whole is under -1, the highest of its elements under -2.
func highest(m map[touched]int, e touched) int {
	if e.i == -1 {
		return m[touched{e.v, -2}]
	}
	return max(m[e], m[touched{e.v, -1}])
}

func note(m map[touched]int, e touched, level int) {
	all := touched{e.v, -2}
	m[e], m[all] = max(m[e], level), max(m[all], level)
}
