// SPDX-License-Identifier: MIT

// This file compares the searches on random programs without any order: locks
// taken and given up at random, vmas allocated, mapped, used and freed with and
// without locks, counters in all strides, conditions, choices and loops.

package checker

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"mmcheck/model"
)

// act is one thing that a random thread does: an entry of acts and a number to
// vary it.
type act struct{ kind, arg int }

// chaos is a random program in the making.
type chaos struct {
	p       *model.Program
	mm, vma *model.Type
	x       *model.Var // shared counters
}

// chaosThread is one of its threads.
type chaosThread struct {
	*chaos
	c   *model.Code
	v   *model.Var // the vma at hand
	top *model.Block
}

// newChaos builds the program of a script, the same one each time.
func newChaos(script [][]act) *model.Program {
	var names []string
	for i := range script {
		names = append(names, fmt.Sprintf("T%d", i+1))
	}
	p := model.NewProgram("random", names)
	p.TaskPages = 3
	k := &chaos{p: p, mm: p.AddType("mm_struct"), vma: p.AddType("vm_area_struct"), x: p.NewVar("x", model.Memory, 0)}
	k.x.Len = 2
	k.mm.AddSub("mmap_lock", p.AddType("rw_semaphore"), 1)
	k.mm.AddSub("mm_mt", p.AddType("maple_tree"), 1)
	k.mm.AddSub("spin", p.AddType("spinlock"), 1)
	k.mm.AddSub("mutex", p.AddType("mutex"), 1)
	for _, f := range []string{"vm_start", "vm_end", "vm_flags"} {
		k.vma.AddLeaf(f, 1, 64, false, nil)
	}
	k.vma.AddLeaf("vm_mm", 1, 64, false, k.mm)
	p.NewInstance(k.mm, "mm", false, 0)
	p.PoolOf(k.vma)
	t := k.thread(p.InitThread())
	t.alloc()
	t.store()
	t.c.Exit()
	for i, acts := range script {
		t := k.thread(p.Threads[i])
		for _, a := range acts {
			t.c.Site = &model.Site{Text: "act", Pos: model.Pos{File: "random.c", Line: len(t.c.T.Blocks), Col: i + 1}}
			chaosActs[a.kind](t, a.arg)
		}
		t.c.Exit()
	}
	return p
}

func (k *chaos) thread(th *model.Thread) *chaosThread {
	t := &chaosThread{chaos: k, c: model.NewCode(k.p, th)}
	t.v = th.NewReg("v", k.vma)
	t.top = t.c.NewBlock()
	t.c.Goto(t.top)
	t.c.At(t.top)
	return t
}

// part is a struct embedded in the mm.
func (t *chaosThread) part(field string) model.Value {
	f := t.mm.Field(field)
	return model.Value{X: f.Member(model.Const(1), model.Const(0)), Points: f.Sub}
}

func (t *chaosThread) op(name string, args ...model.Value) model.Value {
	k := &model.Call{Code: t.c, Op: model.FindOp(name), Args: args, Want: t.vma}
	k.Op.Emit(k)
	return k.Result
}

func (t *chaosThread) vmaValue() model.Value {
	return model.Value{X: model.Ld(t.v), Life: model.Ld(t.v.Life), Points: t.vma}
}

// keep takes a result as the vma at hand.
func (t *chaosThread) keep(r model.Value) {
	t.c.Do(model.Set{V: t.v, X: r.X}, model.Set{V: t.v.Life, X: r.Life})
}

func (t *chaosThread) alloc() {
	t.keep(t.op("kmem_cache_alloc", chaosNum(0), chaosNum(0)))
	t.set("vm_start", 0x1000)
	t.set("vm_end", 0x2000)
	t.set("vm_mm", 1)
}

func (t *chaosThread) store() {
	t.op("mt_store", t.part("mm_mt"), chaosNum(0x1000), chaosNum(0x2000), t.vmaValue())
}

func (t *chaosThread) access(field string, m model.Mode) model.Stmt {
	return &model.Event{Kind: model.Access, Type: t.vma, Obj: model.Ld(t.v), Life: model.Ld(t.v.Life), Fld: t.vma.Field(field), Mode: m}
}

func (t *chaosThread) set(field string, x int64) {
	t.c.Access(t.access(field, model.Write), model.Set{V: t.vma.Field(field).Var, I: model.Ld(t.v), X: model.Const(x)})
}

// given runs f when a condition holds.
func (t *chaosThread) given(cond model.Expr, f func()) {
	yes, no := t.c.NewBlock(), t.c.NewBlock()
	t.c.Branch(cond, yes, no)
	t.c.At(yes)
	f()
	t.c.Goto(no)
	t.c.At(no)
}

func (t *chaosThread) counter(arg int) (at model.Expr, value model.Expr) {
	at = model.Int(arg % 2)
	return at, model.At(t.x, at)
}

func chaosNum(n int64) model.Value { return model.Value{X: model.Const(n)} }

