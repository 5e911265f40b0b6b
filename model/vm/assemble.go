// SPDX-License-Identifier: MIT

// This file is the front of the bytecode machine: Bytecode, what Machines share, and
// the emission of instructions. Code is assembled when it is first run, by
// each Machine for itself: most of a large program is never reached before the
// answer is known.

package vm

import (
	"slices"
	"sync"

	"mmcheck/model"
)

// Bytecode is a sealed Program to be run on states packed by one Layout.
type Bytecode struct {
	program *model.Program
	fatal   func(prop string) bool
	fields  []bitField // of the elements
	words   int        // of a state
	mu      sync.Mutex
	exprs   []model.Expr
}

// Assemble prepares bytecode; fatal says at which properties a transition ends.
func Assemble(p *model.Program, l *Layout, fatal func(prop string) bool) *Bytecode {
	if l.Words > maxRegs {
		panic("vm: a state takes more words than an instruction can name")
	}
	c := &Bytecode{program: p, fatal: fatal, words: l.Words, fields: make([]bitField, len(l.slots))}
	for i := range l.slots {
		c.fields[i] = l.slots[i].bitField()
	}
	return c
}

// Expr adds an expression for Machine.Eval and returns its number.
func (c *Bytecode) Expr(e model.Expr) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.exprs = append(c.exprs, e)
	return len(c.exprs) - 1
}

// NewMachine returns a machine for one goroutine. It takes over the memory of old,
// which is not used any more then; nil: there is none.
func (c *Bytecode) NewMachine(old *Machine) *Machine {
	m := &Machine{code: c, fields: c.fields}
	if old != nil {
		m.regs, m.instrs, m.elems, m.Misfits = old.regs, old.instrs[:1], old.elems[:1], old.Misfits
	} else {
		m.regs, m.instrs, m.elems = new([maxRegs]int64), make([]instr, 1, 2048), make([]int32, 1, 2048) // 0 is no place
		m.Misfits = make([]Range, len(c.program.Initial))
	}
	for i, x := range c.program.Initial {
		m.Misfits[i] = rangeOf(x)
	}
	m.twice = make([]uint64, 2*c.words)
	for _, t := range c.program.Threads {
		m.threads = append(m.threads, vmThread{pc: c.fields[t.PC.Off()], points: make([]vmPoint, len(t.Points)+1)})
	}
	m.asm = assembler{m: m, c: c, values: map[*model.Table]int{}, regs: map[*model.Var]int{}}
	return m
}

// assembler adds to the code of a Machine.
type assembler struct {
	m        *Machine
	c        *Bytecode
	values   map[*model.Table]int // where tables lie in Machine.values
	regs     map[*model.Var]int   // places of the registers of threads in knowns
	byThread [][]*model.Var       // those registers
	thread   *model.Thread        // whose transition it is, nil if nothing is private
	known    knowns
	temp     int     // the next register of the Machine for an intermediate value
	pending  []instr // stores of constants that were put off, one for each word
	frag     fragment
}

// label is a place in the code that may not be known yet.
type label struct {
	at   int32 // 0: not yet known
	refs []int32
}

// emit adds an instruction.
func (a *assembler) emit(in instr) {
	if in.op >= opLoad {
		a.flush()
	}
	if n := len(a.m.instrs); n == cap(a.m.instrs) { // append would add a quarter, and copy three times as much
		a.m.instrs, a.m.elems = slices.Grow(a.m.instrs, n), slices.Grow(a.m.elems, n)
	}
	a.m.instrs, a.m.elems = append(a.m.instrs, in), append(a.m.elems, 0)
}

// emitWrite adds an instruction that writes an element.
func (a *assembler) emitWrite(in instr, elem int) {
	a.emit(in)
	a.m.elems[len(a.m.elems)-1] = int32(elem)
}

// jump adds an instruction that may go to l.
func (a *assembler) jump(in instr, l *label) {
	a.emit(in)
	at := int32(len(a.m.instrs) - 1)
	if l.at != 0 {
		a.m.instrs[at].b = uint32(l.at)
		return
	}
	l.refs = append(l.refs, at)
}

// here is where the next instruction will lie.
func (a *assembler) here() int32 {
	a.flush()
	return int32(len(a.m.instrs))
}

// bind puts l here.
func (a *assembler) bind(l *label) {
	l.at = a.here()
	for _, at := range l.refs {
		a.m.instrs[at].b = uint32(l.at)
	}
}

// put stores a constant; stores into one word become one.
func (a *assembler) put(f *bitField, code uint64) {
	for i := range a.pending {
		if p := &a.pending[i]; p.b == f.word {
			p.m |= f.bits()
			p.k = int64(uint64(p.k)&^f.bits() | code)
			return
		}
	}
	a.pending = append(a.pending, instr{op: opPut, b: f.word, m: f.bits(), k: int64(code)})
}

// flush emits the stores that were put off.
func (a *assembler) flush() {
	ps := a.pending
	a.pending = a.pending[:0]
	a.m.instrs = append(a.m.instrs, ps...)
	for range ps {
		a.m.elems = append(a.m.elems, 0)
	}
}

// value assembles code that returns e.
func (a *assembler) value(e model.Expr) int32 {
	a.thread, a.known = nil, knowns{}
	at := a.here()
	a.temp = a.firstTemp()
	if e = a.fold(e); isConstExpr(e) {
		v, _ := model.ConstOf(e)
		a.emit(instr{op: opReturnConst, k: v})
		return at
	}
	a.emit(instr{op: opReturn, a: a.expr(e)})
	return at
}

// more assembles the expressions that were added since.
func (a *assembler) more() {
	a.c.mu.Lock()
	es := a.c.exprs
	a.c.mu.Unlock()
	for _, e := range es[len(a.m.exprs):] {
		a.m.exprs = append(a.m.exprs, a.value(e))
	}
}

// point assembles the guards of a scheduling point.
func (a *assembler) point(t, pc int) {
	st := a.c.program.Threads[t].Points[pc-1].Step
	p := &a.m.threads[t].points[pc]
	p.alts = make([]vmAlt, len(st.Alts))
	for i := range st.Alts {
		a.guard(&p.alts[i], st.Alts[i].Guard)
	}
	if st.Waits != nil {
		p.waits = a.value(st.Waits)
	}
}

// guard takes one word's tests out of a guard and assembles the rest.
func (a *assembler) guard(alt *vmAlt, g model.Expr) {
	if g == nil {
		return
	}
	a.thread, a.known = nil, knowns{}
	at := a.here()
	a.temp = a.firstTemp()
	fail := &label{}
	g = a.fold(g)
	if v, ok := model.ConstOf(g); ok {
		if v == 0 {
			alt.want = 1 // nothing masked is never that
		}
		return
	}
	c := a.conjunction(g, true)
	if c.never {
		alt.want = 1
		return
	}
	if len(c.tests) > 0 {
		t := c.tests[0]
		alt.word, alt.mask, alt.want = uint32(t.a), t.m, uint64(t.k)
		c.tests = c.tests[1:]
	}
	if len(c.tests)+len(c.others) == 0 {
		return
	}
	alt.guard = at
	a.require(c, fail)
	a.emit(instr{op: opReturnConst, k: 1})
	a.bind(fail)
	a.emit(instr{op: opReturnConst})
}
