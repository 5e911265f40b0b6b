// SPDX-License-Identifier: MIT

// This file compares the bytecode machine with the plain interpreter on
// programs compiled from C, state by state, and measures it on one of them.

package vm

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"mmcheck/cfront"
	"mmcheck/model"
)

// compiled compiles and seals a spec.
func compiled(t testing.TB, fsys fs.FS, name string, o model.SealOptions, define ...string) *model.Program {
	t.Helper()
	src, err := fs.ReadFile(fsys, name)
	if err != nil {
		t.Fatal(err)
	}
	p, _, diags := cfront.Compile(cfront.Config{FS: os.DirFS("../../specs/include"), Define: define, Variants: define}, name, src)
	if p == nil || len(diags) > 0 {
		t.Skipf("%s: %d diagnostics", name, len(diags))
	}
	if err := p.Seal(o); err != nil {
		t.Skip(err)
	}
	return p
}

func fatal(string) bool { return true }

// reach lists states in the order of a breadth-first search by the plain
// interpreter, at most n.
func reach(p *model.Program, n int) []model.State {
	states, seen := []model.State{p.Initial}, map[string]bool{fmt.Sprint(p.Initial): true}
	for i := 0; i < len(states) && len(states) < n; i++ {
		s := states[i]
		for _, th := range p.Threads {
			b := th.Point(s)
			if b == nil {
				continue
			}
			for a := range b.Step.Alts {
				if !model.Enabled(s, &b.Step.Alts[a]) {
					continue
				}
				out := th.Fire(s, a, fatal)
				if k := fmt.Sprint(out.Next); !out.Fatal && out.Limit == nil && !seen[k] {
					seen[k] = true
					states = append(states, out.Next)
				}
			}
		}
	}
	return states
}

func learnt(states []model.State) []Range {
	seen := RangesOf(states[0])
	for _, s := range states[1:] {
		for i, x := range s {
			seen[i].Join(x)
		}
	}
	return seen
}

// judge is one comparison of a program in bytecode with the interpreter.
type judge struct {
	p      *model.Program
	layout *Layout
	vm     *Machine
	fired  int
	misfit int
	told   int // transitions that were remembered
	moves  [64]Moves
}

// state compares all that can happen in s.
func (j *judge) state(t *testing.T, s model.State) {
	w := make([]uint64, j.layout.Words)
	if !j.layout.Pack(w, s) {
		return
	}
	blocked, running := j.vm.Moves(w, &j.moves)
	for n, th := range j.p.Threads {
		j.remembered(t, w, n, blocked, running)
		b := th.Point(s)
		if b == nil {
			if j.vm.PC(w, n) != 0 || j.vm.Enabled(w, n, 0) >= 0 {
				t.Fatal("an ended thread goes on")
			}
			continue
		}
		if j.vm.PC(w, n) != b.PC {
			t.Fatalf("thread %d is at %d, plain %d", n, j.vm.PC(w, n), b.PC)
		}
		if waits := b.Step.Waits; waits != nil && j.vm.Waits(w, n) != uint64(model.Eval(s, waits)) {
			t.Fatal("another thread is waited for")
		}
		for a := range b.Step.Alts {
			if (j.vm.Enabled(w, n, a) == a) != model.Enabled(s, &b.Step.Alts[a]) {
				t.Fatalf("thread %d at %d: guards differ in %v", n, b.PC, s)
			}
			if model.Enabled(s, &b.Step.Alts[a]) {
				j.fire(t, s, slices.Clone(w), n, a)
			}
		}
	}
}

// remembered compares what is remembered with what the same machine computes.
func (j *judge) remembered(t *testing.T, w []uint64, n int, blocked, running uint64) {
	mv := &j.moves[n]
	ended, first := j.vm.PC(w, n) == 0, j.vm.Enabled(w, n, 0)
	if (blocked>>n&1 != 0) != (!ended && first < 0) || (running>>n&1 != 0) != (first >= 0) {
		t.Fatalf("thread %d: blocked %x, running %x, first alternative %d", n, blocked, running, first)
	}
	switch {
	case mv.Can == Ended:
		if !ended {
			t.Fatal("a thread is said to have ended")
		}
		return
	case mv.Can&Untold != 0:
		if int(mv.Can&^Untold) != j.vm.Enabled(w, n, 0) {
			t.Fatal("another alternative is the first")
		}
		return
	}
	can := uint64(0)
	for a := j.vm.Enabled(w, n, 0); a >= 0; a = j.vm.Enabled(w, n, a+1) {
		told, fired, next := mv.Can>>a&1 != 0, slices.Clone(w), slices.Clone(w)
		can |= 1 << a
		if status := j.vm.Fire(fired, n, a); told && (status != 0 || len(j.vm.Broken) > 0) {
			t.Fatalf("a transition of status %d is remembered", status)
		} else if !told {
			continue
		}
		j.told++
		if mv.Apply(next, w, a); !slices.Equal(next, fired) {
			t.Fatalf("thread %d alternative %d of %x: %x, remembered %x", n, a, w, fired, next)
		}
	}
	if can != (mv.Can|mv.Can>>MaxAlts)&(1<<MaxAlts-1) {
		t.Fatalf("thread %d can do %x, remembered %x", n, can, mv.Can)
	}
}

