// SPDX-License-Identifier: MIT

// This file defines the expressions of which guards and effects are made. An
// expression is plain data: the plain interpreter evaluates it, the production
// search compiles it, the exporters print it, and its footprint is read off it.

package model

import "slices"

// Expr is a side-effect free expression over the state; its value is a 64-bit
// integer (booleans are 0 and 1, pointers are instance numbers with 0 = NULL).
type Expr interface{ isExpr() }

// Const is a literal value.
type Const int64

// Get reads element I of V (element 0 when I is nil).
type Get struct {
	V *Var
	I Expr
}

// Un applies a unary operator.
type Un struct {
	Op UnOp
	X  Expr
}

// Bin applies a binary operator; LAnd and LOr evaluate Y only when needed.
type Bin struct {
	Op   BinOp
	X, Y Expr
}

// Sel is "C ? A : B"; only the chosen arm is evaluated.
type Sel struct{ C, A, B Expr }

// Map looks X up in a constant table; values outside the table give 0.
type Map struct {
	T *Table
	X Expr
}

// Conv converts X to an integer of Bits bits, as a C cast does.
type Conv struct {
	X      Expr
	Bits   int
	Signed bool
}

// Table is a constant function from small non-negative integers, such as the
// embedding of a lock in its containing object. Tables may grow until the
// Program is sealed.
type Table struct {
	Name string
	Of   []int64
	Arg  *Type // what it is a function of: an instance of Arg, or instance*Each + item; nil: plain numbers
	Each int   // 0 for 1
	Val  *Type // what it gives: an instance of Val; nil: plain numbers
}

// At returns entry i, 0 outside the table.
func (t *Table) At(i int64) int64 {
	if i < 0 || i >= int64(len(t.Of)) {
		return 0
	}
	return t.Of[i]
}

// empty reports whether t is 0 everywhere.
func (t *Table) empty() bool { return !slices.ContainsFunc(t.Of, func(n int64) bool { return n != 0 }) }

// Put sets entry i, growing the table as needed.
func (t *Table) Put(i int, v int64) {
	for len(t.Of) <= i {
		t.Of = append(t.Of, 0)
	}
	t.Of[i] = v
}

// UnOp is a unary operator.
type UnOp uint8

// The unary operators: arithmetic negation, logical not, bitwise complement.
const (
	OpNeg UnOp = iota
	OpNot
	OpCom
)

// BinOp is a binary operator. The U forms treat both operands as unsigned
// 64-bit integers.
type BinOp uint8

// The binary operators.
const (
	OpAdd BinOp = iota
	OpSub
	OpMul
	OpDiv
	OpMod
	OpUDiv
	OpUMod
	OpAnd
	OpOr
	OpXor
	OpShl
	OpShr
	OpUShr
	OpEq
	OpNe
	OpLt
	OpLe
	OpULt
	OpULe
	OpLAnd
	OpLOr
)

func (Const) isExpr() {}
func (Get) isExpr()   {}
func (Un) isExpr()    {}
func (Bin) isExpr()   {}
func (Sel) isExpr()   {}
func (Map) isExpr()   {}
func (Conv) isExpr()  {}

// True and False are the boolean constants.
const (
	False = Const(0)
	True  = Const(1)
)

// Bool turns a Go bool into a Const.
func Bool(b bool) Const {
	if b {
		return True
	}
	return False
}

// Int turns a Go int into a Const.
func Int(i int) Const { return Const(i) }

// ConstOf reports the value of a constant expression.
func ConstOf(e Expr) (int64, bool) {
	c, ok := e.(Const)
	return int64(c), ok
}

// MkUn builds a unary expression, folding constants.
func MkUn(op UnOp, x Expr) Expr {
	if v, ok := ConstOf(x); ok {
		return Const(EvalUn(op, v))
	}
	if op == OpNot {
		if b, ok := x.(Bin); ok {
			if inv, ok := inverse[b.Op]; ok {
				return Bin{inv, b.X, b.Y}
			}
		}
		if u, ok := x.(Un); ok && u.Op == OpNot && IsBoolean(u.X) {
			return u.X
		}
	}
	return Un{op, x}
}

var inverse = map[BinOp]BinOp{OpEq: OpNe, OpNe: OpEq}

// IsBoolean reports whether e can only be 0 or 1.
func IsBoolean(e Expr) bool {
	switch e := e.(type) {
	case Const:
		return e == 0 || e == 1
	case Un:
		return e.Op == OpNot
	case Bin:
		return e.Op >= OpEq
	}
	return false
}

