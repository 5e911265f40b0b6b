// SPDX-License-Identifier: MIT

// This file assembles expressions and conditions. Tests of elements against
// constants are made on the words, as many at once as lie in one word.

package vm

import "mmcheck/model"

// fold makes constants of what the layout or the path up to here determines.
func (a *assembler) fold(e model.Expr) model.Expr {
	return model.RewriteExpr(e, a.foldNode)
}

func (a *assembler) foldNode(e model.Expr) (model.Expr, bool) {
	switch x := e.(type) {
	case model.Get:
		i, ok := place(x.V, x.I)
		switch {
		case !ok && a.private(x.V): // of one element
			return model.Cond(model.Eq(x.I, model.Const(0)), a.fold(model.Ld(x.V)), model.Const(0)), true
		case !ok:
			return e, false
		case i < 0:
			return model.Const(0), true
		}
		if a.private(x.V) {
			if k := a.known.regs[a.reg(x.V)]; k.where != inWords {
				return model.Const(k.value), k.where == constant
			}
		}
		if f := &a.c.fields[i]; f.mask == 0 {
			return model.Const(f.min), true
		}
	case model.Map:
		if c, ok := model.ConstOf(x.X); ok {
			return model.Const(x.T.At(c)), true
		}
	case model.Conv:
		if f := a.fieldOf(x.X); f != nil && f.within(x.Bits, x.Signed) {
			return x.X, true
		}
	}
	return e, false
}

// fieldOf is where e reads an element at a known place, nil if it does not. The
// value of a register of the thread may have been changed to one that is not
// of its field.
func (a *assembler) fieldOf(e model.Expr) *bitField {
	g, ok := e.(model.Get)
	if !ok {
		return nil
	}
	i, ok := place(g.V, g.I)
	if !ok || i < 0 || a.private(g.V) && a.known.regs[a.reg(g.V)].where == changed {
		return nil
	}
	return &a.c.fields[i]
}

// within reports whether all that the field can hold is unchanged by a
// conversion.
func (f *bitField) within(width int, signed bool) bool {
	hi := f.min + int64(f.mask)
	return hi >= f.min && model.Convert(f.min, width, signed) == f.min && model.Convert(hi, width, signed) == hi
}

func isConstExpr(e model.Expr) bool { _, ok := model.ConstOf(e); return ok }

// newTemp is a register for an intermediate value.
func (a *assembler) newTemp() uint16 {
	if a.temp >= maxRegs {
		panic("vm: an expression is too large")
	}
	a.temp++
	return uint16(a.temp - 1)
}

// expr assembles a folded expression and returns the register of its value.
func (a *assembler) expr(e model.Expr) uint16 {
	if g, ok := e.(model.Get); ok && a.private(g.V) {
		return a.load(g.V)
	}
	dst := a.newTemp()
	a.exprTo(e, dst)
	a.temp = int(dst) + 1 // what it was computed from is not needed any more
	return dst
}

// exprTo assembles a folded expression; dst is written last of all.
func (a *assembler) exprTo(e model.Expr, dst uint16) {
	switch e := e.(type) {
	case model.Const:
		a.emit(instr{op: opConst, a: dst, k: int64(e)})
	case model.Get:
		a.get(e, dst)
	case model.Un:
		if e.Op == model.OpNot {
			a.truth(e, dst)
			return
		}
		a.emit(instr{op: opUn, rot: uint8(e.Op), a: dst, b: uint32(a.expr(e.X))})
	case model.Bin:
		a.binary(e, dst)
	case model.Sel:
		a.choose(e.C, func() { a.exprTo(e.A, dst) }, func() { a.exprTo(e.B, dst) })
	case model.Map:
		a.emit(instr{op: opMap, a: dst, b: uint32(a.expr(e.X)), k: int64(a.table(e.T)), m: uint64(len(e.T.Of))})
	case model.Conv:
		in := instr{op: opUnsigned, a: dst, b: uint32(a.expr(e.X)), rot: uint8(64 - min(e.Bits, 64))}
		if e.Signed {
			in.op = opSigned
		}
		a.emit(in)
	default:
		panic("vm: unknown expression")
	}
}

