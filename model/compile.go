// SPDX-License-Identifier: MIT

// This file compiles expressions and statements to Go closures over an
// unpacked State. What is common gets a closure of its own: elements at a
// constant place, comparisons with a constant.

package model

// Compile turns a sealed program into closures. fatal says at which properties
// a transition ends.
func Compile(p *Program, fatal func(prop string) bool) *Compiled {
	c := &Compiled{Program: p}
	for _, t := range p.Threads {
		k := compiler{fatal: fatal, blocks: map[*Block]*codeBlock{}}
		ct := CompiledThread{PC: t.PC.off, Points: make([]*CompiledPoint, len(t.Points)+1)}
		for _, b := range t.Points {
			ct.Points[b.PC] = k.point(b.Step)
		}
		c.Threads = append(c.Threads, ct)
	}
	return c
}

// compiler compiles the code of one thread.
type compiler struct {
	fatal  func(prop string) bool
	blocks map[*Block]*codeBlock
}

func (k *compiler) point(st *Step) *CompiledPoint {
	cp := &CompiledPoint{}
	if st.Waits != nil {
		cp.Waits = CompileExpr(st.Waits)
	}
	for _, a := range st.Alts {
		ca := CompiledAlt{body: k.body(a.Body), next: k.block(a.Next)}
		if a.Guard != nil {
			ca.Guard = compileBool(a.Guard)
		}
		cp.Alts = append(cp.Alts, ca)
	}
	return cp
}

func (k *compiler) block(b *Block) *codeBlock {
	if b == nil {
		return nil
	}
	if cb := k.blocks[b]; cb != nil {
		return cb
	}
	cb := &codeBlock{}
	k.blocks[b] = cb
	if b.Step != nil {
		cb.pc = int64(b.PC)
		return cb
	}
	cb.body = k.body(b.Body)
	if b.Cond != nil {
		cb.cond = compileBool(b.Cond)
	}
	cb.then, cb.els = k.block(b.Then), k.block(b.Else)
	return cb
}

func (k *compiler) body(body []Stmt) []effect {
	var out []effect
	for _, st := range body {
		if f := k.stmt(st); f != nil {
			out = append(out, f)
		}
	}
	return out
}

func (k *compiler) stmt(st Stmt) effect {
	switch st := st.(type) {
	case Set:
		return compileSet(st)
	case If:
		return k.branch(st)
	case Check:
		return k.check(&st)
	case Limit:
		when := compileBool(st.When)
		return func(m *Machine) bool {
			if when(m.State) {
				m.Limit = &st
				return false
			}
			return true
		}
	}
	return nil // no effect once sealed
}

func (k *compiler) branch(st If) effect {
	c, then, els := compileBool(st.C), k.body(st.Then), k.body(st.Else)
	return func(m *Machine) bool {
		if c(m.State) {
			return m.run(then)
		}
		return m.run(els)
	}
}

func (k *compiler) check(st *Check) effect {
	bad, fatal := compileBool(st.Bad), k.fatal(st.Prop)
	obj, life := compileOr0(st.Obj), compileOr0(st.Life)
	return func(m *Machine) bool {
		if !bad(m.State) {
			return true
		}
		m.Broken = append(m.Broken, Broken{st, obj(m.State), life(m.State)})
		m.Fatal = fatal
		return !fatal
	}
}

func compileOr0(e Expr) func(State) int64 {
	if e == nil {
		e = Const(0)
	}
	return CompileExpr(e)
}

func compileSet(st Set) effect {
	x := CompileExpr(st.X)
	i, ok := place(st.V, st.I)
	switch {
	case ok && i < 0:
		return nil
	case ok:
		if v, isC := isConst(st.X); isC {
			return func(m *Machine) bool { m.set(i, v); return true }
		}
		return func(m *Machine) bool { m.set(i, x(m.State)); return true }
	}
	at, off, n := CompileExpr(st.I), st.V.off, uint64(st.V.Len)
	return func(m *Machine) bool {
		if j := at(m.State); uint64(j) < n {
			m.set(off+int(j), x(m.State))
		}
		return true
	}
}

// place is the element that V[I] denotes if that is known, -1 if it is none.
func place(v *Var, index Expr) (elem int, known bool) {
	i := int64(0)
	if index != nil {
		c, ok := isConst(index)
		if !ok {
			return 0, false
		}
		i = c
	}
	if i < 0 || i >= int64(v.Len) {
		return -1, true
	}
	return v.off + int(i), true
}

// CompileExpr turns an expression into a function of the state.
func CompileExpr(e Expr) func(s State) int64 {
	switch e := e.(type) {
	case Const:
		v := int64(e)
		return func(State) int64 { return v }
	case Get:
		return compileGet(e)
	case Un:
		return compileUn(e)
	case Bin:
		return compileBin(e)
	case Sel:
		c, a, b := compileBool(e.C), CompileExpr(e.A), CompileExpr(e.B)
		return func(s State) int64 {
			if c(s) {
				return a(s)
			}
			return b(s)
		}
	case Map:
		of, x := e.T.Of, CompileExpr(e.X)
		return func(s State) int64 {
			if i := x(s); uint64(i) < uint64(len(of)) {
				return of[i]
			}
			return 0
		}
	case Conv:
		x, bits, signed := CompileExpr(e.X), e.Bits, e.Signed
		return func(s State) int64 { return convert(x(s), bits, signed) }
	}
	panic("model: unknown expression")
}

