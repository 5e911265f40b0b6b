// SPDX-License-Identifier: MIT

// This file finds hangs in loops the plain way: it builds the whole graph of
// states, and takes from each state what the definition rules out.

package checker

import (
	"mmcheck/checker/property"
	"mmcheck/model"
)

// from makes s the only state, instead of the initial one.
func (r *reference) from(s model.State) {
	r.states, r.seen, r.starts, r.transitions = nil, map[string]bool{}, []int{0}, 0
	r.add(s)
}

func (r *reference) hangs(levels int, found *findings, _ func() *LimitHit) *LimitHit {
	g := newProgress(r.pl.Prog)
	if g.loops == nil {
		return nil
	}
	states, number := r.states, map[string]int{}
	if levels < r.levels() {
		states = states[:r.starts[levels]]
	}
	for i, s := range states {
		number[key(wordsOf(s))] = i
	}
	next := make([][]int, len(states))
	goOn, moves, leaves := make([]uint64, len(states)), make([]uint64, len(states)), make([]bool, len(states))
	for i, s := range states {
		_, running := r.pl.Prog.Waiting(s)
		goOn[i], leaves[i] = g.idle(s), running == 0 || !g.inLoops(s, running)
		r.fire(s, func(t *model.Thread, _ int, out model.Outcome) {
			moves[i] |= 1 << (t.Num - 1)
			if g.step(t.Num-1, int(s[t.PC.Off()]), int(out.Next[t.PC.Off()]), g.worksIn(s, out.Next)) {
				goOn[i] |= 1 << (t.Num - 1)
			}
			j, ok := number[key(wordsOf(out.Next))]
			if !ok {
				leaves[i] = true
				return
			}
			next[i] = append(next[i], j)
		})
	}
	for changed := true; changed; {
		changed = false
		for i := range next {
			for _, j := range next[i] {
				a, b, c := goOn[i]|goOn[j], moves[i]|moves[j], leaves[i] || leaves[j]
				changed = changed || a != goOn[i] || b != moves[i] || c != leaves[i]
				goOn[i], moves[i], leaves[i] = a, b, c
			}
		}
	}
	for level := range levels {
		for i, s := range r.level(level) {
			i += r.starts[level]
			hang := g.everyone() &^ goOn[i]
			if text := textOfHang(hang, moves[i]); !leaves[i] && r.pl.Broken(property.Deadlock, text) {
				found.hang(wordsOf(s), hang, text, level)
			}
		}
	}
	return nil
}
