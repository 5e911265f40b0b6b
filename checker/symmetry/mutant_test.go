// SPDX-License-Identifier: MIT

// This file breaks the symmetry in every way that a slip could, and sees that
// the comparisons of symmetry_test.go notice.

package symmetry

import (
	"math/rand"
	"slices"
	"strings"
	"testing"

	"mmcheck/checker/property"
	"mmcheck/model"
	"mmcheck/model/byhand"
)

// twinActs are what identical threads do here; pointers are copied with all
// that is known of them.
var twinActs = []func(b *byhand.Builder){
	func(b *byhand.Builder) { b.On("down_read"); b.On("up_read") },
	func(b *byhand.Builder) { b.On("down_write"); b.On("up_write") },
	func(b *byhand.Builder) { b.On("down_write"); b.On("downgrade_write"); b.On("up_read") },
	func(b *byhand.Builder) { b.Use() },
	func(b *byhand.Builder) { b.Exchange() },
	func(b *byhand.Builder) { b.Exchange() },
	func(b *byhand.Builder) { b.On("spin_lock"); b.Exchange(); b.On("spin_unlock") },
	func(b *byhand.Builder) { b.Choose(2) },
}

// twins builds a program of two or three identical threads, and with odd seeds
// one of another kind.
func twins(seed int64) *model.Program {
	rnd := rand.New(rand.NewSource(seed))
	n := 2 + rnd.Intn(2)
	b := byhand.New(n + int(seed%2))
	var acts []int
	for range 1 + rnd.Intn(3) {
		acts = append(acts, rnd.Intn(len(twinActs)))
	}
	for i := range b.P.Threads {
		b.Thread(i)
		for _, a := range acts {
			if i == n {
				a = (a + 1) % len(twinActs)
			}
			twinActs[a](b)
		}
		b.C.Exit()
	}
	return b.P
}

const twinStates = 700

// caught reports whether the comparisons notice what spoil does in one of the
// programs; spoil returns false where it has nothing to spoil.
func caught(t *testing.T, spoil func(y *Symmetry) bool) (noticed bool, of int) {
	t.Helper()
	for seed := range int64(40) {
		w := woven(t, twins(seed), property.WeaveOptions{}, "leak")
		y := New(w.Prog)
		if y == nil || !spoil(y) {
			continue
		}
		of++
		y.scratch = newScratch(y)
		if _, err := y.compare(w, twinStates); err != nil {
			return true, of
		}
	}
	return false, of
}

// without drops what the test says from all that is said of threads.
func (y *Symmetry) without(how model.Naming) bool {
	drop := func(a aboutThread) bool { return a.how == how }
	n := len(y.about)
	y.about = slices.DeleteFunc(y.about, drop)
	return len(y.about) < n
}

func TestSymmetryMutants(t *testing.T) {
	notShort(t)
	lives := func(y *Symmetry) map[int32]bool {
		m := map[int32]bool{}
		for _, v := range y.prog.Vars {
			for i := 0; v.Of != nil && i < v.Len; i++ {
				m[int32(v.Off()+i)] = true
			}
		}
		return m
	}
	for _, m := range []struct {
		name  string
		spoil func(y *Symmetry) bool
	}{
		{"queues are not renamed", func(y *Symmetry) bool { return y.without(model.ThreadQueue) }},
		{"readers are not renamed", func(y *Symmetry) bool { return y.without(model.ThreadPlace) }},
		{"owners are not renamed", func(y *Symmetry) bool { return y.without(model.ThreadValue) }},
		{"lives stay behind", func(y *Symmetry) bool {
			isLife := lives(y)
			for _, g := range y.groups {
				for i := range g.own {
					g.own[i] = slices.DeleteFunc(g.own[i], func(e ownElem) bool { return isLife[e.elem] })
				}
			}
			return true
		}},
		{"pointers are not renamed", func(y *Symmetry) bool {
			y.all = nil
			return len(y.pools) > 0
		}},
		{"objects stay behind", func(y *Symmetry) bool {
			for _, q := range y.pools {
				for o := range q.mine {
					last := len(q.mine[o]) - 1
					q.mine[o][last] = q.mine[0][last]
				}
			}
			return len(y.pools) > 0
		}},
		{"program counters stay behind", func(y *Symmetry) bool {
			for _, g := range y.groups {
				for i := range g.own {
					g.own[i] = g.own[i][1:]
				}
			}
			return len(y.groups) > 0
		}},
	} {
		noticed, of := caught(t, m.spoil)
		t.Logf("%s: noticed in program %d", m.name, of)
		if !noticed {
			t.Errorf("%s: not noticed in any of %d programs", m.name, of)
		}
	}
	if noticed, of := caught(t, func(*Symmetry) bool { return true }); noticed || of < 40 {
		t.Errorf("nothing spoilt: %v, program %d", noticed, of)
	}
}

