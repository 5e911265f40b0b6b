// SPDX-License-Identifier: MIT

// This file finds out which branch decided that a thread came to a place: the
// last one from which there is a way around it. Behind the place where all ways
// from a branch meet, its immediate postdominator, it decides nothing (Ferrante,
// Ottenstein and Warren). A loop is left only if something holds that others may
// have to see to, so what comes behind a loop depends on the way out of it, too.

package report

import (
	"slices"

	"mmcheck/model"
)

// postdominators gives, for each block of a thread, its immediate
// postdominator; nil stands for the end of the thread, and for none.
type postdominators map[*model.Block]*model.Block

// leadsTo lists the blocks behind one; nil is the end of the thread.
func leadsTo(b *model.Block) []*model.Block {
	if b.Step == nil {
		if b.Cond == nil {
			return []*model.Block{b.Then}
		}
		return []*model.Block{b.Then, b.Else}
	}
	var out []*model.Block
	for i := range b.Step.Alts {
		out = append(out, b.Step.Alts[i].Next)
	}
	return out
}

// newPostdominators computes them as Cooper, Harvey and Kennedy do for
// dominators, on the graph turned around. Blocks from which the thread never
// comes to its end have none.
func newPostdominators(t *model.Thread) postdominators {
	order := fromEnd(t)
	number := map[*model.Block]int{}
	for i, b := range order {
		number[b] = i
	}
	ipdom := postdominators{nil: nil}
	meet := func(a, b *model.Block) *model.Block {
		for a != b {
			if number[a] > number[b] {
				a = ipdom[a]
			} else {
				b = ipdom[b]
			}
		}
		return a
	}
	for changed := true; changed; {
		changed = false
		for _, b := range order[1:] {
			now, known := (*model.Block)(nil), false
			for _, s := range leadsTo(b) {
				if _, ok := ipdom[s]; !ok {
					continue
				}
				if known {
					s = meet(now, s)
				}
				now, known = s, true
			}
			if old, ok := ipdom[b]; !ok || old != now {
				ipdom[b], changed = now, true
			}
		}
	}
	return ipdom
}

// fromEnd lists the blocks that lead to the end of a thread, in reverse
// postorder of the graph turned around; nil, the end, comes first.
func fromEnd(t *model.Thread) []*model.Block {
	before := map[*model.Block][]*model.Block{}
	for _, b := range t.Blocks {
		for _, s := range leadsTo(b) {
			before[s] = append(before[s], b)
		}
	}
	var order []*model.Block
	type visit struct {
		b    *model.Block
		next []*model.Block
	}
	seen := map[*model.Block]bool{nil: true}
	for stack := []visit{{nil, before[nil]}}; len(stack) > 0; {
		top := &stack[len(stack)-1]
		if len(top.next) == 0 {
			order = append(order, top.b)
			stack = stack[:len(stack)-1]
			continue
		}
		b := top.next[0]
		top.next = top.next[1:]
		if !seen[b] {
			seen[b] = true
			stack = append(stack, visit{b, before[b]})
		}
	}
	slices.Reverse(order)
	return order
}

// regions are the branches that a thread is in: it has not yet come to the place
// where all their ways meet. The first stands for the thread itself.
type regions struct {
	ends  postdominators
	loops map[*model.Block]bool // branches that may go round, as far as asked for
	open  []region
}

type region struct {
	from *model.Block
	by   *node
	last *node // the branch, or what led out of a loop behind it
}

func newRegions(t *model.Thread) *regions {
	return &regions{ends: newPostdominators(t), loops: map[*model.Block]bool{}, open: make([]region, 1)}
}

// enter leaves the branches that end at b.
func (r *regions) enter(b *model.Block) {
	first := slices.IndexFunc(r.open, func(x region) bool { return x.from != nil && r.ends[x.from] == b })
	for n := len(r.open) - 1; first > 0 && n >= first; n-- {
		x, around := r.open[n], &r.open[n-1]
		if x.last != x.by || r.goesRound(x.from) {
			around.last = &node{elem: -1, from: []*node{x.last}, up: around.last}
		}
		r.open = r.open[:n]
	}
}

func (r *regions) branch(b *model.Block, by *node) {
	r.open = append(r.open, region{b, by, by})
}

// top is what decided last that the thread comes here; nil if nothing did.
func (r *regions) top() *node { return r.open[len(r.open)-1].last }

// goesRound reports whether the thread may come from a branch to the branch again
// before its ways meet, or to where it waits for a condition: it leads out of a loop,
// or not yet.
func (r *regions) goesRound(b *model.Block) bool {
	round, known := r.loops[b]
	if known {
		return round
	}
	seen := map[*model.Block]bool{r.ends[b]: true, nil: true}
	for todo := leadsTo(b); len(todo) > 0 && !round; {
		x := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		round = x == b || waitsForCondition(x)
		if !seen[x] {
			seen[x] = true
			todo = append(todo, leadsTo(x)...)
		}
	}
	r.loops[b] = round
	return round
}

// waitsForCondition reports whether a thread waits there for what is no lock.
func waitsForCondition(b *model.Block) bool {
	return b != nil && b.Step != nil && b.Step.Lock.Type == nil && len(b.Step.Alts) == 1 && b.Step.Alts[0].Guard != nil
}
