// SPDX-License-Identifier: MIT

// This file models the tree of a process's vmas (rbtree or maple tree) as an
// ordered map of disjoint page ranges: one entry for each page of a small
// address space, naming the vma that covers it. One store or clear is seen at
// once and as a whole, as one pointer publication is.

package model

import "fmt"

const vmatreeTag = "maple_tree"

var vmatreeKind = &Kind{
	Name:    "vmatree",
	Tag:     vmatreeTag,
	Doc:     "ordered map of page ranges to vmas (rbtree, maple tree)",
	Declare: declareVmatree,
	Tree:    VMATree,
}

func init() {
	vmatreeKind.Ops = []*Op{
		{Name: "mt_init", Doc: "initialise; the tree starts empty", Emit: mtInit},
		{Name: "mt_lookup", Doc: "the vma that covers an address, or NULL", Emit: mtLookup},
		{Name: "mt_above", Doc: "the first vma that ends behind an address, or NULL", Emit: mtFind},
		{Name: "mt_below", Doc: "the last vma that lies wholly below an address, or NULL", Emit: mtPrev},
		{Name: "mt_find_intersection", Doc: "the first vma that overlaps a range, or NULL", Emit: mtIntersection},
		{Name: "__mmcheck_mt_first", Doc: "the first address of the range, of a vma or of a hole, that an address lies in", Emit: mtFirst},
		{Name: "__mmcheck_mt_last", Doc: "the last address of that range", Emit: mtLast},
		{Name: "mt_store", Doc: "map a range to a vma, over whatever was there", Emit: mtStore},
		{Name: "mt_clear", Doc: "unmap a range", Emit: mtClear},
		{Name: "__mmcheck_mt_grow", Doc: "a vma that is in the tree covers a larger range now: no change of the tree (rbtree)", Emit: mtGrow},
		{Name: "__mmcheck_mt_own", Doc: "nobody else has a right to the vmas of the tree from now on", Emit: func(c *Call) { mtOwner(c, c.Me()) }},
		{Name: "__mmcheck_mt_share", Doc: "the vmas of the tree are no longer the caller's alone", Emit: func(c *Call) { mtOwner(c, 0) }},
	}
}

// PageShift is the binary logarithm of the page size.
const PageShift = 12

func declareVmatree(p *Program, t *Type) {
	v := t.cellVar("page", p.TaskPages, Cell)
	v.Points = p.AddType(TrackedTag)
	p.TrackLife(v)
	t.cells = v
	p.AddType(maNodeTag)
}

// vmatree is one tree as the operations see it.
type vmatree struct {
	page *Var
	mt   Expr
	n    int
}

func vmatreeOf(c *Call) vmatree {
	return vmatree{c.Type(0).cells.(*Var), c.Obj(0), c.P.TaskPages}
}

func (t vmatree) elem(i Expr) Expr { return Add(Mul(t.mt, Int(t.n)), i) }
func (t vmatree) at(i int) Expr    { return At(t.page, t.elem(Int(i))) }

func page(addr Expr) Expr { return MkBin(OpUShr, addr, Const(PageShift)) }

// inSpace bounds the modelled address space.
func (t vmatree) inSpace(last Expr) Stmt {
	return Limit{Not(MkBin(OpULt, page(last), Int(t.n))),
		fmt.Sprintf("the address space of %d pages", t.n), fmt.Sprintf("MM_TASK_PAGES (now %d)", t.n)}
}

// query emits a look-up whose result is the vma found at page pg (-1: none).
func (t vmatree) query(c *Call, found Expr) {
	ret := c.Ret(t.page.Points)
	dead := Expr(False)
	for i := 0; i < t.n; i++ {
		dead = Or(dead, And(Eq(t.at(i), Ld(ret)), Eq(At(t.page.Life, t.elem(Int(i))), Const(LifeDead))))
	}
	c.Step(
		&Event{Kind: Access, Type: c.Type(0), Obj: t.mt, Life: c.Args[0].Life, Mode: Read},
		Set{V: ret, X: found},
		Set{V: ret.Life, X: Cond(And(Ne(Ld(ret), Const(0)), dead), Const(LifeDead),
			c.P.LifeOf(t.page.Points, Ld(ret), c.Me(), nil))})
}

// first is the entry of the lowest page for which ok holds.
func (t vmatree) first(ok func(i int) Expr) Expr {
	found := Expr(Const(0))
	for i := t.n - 1; i >= 0; i-- {
		found = Cond(And(ok(i), Ne(t.at(i), Const(0))), t.at(i), found)
	}
	return found
}

// mtInit changes nothing: memory is zeroed, and a tree that is initialised is
// nobody else's yet.
func mtInit(c *Call) {
	c.Do(&Event{Kind: Access, Type: c.Type(0), Obj: c.Obj(0), Life: c.Args[0].Life, Mode: Read})
}

func mtLookup(c *Call) {
	t := vmatreeOf(c)
	pg := page(c.Obj(1))
	t.query(c, Cond(MkBin(OpULt, pg, Int(t.n)), At(t.page, t.elem(pg)), Const(0)))
}

func mtFind(c *Call) {
	t := vmatreeOf(c)
	pg := page(c.Obj(1))
	t.query(c, t.first(func(i int) Expr { return MkBin(OpULe, pg, Int(i)) }))
}

func mtIntersection(c *Call) {
	t := vmatreeOf(c)
	lo, end := page(c.Obj(1)), c.Obj(2)
	t.query(c, t.first(func(i int) Expr {
		return And(MkBin(OpULe, lo, Int(i)), MkBin(OpULt, Const(int64(i)<<PageShift), end))
	}))
}