func (a *assembler) get(e model.Get, dst uint16) {
	i, ok := place(e.V, e.I)
	switch {
	case !ok:
		a.emit(instr{op: opLoadAt, a: dst, b: uint32(a.expr(e.I)), k: int64(e.V.Off()), m: uint64(e.V.Len)})
	case a.private(e.V):
		a.emit(instr{op: opMove, a: dst, b: uint32(a.load(e.V))})
	default:
		a.emit(a.c.fields[i].load(dst))
	}
}

func (f *bitField) load(dst uint16) instr {
	return instr{op: opLoad, a: dst, b: f.word, rot: f.rot, k: f.min, m: f.mask}
}

// table is where the entries of t lie in Machine.values.
func (a *assembler) table(t *model.Table) int {
	at, ok := a.values[t]
	if !ok {
		at = len(a.m.values)
		a.values[t] = at
		a.m.values = append(a.m.values, t.Of...)
	}
	return at
}

func (a *assembler) binary(e model.Bin, dst uint16) {
	if e.Op == model.OpLAnd || e.Op == model.OpLOr {
		a.truth(e, dst)
		return
	}
	x := a.expr(e.X)
	if c, ok := model.ConstOf(e.Y); ok {
		switch e.Op {
		case model.OpAdd:
			a.emit(instr{op: opAddConst, a: dst, b: uint32(x), k: c})
			return
		case model.OpSub:
			a.emit(instr{op: opAddConst, a: dst, b: uint32(x), k: -c})
			return
		case model.OpAnd:
			a.emit(instr{op: opAndConst, a: dst, b: uint32(x), k: c})
			return
		}
	}
	in := instr{op: opBin, rot: uint8(e.Op), a: dst, b: uint32(x), k: int64(a.expr(e.Y))}
	switch e.Op {
	case model.OpAdd:
		in.op = opAdd
	case model.OpSub:
		in.op = opSub
	}
	a.emit(in)
}

// truth leaves 1 or 0.
func (a *assembler) truth(e model.Expr, dst uint16) {
	a.choose(e, func() { a.emit(instr{op: opConst, a: dst, k: 1}) }, func() { a.emit(instr{op: opConst, a: dst}) })
}

// choose assembles two arms of an expression. What the arms load does not
// count as loaded behind them.
func (a *assembler) choose(c model.Expr, then, els func()) {
	no, end := &label{}, &label{}
	a.unless(c, no)
	before := a.known.mark()
	then()
	a.jump(instr{op: opJump}, end)
	a.bind(no)
	a.known.undo(before)
	els()
	a.bind(end)
	a.known.undo(before)
}

// unless goes to l if the folded condition e is false.
func (a *assembler) unless(e model.Expr, l *label) {
	before := a.known.mark()
	a.require(a.conjunction(e, true), l)
	a.known.undo(before) // what only some paths load is not loaded
}

// conjunction is what must be so: masked compares of words, at most one for
// each word, and other conditions.
type conjunction struct {
	tests  []instr // opIfOther
	others []condition
	never  bool
}

// condition is an expression that must be true, or false.
type condition struct {
	e    model.Expr
	want bool
}

// conjunction takes a condition apart into what must hold for it to be want.
func (a *assembler) conjunction(e model.Expr, want bool) *conjunction {
	c := &conjunction{}
	a.collect(c, e, want)
	return c
}

func (a *assembler) collect(c *conjunction, e model.Expr, want bool) {
	switch x := e.(type) {
	case model.Const:
		c.never = c.never || (x != 0) != want
		return
	case model.Un:
		if x.Op == model.OpNot {
			a.collect(c, x.X, !want)
			return
		}
	case model.Bin:
		if x.Op == model.OpLAnd && want || x.Op == model.OpLOr && !want {
			a.collect(c, x.X, want)
			a.collect(c, x.Y, want)
			return
		}
		if v, ok := model.ConstOf(x.Y); ok && v == 0 && model.IsBoolean(x.X) && (x.Op == model.OpEq || x.Op == model.OpNe) {
			a.collect(c, x.X, want == (x.Op == model.OpNe))
			return
		}
	}
	if !a.collectTest(c, e, want) {
		c.others = append(c.others, condition{e, want})
	}
}

