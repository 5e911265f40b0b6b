// SPDX-License-Identifier: MIT

// This file clears registers that are dead: a register that no path reads
// before writing it again is set to zero, so that states which differ only in
// leftovers are one state. The analysis is the textbook backward data flow.

package model

// regSet is a set of registers of one thread, by Var.reg.
type regSet []uint64

func (s regSet) has(v *Var) bool { return s[v.reg/64]>>(v.reg%64)&1 != 0 }
func (s regSet) add(v *Var)      { s[v.reg/64] |= 1 << (v.reg % 64) }
func (s regSet) del(v *Var)      { s[v.reg/64] &^= 1 << (v.reg % 64) }

// addAll adds o and reports whether that changed s.
func (s regSet) addAll(o regSet) bool {
	changed := false
	for i, w := range o {
		changed = changed || w&^s[i] != 0
		s[i] |= w
	}
	return changed
}

// numberRegs gives the registers of t their places in regSets, and returns
// how to make an empty one.
func (t *Thread) numberRegs() func() regSet {
	n := 0
	for _, v := range t.prog.Vars {
		if v.Thread == t.Num && IsRegister(v) {
			v.reg = n
			n++
		}
	}
	return func() regSet { return make(regSet, (n+63)/64) }
}

// flows holds the result of the analysis of one thread.
type flows struct {
	empty  func() regSet
	in     map[*Block]regSet // live on entry
	around map[*Block]regSet // live somewhere in or next to the block, or mentioned by it
}

// liveness analyses t.
func (t *Thread) liveness() *flows {
	f := &flows{empty: t.numberRegs(), in: map[*Block]regSet{}, around: map[*Block]regSet{}}
	preds, stale := t.predecessors(), map[*Block]bool{}
	for _, b := range t.Blocks {
		f.in[b], stale[b] = f.empty(), true
	}
	for len(stale) > 0 {
		for i := len(t.Blocks) - 1; i >= 0; i-- {
			b := t.Blocks[i]
			if !stale[b] {
				continue
			}
			delete(stale, b)
			if f.in[b].addAll(f.before(b)) {
				for _, p := range preds[b] {
					stale[p] = true
				}
			}
		}
	}
	for _, b := range t.Blocks {
		set := f.empty()
		set.addAll(f.in[b])
		for _, s := range b.succs() {
			set.addAll(f.in[s])
		}
		b.Bodies(func(body []Stmt) { mentions(body, set) })
		f.around[b] = set
	}
	return f
}

// mentions adds every register that a body reads or writes.
func mentions(body []Stmt, set regSet) {
	WalkStmts(body, func(st Stmt) {
		if s, ok := st.(Set); ok && IsRegister(s.V) {
			set.add(s.V)
		}
		for _, e := range StmtExprs(st) {
			use(e, set)
		}
	})
}

// IsRegister reports whether v is a register, or the life of one.
func IsRegister(v *Var) bool {
	return v.Thread != 0 && v.Len == 1 && (v.Kind == Register || v.Kind == Ghost && v.Type == nil)
}

func use(e Expr, set regSet) {
	WalkExpr(e, func(x Expr) {
		if g, ok := x.(Get); ok && IsRegister(g.V) {
			set.add(g.V)
		}
	})
}

// before computes what is live on entry to b from what is live behind it.
func (f *flows) before(b *Block) regSet {
	set := f.empty()
	if b.Step == nil {
		for _, s := range b.succs() {
			set.addAll(f.in[s])
		}
		use(b.Cond, set)
		f.backward(b.Body, set)
		return set
	}
	for _, a := range b.Step.Alts {
		alt := f.empty()
		if a.Next != nil {
			alt.addAll(f.in[a.Next])
		}
		f.backward(a.Body, alt)
		use(a.Guard, alt)
		set.addAll(alt)
	}
	use(b.Step.Waits, set)
	use(b.Step.Lock.Inst, set)
	return set
}

// backward transfers set through a body from its end to its start. Kill,
// Restab and Quiesce only touch registers that are live anyway.
func (f *flows) backward(body []Stmt, set regSet) {
	for i := len(body) - 1; i >= 0; i-- {
		switch st := body[i].(type) {
		case Set:
			if IsRegister(st.V) {
				set.del(st.V)
			}
		case If:
			other := f.empty()
			other.addAll(set)
			f.backward(st.Then, set)
			f.backward(st.Else, other)
			set.addAll(other)
		}
		for _, e := range StmtExprs(body[i]) {
			use(e, set)
		}
	}
}

// clearDead puts assignments of zero where registers die: at the head of
// register work, and on the way into a scheduling point. Registers for which
// want is false are left as they are.
func (t *Thread) clearDead(f *flows, want func(*Var) bool) {
	dead := map[*Block]regSet{}
	exit := f.empty()
	for _, b := range t.Blocks {
		for _, s := range b.succs() {
			if dead[s] == nil {
				dead[s] = f.empty()
			}
			for i, w := range f.around[b] {
				dead[s][i] |= w &^ f.in[s][i]
			}
		}
		if b.endsThread() {
			exit.addAll(f.around[b])
		}
	}
	for _, v := range t.prog.Vars {
		if v.Thread == t.Num && IsRegister(v) && !want(v) {
			exit.del(v)
			for _, set := range dead {
				set.del(v)
			}
		}
	}
	last := &Block{Body: t.zero(exit)}
	for _, b := range t.Blocks {
		b.redirectExit(last)
	}
	t.clearBefore(dead)
	t.Blocks = append(t.Blocks, last)
}

func (b *Block) endsThread() bool {
	if b.Step == nil {
		return b.Then == nil || b.Cond != nil && b.Else == nil
	}
	for _, a := range b.Step.Alts {
		if a.Next == nil {
			return true
		}
	}
	return false
}

// redirectExit sends the end of the thread through last.
func (b *Block) redirectExit(last *Block) {
	if b.Step == nil {
		if b.Then == nil {
			b.Then = last
		}
		if b.Cond != nil && b.Else == nil {
			b.Else = last
		}
		return
	}
	for i := range b.Step.Alts {
		if b.Step.Alts[i].Next == nil {
			b.Step.Alts[i].Next = last
		}
	}
}

// clearBefore zeroes dead[b] on entry to each block b.
func (t *Thread) clearBefore(dead map[*Block]regSet) {
	head := map[*Block]*Block{}
	for _, b := range append([]*Block(nil), t.Blocks...) {
		z := t.zero(dead[b])
		if len(z) == 0 {
			continue
		}
		if b.Step == nil {
			b.Body = append(z, b.Body...)
			continue
		}
		h := &Block{Body: z, Then: b}
		t.Blocks = append(t.Blocks, h)
		head[b] = h
	}
	to := func(b *Block) *Block {
		if h := head[b]; h != nil {
			return h
		}
		return b
	}
	for _, b := range t.Blocks {
		if head[b.Then] != b {
			b.Then, b.Else = to(b.Then), to(b.Else)
		}
		if b.Step != nil {
			for i := range b.Step.Alts {
				b.Step.Alts[i].Next = to(b.Step.Alts[i].Next)
			}
		}
	}
	t.Entry = to(t.Entry)
}

// zero makes the assignments that clear set, in declaration order.
func (t *Thread) zero(set regSet) []Stmt {
	var out []Stmt
	for _, v := range t.prog.Vars {
		if set != nil && v.Thread == t.Num && IsRegister(v) && set.has(v) {
			out = append(out, Set{V: v, X: Const(0)})
		}
	}
	return out
}
