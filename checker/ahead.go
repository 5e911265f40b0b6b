// SPDX-License-Identifier: MIT

// This file looks ahead, by random walks, for what elements will hold: each
// value that did not fit the layout later on would cost packing all states
// anew. The walks are always the same ones, so the layout is, too.

package checker

import (
	"math/rand/v2"
	"slices"

	"mmcheck/model"
	"mmcheck/model/vm"
)

const (
	// firstSteps is the number of transitions looked at before a layout is made.
	firstSteps = 1000
	// firstLook is the number of states from which on it is worth to look
	// further ahead, lookSteps transitions; then again when there are lookAgain
	// times as many.
	firstLook = 1 << 11
	lookAgain = 64
	lookSteps = 1 << 14
)

// walks are random walks through a program, and what its elements hold there.
// They go on from where they were left, by compiled code for states in which
// everything has room.
type walks struct {
	seen    []vm.Range
	layout  *vm.Layout
	vm      *vm.Machine
	threads int
	initial []uint64
	state   []uint64
	before  []uint64 // the state of which seen knows all
	ended   bool     // the next step begins another walk
	rnd     *rand.Rand
	last    int // the thread that moved last
	stay    int // how likely it goes on, of 8; another in each walk
}

func newWalks(pl *plan) *walks {
	p := pl.Prog
	k := &walks{seen: vm.RangesOf(p.Initial), layout: vm.WideLayout(p), threads: len(p.Threads), rnd: rand.New(rand.NewPCG(1, 2)), ended: true}
	k.vm = vm.Assemble(p, k.layout, pl.Fatal).NewMachine(nil)
	k.initial = make([]uint64, k.layout.Words)
	k.layout.Pack(k.initial, p.Initial)
	k.state, k.before = slices.Clone(k.initial), slices.Clone(k.initial)
	k.goOn(firstSteps)
	return k
}

// goOn takes some number of steps.
func (k *walks) goOn(steps int) {
	for range steps {
		if k.ended {
			copy(k.state, k.initial)
			copy(k.before, k.initial)
			k.stay = k.rnd.IntN(8)
		}
		if k.ended = !k.step(); !k.ended {
			k.layout.JoinChanges(k.seen, k.state, k.before)
		}
	}
}

// step takes a transition; it reports false where that leads nowhere.
func (k *walks) step() bool {
	t := k.last
	if k.rnd.IntN(8) >= k.stay {
		t = k.rnd.IntN(k.threads)
	}
	for range k.threads {
		if k.vm.PC(k.state, t) == 0 {
			t = (t + 1) % k.threads
			continue
		}
		if a := k.vm.Enabled(k.state, t, 0); a >= 0 {
			for b := k.vm.Enabled(k.state, t, a+1); b >= 0; b = k.vm.Enabled(k.state, t, b+1) {
				if k.rnd.IntN(2) == 0 {
					a = b
				}
			}
			k.last = t
			return k.vm.Fire(k.state, t, a) == 0
		}
		t = (t + 1) % k.threads
	}
	return false
}

// ahead is what walks have seen: far more of what elements may hold than the
// first few levels do.
func (pl *plan) ahead() *walks {
	if pl.walks == nil {
		pl.walks = newWalks(pl)
	}
	return pl.walks
}

// lookAhead goes on with the walks in a search that has become large, and
// reports whether they met something that does not fit.
func (sh *search) lookAhead() bool {
	if sh.set.size() < sh.look {
		return false
	}
	sh.look *= lookAgain
	k := sh.pl.ahead()
	k.goOn(lookSteps)
	for i, r := range sh.seen {
		sh.looked = sh.looked || r.Merge(k.seen[i])
	}
	return sh.looked
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
func (f flow) layout(seen []vm.Range) *vm.Layout {
	l := vm.NewLayout(seen)
	likely := slices.Clone(seen)
	for f.spread(likely) {
		vm.Round(likely) // which ends counting upwards
	}
	if wide := vm.NewLayout(likely); wide.Words == l.Words {
		copy(seen, likely)
		return wide
	}
	return l
}

// elements are what those of a variable were seen to hold.
func elements(seen []vm.Range, v *model.Var) []vm.Range { return seen[v.Off() : v.Off()+v.Len] }

// spread lets ranges flow one step, and reports whether that changed any.
func (f flow) spread(seen []vm.Range) (changed bool) {
	for _, c := range f {
		to, from := elements(seen, c[0]), elements(seen, c[1])
		if len(from) == 0 {
			continue
		}
		all := from[0]
		for _, r := range from[1:] {
			all.Merge(r)
		}
		for i := range to {
			if to[i].Varies() {
				changed = to[i].Merge(all) || changed
			}
		}
	}
	return changed
}
