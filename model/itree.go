// SPDX-License-Identifier: MIT

// This file models the interval trees through which the reverse mapping finds
// vmas: that of a file (address_space.i_mmap) and that of an anon_vma. What a
// walk can observe is the order: ascending vm_pgoff, a new node behind all
// older ones of the same key (mm/interval_tree.c), or right behind a given one
// (fork). The tree is kept as that list.
//
// An anon_vma's tree holds anon_vma_chains in the kernel, since a vma is in
// several of them; here it holds the vmas themselves, each at most once.

package model

import "fmt"

var itreeKind = &Kind{
	Name:    "itree",
	Tag:     "rb_root_cached",
	Doc:     "interval tree of vmas in visit order (i_mmap)",
	Declare: declareFileItree,
	Tree:    FileTree,
}

var anonItreeKind = &Kind{
	Name:    "anon_itree",
	Tag:     "anon_rb_root",
	Doc:     "interval tree of vmas in visit order (anon_vma)",
	Declare: declareAnonItree,
	Tree:    AnonTree,
}

func init() {
	anonItreeKind.Ops = []*Op{
		{Name: "anon_vma_interval_tree_insert", Doc: "insert a vma behind all with the same vm_pgoff", Emit: itreeInsert},
		{Name: "anon_vma_interval_tree_remove", Doc: "remove a vma", Emit: itreeRemove},
		{Name: "anon_vma_interval_tree_iter_first", Doc: "the first vma that maps a range of page offsets, or NULL", Emit: itreeFirst},
		{Name: "anon_vma_interval_tree_iter_next", Doc: "the next such vma behind a given one, or NULL", Emit: itreeNext},
	}
	itreeKind.Ops = []*Op{
		{Name: "vma_interval_tree_insert", Doc: "insert a vma behind all with the same vm_pgoff", Emit: itreeInsert},
		{Name: "vma_interval_tree_insert_after", Doc: "insert a vma right behind another", Emit: itreeInsertAfter},
		{Name: "vma_interval_tree_remove", Doc: "remove a vma", Emit: itreeRemove},
		{Name: "vma_interval_tree_iter_first", Doc: "the first vma that maps a page range of the file, or NULL", Emit: itreeFirst},
		{Name: "vma_interval_tree_iter_next", Doc: "the next such vma behind a given one, or NULL", Emit: itreeNext},
	}
}

// declareItree adds the list of nodes, and returns the type of the vmas.
func declareItree(p *Program, t *Type) *Type {
	vma := p.AddType(TrackedTag)
	n := DefaultPool
	if m := p.Pools[TrackedTag]; m > 0 {
		n = m
	}
	v := t.cellVar("node", n, Cell)
	v.Points = vma
	p.TrackLife(v)
	t.cells = v
	if vma.walked == nil {
		vma.walked = vma.cellVar("walked", 1, Ghost).naming(ThreadMask)
	}
	return vma
}

func declareFileItree(p *Program, t *Type) {
	if vma := declareItree(p, t); vma.linked == nil {
		vma.linked = vma.cellVar("linked", 1, Ghost)
	}
}

func declareAnonItree(p *Program, t *Type) {
	if vma := declareItree(p, t); vma.anonLinked == nil {
		vma.anonLinked = vma.cellVar("anon_linked", 1, Ghost)
	}
}

// linkedVar says for each vma whether it is in an i_mmap tree; nil if there
// are no such trees.
func linkedVar(p *Program) *Var { return p.TypeByName(TrackedTag).linked }

// anonLinkedVar counts for each vma the anon_vma trees it is in; nil if there
// are no such trees.
func anonLinkedVar(p *Program) *Var { return p.TypeByName(TrackedTag).anonLinked }

// itree is one tree as the operations see it.
type itree struct {
	node  *Var
	count *Var // the trees of this kind that each vma is in
	name  string
	root  Expr
	n     int
	c     *Call
	arg   int // the index of the root argument
}

func itreeOf(c *Call, arg int) itree {
	v := c.Type(arg).cells.(*Var)
	count, name := linkedVar(c.P), "i_mmap"
	if c.Type(arg).Kind == anonItreeKind {
		count, name = anonLinkedVar(c.P), "the anon_vma's tree"
	}
	return itree{v, count, name, c.Obj(arg), v.Width, c, arg}
}

func (t itree) elem(i int) Expr { return Add(Mul(t.root, Int(t.n)), Int(i)) }
func (t itree) at(i int) Expr   { return At(t.node, t.elem(i)) }

func (t itree) field(name string, v Expr) Expr {
	if f := t.node.Points.Field(name); f != nil && f.Var != nil {
		return At(f.Var, v)
	}
	return Const(0)
}

// has says whether v is in the tree.
func (t itree) has(v Expr) Expr {
	e := Expr(False)
	for i := 0; i < t.n; i++ {
		e = Or(e, Eq(t.at(i), v))
	}
	return e
}

func (t itree) access(m Mode) Stmt {
	return &Event{Kind: Access, Type: t.c.Type(t.arg), Obj: t.root, Life: t.c.Args[t.arg].Life, Mode: m}
}

