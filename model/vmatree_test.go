// SPDX-License-Identifier: MIT

package model

import (
	"fmt"
	"math/rand"
	"testing"
)

// mmProgram has one mm with a tree and a lock, and n vmas in a heap pool.
func mmProgram(t *testing.T, vmas int, threads ...func(c *Code)) *Program {
	t.Helper()
	return testProgram(t, func(p *Program) {
		p.TaskPages = 6
		p.Pools[TrackedTag] = vmas
		vma, mm := p.AddType(TrackedTag), p.AddType("mm_struct")
		vma.AddLeaf("vm_start", 1, 64, false, nil)
		vma.AddLeaf("vm_end", 1, 64, false, nil)
		vma.AddLeaf("vm_pgoff", 1, 64, false, nil)
		vma.AddLeaf("vm_mm", 1, 64, false, mm)
		mm.AddSub("mm_mt", p.AddType("maple_tree"), 1)
		mm.AddSub("mmap_lock", p.AddType("rw_semaphore"), 1)
		p.NewInstance(mm, "mm", false, 0)
		p.AddType("rb_root_cached")
		p.NewInstance(p.AddType("rb_root_cached"), "i_mmap", false, 0)
		p.PoolOf(vma)
	}, threads...)
}

func tree(c *Code) Value         { return obj(c.P.TypeByName("maple_tree"), 1) }
func num(n int) Value            { return Value{X: Int(n)} }
func vmaNo(c *Code, n int) Value { return obj(c.P.TypeByName(TrackedTag), n) }
func pageAddr(page int) Value    { return num(page << PageShift) }
func expect(c *Code, v Value, want int, text string) {
	c.Do(Check{Prop: "assert", Bad: Ne(v.X, Int(want)), Text: fmt.Sprintf("%s is not %d", text, want)})
}

// The queries agree with a map from pages to vmas written out in Go, over
// random updates.
func TestVmatreeAgainstMap(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	for round := 0; round < 30; round++ {
		var want [6]int
		p := mmProgram(t, 3, func(c *Code) {
			for i := 0; i < 6; i++ {
				lo := rnd.Intn(5)
				hi := lo + 1 + rnd.Intn(6-lo-1)
				v := rnd.Intn(4) // 0 clears
				if v == 0 {
					call(c, "mt_clear", tree(c), pageAddr(lo), pageAddr(hi))
				} else {
					call(c, "mt_store", tree(c), pageAddr(lo), pageAddr(hi), vmaNo(c, v))
				}
				for j := lo; j < hi; j++ {
					want[j] = v
				}
				queries(c, want)
			}
		})
		if g := explore(t, p, SealOptions{}); len(g.broken) != 0 || len(g.ends) != 1 {
			t.Fatalf("round %d, tree %v: %v", round, want, g.broken)
		}
	}
}

// queries checks every query at every page against want.
func queries(c *Code, want [6]int) {
	for pg := range want {
		expect(c, call(c, "mt_lookup", tree(c), num(pg<<PageShift+0x123)), want[pg], fmt.Sprint("mt_lookup ", pg))
		next := 0
		for j := len(want) - 1; j >= pg; j-- {
			if want[j] != 0 {
				next = want[j]
			}
		}
		expect(c, call(c, "mt_above", tree(c), pageAddr(pg)), next, fmt.Sprint("mt_above ", pg))
		prev := 0
		for j := 0; j < pg; j++ {
			if want[j] != 0 && want[j] != want[pg] {
				prev = want[j]
			}
		}
		expect(c, call(c, "mt_below", tree(c), pageAddr(pg)), prev, fmt.Sprint("mt_below ", pg))
		hit := 0
		if pg+1 < len(want) {
			for j := pg + 1; j >= pg; j-- {
				if want[j] != 0 {
					hit = want[j]
				}
			}
			expect(c, call(c, "mt_find_intersection", tree(c), pageAddr(pg), pageAddr(pg+2)), hit, fmt.Sprint("mt_find_intersection ", pg))
		}
	}
}

// A vma belongs to whoever takes it out of the tree, and to nobody in it.
func TestVmatreeOwner(t *testing.T) {
	p := mmProgram(t, 1, func(c *Code) {
		owner := c.P.TypeByName(TrackedTag).Owner
		is := func(want int, when string) {
			c.Do(Check{Prop: "assert", Bad: Ne(At(owner, Const(1)), Int(want)), Text: "owner " + when})
		}
		k := &Call{Code: c, Op: FindOp("kzalloc"), Args: []Value{num(8), num(gfpDirectReclaim)}, Want: c.P.TypeByName(TrackedTag)}
		k.Op.Emit(k)
		is(1, "after allocation")
		call(c, "mt_store", tree(c), pageAddr(1), pageAddr(3), vmaNo(c, 1))
		is(0, "in the tree")
		call(c, "mt_clear", tree(c), pageAddr(1), pageAddr(2))
		is(0, "half in the tree")
		call(c, "mt_clear", tree(c), pageAddr(2), pageAddr(3))
		is(1, "out of the tree")
	})
	if g := explore(t, p, SealOptions{}); len(g.broken) != 0 {
		t.Error(g.broken)
	}
}

// Nodes are visited by vm_pgoff, equal ones in order of insertion; a node
// inserted after another comes right behind it.
func TestItreeOrder(t *testing.T) {
	root := func(c *Code) Value { return obj(c.P.TypeByName("rb_root_cached"), 1) }
	p := mmProgram(t, 4, func(c *Code) {
		vma := c.P.TypeByName(TrackedTag)
		for v, pgoff := range []int{1: 2, 2: 1, 3: 2, 4: 2} {
			if v > 0 {
				c.Step(Set{vma.Field("vm_pgoff").Var, Int(v), Int(pgoff)}, Set{vma.Field("vm_end").Var, Int(v), Const(0x1000)})
			}
		}
		walk := func(when string, want ...int) {
			v := call(c, "vma_interval_tree_iter_first", root(c), num(0), num(9))
			for _, w := range append(want, 0) {
				expect(c, v, w, when)
				v = call(c, "vma_interval_tree_iter_next", v, root(c), num(0), num(9))
			}
		}
		call(c, "vma_interval_tree_insert", vmaNo(c, 1), root(c))
		call(c, "vma_interval_tree_insert", vmaNo(c, 3), root(c))
		call(c, "vma_interval_tree_insert", vmaNo(c, 2), root(c))
		walk("three", 2, 1, 3)
		call(c, "vma_interval_tree_insert_after", vmaNo(c, 4), vmaNo(c, 1), root(c))
		walk("four", 2, 1, 4, 3)
		call(c, "vma_interval_tree_remove", vmaNo(c, 1), root(c))
		walk("without the second", 2, 4, 3)
		expect(c, call(c, "vma_interval_tree_iter_first", root(c), num(2), num(2)), 4, "range query")
	})
	if g := explore(t, p, SealOptions{}); len(g.broken) != 0 || len(g.ends) != 1 {
		t.Errorf("broken %v, %d ends", g.broken, len(g.ends))
	}
}
