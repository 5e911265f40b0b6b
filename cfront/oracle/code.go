// SPDX-License-Identifier: MIT

// This file turns statements into instructions. An instruction either works on
// the registers of its thread, which nobody sees, or is one step.

package oracle

type opcode int

const (
	opSet      opcode = iota // registers only: reg = e
	opJump                   // registers only: to target
	opUnless                 // registers only: to target if e is 0
	opClaim                  // registers only: e must not be 0
	opLoad                   // reg = *at
	opStore                  // *at = e
	opAtomic                 // one of atomic_*()
	opLock                   // an operation on a lock
	opRCU                    // an operation of RCU
	opAllocate               // reg = new object
	opRelease                // free what reg points to
	opChoose                 // reg = 0, ..., hi
	opBegin                  // one step up to opEnd; not enabled where an opUntil fails
	opEnd
	opUntil
	opDone
)

// instr is an instruction; registers count from base.
type instr struct {
	op     opcode
	base   int
	reg    int
	at     place
	e, e2  expr
	name   string // of an operation
	n      int    // target, lock, site, or hi
	marked bool
}

type coder struct {
	prog   *Program
	code   []instr
	base   int // first register of the function at hand
	temp   int // its register for intermediate values
	regs   int // registers used
	breaks []*[]int
	conts  []*[]int
	ends   []int
}

func (c *coder) emit(i instr) int {
	i.base = c.base
	c.code = append(c.code, i)
	return len(c.code) - 1
}

func (c *coder) land(jumps ...int) {
	for _, j := range jumps {
		c.code[j].n = len(c.code)
	}
}

func (c *coder) block(body []stmt) {
	for _, s := range body {
		s.code(c)
	}
}

// frame makes room for the locals of a function, and sets those from the first on to 0.
func (c *coder) frame(ls []Local, first int) {
	c.base = c.regs
	c.temp = len(ls)
	c.regs += len(ls) + 1
	for i := first; i < len(ls); i++ {
		c.emit(instr{op: opSet, reg: i, e: constant{0}})
	}
}

// compile gives the code of a thread and the number of its registers.
func (p *Program) compile(t *Thread) ([]instr, int) {
	c := &coder{prog: p}
	c.frame(t.Locals, 0)
	c.block(t.Body)
	c.land(c.ends...)
	c.emit(instr{op: opDone})
	return c.code, c.regs
}

// unless emits what jumps away if the condition is not met, and returns the jumps.
func (c *coder) unless(x cond) (out []int) {
	var met []int
	for i, part := range x.parts {
		reg := part.local
		if part.from != nil {
			reg = c.temp
			c.emit(instr{op: opLoad, reg: reg, at: part.from, marked: part.marked})
		}
		c.emit(instr{op: opSet, reg: c.temp, e: arith{part.op, variable{reg}, part.e}})
		last := i == len(x.parts)-1
		if x.any && !last {
			c.emit(instr{op: opSet, reg: c.temp, e: arith{"==", variable{c.temp}, constant{0}}})
		}
		j := c.emit(instr{op: opUnless, e: variable{c.temp}})
		if x.any && !last {
			met = append(met, j)
		} else {
			out = append(out, j)
		}
	}
	c.land(met...)
	return out
}

func (s assign) code(c *coder) { c.emit(instr{op: opSet, reg: s.local, e: s.e}) }
func (s load) code(c *coder) {
	c.emit(instr{op: opLoad, reg: s.local, at: s.from, marked: s.marked})
}
func (s store) code(c *coder) {
	c.emit(instr{op: opStore, at: s.to, e: s.e, marked: s.marked})
}

func (s storeUse) code(c *coder) {
	c.emit(instr{op: opSet, reg: c.temp, e: s.e})
	c.emit(instr{op: opStore, at: s.to, e: variable{c.temp}})
	c.emit(instr{op: opSet, reg: s.local, e: cut{s.typ, variable{c.temp}}})
}

func (s update) code(c *coder) {
	c.emit(instr{op: opLoad, reg: c.temp, at: s.to})
	c.emit(instr{op: opStore, at: s.to, e: arith{"+", variable{c.temp}, s.e}})
}

func (s increment) code(c *coder) {
	c.emit(instr{op: opLoad, reg: c.temp, at: s.to})
	more := arith{"+", variable{c.temp}, constant{1}}
	c.emit(instr{op: opStore, at: s.to, e: more})
	if s.before {
		c.emit(instr{op: opSet, reg: s.local, e: cut{s.typ, more}})
	} else {
		c.emit(instr{op: opSet, reg: s.local, e: variable{c.temp}})
	}
}

func (s atomic) code(c *coder) {
	c.emit(instr{op: opAtomic, name: s.op, reg: s.local, at: static{s.cell}, e: s.x, e2: s.y, marked: true})
}

func (s branch) code(c *coder) {
	out := c.unless(s.cond)
	c.block(s.then)
	end := c.emit(instr{op: opJump})
	c.land(out...)
	c.block(s.other)
	c.land(end)
}

func (s loop) code(c *coder) {
	var breaks, conts []int
	c.breaks, c.conts = append(c.breaks, &breaks), append(c.conts, &conts)
	c.emit(instr{op: opSet, reg: s.local, e: constant{0}})
	top := len(c.code)
	out := c.emit(instr{op: opUnless, e: arith{"<", variable{s.local}, constant{s.times}}})
	c.block(s.body)
	c.land(conts...)
	c.emit(instr{op: opSet, reg: s.local, e: arith{"+", variable{s.local}, constant{1}}})
	c.emit(instr{op: opJump, n: top})
	c.land(append(breaks, out)...)
	c.breaks, c.conts = c.breaks[:len(c.breaks)-1], c.conts[:len(c.conts)-1]
}