// locks are pairs of operations on a part of the mm.
var chaosLocks = []struct{ part, take, give string }{
	{"mmap_lock", "down_read", "up_read"},
	{"mmap_lock", "down_write", "up_write"},
	{"spin", "spin_lock", "spin_unlock"},
	{"mutex", "mutex_lock", "mutex_unlock"},
}

// chaosActs lists what random threads do.
var chaosActs = []func(t *chaosThread, arg int){
	func(t *chaosThread, arg int) { l := chaosLocks[arg%4]; t.op(l.take, t.part(l.part)) },
	func(t *chaosThread, arg int) { l := chaosLocks[arg%4]; t.op(l.give, t.part(l.part)) },
	func(t *chaosThread, arg int) { // a section
		l := chaosLocks[arg%4]
		t.op(l.take, t.part(l.part))
		_, x := t.counter(arg / 4)
		t.c.Step(model.Set{V: t.x, I: model.Int(arg / 4 % 2), X: model.MkBin(model.OpXor, x, model.Const(1))})
		t.op(l.give, t.part(l.part))
	},
	func(t *chaosThread, arg int) { // a trylock
		l := t.part("mmap_lock")
		ok := t.op("down_read_trylock", l)
		t.given(model.Ne(ok.X, model.Const(0)), func() { t.op("up_read", l) })
	},
	func(t *chaosThread, arg int) { t.op("downgrade_write", t.part("mmap_lock")) },
	func(t *chaosThread, arg int) { t.keep(t.op("mt_lookup", t.part("mm_mt"), chaosNum(0x1000))) },
	func(t *chaosThread, arg int) { // look at the vma
		t.given(model.Ne(model.Ld(t.v), model.Const(0)), func() { t.c.Access(t.access("vm_end", model.Read)) })
	},
	func(t *chaosThread, arg int) {
		t.given(model.Ne(model.Ld(t.v), model.Const(0)), func() { t.set("vm_flags", int64(arg)) })
	},
	func(t *chaosThread, arg int) { t.op("mt_clear", t.part("mm_mt"), chaosNum(0x1000), chaosNum(0x2000)) },
	func(t *chaosThread, arg int) { t.op("kmem_cache_free", chaosNum(0), t.vmaValue()) },
	func(t *chaosThread, arg int) { t.alloc() },
	func(t *chaosThread, arg int) { t.given(model.Ne(model.Ld(t.v), model.Const(0)), t.store) },
	func(t *chaosThread, arg int) { // count, in strides of all kinds, also below zero
		at, x := t.counter(arg)
		stride := []int64{1, -1, 0x1000, 7, 1 << 33}[arg%5]
		t.c.Step(model.Set{V: t.x, I: at, X: model.Add(x, model.Const(stride))})
	},
	func(t *chaosThread, arg int) { // wait
		_, x := t.counter(arg)
		t.c.Wait(model.Ne(x, model.Const(0)), nil, model.LockRef{})
	},
	func(t *chaosThread, arg int) { // choose
		at, x := t.counter(arg)
		t.c.Choose(
			model.Alt{Body: []model.Stmt{model.Set{V: t.x, I: at, X: model.Const(0)}}, Label: "reset"},
			model.Alt{Guard: model.Ne(x, model.Const(2)), Body: []model.Stmt{model.Set{V: t.x, I: at, X: model.Const(2)}}, Label: "two"})
	},
	func(t *chaosThread, arg int) { // assert
		_, x := t.counter(arg)
		t.c.Step(model.Check{Prop: "assert", Bad: model.Eq(x, model.Int(arg%5)), Text: "x"})
	},
	func(t *chaosThread, arg int) { // once more, while a counter says so
		at, x := t.counter(arg)
		y := t.c.T.NewReg("y", nil)
		t.c.Step(model.Set{V: y, X: x}, model.Set{V: t.x, I: at, X: model.MkBin(model.OpAnd, model.Add(x, model.Const(1)), model.Const(3))})
		t.given(model.Eq(model.Ld(y), model.Const(1)), func() { t.c.Goto(t.top) })
	},
}

// scripts draws what the threads of a program do.
func scripts() *rapid.Generator[[][]act] {
	one := rapid.Custom(func(t *rapid.T) act {
		return act{rapid.IntRange(0, len(chaosActs)-1).Draw(t, "kind"), rapid.IntRange(0, 7).Draw(t, "arg")}
	})
	return rapid.SliceOfN(rapid.SliceOfN(one, 1, 6), 1, 3)
}

func TestEnginesAgreeOnChaos(t *testing.T) {
	n := 400
	if testing.Short() {
		n = 80
	}
	for seed := range n {
		script := scripts().Example(seed)
		o := Options{Find: []Find{FindDefault, FindRule, FindAny, FindDangling}[seed%4], MaxStates: 3000, NoReduce: seed%3 == 0}
		if seed%2 == 0 {
			o.Only, o.Find = []string{"deadlock", "assert"}, FindDefault // else few get far
		}
		agree(t, fmt.Sprintf("seed %d: %v", seed, script), o, func() *model.Program { return newChaos(script) })
	}
}
