// SPDX-License-Identifier: MIT

// This file looks ahead, by random walks, for what elements will hold: each
// value that did not fit the layout later on would cost packing all states
// anew. The walks are always the same ones, so the layout is, too.

package checker

import (
	"math/rand/v2"
	"slices"

	"mmcheck/model"
)

const (
	// sampleSteps is the number of transitions looked at before a layout is made.
	sampleSteps = 1000
	// firstLook is the number of states from which on it is worth to look
	// further ahead, lookSteps transitions; then again when there are lookAgain
	// times as many.
	firstLook = 1 << 11
	lookAgain = 64
	lookSteps = 1 << 14
)

// sampled is what random walks see that the plain interpreter takes, always the
// same ones: far more of what elements may hold than the first few levels do.
func (pl *plan) sampled() []model.Range {
	if pl.seen == nil {
		pl.seen = sample(pl)
	}
	return slices.Clone(pl.seen)
}

func sample(pl *plan) []model.Range {
	rnd := rand.New(rand.NewPCG(1, 2))
	seen := model.RangesOf(pl.prog.Initial)
	s := pl.prog.Initial
	for range sampleSteps {
		if s = step(pl, s, rnd); s == nil {
			s = pl.prog.Initial
		}
		for i, x := range s {
			seen[i].Join(x)
		}
	}
	return seen
}

// step takes a random transition from s; it returns nil if that leads nowhere.
func step(pl *plan, s model.State, rnd *rand.Rand) model.State {
	type choice struct {
		t   *model.Thread
		alt int
	}
	var choices []choice
	for _, t := range pl.prog.Threads {
		b := t.Point(s)
		for a := 0; b != nil && a < len(b.Step.Alts); a++ {
			if model.Enabled(s, &b.Step.Alts[a]) {
				choices = append(choices, choice{t, a})
			}
		}
	}
	if len(choices) == 0 {
		return nil
	}
	c := choices[rnd.IntN(len(choices))]
	if out := c.t.Fire(s, c.alt, pl.fatal); !out.Fatal && out.Limit == nil {
		return out.Next
	}
	return nil
}

// lookAhead takes walks in a search that has become large, and reports whether
// they met something that does not fit.
func (sh *search) lookAhead() bool {
	if sh.set.size() < sh.look {
		return false
	}
	wk := walker{w: sh.workers[0], rnd: rand.New(rand.NewPCG(3, uint64(sh.look)))}
	wk.run(lookSteps)
	if !wk.w.misfit {
		sh.look *= lookAgain
	}
	return wk.w.misfit
}

// walker takes random walks with compiled code.
type walker struct {
	w    *worker
	rnd  *rand.Rand
	last int // the thread that moved last
	stay int // how likely it goes on, of 8; another in each walk
}

// run takes some number of steps, from the initial state again where they end.
func (k *walker) run(steps int) {
	first, fits := k.w.sh.pack(k.w.sh.pl.prog.Initial)
	if !fits {
		panic("checker: the layout does not hold the initial state")
	}
	s := make([]uint64, len(first))
	for over := true; steps > 0; steps-- {
		if over {
			copy(s, first)
			k.stay = k.rnd.IntN(8)
		}
		over = !k.step(s)
	}
}

// step takes a transition in place; it reports false where that leads nowhere.
func (k *walker) step(s []uint64) bool {
	vm, threads := k.w.vm, k.w.sh.threads
	t := k.last
	if k.rnd.IntN(8) >= k.stay {
		t = k.rnd.IntN(threads)
	}
	for range threads {
		if vm.PC(s, t) == 0 {
			t = (t + 1) % threads
			continue
		}
		if a := vm.Enabled(s, t, 0); a >= 0 {
			for b := vm.Enabled(s, t, a+1); b >= 0; b = vm.Enabled(s, t, b+1) {
				if k.rnd.IntN(2) == 0 {
					a = b
				}
			}
			k.last = t
			st := vm.Fire(s, t, a)
			k.w.misfit = k.w.misfit || st&model.Misfit != 0
			return st == 0
		}
		t = (t + 1) % threads
	}
	return false
}

// flow lists which variables are copied to which others, and each variable with
// itself: what one element holds, others will.
type flow [][2]*model.Var

func flowOf(p *model.Program) flow {
	var f flow
	for _, v := range p.Vars {
		if v.Len > 1 {
			f = append(f, [2]*model.Var{v, v})
		}
	}
	for _, t := range p.Threads {
		for _, b := range t.Blocks {
			b.Bodies(func(body []model.Stmt) {
				model.WalkStmts(body, func(st model.Stmt) {
					if set, ok := st.(model.Set); ok {
						f = f.copied(set.V, set.X)
					}
				})
			})
		}
	}
	return f
}

func (f flow) copied(v *model.Var, x model.Expr) flow {
	if c, ok := x.(model.Conv); ok {
		x = c.X
	}
	if g, ok := x.(model.Get); ok && g.V != v {
		f = append(f, [2]*model.Var{v, g.V})
	}
	return f
}

// layout makes a layout for what was seen, with room for what elements that
// vary are likely to hold if that takes no more words.
func (f flow) layout(seen []model.Range) *model.Layout {
	l := model.NewLayout(seen)
	likely := slices.Clone(seen)
	for f.spread(likely) {
		model.NewLayout(likely) // rounds, which ends counting upwards
	}
	if wide := model.NewLayout(likely); wide.Words == l.Words {
		copy(seen, likely)
		return wide
	}
	return l
}

// spread lets ranges flow one step, and reports whether that changed any.
func (f flow) spread(seen []model.Range) (changed bool) {
	for _, c := range f {
		for i := range c[0].Len {
			to := &seen[c[0].Off()+i]
			for j := 0; j < c[1].Len && to.Varies(); j++ {
				changed = to.Merge(seen[c[1].Off()+j]) || changed
			}
		}
	}
	return changed
}