// forced is the symmetry that takes the first threads for identical and all
// pools for interchangeable, whatever the code says.
func forced(p *model.Program, threads bool) *Symmetry {
	y := &Symmetry{prog: p, refs: map[*model.Type][]ref{}}
	if threads {
		y.groups = []*group{{members: []int{1, 2}}}
	} else {
		for _, t := range p.Types {
			if t.Pool > 1 {
				y.pools = append(y.pools, &pool{typ: t})
			}
		}
	}
	y.makeRefs()
	y.makeElements()
	y.scratch = newScratch(y)
	return y
}

// What distinguishes threads or objects is found, in every way of doing it;
// taking them for the same all the same is noticed.
func TestSymmetryIsRefused(t *testing.T) {
	notShort(t)
	x := func(b *byhand.Builder) *model.Var { return b.V("x") }
	set := func(b *byhand.Builder, e model.Expr) { b.C.Step(model.Set{V: x(b), X: e}) }
	both := func(f func(b *byhand.Builder, i int)) func(b *byhand.Builder) {
		return func(b *byhand.Builder) {
			for i := range 2 {
				b.Thread(i)
				f(b, i)
				b.C.Exit()
			}
		}
	}
	third := func(f func(b *byhand.Builder)) func(b *byhand.Builder) {
		return func(b *byhand.Builder) {
			both(func(b *byhand.Builder, i int) { b.On("down_write"); b.Add(1); b.On("up_write") })(b)
			b.Thread(2)
			f(b)
			b.C.Exit()
		}
	}
	owner := func(b *byhand.Builder, n int64) model.Expr {
		return model.Eq(model.At(b.V("rw_semaphore.writer"), model.Const(1)), model.Const(n))
	}
	wait := func(b *byhand.Builder, e model.Expr) { b.C.Wait(e, nil, model.LockRef{}); set(b, model.Const(5)) }
	pc := func(b *byhand.Builder, i int) model.Expr {
		return model.Eq(model.Ld(b.P.Threads[i].PC), model.Const(0))
	}
	object := func(f func(b *byhand.Builder, v model.Value)) func(b *byhand.Builder) {
		return both(func(b *byhand.Builder, i int) {
			b.Exchange()
			b.Use()
			f(b, b.Load())
		})
	}
	ptrIs := func(b *byhand.Builder, v model.Value) { // ABA
		b.Exchange()
		set(b, model.Eq(model.Ld(b.V("ptr")), v.X))
		b.Use()
	}
	for _, c := range []struct {
		name    string
		build   func(b *byhand.Builder)
		group   bool // what is not to be found: a group, else a pool
		refused bool
	}{
		{"the same code", both(func(b *byhand.Builder, i int) { b.Add(1) }), true, false},
		{"another constant", both(func(b *byhand.Builder, i int) { b.Add(1 + i) }), true, true},
		{"another operation", both(func(b *byhand.Builder, i int) {
			b.On([]string{"down_read", "down_write"}[i])
			b.Add(1)
			b.On([]string{"up_read", "up_write"}[i])
		}), true, true},
		{"another thread waits for both", third(func(b *byhand.Builder) { wait(b, model.And(pc(b, 0), pc(b, 1))) }), true, false},
		{"another thread waits for one", third(func(b *byhand.Builder) { wait(b, pc(b, 0)) }), true, true},
		{"another thread asks whether either owns", third(func(b *byhand.Builder) { wait(b, model.Or(owner(b, 2), owner(b, 1))) }), true, false},
		{"another thread asks whether one owns", third(func(b *byhand.Builder) { wait(b, owner(b, 1)) }), true, true},
		{"another thread takes an owner for a number", third(func(b *byhand.Builder) {
			set(b, model.At(b.V("rw_semaphore.writer"), model.Const(1)))
		}), true, true},
		{"objects are used", object(func(b *byhand.Builder, v model.Value) {}), false, false},
		{"a pointer is tested", object(func(b *byhand.Builder, v model.Value) {
			set(b, model.MkBin(model.OpLOr, model.Ne(v.X, model.Const(0)), model.Lt(v.X, model.Const(0))))
		}), false, false},
		{"a pointer as a number", object(func(b *byhand.Builder, v model.Value) { set(b, v.X) }), false, true},
		{"a pointer with a constant", object(func(b *byhand.Builder, v model.Value) { set(b, model.Eq(v.X, model.Const(2))) }), false, true},
		{"an order of pointers", object(func(b *byhand.Builder, v model.Value) {
			set(b, model.Lt(v.X, model.Const(2)))
		}), false, true},
		{"a dangling pointer is compared", object(ptrIs), false, true},
	} {
		n := 2
		if strings.HasPrefix(c.name, "another thread") {
			n = 3
		}
		b := byhand.New(n)
		c.build(b)
		w := woven(t, b.P, property.WeaveOptions{}, "leak")
		y := New(w.Prog)
		has := y != nil && (c.group && slices.Equal(y.groupOf(1), []int{1, 2}) || !c.group && len(y.pools) > 0)
		if has == c.refused {
			t.Errorf("%s: refused %v, want %v", c.name, !has, c.refused)
		}
		if _, err := forced(w.Prog, c.group).compare(w, 4000); (err != nil) != c.refused {
			t.Errorf("%s: taken for the same: %v", c.name, err)
		}
	}
}