// MkBin builds a binary expression, folding constants and neutral elements.
func MkBin(op BinOp, x, y Expr) Expr {
	a, aok := ConstOf(x)
	b, bok := ConstOf(y)
	switch {
	case aok && bok:
		if (op == OpDiv || op == OpMod || op == OpUDiv || op == OpUMod) && b == 0 {
			break
		}
		return Const(EvalBin(op, a, b))
	case op == OpLAnd && aok:
		return pick(a != 0, boolOf(y), False)
	case op == OpLAnd && bok:
		return pick(b != 0, boolOf(x), False)
	case op == OpLOr && aok:
		return pick(a != 0, True, boolOf(y))
	case op == OpLOr && bok:
		return pick(b != 0, True, boolOf(x))
	case (op == OpAdd || op == OpOr || op == OpXor) && aok && a == 0:
		return y
	case (op == OpAdd || op == OpSub || op == OpOr || op == OpXor || op == OpShl || op == OpShr || op == OpUShr) && bok && b == 0:
		return x
	case op == OpMul && (aok && a == 0 || bok && b == 0):
		return Const(0)
	case op == OpMul && aok && a == 1:
		return y
	case op == OpMul && bok && b == 1:
		return x
	case op == OpAnd && (aok && a == 0 || bok && b == 0):
		return Const(0)
	}
	return Bin{op, x, y}
}

func pick(c bool, a, b Expr) Expr {
	if c {
		return a
	}
	return b
}

func boolOf(e Expr) Expr {
	if IsBoolean(e) {
		return e
	}
	return MkBin(OpNe, e, Const(0))
}

// Short forms for the expressions that cells write most.

// Add is x + y.
func Add(x, y Expr) Expr { return MkBin(OpAdd, x, y) }

// Sub is x - y.
func Sub(x, y Expr) Expr { return MkBin(OpSub, x, y) }

// Mul is x * y.
func Mul(x, y Expr) Expr { return MkBin(OpMul, x, y) }

// Eq is x == y.
func Eq(x, y Expr) Expr { return MkBin(OpEq, x, y) }

// Ne is x != y.
func Ne(x, y Expr) Expr { return MkBin(OpNe, x, y) }

// Lt is x < y, signed.
func Lt(x, y Expr) Expr { return MkBin(OpLt, x, y) }

// Le is x <= y, signed.
func Le(x, y Expr) Expr { return MkBin(OpLe, x, y) }

// Not is !x.
func Not(x Expr) Expr { return MkUn(OpNot, x) }

// And is the conjunction of xs; And() is true.
func And(xs ...Expr) Expr {
	r := Expr(True)
	for _, x := range xs {
		r = MkBin(OpLAnd, r, x)
	}
	return r
}

// Or is the disjunction of xs; Or() is false.
func Or(xs ...Expr) Expr {
	r := Expr(False)
	for _, x := range xs {
		r = MkBin(OpLOr, r, x)
	}
	return r
}

// Cond is c ? a : b.
func Cond(c, a, b Expr) Expr {
	if v, ok := ConstOf(c); ok {
		return pick(v != 0, a, b)
	}
	return Sel{c, a, b}
}

// Lookup is t[x].
func Lookup(t *Table, x Expr) Expr {
	return Map{t, x} // folded when sealed: the table may still grow
}

// MkConv converts x to bits bits.
func MkConv(x Expr, bits int, signed bool) Expr {
	if v, ok := ConstOf(x); ok {
		return Const(Convert(v, bits, signed))
	}
	if bits >= 64 || IsBoolean(x) && (bits > 1 || !signed) { // a signed bit is 0 or -1
		return x
	}
	return Conv{x, bits, signed}
}

// Ld reads the scalar variable v.
func Ld(v *Var) Expr { return Get{V: v} }

// At reads element i of v.
func At(v *Var, i Expr) Expr { return Get{V: v, I: i} }

// Convert gives the value that v has in an integer of some bits.
func Convert(v int64, bits int, signed bool) int64 {
	if bits >= 64 {
		return v
	}
	sh := uint(64 - bits)
	if signed {
		return v << sh >> sh
	}
	return int64(uint64(v) << sh >> sh)
}

// EvalUn gives the value of a unary operator.
func EvalUn(op UnOp, v int64) int64 {
	switch op {
	case OpNeg:
		return -v
	case OpNot:
		return b2i(v == 0)
	}
	return ^v
}

func b2i(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// EvalBin gives the value of a strict binary operator; division by zero is 0
// (the front end puts a check before it).
func EvalBin(op BinOp, a, b int64) int64 {
	switch op {
	case OpAdd:
		return a + b
	case OpSub:
		return a - b
	case OpMul:
		return a * b
	case OpAnd:
		return a & b
	case OpOr:
		return a | b
	case OpXor:
		return a ^ b
	case OpShl:
		return a << (uint64(b) & 63)
	case OpShr:
		return a >> (uint64(b) & 63)
	case OpUShr:
		return int64(uint64(a) >> (uint64(b) & 63))
	case OpEq:
		return b2i(a == b)
	case OpNe:
		return b2i(a != b)
	case OpLt:
		return b2i(a < b)
	case OpLe:
		return b2i(a <= b)
	case OpULt:
		return b2i(uint64(a) < uint64(b))
	case OpULe:
		return b2i(uint64(a) <= uint64(b))
	case OpLAnd:
		return b2i(a != 0 && b != 0)
	case OpLOr:
		return b2i(a != 0 || b != 0)
	}
	return evalDiv(op, a, b)
}

func evalDiv(op BinOp, a, b int64) int64 {
	if b == 0 {
		return 0
	}
	switch op {
	case OpDiv:
		return a / b
	case OpMod:
		return a % b
	case OpUDiv:
		return int64(uint64(a) / uint64(b))
	}
	return int64(uint64(a) % uint64(b))
}
