// SPDX-License-Identifier: MIT

// Package byhand makes small programs without a front end, for tests: a thread is
// written down operation by operation.
package byhand

import (
	"fmt"

	"mmcheck/model"
)

// Builder makes small programs by hand; a test builds the same
// program once for each search, since a program can be checked only once.
type Builder struct {
	P    *model.Program
	C    *model.Code
	lock *model.Type
}

// New declares n threads, one rwsem, a spin lock, a shared counter of
// three bits, and a heap of items.
func New(n int) *Builder {
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("T%d", i+1))
	}
	p := model.NewProgram("test", names)
	p.TaskPages = 4
	p.AddType(model.TrackedTag)
	b := &Builder{P: p, lock: p.AddType("rw_semaphore")}
	p.NewInstance(b.lock, "sem", false, 0)
	p.NewInstance(p.AddType("spinlock"), "lock", false, 0)
	item := p.AddType("item")
	item.AddLeaf("val", 1, 8, false, nil)
	x := p.NewVar("x", model.Memory, 0)
	x.Init = map[int]int64{0: 1}
	ptr := p.NewVar("ptr", model.Memory, 0)
	ptr.Points = item
	p.TrackLife(ptr)
	p.PoolOf(item)
	model.NewCode(p, p.InitThread()).Exit()
	return b
}

// Thread starts the code of thread i (from 0).
func (b *Builder) Thread(i int) { b.C = model.NewCode(b.P, b.P.Threads[i]) }

// V is the variable of a name.
func (b *Builder) V(name string) *model.Var {
	for _, v := range b.P.Vars {
		if v.Name == name {
			return v
		}
	}
	panic("no variable " + name)
}

// Call emits a native operation on the only instance of its cell.
func (b *Builder) Call(op string, args ...model.Value) model.Value {
	b.C.Site = &model.Site{Text: op, Op: op, Pos: model.Pos{File: "test.c", Line: len(b.C.T.Blocks) + 1}}
	k := &model.Call{Code: b.C, Op: model.FindOp(op), Args: args, Want: b.P.TypeByName("item")}
	k.Op.Emit(k)
	return k.Result
}

// On emits an operation on the rwsem or the spin lock.
func (b *Builder) On(op string) model.Value {
	tag := "rw_semaphore"
	if op[:4] == "spin" {
		tag = "spinlock"
	}
	return b.Call(op, model.Value{X: model.Const(1), Points: b.P.TypeByName(tag)})
}

// Add emits x += n, as a load and a store.
func (b *Builder) Add(n int) {
	r := b.C.Temp("tmp", nil, nil)
	x := b.V("x")
	b.C.Site = &model.Site{Text: "x"}
	b.C.Access(model.Set{V: r, X: model.Ld(x)})
	b.C.Site = &model.Site{Text: "x = "}
	b.C.Access(model.Set{V: x, X: model.MkConv(model.Add(model.Ld(r), model.Int(n)), 3, false)})
}

// Choose sets x to one of the first n numbers.
func (b *Builder) Choose(n int) {
	r := b.C.T.NewReg("choice", nil)
	var alts []model.Alt
	for i := range n {
		alts = append(alts, model.Alt{Body: []model.Stmt{model.Set{V: r, X: model.Int(i)}}})
	}
	b.C.Site = &model.Site{Text: "nondet"}
	b.C.Choose(alts...)
	b.C.Access(model.Set{V: b.V("x"), X: model.Ld(r)})
}

// Publish allocates an item and stores it where others find it.
func (b *Builder) Publish() {
	it := b.Call("kzalloc", model.Value{X: model.Const(8)}, model.Value{X: model.Const(0)})
	p := b.V("ptr")
	b.C.Access(model.Set{V: p, X: it.X}, model.Set{V: p.Life, X: model.Const(0)})
}

// Load loads the published pointer.
func (b *Builder) Load() model.Value {
	p := b.V("ptr")
	r := b.C.T.NewReg("p", p.Points)
	b.C.Site = &model.Site{Text: "ptr"}
	b.C.Access(model.Set{V: r, X: model.Ld(p)}, model.Set{V: r.Life, X: model.Ld(p.Life)})
	return model.Value{X: model.Ld(r), Life: model.Ld(r.Life), Points: p.Points}
}

// Use reads a field through the published pointer if there is one.
func (b *Builder) Use() {
	v := b.Load()
	f := v.Points.Field("val")
	yes, done := b.C.NewBlock(), b.C.NewBlock()
	b.C.Branch(model.Ne(v.X, model.Const(0)), yes, done)
	b.C.At(yes)
	b.C.Site = &model.Site{Text: "ptr->val"}
	b.C.Access(&model.Event{Kind: model.Access, Type: v.Points, Obj: v.X, Life: v.Life, Fld: f})
	b.C.Goto(done)
	b.C.At(done)
}

// Write emits a store of a number.
func (b *Builder) Write(v *model.Var, n int) {
	b.C.Site = &model.Site{Text: v.Name + " ="}
	b.C.Access(model.Set{V: v, X: model.Int(n)})
}

// Forbid emits an assertion that something is not so.
func (b *Builder) Forbid(bad model.Expr) {
	b.C.Site = &model.Site{Text: "forbid"}
	b.C.Step(model.Check{Prop: "assert", Bad: bad, Text: "it is so"})
}

// Exchange publishes a fresh item and frees the one published before.
func (b *Builder) Exchange() {
	p := b.V("ptr")
	it := b.Call("kzalloc", model.Value{X: model.Const(8)}, model.Value{X: model.Const(0)})
	old := b.C.T.NewReg("old", p.Points)
	b.C.Site = &model.Site{Text: "xchg"}
	b.C.Access(model.Set{V: old, X: model.Ld(p)}, model.Set{V: old.Life, X: model.Ld(p.Life)},
		model.Set{V: p, X: it.X}, model.Set{V: p.Life, X: it.Life})
	b.Call("kfree", model.Value{X: model.Ld(old), Life: model.Ld(old.Life), Points: p.Points})
}
