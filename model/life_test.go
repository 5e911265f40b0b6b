// SPDX-License-Identifier: MIT

package model

import "testing"

// The life of a vma pointer loaded under mmap_lock, along a script.
func TestLifeFollowsTheLock(t *testing.T) {
	for _, c := range []struct {
		name   string
		script []string // operations on mmap_lock after a lookup under down_write
		want   int64    // life at the end
	}{
		{"held", nil, StabBit(0)},
		{"downgraded", []string{"downgrade_write"}, StabBit(0)},
		{"dropped", []string{"up_write"}, 0},
		{"dropped and taken again", []string{"up_write", "down_read"}, 0},
		{"downgraded and dropped", []string{"downgrade_write", "up_read"}, 0},
	} {
		p := mmProgram(t, 1, func(k *Code) {
			lock := obj(k.P.TypeByName("rw_semaphore"), 1)
			vma := k.P.TypeByName(TrackedTag)
			k.Step(Set{vma.Live, Const(1), Const(1)}, Set{vma.Field("vm_mm").Var, Const(1), Const(1)})
			call(k, "mt_store", tree(k), pageAddr(1), pageAddr(2), vmaNo(k, 1))
			call(k, "down_write", lock)
			v := call(k, "mt_lookup", tree(k), pageAddr(1))
			for _, op := range c.script {
				call(k, op, lock)
			}
			k.Do(Check{Prop: "assert", Bad: Ne(v.Life, Const(c.want)), Text: c.name},
				Check{Prop: "assert", Bad: Ne(v.X, Const(1)), Text: "the vma is not found"})
		})
		if g := explore(t, p, SealOptions{}); len(g.broken) != 0 || len(g.ends) != 1 {
			t.Errorf("%s: %v", c.name, g.broken)
		}
	}
}

// Dead registers are cleared, and clearing changes no verdict.
func TestDeadRegisters(t *testing.T) {
	build := func() *Program {
		return testProgram(t, func(p *Program) { p.NewVar("x", Memory, 0) }, func(c *Code) {
			x := varNamed(c.P, "x")
			r := c.T.NewReg("r", nil)
			c.Choose(Alt{Body: []Stmt{Set{V: r, X: Const(1)}}}, Alt{Body: []Stmt{Set{V: r, X: Const(2)}}})
			c.Step(Set{V: x, X: MkBin(OpAnd, Ld(r), Const(4))}) // r is dead behind this
			c.Step(Set{V: x, X: Const(7)})
		})
	}
	clear, keep := explore(t, build(), SealOptions{}), explore(t, build(), SealOptions{KeepDead: true})
	if clear.states != 1+2+1+1 || keep.states != 1+2+2+2 {
		t.Errorf("%d states cleared, %d kept; want 5 and 7", clear.states, keep.states)
	}
}

// A dangling vma stays one when it is stored in a tree, and is told when it is
// linked into an interval tree or taken out.
func TestTreesKeepDanglingVmas(t *testing.T) {
	const use = "dangling: use of a freed vma"
	root := func(c *Code) Value { return obj(c.P.TypeByName("rb_root_cached"), 1) }
	for _, tt := range []struct {
		name   string
		freed  bool
		want   bool
		script func(c *Code, v Value)
	}{
		{"stored while good", false, false, func(c *Code, v Value) {
			call(c, "mt_store", tree(c), pageAddr(1), pageAddr(2), v)
			c.Do(deadIs(call(c, "mt_lookup", tree(c), pageAddr(1)), false))
		}},
		{"stored", true, false, func(c *Code, v Value) {
			call(c, "mt_store", tree(c), pageAddr(1), pageAddr(2), v)
			c.Do(deadIs(call(c, "mt_lookup", tree(c), pageAddr(1)), true))
		}},
		{"inserted while good", false, false, func(c *Code, v Value) { call(c, "vma_interval_tree_insert", v, root(c)) }},
		{"inserted", true, true, func(c *Code, v Value) { call(c, "vma_interval_tree_insert", v, root(c)) }},
		{"removed", true, true, func(c *Code, v Value) { call(c, "vma_interval_tree_remove", v, root(c)) }},
	} {
		p := mmProgram(t, 1, func(c *Code) {
			vma := c.P.TypeByName(TrackedTag)
			v := c.Temp("v", vma, nil)
			life := int64(0)
			if tt.freed {
				life = LifeDead
			}
			c.Step(Set{V: v, X: Const(1)}, Set{V: v.Life, X: Const(life)})
			tt.script(c, Value{X: Ld(v), Life: Ld(v.Life), Points: vma})
		})
		g := explore(t, p, SealOptions{Expand: func(_ *Program, _ *Thread, e *Event) []Stmt {
			if e.Kind != Access || e.Life == nil || e.Type.Name != TrackedTag {
				return nil
			}
			return []Stmt{Check{Prop: "dangling", Bad: Eq(e.Life, Const(LifeDead)), Text: "use of a freed vma"}}
		}})
		if g.broken[use] != tt.want || !tt.want && len(g.broken) != 0 {
			t.Errorf("%s: broken %v", tt.name, g.broken)
		}
	}
}

func deadIs(v Value, want bool) Stmt {
	bad := Ne(v.Life, Const(LifeDead))
	if !want {
		bad = Not(bad)
	}
	return Check{Prop: "assert", Bad: bad, Text: "the copy in the tree is wrongly known"}
}