func mtPrev(c *Call) {
	t := vmatreeOf(c)
	pg := page(c.Obj(1))
	here := Cond(MkBin(OpULt, pg, Int(t.n)), At(t.page, t.elem(pg)), Const(0))
	found := Expr(Const(0))
	for i := 0; i < t.n; i++ {
		found = Cond(And(MkBin(OpULt, Int(i), pg), Ne(t.at(i), Const(0)), Ne(t.at(i), here)), t.at(i), found)
	}
	t.query(c, found)
}

// edge says whether the range ends before page i; nothing lies behind the last page.
func (t vmatree) edge(i int) Expr {
	if i == t.n {
		return Ne(t.at(i-1), Const(0))
	}
	return Ne(t.at(i), t.at(i-1))
}

// bound emits a look-up whose result is an address.
func (t vmatree) bound(c *Call, addr Expr) {
	ret := c.Ret(nil)
	c.Step(
		&Event{Kind: Access, Type: c.Type(0), Obj: t.mt, Life: c.Args[0].Life, Mode: Read},
		Set{V: ret, X: addr})
}

func mtFirst(c *Call) {
	t := vmatreeOf(c)
	pg, first := page(c.Obj(1)), Expr(Const(0))
	for i := 1; i <= t.n; i++ {
		first = Cond(And(MkBin(OpULe, Int(i), pg), t.edge(i)), Const(int64(i)<<PageShift), first)
	}
	t.bound(c, first)
}

func mtLast(c *Call) {
	t := vmatreeOf(c)
	pg, last := page(c.Obj(1)), Expr(Const(-1))
	for i := t.n; i >= 1; i-- {
		last = Cond(And(MkBin(OpULt, pg, Int(i)), t.edge(i)), Const(int64(i)<<PageShift-1), last)
	}
	t.bound(c, last)
}

// update emits a change of the pages from start to end to vma v, which is an access
// of mode m to the tree.
func (t vmatree) update(c *Call, v Value, m Mode) {
	start, end := c.Obj(1), c.Obj(2)
	owner, mine := t.page.Points.Owner, c.T.NewReg("mt.mine", nil)
	body := []Stmt{
		Set{V: mine, X: Eq(At(owner, v.X), Int(c.Me()))},
		&Event{Kind: Access, Type: c.Type(0), Obj: t.mt, Life: c.Args[0].Life, Mode: m},
		Check{Prop: "vma-tree", Bad: MkBin(OpULe, end, start), Text: "empty range stored in the vma tree", Type: c.Type(0), Obj: t.mt},
		t.inSpace(Sub(end, Const(1))),
	}
	for i := 0; i < t.n; i++ {
		in := And(MkBin(OpULe, page(start), Int(i)), MkBin(OpULt, Const(int64(i)<<PageShift), end))
		e := t.elem(Int(i))
		body = append(body, If{C: in, Then: []Stmt{
			If{C: And(t.alive(i), t.home(c, i)), Then: []Stmt{Set{owner, t.at(i), Int(c.Me())}}},
			Set{t.page, e, v.X}, Set{t.page.Life, e, c.P.StoredLife(v)},
		}})
	}
	for i := 0; i < t.n; i++ {
		body = append(body, If{C: t.alive(i), Then: []Stmt{Set{owner, t.at(i), Const(0)}}})
	}
	if m == Write {
		body = append(body, c.P.replaceNodes(c.Type(0), t.mt))
	}
	publish := If{C: Ld(mine), Then: []Stmt{Restab{Thread: c.T, Gain: true, Vma: v.X}}}
	c.Step(append(body, publish, Set{V: mine, X: Const(0)})...)
}

// home says whether the vma of page i belongs to no other mm than the tree's. The tree of a
// fork that failed has vmas of the parent, which stay the parent's.
func (t vmatree) home(c *Call, i int) Expr {
	mm := t.page.Points.Field("vm_mm")
	if mm == nil || mm.Var == nil || !c.Type(0).CanLieIn(mm.Var.Points) {
		return True
	}
	of := At(mm.Var, t.at(i))
	return Or(Eq(of, Const(0)), Eq(of, Lookup(c.Type(0).Container(mm.Var.Points), t.mt)))
}

// alive says whether page i is covered by a vma that has not been freed.
func (t vmatree) alive(i int) Expr {
	return And(Ne(t.at(i), Const(0)), Ne(At(t.page.Life, t.elem(Int(i))), Const(LifeDead)))
}

func mtStore(c *Call) {
	c.P.storesVMAs = true
	vmatreeOf(c).update(c, c.Args[3], Write)
}

// mtGrow is mtStore for a tree whose nodes are the vmas, and have no range but
// theirs: whoever reads the tree sees the new one by vm_start.
func mtGrow(c *Call) { vmatreeOf(c).update(c, c.Args[3], Read) }

func mtClear(c *Call) { vmatreeOf(c).update(c, Value{X: Const(0)}, Write) }

// TreePages gives, for the properties, the number of pages of a tree and the
// variable that maps element tree*pages+page to the vma there.
func (t *Type) TreePages() (*Var, int) {
	if t == nil || t.Kind != vmatreeKind {
		return nil, 0
	}
	v := t.cells.(*Var)
	return v, v.Width
}

// mtOwner gives all vmas of a tree to a thread, or to whoever has the locks (0). They
// stay where they are. An owner needs no lock: the last user of the mm is gone, or
// nobody knows of it yet.
func mtOwner(c *Call, thread int) {
	t := vmatreeOf(c)
	body := []Stmt{&Event{Kind: Access, Type: c.Type(0), Obj: t.mt, Life: c.Args[0].Life, Mode: Read}}
	for i := 0; i < t.n; i++ {
		body = append(body, If{C: t.alive(i), Then: []Stmt{Set{t.page.Points.Owner, t.at(i), Int(thread)}}})
	}
	c.Step(body...)
}