// insertAt shifts the list and puts v where "before" first fails: before(i)
// says whether node i stays in front of v.
func (t itree) insertAt(before func(i int) Expr) {
	v, life := t.c.Obj(0), t.c.P.StoredLife(t.c.Args[0])
	full := Ne(t.at(t.n-1), Const(0))
	body := []Stmt{t.access(Write), t.c.Touch(0),
		Check{Prop: "vma-tree", Bad: t.has(v), Text: "vma inserted into " + t.name + " twice", Type: t.node.Points, Obj: v},
		Limit{full, fmt.Sprintf("an interval tree of %d vmas", t.n), fmt.Sprintf("MM_POOL(%s, %d)", TrackedTag, t.n+1)}}
	for i := t.n - 1; i >= 0; i-- {
		stays := And(Ne(t.at(i), Const(0)), before(i))
		prevStays := Expr(True)
		if i > 0 {
			prevStays = And(Ne(t.at(i-1), Const(0)), before(i-1))
		}
		var shift []Stmt
		if i > 0 {
			shift = []Stmt{Set{t.node, t.elem(i), t.at(i - 1)}, Set{t.node.Life, t.elem(i), At(t.node.Life, t.elem(i-1))}}
		}
		put := []Stmt{Set{t.node, t.elem(i), v}, Set{t.node.Life, t.elem(i), life}}
		body = append(body, If{C: Not(stays), Then: []Stmt{If{C: prevStays, Then: put, Else: shift}}})
	}
	t.c.Step(append(body, Set{t.count, v, Add(At(t.count, v), Const(1))})...)
}

func itreeInsert(c *Call) {
	t := itreeOf(c, 1)
	v := c.Obj(0)
	t.insertAt(func(i int) Expr {
		return MkBin(OpULe, t.field("vm_pgoff", t.at(i)), t.field("vm_pgoff", v))
	})
}

func itreeInsertAfter(c *Call) {
	t := itreeOf(c, 2)
	t.insertAt(func(i int) Expr { // node i is prev, or prev comes later
		e := Expr(False)
		for j := i; j < t.n; j++ {
			e = Or(e, Eq(t.at(j), c.Obj(1)))
		}
		return e
	})
}

func itreeRemove(c *Call) {
	t := itreeOf(c, 1)
	v := c.Obj(0)
	body := []Stmt{t.access(Write), c.Touch(0),
		Check{Prop: "vma-tree", Bad: Not(t.has(v)), Text: "vma removed from " + t.name + " is not in it", Type: t.node.Points, Obj: v}}
	found := t.c.T.NewReg("itree.found", nil)
	body = append(body, Set{V: found, X: Const(0)})
	for i := 0; i < t.n; i++ {
		next, life := Expr(Const(0)), Expr(Const(0))
		if i+1 < t.n {
			next, life = t.at(i+1), At(t.node.Life, t.elem(i+1))
		}
		body = append(body,
			If{C: Eq(t.at(i), v), Then: []Stmt{Set{V: found, X: Const(1)}}},
			If{C: Ld(found), Then: []Stmt{Set{t.node, t.elem(i), next}, Set{t.node.Life, t.elem(i), life}}})
	}
	walked := t.node.Points.walked
	body = append(body, If{C: Ld(found), Then: []Stmt{Set{t.count, v, Sub(At(t.count, v), Const(1))}, Set{walked, v, Const(0)}}})
	c.Step(append(body, Set{V: found, X: Const(0)})...)
}

// maps says whether node i maps some page of the file in [start, last].
func (t itree) maps(i int, start, last Expr) Expr {
	v := t.at(i)
	pages := page(Sub(t.field("vm_end", v), t.field("vm_start", v)))
	end := Sub(Add(t.field("vm_pgoff", v), pages), Const(1))
	return And(Ne(v, Const(0)), MkBin(OpULe, t.field("vm_pgoff", v), last), MkBin(OpULe, start, end))
}

// query emits a visit of the first node for which ok holds.
func (t itree) query(ok func(i int) Expr) {
	c := t.c
	ret := c.Ret(t.node.Points)
	found, life := Expr(Const(0)), Expr(Const(0))
	for i := t.n - 1; i >= 0; i-- {
		hit := ok(i)
		found = Cond(hit, t.at(i), found)
		life = Cond(hit, At(t.node.Life, t.elem(i)), life)
	}
	tmp := c.T.NewReg("itree.life", nil)
	c.Step(t.access(Read),
		Set{V: tmp, X: life},
		Set{V: ret, X: found},
		Set{V: ret.Life, X: c.P.LifeOf(t.node.Points, Ld(ret), c.Me(), Ld(tmp))},
		Set{V: tmp, X: Const(0)})
}

func itreeFirst(c *Call) {
	t := itreeOf(c, 0)
	t.query(func(i int) Expr { return t.maps(i, c.Obj(1), c.Obj(2)) })
}

func itreeNext(c *Call) {
	t := itreeOf(c, 1)
	t.query(func(i int) Expr {
		behind := Expr(False)
		for j := 0; j < i; j++ {
			behind = Or(behind, Eq(t.at(j), c.Obj(0)))
		}
		return And(behind, t.maps(i, c.Obj(2), c.Obj(3)))
	})
}

// LinkedVar says, for each vma, whether it is in an i_mmap tree; nil if the
// program has no such trees.
func (t *Type) LinkedVar() *Var { return t.linked }

// AnonLinkedVar counts, for each vma, the anon_vma trees it is in; nil if the
// program has no such trees.
func (t *Type) AnonLinkedVar() *Var { return t.anonLinked }
