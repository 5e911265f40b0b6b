// SPDX-License-Identifier: MIT

// This file is the cycle proviso: no thread is ignored for ever, on every cycle of
// states some state must be expanded in full. A cycle of states takes some
// thread round a cycle of its code; so it is enough that each cycle of code
// contains a step that is only ever taken from a fully expanded state (Kurshan,
// Levin, Minea, Peled and Yenigün, "Static Partial Order Reduction"). A loop
// that counts is no cycle: its counter never comes back to the same value.

package por

import "mmcheck/model"

// stick chooses the sticky actions: those that wait for something, since they
// can hardly be taken alone anyway, and where that is not enough, one of each
// cycle that is left.
func (x *Analysis) stick() {
	for x.Needs(cyclesStick) {
		for _, scc := range x.cycles() {
			if !x.stickGuarded(scc) {
				x.actions[scc[0]].Sticky = true
			}
		}
		if len(x.cycles()) == 0 {
			return
		}
	}
}

// stickGuarded makes the steps of a cycle sticky that have guards, or are
// choices; it reports whether there are any.
func (x *Analysis) stickGuarded(scc []int) bool {
	any := false
	for _, n := range scc {
		a := x.actions[n]
		if a.choice() || a.point.Step.Alts[0].Guard != nil {
			a.Sticky, any = true, true
		}
	}
	return any
}

// cycles returns the strongly connected parts of the code of all threads that
// hold a cycle without a sticky step and without a counter that only rises or
// only falls.
func (x *Analysis) cycles() [][]int {
	removed := make([]bool, len(x.actions))
	for i, a := range x.actions {
		removed[i] = a.Sticky
	}
	for {
		found := false
		for _, scc := range x.components(removed) {
			if counting := x.counting(scc); len(counting) > 0 {
				for _, n := range counting {
					removed[n] = true
				}
				found = true
			}
		}
		if !found {
			break
		}
	}
	return x.components(removed)
}

// counting returns the actions of a part that always move a register which all
// others of the part leave alone or move the same way.
func (x *Analysis) counting(scc []int) []int {
	part := make([]bool, len(x.actions))
	for _, n := range scc {
		part[n] = true
	}
	moved := map[*model.Var]bool{}
	for _, n := range scc {
		x.actions[n].moved(moved, part)
	}
	for _, v := range x.actions[scc[0]].thread.Regs {
		if !moved[v] {
			continue
		}
		up, down, other := []int{}, []int{}, false
		for _, n := range scc {
			switch x.actions[n].step(v, part) {
			case rises:
				up = append(up, n)
			case falls:
				down = append(down, n)
			case jumps:
				other = x.Needs(sameWay)
			}
		}
		if !other && len(up) > 0 && len(down) == 0 {
			return up
		}
		if !other && len(down) > 0 && len(up) == 0 {
			return down
		}
	}
	return nil
}

// movement is how an action changes a register.
type movement uint8

const (
	stays movement = iota
	rises
	falls
	jumps
)

// moves tells how each register that was assigned has moved.
func (tr *tracer) moves() map[*model.Var]movement {
	out := map[*model.Var]movement{}
	for _, val := range tr.env {
		out[val.v] = moved(val.v, val.x, tr.x.width())
	}
	return out
}

// wide is the width from which a counter is taken never to wrap around: no
// search lasts that long.
const wide = 32

// width is the least width of a counter.
func (x *Analysis) width() int {
	if !x.Needs(neverBack) {
		return 1
	}
	return wide
}

// moved recognises v + n and v - n.
func moved(v *model.Var, x model.Expr, width int) movement {
	b, ok := stripped(x, width).(model.Bin)
	if !ok || b.X != model.Ld(v) || b.Op != model.OpAdd && b.Op != model.OpSub {
		return jumps
	}
	n, ok := b.Y.(model.Const)
	switch {
	case !ok || n == 0:
		return jumps
	case n > 0 == (b.Op == model.OpAdd):
		return rises
	}
	return falls
}

// mix combines the movements on two paths.
func mix(a, b map[*model.Var]movement) map[*model.Var]movement {
	out := map[*model.Var]movement{}
	for _, m := range []map[*model.Var]movement{a, b} {
		for v := range m {
			out[v] = jumps
			if a[v] == b[v] {
				out[v] = a[v]
			}
		}
	}
	return out
}

// moved notes the registers that a counts up or down on the way to an action of
// a part.
func (a *action) moved(regs map[*model.Var]bool, part []bool) {
	for _, n := range a.next {
		if !part[n] {
			continue
		}
		for v, m := range a.change[n].moves {
			if m == rises || m == falls {
				regs[v] = true
			}
		}
	}
}

// step is how a moves its thread's register v on the way to actions of a part.
func (a *action) step(v *model.Var, part []bool) movement {
	m, first := stays, true
	for _, n := range a.next {
		if !part[n] {
			continue
		}
		if now := a.change[n].moves[v]; first {
			m, first = now, false
		} else if now != m {
			return jumps
		}
	}
	return m
}

// components are the strongly connected parts with a cycle among actions that
// are not removed.
func (x *Analysis) components(removed []bool) [][]int {
	return components(len(x.actions), func(i int) (next []int) {
		for _, j := range x.actions[i].next {
			if !removed[i] && !removed[j] {
				next = append(next, j)
			}
		}
		return next
	})
}
