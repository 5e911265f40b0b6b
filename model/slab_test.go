// SPDX-License-Identifier: MIT

package model

import "testing"

// heapProgram has one heap type "item" with a field "val" and a global pointer.
func heapProgram(t *testing.T, pool int, threads ...func(c *Code)) *Program {
	t.Helper()
	return testProgram(t, func(p *Program) {
		p.Pools["item"] = pool
		item := p.AddType("item")
		item.AddLeaf("val", 1, 32, true, nil)
		g := p.NewVar("global", Memory, 0)
		g.Points = item
		p.TrackLife(g)
	}, threads...)
}

func alloc(c *Code, tag string) Value {
	k := &Call{Code: c, Op: FindOp("kzalloc"), Args: []Value{{X: Const(8)}, {X: Const(gfpDirectReclaim)}}, Want: c.P.TypeByName(tag)}
	c.Site = &Site{Op: "kzalloc", Text: "kzalloc()"}
	k.Op.Emit(k)
	return k.Result
}

// A pointer to a freed object stays recognisable when the object is reused.
func TestSlabReuse(t *testing.T) {
	p := heapProgram(t, 1, func(c *Code) {
		a := alloc(c, "item")
		keep := c.T.NewReg("keep", a.Points)
		c.Do(Set{V: keep, X: a.X}, Set{V: keep.Life, X: a.Life})
		call(c, "kfree", a)
		b := alloc(c, "item")
		c.Do(Check{Prop: "same", Bad: Eq(b.X, Ld(keep)), Text: "the object was reused"},
			Check{Prop: "dead", Bad: Eq(Ld(keep.Life), Const(LifeDead)), Text: "the old pointer is dead"},
			Check{Prop: "fresh", Bad: Ne(b.Life, Const(LifeDead)), Text: "the new pointer is not"})
		call(c, "kfree", b)
	})
	g := explore(t, p, SealOptions{Fatal: func(string) bool { return false }})
	if len(g.broken) != 3 {
		t.Errorf("noticed %v, want same, dead and fresh", g.broken)
	}
}

// A pointer in shared memory dies with its object too, and freeing in a loop
// does not grow the state.
func TestSlabSharedPointerDies(t *testing.T) {
	p := heapProgram(t, 2, func(c *Code) {
		global := varNamed(c.P, "global")
		head := c.NewBlock()
		c.Goto(head)
		c.At(head)
		a := alloc(c, "item")
		c.Step(Set{V: global, X: a.X}, Set{V: global.Life, X: Const(0)})
		call(c, "kfree", a)
		c.Goto(head)
	}, func(c *Code) {
		global := varNamed(c.P, "global")
		c.Step(Check{Prop: "dead", Bad: And(Ne(Ld(global), Const(0)), Eq(Ld(global.Life), Const(LifeDead))), Text: "global is dead"},
			Check{Prop: "alive", Bad: And(Ne(Ld(global), Const(0)), Eq(Ld(global.Life), Const(0))), Text: "global is alive"})
	})
	g := explore(t, p, SealOptions{Fatal: func(string) bool { return false }})
	if !g.broken["dead: global is dead"] || !g.broken["alive: global is alive"] {
		t.Errorf("noticed %v, want both", g.broken)
	}
	if g.states > 40 {
		t.Errorf("%d states: the loop grows the state", g.states)
	}
}

func TestSlabExhausted(t *testing.T) {
	p := heapProgram(t, 1, func(c *Code) { alloc(c, "item"); alloc(c, "item") })
	if err := p.Seal(SealOptions{}); err != nil {
		t.Fatal(err)
	}
	s := p.Initial
	out := p.Threads[0].Fire(s, 0, func(string) bool { return true })
	out = p.Threads[0].Fire(out.Next, 0, func(string) bool { return true })
	if out.Limit == nil || out.Limit.Hint != "MM_POOL(item, 2)" {
		t.Errorf("limit %+v, want one that suggests MM_POOL(item, 2)", out.Limit)
	}
}
