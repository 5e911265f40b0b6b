// SPDX-License-Identifier: MIT

// This file writes expressions as Promela.

package promela

import (
	"fmt"
	"math"
	"strings"

	"mmcheck/model"
)

var binOps = map[model.BinOp]string{
	model.OpAdd: "+", model.OpSub: "-", model.OpMul: "*",
	model.OpAnd: "&", model.OpOr: "|", model.OpXor: "^",
	model.OpShl: "<<", model.OpShr: ">>", model.OpUShr: ">>",
	model.OpDiv: "/", model.OpMod: "%", model.OpUDiv: "/", model.OpUMod: "%",
	model.OpEq: "==", model.OpNe: "!=", model.OpLt: "<", model.OpLe: "<=",
	model.OpULt: "<", model.OpULe: "<=", model.OpLAnd: "&&", model.OpLOr: "||",
}

var unOps = map[model.UnOp]string{model.OpNeg: "-", model.OpNot: "!", model.OpCom: "~"}

// expr writes e; the result is an operand, with parentheses where needed.
func (w *writer) expr(e model.Expr) string {
	switch e := e.(type) {
	case model.Const:
		return literal(int64(e))
	case model.Get:
		return w.get(e)
	case model.Un:
		return "(" + unOps[e.Op] + w.expr(e.X) + ")"
	case model.Bin:
		return w.bin(e)
	case model.Sel:
		return fmt.Sprintf("(%s -> %s : %s)", w.expr(e.C), w.expr(e.A), w.expr(e.B))
	case model.Map:
		return w.lookup(e)
	case model.Conv:
		return w.conv(e)
	}
	panic(fmt.Sprintf("promela: unknown expression %T", e))
}

func literal(v int64) string {
	if v < 0 {
		return fmt.Sprintf("(%d)", v)
	}
	return fmt.Sprint(v)
}

func (w *writer) get(e model.Get) string {
	if i, ok := constIndex(e.I); ok {
		switch {
		case i < 0 || i >= int64(e.V.Len):
			return "0"
		case !w.varies(e.V, i):
			return literal(w.p.Initial[e.V.Off()+int(i)])
		}
		if x := w.array[e.V]; x != nil {
			return fmt.Sprintf("%s[%d]", x.name, i)
		}
		return w.elem[e.V][i].name
	}
	return w.indexed(w.array[e.V].name, e.I, e.V.Len)
}

// indexed writes array[i], which is 0 outside.
func (w *writer) indexed(array string, i model.Expr, n int) string {
	x := w.expr(i)
	cell := fmt.Sprintf("%s[%s]", array, x)
	if test := w.inside(x, i, n); test != "" {
		return fmt.Sprintf("(%s -> %s : 0)", test, cell)
	}
	return cell
}

// inside writes the test that i, written as x, lies in 0 to n-1; "" if it
// always does.
func (w *writer) inside(x string, i model.Expr, n int) string {
	var tests []string
	lo, hi := w.bounds(i)
	if lo < 0 {
		tests = append(tests, x+" >= 0")
	}
	if hi >= int64(n) {
		tests = append(tests, fmt.Sprintf("%s < %d", x, n))
	}
	return strings.Join(tests, " && ")
}

// lookup writes a table as a constant array, made at its first use.
func (w *writer) lookup(e model.Map) string {
	if len(e.T.Of) == 0 {
		return "0"
	}
	// Not by content alone: SPIN takes no array indexed by itself.
	same := e.T.Name + fmt.Sprint(e.T.Of)
	name, ok := w.tables[same]
	if !ok {
		name = w.names.unique("table_" + identifier(e.T.Name))
		w.tables[same] = name
		w.tableDecls = append(w.tableDecls, constant(name, e.T.Of))
	}
	return w.indexed(name, e.X, len(e.T.Of))
}

func tableRange(t *model.Table) (lo, hi int64) {
	for _, v := range t.Of {
		lo, hi = min(lo, v), max(hi, v)
	}
	return lo, hi
}

func (w *writer) bin(e model.Bin) string {
	x, y := w.expr(e.X), w.expr(e.Y)
	plain := fmt.Sprintf("(%s %s %s)", x, binOps[e.Op], y)
	switch e.Op {
	case model.OpDiv, model.OpMod, model.OpUDiv, model.OpUMod:
		if c, ok := e.Y.(model.Const); ok && c != 0 {
			return plain
		}
		return fmt.Sprintf("(%s == 0 -> 0 : %s)", y, plain)
	case model.OpULt, model.OpULe:
		return w.unsignedLess(e, x, y, plain)
	}
	return plain
}

