// SPDX-License-Identifier: MIT

// This file models the allocator: typed pools of a bounded number of objects.
// A freed object is all zero, every pointer to it is marked as dangling, and
// it is the next to be handed out again.
//
// In a pool that is SLAB_TYPESAFE_BY_RCU an object may be handed out again at
// once as well, but its memory stays what it is while an RCU read section lasts
// that began before: what was in it can still be read there, but for the member over
// which the pool keeps its free pointer, if it does that.

package model

import "fmt"

var slabKind = &Kind{
	Name: "slab",
	Doc:  "typed pools of objects that are allocated, freed and reused",
}

func init() {
	slabKind.Ops = []*Op{
		{Name: "kmalloc", Doc: "allocate an object; contents start as zero", Emit: func(c *Call) { slabAlloc(c, false) }},
		{Name: "kzalloc", Doc: "allocate a zeroed object", Emit: func(c *Call) { slabAlloc(c, true) }},
		{Name: "kmem_cache_alloc", Doc: "allocate an object", Emit: func(c *Call) { slabAlloc(c, false) }},
		{Name: "kmem_cache_zalloc", Doc: "allocate a zeroed object", Emit: func(c *Call) { slabAlloc(c, true) }},
		{Name: "kfree", Doc: "free an object; NULL is ignored", Emit: func(c *Call) { slabFree(c, 0) }},
		{Name: "kmem_cache_free", Doc: "free an object", Emit: func(c *Call) { slabFree(c, 1) }},
	}
}

// gfpDirectReclaim is the flag of gfp_t that allows an allocation to sleep.
const gfpDirectReclaim = 0x400

// PoolOf makes sure that t has its heap objects and returns their number.
func (p *Program) PoolOf(t *Type) int {
	if t.Pool > 0 {
		return t.Pool
	}
	t.Pool = DefaultPool
	if n, ok := p.Pools[t.poolTag()]; ok && n > 0 {
		t.Pool = n
	}
	t.liveVar()
	t.Typesafe = p.Typesafe[t.Name]
	p.graceOf(t)
	t.PoolFirst = len(t.Instances) + 1
	for i := 0; i < t.Pool; i++ {
		p.NewInstance(t, fmt.Sprintf("%s#%d", ShortName(t.Name), i+1), true, 0)
	}
	p.Bounds = append(p.Bounds, fmt.Sprintf("%d %s", t.Pool, t.poolName()))
	return t.Pool
}

// poolTag is the name by which MM_POOL() knows t.
func (t *Type) poolTag() string {
	if t.ArrayOf != "" {
		return t.ArrayOf
	}
	return t.Name
}

// poolName is what the objects of t are called together.
func (t *Type) poolName() string {
	if t.ArrayOf != "" {
		return t.Name
	}
	return "struct " + t.Name
}

// liveVar declares Live.
func (t *Type) liveVar() {
	if t.Live == nil {
		t.Live = t.cellVar("live", 1, Cell)
	}
}

// ShortName is how objects of a struct are called in reports.
func ShortName(tag string) string {
	switch tag {
	case TrackedTag:
		return "vma"
	case "mm_struct":
		return "mm"
	}
	return tag
}

// slabAlloc hands out the first free object. Only type-stable ones need to be
// zeroed, the others are since they were freed.
func slabAlloc(c *Call, zero bool) {
	t := c.Want
	n := c.P.PoolOf(t)
	ret := c.Ret(t)
	chosen, full := Expr(Const(0)), Expr(True)
	for i := t.PoolFirst + n - 1; i >= t.PoolFirst; i-- {
		free := Eq(At(t.Live, Int(i)), Const(0))
		chosen = Cond(free, Int(i), chosen)
		full = And(full, Not(free))
	}
	var body []Stmt
	if flags, ok := ConstOf(c.Obj(1)); !ok || flags&gfpDirectReclaim != 0 {
		body = append(body, &Event{Kind: Sleep})
	}
	body = append(body,
		Limit{full, fmt.Sprintf("the pool of %d %s", n, t.poolName()), fmt.Sprintf("MM_POOL(%s, %d)", t.poolTag(), n+1)},
		Set{V: ret, X: chosen},
		Set{V: ret.Life, X: Const(0)})
	if t.Typesafe && zero {
		body = append(body, c.P.wipe(t, Ld(ret))...)
	}
	body = append(body, Set{t.Live, Ld(ret), Const(1)})
	if t.Owner != nil {
		body = append(body, Set{t.Owner, Ld(ret), Int(c.Me())})
	}
	c.Step(body...)
}

func slabFree(c *Call, arg int) {
	v := c.Args[arg]
	if v.Points.IsAnything() {
		c.Step(c.P.freeAnything(v)...)
		return
	}
	c.P.PoolOf(v.Points)
	c.Step(c.P.free(v)...)
}

// free takes the object that v points to back; NULL is ignored.
func (p *Program) free(v Value) []Stmt {
	given, alive := Ne(v.X, Const(0)), Ne(v.X, Const(0))
	if v.Life != nil {
		alive = And(alive, Ne(v.Life, Const(LifeDead)))
	}
	return []Stmt{
		If{C: given, Then: []Stmt{&Event{Kind: Freeing, Type: v.Points, Obj: v.X, Life: v.Life}}},
		If{C: alive, Then: p.release(v.Points, v.X)}}
}

// freeAnything takes back what begins at address v, whichever pool it is of. Those are
// known when all code is there.
func (p *Program) freeAnything(v Value) []Stmt {
	late := []Stmt{nil}
	p.BeforeAddresses(func() {
		chain := []Stmt{Check{Prop: "bad-free", Bad: Ne(v.X, Const(0)), Text: "free of something that was not allocated", Type: v.Points, Obj: v.X}}
		for _, t := range p.Types {
			if t.Pool > 0 {
				obj := t.ToType(v.X)
				body := p.free(Value{X: obj, Life: v.Life, Points: t})
				chain = []Stmt{If{C: Ne(obj, Const(0)), Then: body, Else: chain}}
			}
		}
		late[0] = If{C: True, Then: chain}
	})
	return []Stmt{If{C: True, Then: late}}
}

// release takes object obj of t back.
func (p *Program) release(t *Type, obj Expr) []Stmt {
	switch {
	case !t.Typesafe:
		return append([]Stmt{Kill{Type: t, Obj: obj}}, p.wipe(t, obj)...)
	case t.Owner != nil:
		return cat([]Stmt{Kill{Type: t, Obj: obj}, Set{t.Live, obj, Const(0)}, Set{t.Owner, obj, Const(0)}}, t.scribble(obj))
	}
	return cat([]Stmt{Kill{Type: t, Obj: obj}, Set{t.Live, obj, Const(0)}}, t.scribble(obj))
}

// wipe sets everything in object obj of t to zero.
func (p *Program) wipe(t *Type, obj Expr) []Stmt {
	var out []Stmt
	for _, v := range p.Vars {
		if t.grace != nil && v == t.grace.readers {
			continue // who may look at what was here may still do so
		}
		for j := 0; v.Type == t && j < v.Width; j++ {
			i := obj
			if v.Width > 1 {
				i = Add(Mul(obj, Int(v.Width)), Int(j))
			}
			out = append(out, Set{v, i, Const(0)})
		}
	}
	for _, f := range t.Fields {
		for j := 0; f.Sub != nil && j < f.Count; j++ {
			out = append(out, p.wipe(f.Sub, f.Member(obj, Int(j)))...)
		}
	}
	return out
}