func (y *Symmetry) groupOf(thread int) []int {
	for _, g := range y.groups {
		if slices.Contains(g.members, thread) {
			return g.members
		}
	}
	return nil
}

// A schedule found among representatives is one of the program: with each
// step given to the thread whose part was played.
func TestSymmetryOfSchedules(t *testing.T) {
	notShort(t)
	moved := 0
	for seed := range int64(40) {
		w := woven(t, twins(seed), property.WeaveOptions{}, "leak")
		y := New(w.Prog)
		if y == nil {
			t.Fatalf("seed %d: nothing to permute", seed)
		}
		rnd := rand.New(rand.NewSource(seed))
		for range 10 {
			moved += y.followSchedule(t, w, rnd)
		}
	}
	if moved == 0 {
		t.Error("no schedule with threads in other parts")
	}
}

// followSchedule walks at random among representatives and along in the
// program, and returns how many steps were those of a thread in another's part.
func (y *Symmetry) followSchedule(t *testing.T, w *property.Woven, rnd *rand.Rand) (moved int) {
	t.Helper()
	orig := slices.Clone(w.Prog.Initial)
	rep := slices.Clone(orig)
	plays := slices.Clone(y.Canon(rep))
	for {
		var steps [][2]int
		for i, th := range w.Prog.Threads {
			if b := th.Point(rep); b != nil {
				for a := range b.Step.Alts {
					if model.Enabled(rep, &b.Step.Alts[a]) {
						steps = append(steps, [2]int{i, a})
					}
				}
			}
		}
		if len(steps) == 0 {
			return moved
		}
		st := steps[rnd.Intn(len(steps))]
		who := int(plays[st[0]])
		if who != st[0] {
			moved++
		}
		if b := w.Prog.Threads[who].Point(orig); b == nil || !model.Enabled(orig, &b.Step.Alts[st[1]]) {
			t.Fatalf("thread %d cannot take the step of thread %d", who+1, st[0]+1)
		}
		a := w.Prog.Threads[st[0]].Fire(rep, st[1], w.Fatal)
		b := w.Prog.Threads[who].Fire(orig, st[1], w.Fatal)
		if !slices.Equal(brokenIDs(a), brokenIDs(b)) || a.Fatal != b.Fatal {
			t.Fatalf("the schedule breaks %v, that of the representatives %v", brokenIDs(b), brokenIDs(a))
		}
		if a.Fatal || a.Limit != nil {
			return moved
		}
		rep, orig = a.Next, b.Next
		next := slices.Clone(y.Canon(rep))
		for i, j := range next {
			next[i] = plays[j]
		}
		plays = next
		if y.orbitKey(orig) != y.orbitKey(rep) {
			t.Fatal("the schedule leads elsewhere")
		}
	}
}
