// SPDX-License-Identifier: MIT

// This file models handlers of interrupts. A handler is a thread that comes once,
// at any time: on a processor that runs nothing of the program, or in the midst of
// a thread that has interrupts on. That thread goes on when the handler has ended.
// Handlers do not interrupt each other, and FINAL is not interrupted. A handler is a
// reader for RCU: grace periods wait for its end.

package model

// HandlesInterrupt makes t the handler of an interrupt, before its code is written.
func (t *Thread) HandlesInterrupt() {
	t.handler = true
	if len(t.prog.Typesafe) > 0 {
		t.prog.rcu()
	}
	t.midst = t.prog.NewVar(t.Name+".interrupts", Cell, 0).naming(ThreadValue)
}

// IsHandler says whether t is the handler of an interrupt.
func (t *Thread) IsHandler() bool { return t.handler }

// Interrupts says that handler t runs in the midst of thread v.
func (t *Thread) Interrupts(v *Thread) Expr {
	if !t.handler {
		return False
	}
	return Eq(Ld(t.midst), Int(v.Num))
}

// weaveInterrupts lets handlers begin and end, and stops who is interrupted.
func (p *Program) weaveInterrupts() {
	for _, h := range p.Threads {
		if !h.handler {
			continue
		}
		reader, left := h.readerThroughout()
		begin := &Step{Site: &Site{Pos: h.Pos, Text: "interrupt " + h.Name}, Alts: []Alt{{Body: reader, Next: h.Entry, Label: "on another processor"}}}
		for _, v := range p.Threads {
			if v.handler || v.Final || v.Entry == nil {
				continue
			}
			begin.Alts = append(begin.Alts, Alt{Guard: p.mayInterrupt(v), Body: cat([]Stmt{Set{V: h.midst, X: Int(v.Num)}}, reader), Next: h.Entry, Label: "interrupts " + v.Name})
			v.stopFor(h)
		}
		h.leaveAtEnd(left)
		h.Entry = &Block{ID: len(h.Blocks), Step: begin}
		h.Blocks = append(h.Blocks, h.Entry)
	}
}

// mayInterrupt says that thread v runs, has interrupts on, and is in no handler.
func (p *Program) mayInterrupt(v *Thread) Expr {
	may := Ne(Ld(v.PC), Const(0))
	if p.irqState != nil {
		may = And(may, Eq(At(p.irqState, Int(v.Num)), Const(irqsOn)))
	}
	for _, h := range p.Threads {
		may = And(may, Not(h.Interrupts(v)))
	}
	return may
}

// stopFor lets t wait while handler h runs in its midst.
func (t *Thread) stopFor(h *Thread) {
	in := h.Interrupts(t)
	for _, b := range t.Blocks {
		if b.Step == nil {
			continue
		}
		waits := Cond(in, Const(1<<(h.Num-1)), Const(0))
		if b.Step.Waits != nil {
			waits = MkBin(OpOr, b.Step.Waits, waits)
		}
		b.Step.Waits = waits
		for i := range b.Step.Alts {
			a := &b.Step.Alts[i]
			if a.Guard == nil {
				a.Guard = Not(in)
			} else {
				a.Guard = And(Not(in), a.Guard)
			}
		}
	}
}

// readerThroughout begins and ends the read section that a handler is.
func (t *Thread) readerThroughout() (begin, end []Stmt) {
	if t.prog.rcuState == nil {
		return nil, nil
	}
	n, me := t.prog.rcuState.nesting, Int(t.Num)
	return []Stmt{Set{n, me, Const(1)}}, []Stmt{Set{n, me, Const(0)}, Quiesce{t}}
}

// leaveAtEnd adds the return from the interrupt.
func (t *Thread) leaveAtEnd(also []Stmt) {
	end := &Block{ID: len(t.Blocks), Step: &Step{
		Site: &Site{Pos: t.Pos, Text: "end of interrupt " + t.Name},
		Alts: []Alt{{Body: cat([]Stmt{Set{V: t.midst, X: Const(0)}}, also)}},
	}}
	for _, b := range t.Blocks {
		if b.Step == nil && b.Then == nil {
			b.Then = end
		}
		for i := 0; b.Step != nil && i < len(b.Step.Alts); i++ {
			if b.Step.Alts[i].Next == nil {
				b.Step.Alts[i].Next = end
			}
		}
	}
	t.Blocks = append(t.Blocks, end)
}
