// SPDX-License-Identifier: MIT

// This file builds small programs by hand, with sites in a made-up C file, and
// searches them breadth first, so that renderers can be tested without the
// front end.

package report

import (
	"slices"
	"strings"
	"testing"

	"mmcheck/checker"
	"mmcheck/model"
)

// world is a program in the making: one mm with one vma of two pages.
type world struct {
	t       *testing.T
	p       *model.Program
	src     string
	mm, vma *model.Type
	lock    *model.Type
	tree    *model.Type
}

// body writes the code of one thread.
type body struct {
	*world
	c     *model.Code
	stack []model.Frame
	from  int // where in the source the next text is looked for
}

// scene is a test program: source and threads.
type scene struct {
	src     string
	names   []string
	threads []func(b *body)
	rules   bool   // keep only properties that are rules
	order   string // the schedule wanted, a digit a step; empty: the shortest
}

func newWorld(t *testing.T, sc scene) *world {
	t.Helper()
	p := model.NewProgram("brk", sc.names)
	p.TaskPages = 4
	w := &world{t: t, p: p, src: sc.src}
	w.lock, w.tree = p.AddType("rw_semaphore"), p.AddType("maple_tree")
	w.mm, w.vma = p.AddType("mm_struct"), p.AddType("vm_area_struct")
	w.mm.AddSub("mmap_lock", w.lock, 1)
	w.mm.AddSub("i_lock", w.lock, 1)
	w.mm.AddSub("mm_mt", w.tree, 1)
	w.vma.AddLeaf("vm_start", 1, 64, false, nil)
	w.vma.AddLeaf("vm_end", 1, 64, false, nil)
	w.vma.AddLeaf("vm_flags", 1, 64, false, nil)
	w.vma.AddLeaf("vm_mm", 1, 64, false, w.mm)
	p.NewInstance(w.mm, "mm", false, 0)
	p.PoolOf(w.vma)
	p.Bounds = append(p.Bounds, "4 pages")
	w.init()
	for i, f := range sc.threads {
		th := p.Threads[i]
		b := &body{world: w, c: model.NewCode(p, th)}
		b.enter(th.Name)
		th.Pos = b.pos("THREAD(" + th.Name)
		f(b)
		b.at("}", "")
		b.c.Exit()
	}
	return w
}

// init maps one vma of two pages at 0x1000.
func (w *world) init() {
	b := &body{world: w, c: model.NewCode(w.p, w.p.InitThread())}
	v := b.op("", "kmem_cache_zalloc", model.Value{X: model.Const(0)}, model.Value{X: model.Const(0)})
	b.c.Do(
		model.Set{V: w.vma.Field("vm_start").Var, I: v.X, X: model.Const(0x1000)},
		model.Set{V: w.vma.Field("vm_end").Var, I: v.X, X: model.Const(0x3000)},
		model.Set{V: w.vma.Field("vm_mm").Var, I: v.X, X: model.Const(1)})
	b.op("", "mt_store", b.mt(), num(0x1000), num(0x3000), v)
	b.c.Exit()
}

func num(n int64) model.Value { return model.Value{X: model.Const(n)} }

// enter moves to the definition of a function in the source.
func (b *body) enter(name string) {
	for _, form := range []string{"THREAD(" + name, name + "("} {
		if i := strings.Index("\n"+b.src, "\n"+form); i >= 0 {
			b.from = i
			return
		}
	}
	if i := strings.Index(b.src, " "+name+"("); i >= 0 {
		b.from = i
		return
	}
	b.t.Fatalf("no function %s in the source", name)
}

// pos finds the next occurrence of a text in the function at hand.
func (b *body) pos(text string) model.Pos {
	i := strings.Index(b.src[b.from:], text)
	if i < 0 {
		b.t.Fatalf("%q not found in the source", text)
	}
	before := b.src[:b.from+i]
	return model.Pos{File: "brk.c", Line: 1 + strings.Count(before, "\n"), Col: len(before) - strings.LastIndex(before, "\n")}
}

// at sets the site of what comes next.
func (b *body) at(text, op string) {
	site := &model.Site{Text: text, Op: op, Stack: slices.Clone(b.stack)}
	if text != "" {
		site.Pos = b.pos(text)
		site.End = site.Pos.Col + len(text)
	}
	b.c.Site = site
}

// call runs f inside a function call.
func (b *body) call(text string, inline bool, f func()) {
	name, _, _ := strings.Cut(text, "(")
	b.stack = append(b.stack, model.Frame{Func: name, Call: b.pos(text), Text: text, Inline: inline})
	from := b.from
	b.enter(name)
	f()
	b.from = from
	b.stack = b.stack[:len(b.stack)-1]
}

// op emits a native operation, written as text.
func (b *body) op(text, op string, args ...model.Value) model.Value {
	b.at(text, op)
	k := &model.Call{Code: b.c, Op: model.FindOp(op), Args: args, Want: b.vma}
	k.Op.Emit(k)
	return k.Result
}

// load reads a field of a vma.
func (b *body) load(text, field string, v *model.Var) *model.Var {
	b.at(text, "")
	f := b.vma.Field(field)
	r := b.c.T.NewReg("load", nil)
	b.c.Access(
		&model.Event{Kind: model.Access, Type: b.vma, Obj: model.Ld(v), Life: model.Ld(v.Life), Fld: f},
		model.Set{V: r, X: model.At(f.Var, model.Ld(v))})
	return r
}

// store writes a field of a vma.
func (b *body) store(text, field string, v *model.Var, x int64) {
	b.at(text, "")
	f := b.vma.Field(field)
	b.c.Access(
		&model.Event{Kind: model.Access, Type: b.vma, Obj: model.Ld(v), Life: model.Ld(v.Life), Fld: f, Mode: model.Write},
		model.Set{V: f.Var, I: model.Ld(v), X: model.Const(x)})
}

// let assigns a pointer to a fresh local.
func (b *body) let(name string, x model.Value) *model.Var {
	v := b.c.T.NewReg(name, b.vma)
	b.c.Do(model.Set{V: v, X: x.X}, model.Set{V: v.Life, X: x.Life})
	return v
}

func (b *body) val(v *model.Var) model.Value {
	return model.Value{X: model.Ld(v), Life: model.Ld(v.Life), Points: b.vma}
}

// assert checks that a register is not zero.
func (b *body) assert(text string, r *model.Var) {
	b.at(text, "")
	b.c.Do(model.Check{Prop: "assert", Bad: model.Not(model.Ld(r)), Text: text + " triggered", At: b.c.Site})
}

func (b *body) sem() model.Value   { return model.Value{X: model.Const(1), Points: b.lock} }
func (b *body) other() model.Value { return model.Value{X: model.Const(2), Points: b.lock} }
func (b *body) mt() model.Value    { return model.Value{X: model.Const(1), Points: b.tree} }

// locked runs a lock operation through its inline wrapper.
func (b *body) locked(wrapper, op string) {
	b.call(wrapper+"(mm)", true, func() { b.op(op+"(&mm->mmap_lock)", op, b.sem()) })
}

// check searches a scene.
func (sc scene) check(t *testing.T) *checker.Result {
	t.Helper()
	w := newWorld(t, sc)
	return search(t, w.p, sc.rules, sc.order)
}

func (sc scene) source(file string) []byte {
	if file != "brk.c" {
		return nil
	}
	return []byte(sc.src)
}