func compileGet(e Get) func(State) int64 {
	i, ok := place(e.V, e.I)
	switch {
	case ok && i < 0:
		return func(State) int64 { return 0 }
	case ok:
		return func(s State) int64 { return s[i] }
	}
	at, off, n := CompileExpr(e.I), e.V.off, uint64(e.V.Len)
	return func(s State) int64 {
		if j := at(s); uint64(j) < n {
			return s[off+int(j)]
		}
		return 0
	}
}

func compileUn(e Un) func(State) int64 {
	if e.Op == OpNot {
		return number(compileBool(e))
	}
	op, x := e.Op, CompileExpr(e.X)
	return func(s State) int64 { return evalUn(op, x(s)) }
}

func number(f func(State) bool) func(State) int64 {
	return func(s State) int64 {
		if f(s) {
			return 1
		}
		return 0
	}
}

func compileBin(e Bin) func(State) int64 {
	if e.Op >= OpEq {
		return number(compileBool(e))
	}
	x, y := CompileExpr(e.X), CompileExpr(e.Y)
	if c, ok := isConst(e.Y); ok {
		if f := binConst(e.Op, x, c); f != nil {
			return f
		}
	}
	switch e.Op {
	case OpAdd:
		return func(s State) int64 { return x(s) + y(s) }
	case OpSub:
		return func(s State) int64 { return x(s) - y(s) }
	case OpOr:
		return func(s State) int64 { return x(s) | y(s) }
	}
	op := e.Op
	return func(s State) int64 { return evalBin(op, x(s), y(s)) }
}

// binConst is an operator with a constant right side, nil if it is rare.
func binConst(op BinOp, x func(State) int64, c int64) func(State) int64 {
	switch op {
	case OpAdd:
		return func(s State) int64 { return x(s) + c }
	case OpSub:
		return func(s State) int64 { return x(s) - c }
	case OpMul:
		return func(s State) int64 { return x(s) * c }
	case OpAnd:
		return func(s State) int64 { return x(s) & c }
	case OpShr:
		return func(s State) int64 { return x(s) >> (uint64(c) & 63) }
	case OpUShr:
		return func(s State) int64 { return int64(uint64(x(s)) >> (uint64(c) & 63)) }
	}
	return nil
}

// compileBool is whether e is not zero.
func compileBool(e Expr) func(State) bool {
	switch e := e.(type) {
	case Const:
		v := e != 0
		return func(State) bool { return v }
	case Un:
		if e.Op == OpNot {
			x := compileBool(e.X)
			return func(s State) bool { return !x(s) }
		}
	case Bin:
		if f := compileTest(e); f != nil {
			return f
		}
	}
	x := CompileExpr(e)
	return func(s State) bool { return x(s) != 0 }
}

// compileTest compiles comparisons and connectives; nil for all else.
func compileTest(e Bin) func(State) bool {
	switch e.Op {
	case OpLAnd:
		x, y := compileBool(e.X), compileBool(e.Y)
		return func(s State) bool { return x(s) && y(s) }
	case OpLOr:
		x, y := compileBool(e.X), compileBool(e.Y)
		return func(s State) bool { return x(s) || y(s) }
	case OpEq, OpNe:
		return compileEqual(e)
	}
	x, y := CompileExpr(e.X), CompileExpr(e.Y)
	switch e.Op {
	case OpLt:
		return func(s State) bool { return x(s) < y(s) }
	case OpLe:
		return func(s State) bool { return x(s) <= y(s) }
	case OpULt:
		return func(s State) bool { return uint64(x(s)) < uint64(y(s)) }
	case OpULe:
		return func(s State) bool { return uint64(x(s)) <= uint64(y(s)) }
	}
	return nil
}

// compileEqual compiles == and !=, most of which are tests of one element
// against a constant.
func compileEqual(e Bin) func(State) bool {
	x, y, same := CompileExpr(e.X), CompileExpr(e.Y), e.Op == OpEq
	c, ok := isConst(e.Y)
	if g, isGet := e.X.(Get); ok && isGet {
		if i, known := place(g.V, g.I); known && i >= 0 {
			if same {
				return func(s State) bool { return s[i] == c }
			}
			return func(s State) bool { return s[i] != c }
		}
	}
	switch {
	case ok && same:
		return func(s State) bool { return x(s) == c }
	case ok:
		return func(s State) bool { return x(s) != c }
	case same:
		return func(s State) bool { return x(s) == y(s) }
	}
	return func(s State) bool { return x(s) != y(s) }
}