// collectTest adds a condition that an element has a certain value, and
// reports whether it is one.
func (a *assembler) collectTest(c *conjunction, e model.Expr, want bool) bool {
	f, v, same := a.elementTest(e)
	if f == nil {
		return false
	}
	code, fits := f.code(v)
	switch {
	case !fits:
		c.never = c.never || same == want
		return true
	case same != want && f.mask&(f.mask-1) == 0: // one bit: it is the other value
		code ^= f.bits()
	case same != want:
		return false
	}
	for i := range c.tests {
		t := &c.tests[i]
		if uint32(t.a) == f.word {
			c.never = c.never || (uint64(t.k)^code)&t.m&f.bits() != 0
			t.m |= f.bits()
			t.k |= int64(code)
			return true
		}
	}
	c.tests = append(c.tests, instr{op: opIfOther, a: uint16(f.word), m: f.bits(), k: int64(code)})
	return true
}

// elementTest is the field and the constant that e compares (for equality if
// same), nil if it does something else. A register of the thread counts while
// its value is in the words.
func (a *assembler) elementTest(e model.Expr) (f *bitField, c int64, same bool) {
	x := e
	if b, ok := e.(model.Bin); ok && (b.Op == model.OpEq || b.Op == model.OpNe) {
		v, isC := model.ConstOf(b.Y)
		if !isC {
			return nil, 0, false
		}
		x, c, same = b.X, v, b.Op == model.OpEq
	}
	if f = a.fieldOf(x); f == nil || f.mask == 0 {
		return nil, 0, false
	}
	return f, c, same
}

// require goes to l unless all of c holds.
func (a *assembler) require(c *conjunction, l *label) {
	if c.never {
		a.jump(instr{op: opJump}, l)
		return
	}
	for _, t := range c.tests {
		a.jump(t, l)
	}
	for _, o := range c.others {
		a.requireOther(o, l)
	}
}

func (a *assembler) requireOther(o condition, l *label) {
	if f, v, _ := a.elementTest(o.e); f != nil { // for inequality, or it were a test
		code, _ := f.code(v)
		a.jump(instr{op: opIfSame, a: uint16(f.word), m: f.bits(), k: int64(code)}, l)
		return
	}
	if b, ok := o.e.(model.Bin); ok {
		switch b.Op {
		case model.OpLAnd, model.OpLOr: // all the ways to fail lead past the jump
			over := &label{}
			before := a.known.mark()
			a.require(a.conjunction(b, !o.want), over)
			a.jump(instr{op: opJump}, l)
			a.bind(over)
			a.known.undo(before)
			return
		case model.OpEq, model.OpNe:
			if v, isC := model.ConstOf(b.Y); isC {
				a.compare(a.expr(b.X), v, (b.Op == model.OpEq) == o.want, l)
				return
			}
		}
	}
	a.compare(a.expr(o.e), 0, !o.want, l)
}

// compare goes to l unless register r is v, or unless it is not.
func (a *assembler) compare(r uint16, v int64, same bool, l *label) {
	in := instr{op: opIfEqual, a: r, k: v}
	if same {
		in.op = opIfUnequal
	}
	a.jump(in, l)
}

// place is the element that V[I] denotes if that is known, -1 if it is none.
func place(v *model.Var, index model.Expr) (elem int, known bool) {
	i := int64(0)
	if index != nil {
		c, ok := model.ConstOf(index)
		if !ok {
			return 0, false
		}
		i = c
	}
	if i < 0 || i >= int64(v.Len) {
		return -1, true
	}
	return v.Off() + int(i), true
}