func (s leave) code(c *coder) {
	j := c.emit(instr{op: opJump})
	switch s.how {
	case "break":
		b := c.breaks[len(c.breaks)-1]
		*b = append(*b, j)
	case "continue":
		b := c.conts[len(c.conts)-1]
		*b = append(*b, j)
	default:
		c.ends = append(c.ends, j)
	}
}

func (s choose) code(c *coder) {
	var breaks, next []int
	c.breaks = append(c.breaks, &breaks)
	c.emit(instr{op: opSet, reg: c.temp, e: s.e})
	for i, b := range s.bodies {
		last := i == len(s.bodies)-1
		skip := -1
		if !last {
			skip = c.emit(instr{op: opUnless, e: arith{"==", variable{c.temp}, constant{int64(i)}}})
		}
		c.land(next...)
		next = nil
		sub := c.temp
		c.temp = c.fresh()
		c.block(b)
		c.temp = sub
		switch {
		case last:
		case s.falls[i]:
			next = append(next, c.emit(instr{op: opJump}))
		default:
			breaks = append(breaks, c.emit(instr{op: opJump}))
		}
		if skip >= 0 {
			c.land(skip)
		}
	}
	c.land(breaks...)
	c.breaks = c.breaks[:len(c.breaks)-1]
}

// fresh is one more register, counted from base.
func (c *coder) fresh() int {
	c.regs++
	return c.regs - 1 - c.base
}

func (s locking) code(c *coder) {
	c.emit(instr{op: opLock, name: s.op, n: s.lock, reg: s.local})
}

func (s block) code(c *coder) {
	c.emit(instr{op: opBegin})
	if s.guard.parts != nil {
		out := c.unless(s.guard)
		c.emit(instr{op: opUntil, e: constant{1}})
		end := c.emit(instr{op: opJump})
		c.land(out...)
		c.emit(instr{op: opUntil, e: constant{0}})
		c.land(end)
	}
	c.block(s.body)
	c.emit(instr{op: opEnd})
}

func (s choiceOf) code(c *coder) { c.emit(instr{op: opChoose, reg: s.local, n: int(s.hi)}) }

func (s call) code(c *coder) {
	arg, base, temp := c.fresh(), c.base, c.temp
	c.emit(instr{op: opSet, reg: arg, e: s.arg})
	c.frame(s.f.Locals, 1)
	back := base - c.base // registers of the caller, seen from the called
	c.emit(instr{op: opSet, reg: 0, e: variable{arg + back}})
	c.block(s.f.Body)
	param, result := -back, 1-back
	c.base, c.temp = base, temp
	c.emit(instr{op: opSet, reg: s.out, e: variable{param}})
	c.emit(instr{op: opSet, reg: s.local, e: variable{result}})
}

func (s allocate) code(c *coder) { c.emit(instr{op: opAllocate, reg: s.local, n: s.site}) }
func (s release) code(c *coder)  { c.emit(instr{op: opRelease, reg: s.local}) }
func (s rcu) code(c *coder)      { c.emit(instr{op: opRCU, name: s.op}) }
func (s claim) code(c *coder)    { c.emit(instr{op: opClaim, e: s.e}) }
func (s point) code(c *coder) {
	c.emit(instr{op: opSet, reg: s.local, e: pointer{s.to}})
}

// cut is the value of e as stored in a cell of the type.
type cut struct {
	typ Type
	e   expr
}

// pointer is the address of a place that is known to have one.
type pointer struct{ to place }

func (x cut) text(names) string     { panic("not in C") }
func (x pointer) text(names) string { panic("not in C") }

func (x constant) eval([]int64) int64      { return x.v }
func (x cut) eval(regs []int64) int64      { return x.typ.cut(x.e.eval(regs)) }
func (x pointer) eval(regs []int64) int64  { a, _ := x.to.address(regs); return a }
func (x variable) eval(regs []int64) int64 { return regs[x.local] }
func (x choice) eval(regs []int64) int64 {
	if x.c.eval(regs) != 0 {
		return x.x.eval(regs)
	}
	return x.y.eval(regs)
}

func (x arith) eval(regs []int64) int64 {
	a, b := x.x.eval(regs), x.y.eval(regs)
	switch x.op {
	case "+":
		return a + b
	case "-":
		return a - b
	case "*":
		return a * b
	case "&":
		return a & b
	case "|":
		return a | b
	case "^":
		return a ^ b
	case "==":
		return truth(a == b)
	case "!=":
		return truth(a != b)
	case "<":
		return truth(a < b)
	case ">=":
		return truth(a >= b)
	}
	panic("operator " + x.op)
}

func (x static) address([]int64) (int64, string)     { return int64(x.cell) + 1, "" }
func (x deref) address(regs []int64) (int64, string) { return regs[x.local], "" }
func (x field) address(regs []int64) (int64, string) {
	if regs[x.local] == 0 {
		return 0, ""
	}
	return regs[x.local] + int64(x.field), ""
}
func (x element) address(regs []int64) (int64, string) {
	i := x.index.eval(regs)
	if i < 0 || i >= int64(x.n) {
		return 0, "assert"
	}
	return int64(x.cell) + i + 1, ""
}
