// SPDX-License-Identifier: MIT

package checker

import (
	"fmt"

	"mmcheck/model"
)

// builder makes small programs by hand; a test builds the same
// program once for each search, since a program can be checked only once.
type builder struct {
	p    *model.Program
	c    *model.Code
	lock *model.Type
}

// newProgram declares n threads, one rwsem, a spin lock, a shared counter of
// three bits, and a heap of items.
func newProgram(n int) *builder {
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("T%d", i+1))
	}
	p := model.NewProgram("test", names)
	p.TaskPages = 4
	p.AddType(model.TrackedTag)
	b := &builder{p: p, lock: p.AddType("rw_semaphore")}
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

// thread starts the code of thread i (from 0).
func (b *builder) thread(i int) { b.c = model.NewCode(b.p, b.p.Threads[i]) }

func (b *builder) v(name string) *model.Var {
	for _, v := range b.p.Vars {
		if v.Name == name {
			return v
		}
	}
	panic("no variable " + name)
}

// call emits a native operation on the only instance of its cell.
func (b *builder) call(op string, args ...model.Value) model.Value {
	b.c.Site = &model.Site{Text: op, Op: op, Pos: model.Pos{File: "test.c", Line: len(b.c.T.Blocks) + 1}}
	k := &model.Call{Code: b.c, Op: model.FindOp(op), Args: args, Want: b.p.TypeByName("item")}
	k.Op.Emit(k)
	return k.Result
}

func (b *builder) on(op string) model.Value {
	tag := "rw_semaphore"
	if op[:4] == "spin" {
		tag = "spinlock"
	}
	return b.call(op, model.Value{X: model.Const(1), Points: b.p.TypeByName(tag)})
}

// add emits x += n, as a load and a store.
func (b *builder) add(n int) {
	r := b.c.Temp("tmp", nil, nil)
	x := b.v("x")
	b.c.Site = &model.Site{Text: "x"}
	b.c.Access(model.Set{V: r, X: model.Ld(x)})
	b.c.Site = &model.Site{Text: "x = "}
	b.c.Access(model.Set{V: x, X: model.MkConv(model.Add(model.Ld(r), model.Int(n)), 3, false)})
}

func (b *builder) choose(n int) {
	r := b.c.T.NewReg("choice", nil)
	var alts []model.Alt
	for i := range n {
		alts = append(alts, model.Alt{Body: []model.Stmt{model.Set{V: r, X: model.Int(i)}}})
	}
	b.c.Site = &model.Site{Text: "nondet"}
	b.c.Choose(alts...)
	b.c.Access(model.Set{V: b.v("x"), X: model.Ld(r)})
}

// publish allocates an item and stores it where others find it.
func (b *builder) publish() {
	it := b.call("kzalloc", model.Value{X: model.Const(8)}, model.Value{X: model.Const(0)})
	p := b.v("ptr")
	b.c.Access(model.Set{V: p, X: it.X}, model.Set{V: p.Life, X: model.Const(0)})
}

// load loads the published pointer.
func (b *builder) load() model.Value {
	p := b.v("ptr")
	r := b.c.T.NewReg("p", p.Points)
	b.c.Site = &model.Site{Text: "ptr"}
	b.c.Access(model.Set{V: r, X: model.Ld(p)}, model.Set{V: r.Life, X: model.Ld(p.Life)})
	return model.Value{X: model.Ld(r), Life: model.Ld(r.Life), Points: p.Points}
}

// use reads a field through the published pointer if there is one.
func (b *builder) use() {
	v := b.load()
	f := v.Points.Field("val")
	yes, done := b.c.NewBlock(), b.c.NewBlock()
	b.c.Branch(model.Ne(v.X, model.Const(0)), yes, done)
	b.c.At(yes)
	b.c.Site = &model.Site{Text: "ptr->val"}
	b.c.Access(&model.Event{Kind: model.Access, Type: v.Points, Obj: v.X, Life: v.Life, Fld: f})
	b.c.Goto(done)
	b.c.At(done)
}

func (b *builder) write(v *model.Var, n int) {
	b.c.Site = &model.Site{Text: v.Name + " ="}
	b.c.Access(model.Set{V: v, X: model.Int(n)})
}

func (b *builder) forbid(bad model.Expr) {
	b.c.Site = &model.Site{Text: "forbid"}
	b.c.Step(model.Check{Prop: "assert", Bad: bad, Text: "it is so"})
}

// exchange publishes a fresh item and frees the one published before.
func (b *builder) exchange() {
	p := b.v("ptr")
	it := b.call("kzalloc", model.Value{X: model.Const(8)}, model.Value{X: model.Const(0)})
	old := b.c.T.NewReg("old", p.Points)
	b.c.Site = &model.Site{Text: "xchg"}
	b.c.Access(model.Set{V: old, X: model.Ld(p)}, model.Set{V: old.Life, X: model.Ld(p.Life)},
		model.Set{V: p, X: it.X}, model.Set{V: p.Life, X: it.Life})
	b.call("kfree", model.Value{X: model.Ld(old), Life: model.Ld(old.Life), Points: p.Points})
}
