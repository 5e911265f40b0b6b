// SPDX-License-Identifier: MIT

// This file assembles transitions. What is private to the thread is kept in
// registers of the Machine while a transition runs, and written back at its end;
// what a path makes constant is not even computed. So register work is
// assembled once for each way of reaching it that knows something else, as
// long as those are few.

package vm

import (
	"encoding/binary"

	"mmcheck/model"
)

// whereabouts say where a register of the running thread has its value.
type whereabouts uint8

const (
	inWords  whereabouts = iota // in the state alone
	loaded                      // in the state and in the register of the Machine
	changed                     // in the register of the Machine alone
	constant                    // in knowns alone
)

type known struct {
	where whereabouts
	value int64
}

// knowns are the registers of a thread at some place of a transition. What
// changes is noted, so that another path can begin at an earlier place.
type knowns struct {
	regs  []known
	trail []former // oldest first
}

// former is what was known of a register.
type former struct {
	reg   int
	known known
}

func (k *knowns) set(reg int, x known) {
	k.trail = append(k.trail, former{reg, k.regs[reg]})
	k.regs[reg] = x
}

// mark is a place for undo to go back to.
func (k *knowns) mark() int { return len(k.trail) }

func (k *knowns) undo(mark int) {
	for i := len(k.trail) - 1; i >= mark; i-- {
		k.regs[k.trail[i].reg] = k.trail[i].known
	}
	k.trail = k.trail[:mark]
}

// maxPaths is the number of blocks up to which a transition is assembled path
// by path.
const maxPaths = 64

// fragment is the code of one transition.
type fragment struct {
	alt    *model.Alt
	labels map[pathKey]*label
	blocks int
	set    []bool // the registers that the transition may set, once there are too many paths
}

// pathKey is a block together with what is known on reaching it.
type pathKey struct {
	b     *model.Block
	known string
}

// private reports whether v is a register of the thread whose transition is
// assembled.
func (a *assembler) private(v *model.Var) bool {
	return a.thread != nil && v.Thread == a.thread.Num && v.Kind != model.Counter && model.IsRegister(v)
}

// reg is the place of a private register in knowns, and its register in the Machine.
func (a *assembler) reg(v *model.Var) int { return a.regs[v] }

// firstTemp is the first register of the Machine that holds no private one.
func (a *assembler) firstTemp() int { return len(a.known.regs) }

// numberRegs gives the registers of all threads their places.
func (a *assembler) numberRegs() {
	a.byThread = make([][]*model.Var, len(a.c.program.Threads)+1)
	for _, v := range a.c.program.Vars {
		if n := v.Thread - 1; n >= 0 && model.IsRegister(v) {
			a.regs[v] = len(a.byThread[n])
			a.byThread[n] = append(a.byThread[n], v)
		}
	}
}

// transition assembles alternative alt of a point with the register work
// behind it.
func (a *assembler) transition(t, pc, alt int) int32 {
	if a.byThread == nil {
		a.numberRegs()
	}
	a.thread, a.known = a.c.program.Threads[t], knowns{regs: make([]known, len(a.byThread[t]))}
	at := a.here()
	a.frag = fragment{alt: &a.thread.Points[pc-1].Step.Alts[alt], labels: map[pathKey]*label{}}
	if a.body(a.frag.alt.Body) {
		a.goTo(a.frag.alt.Next)
	}
	return at
}

// goTo continues at b.
func (a *assembler) goTo(b *model.Block) {
	if b == nil || b.Step != nil {
		a.stop(b)
		return
	}
	l := a.labelOf(b)
	if l.at != 0 {
		a.jump(instr{op: opJump}, l)
		return
	}
	a.block(b, l)
}

// labelOf is the code of b for what is known here. Where there are too many
// paths, all registers are brought into one form first.
func (a *assembler) labelOf(b *model.Block) *label {
	if a.frag.blocks >= maxPaths {
		a.forget()
	}
	key := pathKey{b, a.known.text()}
	l := a.frag.labels[key]
	if l == nil {
		l = &label{}
		a.frag.labels[key] = l
	}
	return l
}

func (k *knowns) text() string {
	var out []byte
	for i, x := range k.regs {
		if x.where != inWords {
			out = binary.AppendUvarint(out, uint64(i))
			out = append(out, byte(x.where))
			out = binary.AppendVarint(out, x.value)
		}
	}
	return string(out)
}

// forget brings what is known into the one form that all paths share: what the
// transition may set is in the Machine, all else in the words.
func (a *assembler) forget() {
	if a.frag.set == nil {
		a.frag.set = make([]bool, len(a.known.regs))
		a.markSets(a.frag.alt.Body)
		a.markReachable(a.frag.alt.Next, map[*model.Block]bool{})
	}
	for i, v := range a.registers() {
		if a.frag.set[i] {
			a.settle(v)
		} else {
			a.known.set(i, known{})
		}
	}
}