func (j *judge) fire(t *testing.T, s model.State, w []uint64, n, a int) {
	th := j.p.Threads[n]
	want, status := th.Fire(s, a, fatal), j.vm.Fire(w, n, a)
	next := make([]uint64, j.layout.Words)
	fits := j.layout.Pack(next, want.Next)
	j.fired++
	switch {
	case status == Misfit:
		j.misfit++ // perhaps of a value held in the midst of it
	case (status == Fatal) != want.Fatal, (status == Bounded) != (want.Limit != nil), len(j.vm.Broken) != len(want.Broken):
		t.Fatalf("thread %d: status %d, plain %+v", n, status, want)
	case status == 0 && (!fits || !slices.Equal(w, next)):
		t.Fatalf("thread %d alternative %d: %x, plain %x (fits: %v)", n, a, w, next, fits)
	}
	for i, b := range j.vm.Broken {
		if v := want.Broken[min(i, len(want.Broken)-1)]; status != Misfit && (b.Check.Text != v.Check.Text || b.Obj != v.Obj || b.Life != v.Life) {
			t.Fatalf("broken: %+v, plain %+v", b, v)
		}
	}
}

// TestBytecodeOfSpecs compares on all shipped specs, with a layout learnt from
// everything and with one learnt from little.
func TestBytecodeOfSpecs(t *testing.T) {
	specs := os.DirFS("../../specs")
	names, err := fs.Glob(specs, "*/*.c")
	if err != nil || len(names) == 0 {
		t.Fatal(err, len(names))
	}
	var told atomic.Int64
	t.Cleanup(func() {
		if told.Load() == 0 {
			t.Error("nothing was remembered")
		}
	})
	for _, name := range names {
		t.Run(strings.TrimSuffix(name, ".c"), func(t *testing.T) {
			t.Parallel()
			for _, keep := range []bool{false, true} {
				p := compiled(t, specs, name, model.SealOptions{KeepDead: keep})
				states := reach(p, 500)
				for _, n := range []int{len(states), 20} {
					l := NewLayout(learnt(states[:min(n, len(states))]))
					j := &judge{p: p, layout: l, vm: Assemble(p, l, fatal).NewMachine(nil)}
					for _, s := range states {
						j.state(t, s)
					}
					if j.fired == 0 && len(states) > 1 {
						t.Error("nothing was compared")
					}
					told.Add(int64(j.told))
				}
			}
		})
	}
}

var s3 = []string{"NV=2", "NW=1", "NM=1", "K=2", "L=2"}

// BenchmarkVM measures transitions of bench/populate.c, in states spread over
// the first 5000.
func BenchmarkVM(b *testing.B) {
	p := compiled(b, os.DirFS("../../bench"), "populate.c", model.SealOptions{}, s3...)
	states := reach(p, 5000)
	l := NewLayout(learnt(states))
	b.Logf("%d bits in %d words", l.Bits, l.Words)
	m := Assemble(p, l, fatal).NewMachine(nil)
	packed := make([][]uint64, len(states))
	for i, s := range states {
		packed[i] = make([]uint64, l.Words)
		l.Pack(packed[i], s)
	}
	w := make([]uint64, l.Words)
	expand := func(fire bool) (n int) {
		for _, from := range packed {
			for t := range p.Threads {
				for a := m.Enabled(from, t, 0); a >= 0; a = m.Enabled(from, t, a+1) {
					n++
					if fire {
						copy(w, from)
						m.Fire(w, t, a)
					}
				}
			}
		}
		return n
	}
	expand(true) // assembles what is needed
	for _, fire := range []bool{false, true} {
		b.Run(map[bool]string{false: "Enabled", true: "Fire"}[fire], func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n += expand(fire)
			}
			perState(b, n, len(states))
		})
	}
}

func perState(b *testing.B, fired, states int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(fired), "ns/transition")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*states), "ns/state")
}

// Once everything is assembled nothing is allocated.
func TestFireAllocatesNothing(t *testing.T) {
	p := compiled(t, os.DirFS("../../bench"), "populate.c", model.SealOptions{}, s3...)
	states := reach(p, 300)
	l := NewLayout(learnt(states))
	m, from, w := Assemble(p, l, fatal).NewMachine(nil), make([]uint64, l.Words), make([]uint64, l.Words)
	all := func() {
		for _, s := range states {
			l.Pack(from, s)
			for t := range p.Threads {
				for a := m.Enabled(from, t, 0); a >= 0; a = m.Enabled(from, t, a+1) {
					copy(w, from)
					m.Fire(w, t, a)
				}
			}
		}
	}
	if n := testing.AllocsPerRun(10, all); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// The largest program of the family fits two words, dead registers or not.
func TestLayoutOfPopulate(t *testing.T) {
	for _, keep := range []bool{false, true} {
		p := compiled(t, os.DirFS("../../bench"), "populate.c", model.SealOptions{KeepDead: keep}, append(s3, "NF=1")...)
		l := NewLayout(learnt(reach(p, 4000)))
		t.Logf("keep %v: %d bits", keep, l.Bits)
		if l.Words > 2 {
			t.Errorf("%d words for %d bits", l.Words, l.Bits)
		}
	}
}
