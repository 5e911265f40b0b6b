// SPDX-License-Identifier: MIT

// This file knows the loops of the code: between which scheduling points a
// thread may go round, where a loop is entered, and from where its end can be
// reached.

package por

import (
	"slices"

	"mmcheck/model"
)

// Loops is what the code of a thread says of going round, by program counter;
// that of a thread which has ended is 0.
type Loops struct {
	Part []int  // the loop, with all those inside it, that a point lies in, from 1; 0: none
	head []bool // it is where its loop is entered
	ends []bool // in the source, the end of the thread lies behind it
}

// LoopsOf are the loops of all threads; nil if there are none.
func LoopsOf(p *model.Program) []Loops {
	var out []Loops
	some := false
	for _, t := range p.Threads {
		l := loopsOfThread(t)
		some = some || slices.ContainsFunc(l.Part, func(n int) bool { return n > 0 })
		out = append(out, l)
	}
	if !some {
		return nil
	}
	return out
}

func loopsOfThread(t *model.Thread) Loops {
	n := len(t.Points) + 1
	next := make([][]int, n)
	for _, b := range t.Points {
		for _, a := range b.Step.Alts {
			next[b.PC] = append(next[b.PC], pointsBehind(a.Next)...)
		}
	}
	l := Loops{Part: make([]int, n), head: make([]bool, n), ends: make([]bool, n)}
	for _, b := range t.Points {
		l.ends[b.PC] = b.Ends
	}
	for i, scc := range components(n, func(pc int) []int { return next[pc] }) {
		for _, pc := range scc {
			l.Part[pc] = i + 1
		}
	}
	for pc := range next {
		for _, m := range next[pc] {
			l.head[m] = l.head[m] || l.Part[m] != l.Part[pc]
		}
	}
	for _, pc := range pointsBehind(t.Entry) {
		l.head[pc] = true
	}
	return l
}

// pointsBehind lists the scheduling points that register work from b on may
// lead to, 0 for the end.
func pointsBehind(b *model.Block) (out []int) {
	seen := map[*model.Block]bool{}
	var visit func(b *model.Block)
	visit = func(b *model.Block) {
		switch {
		case b == nil:
			out = append(out, 0)
		case seen[b]:
		case b.Step != nil:
			seen[b] = true
			out = append(out, b.PC)
		default:
			seen[b] = true
			visit(b.Then)
			if b.Cond != nil {
				visit(b.Else)
			}
		}
	}
	visit(b)
	return out
}

// Idle reports whether a thread has nothing to do at a point: its code has no end
// behind it, and its outermost loop begins anew there, or waits for work. One that
// is caught further inside is on its way to somewhere.
func (l *Loops) Idle(pc int) bool { return l.Part[pc] != 0 && l.head[pc] && !l.ends[pc] }

// components are the strongly connected parts with a cycle of a graph of n nodes
// (Tarjan's algorithm), each behind those that it leads to.
func components(n int, next func(i int) []int) (out [][]int) {
	num, low, on := make([]int, n), make([]int, n), make([]bool, n)
	var stack []int
	type frame struct{ node, edge int }
	count := 0
	enter := func(i int) frame {
		count++
		num[i], low[i], on[i] = count, count, true
		stack = append(stack, i)
		return frame{node: i}
	}
	for i := range n {
		if num[i] != 0 {
			continue
		}
		for calls := []frame{enter(i)}; len(calls) > 0; {
			f := &calls[len(calls)-1]
			if succ := next(f.node); f.edge < len(succ) {
				j := succ[f.edge]
				f.edge++
				switch {
				case num[j] == 0:
					calls = append(calls, enter(j))
				case on[j]:
					low[f.node] = min(low[f.node], num[j])
				}
				continue
			}
			at := f.node
			if calls = calls[:len(calls)-1]; len(calls) > 0 {
				up := calls[len(calls)-1].node
				low[up] = min(low[up], low[at])
			}
			if low[at] != num[at] {
				continue
			}
			var scc []int
			for len(scc) == 0 || scc[len(scc)-1] != at {
				j := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				on[j] = false
				scc = append(scc, j)
			}
			if len(scc) > 1 || slices.Contains(next(at), at) {
				out = append(out, scc)
			}
		}
	}
	return out
}
