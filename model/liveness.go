// SPDX-License-Identifier: MIT

// This file clears registers that are dead: a register that no path reads
// before writing it again is set to zero, so that states which differ only in
// leftovers are one state. The analysis is the textbook backward data flow.

package model

type regSet map[*Var]bool

// liveness returns, for each block, the registers live somewhere in it.
func (t *Thread) liveness() map[*Block]regSet {
	in := t.liveIn()
	around := map[*Block]regSet{}
	for _, b := range t.Blocks {
		set := regSet{}
		addAll(set, in[b])
		for _, s := range b.succs() {
			addAll(set, in[s])
		}
		b.Bodies(func(body []Stmt) { defsAndUses(body, set) })
		around[b] = set
	}
	return around
}

func addAll(dst, src regSet) {
	for v := range src {
		dst[v] = true
	}
}

// defsAndUses adds every register that a body mentions.
func defsAndUses(body []Stmt, set regSet) {
	WalkStmts(body, func(st Stmt) {
		if s, ok := st.(Set); ok && isReg(s.V) {
			set[s.V] = true
		}
		for _, e := range StmtExprs(st) {
			use(e, set)
		}
	})
}

// isReg reports whether v is a register, or the life of one.
func isReg(v *Var) bool {
	return v.Thread != 0 && v.Len == 1 && (v.Kind == Register || v.Kind == Ghost && v.Type == nil)
}

func use(e Expr, set regSet) {
	WalkExpr(e, func(x Expr) {
		if g, ok := x.(Get); ok && isReg(g.V) {
			set[g.V] = true
		}
	})
}

// liveIn solves the data flow equations.
func (t *Thread) liveIn() map[*Block]regSet {
	in := map[*Block]regSet{}
	for changed := true; changed; {
		changed = false
		for i := len(t.Blocks) - 1; i >= 0; i-- {
			b := t.Blocks[i]
			set := b.flow(in)
			if len(set) != len(in[b]) {
				in[b], changed = set, true
			}
		}
	}
	return in
}

func (b *Block) flow(in map[*Block]regSet) regSet {
	set := regSet{}
	if b.Step == nil {
		for _, s := range b.succs() {
			addAll(set, in[s])
		}
		use2(b.Cond, set)
		backward(b.Body, set)
		return set
	}
	for _, a := range b.Step.Alts {
		alt := regSet{}
		addAll(alt, in[a.Next])
		backward(a.Body, alt)
		use2(a.Guard, alt)
		addAll(set, alt)
	}
	use2(b.Step.Waits, set)
	use2(b.Step.Lock.Inst, set)
	return set
}

func use2(e Expr, set regSet) {
	if e != nil {
		use(e, set)
	}
}

// backward transfers set through a body from its end to its start. Kill and
// Restab only touch registers that are live anyway.
func backward(body []Stmt, set regSet) {
	for i := len(body) - 1; i >= 0; i-- {
		switch st := body[i].(type) {
		case Set:
			if isReg(st.V) {
				delete(set, st.V)
			}
		case If:
			other := regSet{}
			addAll(other, set)
			backward(st.Then, set)
			backward(st.Else, other)
			addAll(set, other)
		}
		for _, e := range StmtExprs(body[i]) {
			use(e, set)
		}
	}
}

// clearDead puts assignments of zero where registers die: at the head of
// register work, and on the way into a scheduling point. Registers for which
// want is false are left as they are.
func (t *Thread) clearDead(around map[*Block]regSet, want func(*Var) bool) {
	in := t.liveIn()
	dead := map[*Block]regSet{}
	exit := regSet{}
	for _, b := range t.Blocks {
		for _, s := range b.succs() {
			if dead[s] == nil {
				dead[s] = regSet{}
			}
			for v := range around[b] {
				if !in[s][v] && want(v) {
					dead[s][v] = true
				}
			}
		}
		if b.endsThread() {
			for v := range around[b] {
				if want(v) {
					exit[v] = true
				}
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
		if set[v] {
			out = append(out, Set{V: v, X: Const(0)})
		}
	}
	return out
}