func (a *assembler) markSets(body []model.Stmt) {
	for _, v := range a.sets(body) {
		a.frag.set[a.reg(v)] = true
	}
}

// markReachable marks what register work from b on may set.
func (a *assembler) markReachable(b *model.Block, seen map[*model.Block]bool) {
	if b == nil || b.Step != nil || seen[b] {
		return
	}
	seen[b] = true
	a.markSets(b.Body)
	a.markReachable(b.Then, seen)
	a.markReachable(b.Else, seen)
}

// registers are the private registers of the running thread, by place.
func (a *assembler) registers() []*model.Var { return a.byThread[a.thread.Num-1] }

// settle brings v into the Machine, as changed.
func (a *assembler) settle(v *model.Var) {
	r := a.reg(v)
	switch k := a.known.regs[r]; k.where {
	case constant:
		a.emit(instr{op: opConst, a: uint16(r), k: k.value})
	case inWords:
		a.load(v)
	}
	a.known.set(r, known{where: changed})
}

// load returns the register of the Machine that holds v.
func (a *assembler) load(v *model.Var) uint16 {
	r := a.reg(v)
	switch k := a.known.regs[r]; k.where {
	case constant:
		dst := a.newTemp()
		a.emit(instr{op: opConst, a: dst, k: k.value})
		return dst
	case inWords:
		a.emit(a.c.fields[v.Off()].load(uint16(r)))
		a.known.set(r, known{where: loaded})
	}
	return uint16(r)
}

// block assembles register work and what follows it.
func (a *assembler) block(b *model.Block, l *label) {
	a.bind(l)
	a.frag.blocks++
	if !a.body(b.Body) {
		return
	}
	if b.Cond == nil {
		a.goTo(b.Then)
		return
	}
	a.temp = a.firstTemp()
	c := a.fold(b.Cond)
	if v, ok := model.ConstOf(c); ok {
		a.goTo(chosen(v != 0, b.Then, b.Else))
		return
	}
	els := &label{}
	a.unless(c, els)
	before := a.known.mark()
	a.goTo(b.Then)
	a.known.undo(before)
	a.bind(els)
	a.goTo(b.Else)
}

// chosen is what follows a condition that is known.
func chosen[T any](c bool, then, els T) T {
	if c {
		return then
	}
	return els
}

// stop ends the transition at b, nil for the end of the thread.
func (a *assembler) stop(b *model.Block) {
	for i, v := range a.registers() {
		if a.known.regs[i].where == changed {
			f := &a.c.fields[v.Off()]
			a.emitWrite(instr{op: opStoreLast, a: uint16(i), b: f.word, rot: f.rot, k: f.min, m: f.mask}, v.Off())
		}
	}
	for i, v := range a.registers() { // at last, to be one store with the pc
		if a.known.regs[i].where == constant {
			a.putConst(v.Off(), a.known.regs[i].value)
		}
	}
	pc := int64(0)
	if b != nil {
		pc = int64(b.PC)
	}
	a.putConst(a.thread.PC.Off(), pc)
	a.emit(instr{op: opReturnConst})
}

// putConst writes a constant, or says that it does not fit.
func (a *assembler) putConst(elem int, x int64) bool {
	f := &a.c.fields[elem]
	code, ok := f.code(x)
	if !ok {
		a.emitWrite(instr{op: opMisfit, k: x}, elem)
	} else if f.mask != 0 {
		a.put(f, code)
	}
	return ok
}

// body assembles statements and reports whether what follows can be reached.
func (a *assembler) body(body []model.Stmt) bool {
	for _, st := range body {
		a.temp = a.firstTemp()
		if !a.stmt(st) {
			return false
		}
	}
	return true
}

func (a *assembler) stmt(st model.Stmt) bool {
	switch st := st.(type) {
	case model.Set:
		return a.set(st)
	case model.If:
		return a.branch(st)
	case model.Check:
		return a.check(&st)
	case model.Note:
		return a.guarded(a.fold(st.When), func() bool {
			a.emit(instr{op: opNote, b: uint32(st.N / 64), m: 1 << (st.N % 64)})
			return true
		})
	case model.Limit:
		return a.guarded(a.fold(st.When), func() bool {
			a.m.limits = append(a.m.limits, &st)
			a.emit(instr{op: opLimit, k: int64(len(a.m.limits) - 1)})
			return false
		})
	}
	return true // no effect once sealed
}