// unsignedLess compares as unsigned: a negative number is a large one.
func (w *writer) unsignedLess(e model.Bin, x, y, plain string) string {
	xlo, xhi := w.bounds(e.X)
	ylo, yhi := w.bounds(e.Y)
	switch {
	case xlo >= 0 && ylo >= 0 || xhi < 0 && yhi < 0:
		return plain
	case ylo >= 0:
		return fmt.Sprintf("(%s >= 0 && %s)", x, plain)
	case xlo >= 0:
		return fmt.Sprintf("(%s < 0 || %s)", y, plain)
	}
	return fmt.Sprintf("((%s < 0) == (%s < 0) -> %s : %s < 0)", x, y, plain, y)
}

// conv writes a cast. Values have 32 bits at most, so that only narrower types
// change anything.
func (w *writer) conv(e model.Conv) string {
	x := w.expr(e.X)
	switch {
	case e.Bits >= 32:
		return x
	case e.Signed:
		sign := int64(1) << (e.Bits - 1)
		return fmt.Sprintf("(((%s & %d) ^ %d) - %d)", x, 2*sign-1, sign, sign)
	}
	return fmt.Sprintf("(%s & %d)", x, int64(1)<<e.Bits-1)
}

// bounds is a range that the value of e lies in.
func (w *writer) bounds(e model.Expr) (lo, hi int64) {
	switch e := e.(type) {
	case model.Const:
		return int64(e), int64(e)
	case model.Get:
		return w.getBounds(e)
	case model.Map:
		return tableRange(e.T)
	case model.Sel:
		alo, ahi := w.bounds(e.A)
		blo, bhi := w.bounds(e.B)
		return min(alo, blo), max(ahi, bhi)
	case model.Conv:
		if !e.Signed && e.Bits < 32 {
			return 0, 1<<e.Bits - 1
		}
	case model.Bin:
		return w.binBounds(e)
	case model.Un:
		if e.Op == model.OpNot {
			return 0, 1
		}
	}
	return math.MinInt32, math.MaxInt32
}

func (w *writer) getBounds(e model.Get) (lo, hi int64) {
	if x := w.array[e.V]; x != nil {
		return min(x.lo, 0), max(x.hi, 0)
	}
	i, _ := constIndex(e.I)
	if x := w.elem[e.V][i]; x != nil {
		return x.lo, x.hi
	}
	if i < 0 || i >= int64(e.V.Len) {
		return 0, 0
	}
	v := w.p.Initial[e.V.Off()+int(i)]
	return v, v
}

func (w *writer) binBounds(e model.Bin) (lo, hi int64) {
	if model.IsBoolean(e) {
		return 0, 1
	}
	xlo, xhi := w.bounds(e.X)
	ylo, yhi := w.bounds(e.Y)
	lo, hi = math.MinInt32, math.MaxInt32
	switch e.Op {
	case model.OpAdd:
		lo, hi = xlo+ylo, xhi+yhi
	case model.OpSub:
		lo, hi = xlo-yhi, xhi-ylo
	case model.OpMul:
		if xlo >= 0 && ylo >= 0 {
			lo, hi = xlo*ylo, xhi*yhi
		}
	case model.OpAnd:
		if ylo >= 0 {
			lo, hi = 0, yhi
		}
	case model.OpUShr, model.OpShr:
		if c, ok := e.Y.(model.Const); ok && xlo >= 0 && c >= 0 && c < 32 {
			lo, hi = xlo>>c, xhi>>c
		}
	}
	return max(lo, math.MinInt32), min(hi, math.MaxInt32)
}

// exprText writes e with the names of the model, for people.
func exprText(e model.Expr) string {
	switch e := e.(type) {
	case model.Const:
		return "a constant"
	case model.Get:
		if i, ok := constIndex(e.I); ok && i >= 0 && i < int64(e.V.Len) {
			return e.V.ElemName(int(i))
		}
		return e.V.Name
	}
	var vars []string
	seen := map[string]bool{}
	model.WalkExpr(e, func(x model.Expr) {
		if g, ok := x.(model.Get); ok && !seen[g.V.Name] {
			seen[g.V.Name] = true
			vars = append(vars, exprText(g))
		}
	})
	if len(vars) == 0 {
		return "an expression of constants"
	}
	return "an expression over " + strings.Join(vars, ", ")
}
