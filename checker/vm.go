// SPDX-License-Identifier: MIT

// This file runs compiled transitions on packed states.

package checker

import "mmcheck/model"

// status says what else a transition did.
type status uint8

const (
	fatal   status = 1 << iota // it broke an error
	bounded                    // it met a bound of the model
	misfit                     // some value does not fit the layout
)

// vm runs transitions for one goroutine.
type vm struct {
	code    *model.Compiled
	layout  *model.Layout
	m       *model.Machine
	now     []uint64 // what the machine's state was unpacked from
	Misfits []model.Range
	Broken  []model.Broken
	Limit   *model.Limit
}

func newVM(code *model.Compiled, l *model.Layout) *vm {
	return &vm{code: code, layout: l, m: code.NewMachine(), Misfits: model.RangesOf(code.Program.Initial)}
}

func (v *vm) load(w []uint64) {
	if v.now == nil || !same(v.now, w) {
		v.now = append(v.now[:0], w...)
		v.layout.Unpack(v.m.State, w)
	}
}

func (v *vm) PC(w []uint64, t int) int {
	v.load(w)
	return int(v.m.State[v.code.Threads[t].PC])
}

func (v *vm) Enabled(w []uint64, t, from int) int {
	v.load(w)
	p := v.code.Threads[t].Points[v.m.State[v.code.Threads[t].PC]]
	for a := from; a < len(p.Alts); a++ {
		if g := p.Alts[a].Guard; g == nil || g(v.m.State) {
			return a
		}
	}
	return -1
}

func (v *vm) Fire(w []uint64, t, alt int) (st status) {
	v.load(w)
	v.m.Fire(v.code, t, alt)
	v.Broken, v.Limit = v.m.Broken, v.m.Limit
	if v.m.Fatal {
		st |= fatal
	}
	if v.Limit != nil {
		st |= bounded
	}
	if st == 0 && !v.m.Pack(v.layout, w, v.Misfits) {
		st |= misfit
	}
	v.m.Undo()
	return st
}

func (v *vm) Waits(w []uint64, t int) uint64 {
	v.load(w)
	p := v.code.Threads[t].Points[v.m.State[v.code.Threads[t].PC]]
	if p.Waits == nil {
		return 0
	}
	return uint64(p.Waits(v.m.State))
}