// guarded assembles what is rarely done.
func (a *assembler) guarded(when model.Expr, do func() bool) bool {
	if v, ok := model.ConstOf(when); ok {
		return v == 0 || do()
	}
	over := &label{}
	a.unless(when, over)
	before := a.known.mark()
	do()
	a.known.undo(before)
	a.bind(over)
	return true
}

func (a *assembler) check(st *model.Check) bool {
	return a.guarded(a.fold(st.Bad), func() bool {
		obj, life := a.exprOr0(st.Obj), a.exprOr0(st.Life)
		a.m.checks = append(a.m.checks, st)
		a.emit(instr{op: opBroken, a: obj, b: uint32(life), k: int64(len(a.m.checks) - 1)})
		if a.c.fatal(st.Prop) {
			a.emit(instr{op: opFatal})
			return false
		}
		return true
	})
}

func (a *assembler) exprOr0(e model.Expr) uint16 {
	if e == nil {
		e = model.Const(0)
	}
	return a.expr(a.fold(e))
}

// branch assembles an If. What either arm sets is in the Machine behind it.
func (a *assembler) branch(st model.If) bool {
	c := a.fold(st.C)
	if v, ok := model.ConstOf(c); ok {
		return a.body(chosen(v != 0, st.Then, st.Else))
	}
	set := a.sets(append(append([]model.Stmt(nil), st.Then...), st.Else...))
	els, end := &label{}, &label{}
	a.unless(c, els)
	before := a.known.mark()
	arm := func(body []model.Stmt) bool {
		goesOn := a.body(body)
		for _, v := range set {
			if goesOn {
				a.settle(v)
			}
		}
		return goesOn
	}
	thenOn := arm(st.Then)
	if thenOn && len(st.Else)+len(set) > 0 {
		a.jump(instr{op: opJump}, end)
	}
	a.known.undo(before)
	a.bind(els)
	elsOn := arm(st.Else)
	a.bind(end)
	a.known.undo(before)
	for _, v := range set {
		a.known.set(a.reg(v), known{where: changed})
	}
	return thenOn || elsOn
}

// sets lists the private registers that a body may set.
func (a *assembler) sets(body []model.Stmt) []*model.Var {
	var out []*model.Var
	model.WalkStmts(body, func(st model.Stmt) {
		if s, ok := st.(model.Set); ok && a.private(s.V) {
			out = append(out, s.V)
		}
	})
	return out
}

// set assembles a Set and reports whether the transition goes on.
func (a *assembler) set(st model.Set) bool {
	i, ok := place(st.V, a.fold(orZero(st.I)))
	switch {
	case ok && i < 0:
		return true
	case a.private(st.V) && !ok:
		return a.branch(model.If{C: model.Eq(st.I, model.Const(0)), Then: []model.Stmt{model.Set{V: st.V, X: st.X}}})
	case a.private(st.V):
		a.setPrivate(st.V, a.fold(st.X))
	case ok:
		return a.setElement(st.V, i, a.fold(st.X))
	default:
		at := a.expr(a.fold(st.I))
		x := a.expr(a.fold(st.X))
		a.emit(instr{op: opStoreAt, a: x, b: uint32(at), k: int64(st.V.Off()), m: uint64(st.V.Len)})
	}
	return true
}

func orZero(e model.Expr) model.Expr {
	if e == nil {
		return model.Const(0)
	}
	return e
}

func (a *assembler) setPrivate(v *model.Var, x model.Expr) {
	r := a.reg(v)
	if c, ok := model.ConstOf(x); ok {
		a.known.set(r, known{constant, c})
		return
	}
	a.exprTo(x, uint16(r))
	a.known.set(r, known{where: changed})
}

// setElement writes element i of the state.
func (a *assembler) setElement(v *model.Var, i int, x model.Expr) bool {
	if c, ok := model.ConstOf(x); ok {
		if !a.putConst(i, c) {
			a.emit(instr{op: opReturnConst})
			return false
		}
		return true
	}
	f := &a.c.fields[i]
	if b, ok := x.(model.Bin); ok && (b.Op == model.OpAdd || b.Op == model.OpSub) {
		if d, ok := model.ConstOf(b.Y); ok && f.mask != 0 && a.isElement(b.X, i) {
			if b.Op == model.OpSub {
				d = -d
			}
			a.emitWrite(instr{op: opAddField, b: f.word, rot: f.rot, k: d, m: f.mask}, i)
			return true
		}
	}
	a.emitWrite(instr{op: opStore, a: a.expr(x), b: f.word, rot: f.rot, k: f.min, m: f.mask}, i)
	return true
}

// isElement reports whether x reads element i.
func (a *assembler) isElement(x model.Expr, i int) bool {
	g, ok := x.(model.Get)
	if !ok {
		return false
	}
	j, known := place(g.V, g.I)
	return known && j == i
}
