// SPDX-License-Identifier: MIT

package model

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"
)

// rmapProgram has what a walk of the reverse mapping needs: one mm with a page
// table of 6 pages, a file's tree, two anon_vmas of one family, two folios, n vmas.
func rmapProgram(t *testing.T, vmas int, threads ...func(c *Code)) *Program {
	t.Helper()
	return testProgram(t, func(p *Program) {
		p.TaskPages = 6
		p.Pools[TrackedTag] = vmas
		vma, mm, folio, anon := p.AddType(TrackedTag), p.AddType("mm_struct"), p.AddType(FolioTag), p.AddType("anon_vma")
		for _, f := range []string{"vm_start", "vm_end", "vm_pgoff"} {
			vma.AddLeaf(f, 1, 64, false, nil)
		}
		vma.AddLeaf("vm_mm", 1, 64, false, mm)
		vma.AddLeaf("anon_vma", 1, 64, false, anon)
		folio.AddLeaf("index", 1, 64, false, nil)
		anon.AddLeaf("root", 1, 64, false, anon)
		anon.AddSub("rwsem", p.AddType("rw_semaphore"), 1)
		anon.AddSub("rb_root", p.AddType("anon_rb_root"), 1)
		mm.AddSub("pgd", p.AddType("page_table"), 1)
		p.AddType("rb_root_cached")
		p.NewInstance(mm, "mm", false, 0)
		p.NewInstance(p.TypeByName("rb_root_cached"), "i_mmap", false, 0)
		p.NewInstance(anon, "root", false, 0)
		p.NewInstance(anon, "child", false, 0)
		p.PoolOf(vma)
		p.PoolOf(folio)
	}, threads...)
}

func rmapRoot(c *Code) Value        { return obj(c.P.TypeByName("rb_root_cached"), 1) }
func anonRoot(c *Code, n int) Value { return obj(c.P.TypeByName("anon_rb_root"), n) }
func table(c *Code) Value           { return obj(c.P.TypeByName("page_table"), 1) }

// folioNo is folio n through a pointer that may dangle.
func folioNo(c *Code, n int) Value {
	f := c.P.TypeByName(FolioTag)
	r := c.T.NewReg(fmt.Sprint("folio", n), f)
	c.Do(Set{V: r, X: Int(n)}, Set{V: r.Life, X: Const(0)})
	return Value{X: Ld(r), Life: Ld(r.Life), Points: f}
}

// putVMA puts vma v at a page of the file and at an address.
func putVMA(c *Code, v, pgoff, pages, at int) {
	vma := c.P.TypeByName(TrackedTag)
	set := func(f string, x int) Stmt { return Set{vma.Field(f).Var, Int(v), Int(x)} }
	c.Step(set("vm_pgoff", pgoff), set("vm_start", at<<PageShift), set("vm_end", (at+pages)<<PageShift), set("vm_mm", 1), set("anon_vma", 1))
}

// Random insertions and removals leave a tree in the order that a stable sort
// by key gives, for both kinds of tree, whatever range is asked for.
func TestItreeAgainstSort(t *testing.T) {
	for _, prefix := range []string{"", "anon_"} {
		rnd := rand.New(rand.NewSource(7))
		for round := 0; round < 20; round++ {
			var want []int
			var pgoff, pages [5]int
			p := rmapProgram(t, 4, func(c *Code) {
				root := rmapRoot(c)
				if prefix != "" {
					root = anonRoot(c, 1)
				}
				for i := 0; i < 8; i++ {
					v := 1 + rnd.Intn(4)
					if k := slices.Index(want, v); k >= 0 {
						call(c, prefix+"vma_interval_tree_remove", vmaNo(c, v), root)
						want = slices.Delete(want, k, k+1)
					} else {
						pgoff[v], pages[v] = rnd.Intn(3), 1+rnd.Intn(2)
						putVMA(c, v, pgoff[v], pages[v], 0)
						call(c, prefix+"vma_interval_tree_insert", vmaNo(c, v), root)
						want = append(want, v)
						slices.SortStableFunc(want, func(a, b int) int { return pgoff[a] - pgoff[b] })
					}
					at := rnd.Intn(4)
					got := call(c, prefix+"vma_interval_tree_iter_first", root, num(at), num(at))
					for _, v := range want {
						if pgoff[v] <= at && at < pgoff[v]+pages[v] {
							expect(c, got, v, fmt.Sprint("visit of ", at))
							got = call(c, prefix+"vma_interval_tree_iter_next", got, root, num(at), num(at))
						}
					}
					expect(c, got, 0, "end of the visit")
				}
			})
			if g := explore(t, p, SealOptions{}); len(g.broken) != 0 || len(g.ends) != 1 {
				t.Fatalf("%s round %d: %v", prefix, round, g.broken)
			}
		}
	}
}

// A vma may be in two anon_vmas at once, in each of them once.
func TestAnonItreeMembership(t *testing.T) {
	count := func(c *Code, want int, when string) {
		c.Do(Check{Prop: "assert", Bad: Ne(At(anonLinkedVar(c.P), Const(1)), Int(want)), Text: fmt.Sprintf("count %s is not %d", when, want)})
	}
	p := rmapProgram(t, 2, func(c *Code) {
		putVMA(c, 1, 1, 1, 1)
		call(c, "anon_vma_interval_tree_insert", vmaNo(c, 1), anonRoot(c, 1))
		call(c, "anon_vma_interval_tree_insert", vmaNo(c, 1), anonRoot(c, 2))
		count(c, 2, "in two")
		call(c, "anon_vma_interval_tree_remove", vmaNo(c, 1), anonRoot(c, 1))
		count(c, 1, "in one")
		call(c, "anon_vma_interval_tree_insert", vmaNo(c, 1), anonRoot(c, 2))
	})
	g := explore(t, p, SealOptions{})
	if want := "vma-tree: vma inserted into the anon_vma's tree twice"; len(g.broken) != 1 || !g.broken[want] {
		t.Error(g.broken)
	}
	p = rmapProgram(t, 2, func(c *Code) {
		call(c, "anon_vma_interval_tree_remove", vmaNo(c, 1), anonRoot(c, 1))
	})
	g = explore(t, p, SealOptions{})
	if want := "vma-tree: vma removed from the anon_vma's tree is not in it"; len(g.broken) != 1 || !g.broken[want] {
		t.Error(g.broken)
	}
}

// An entry is flags and a folio, written and read as one.
func TestPageTableEntries(t *testing.T) {
	p := rmapProgram(t, 1, func(c *Code) {
		call(c, "pt_set_folio", table(c), pageAddr(2), num(3), folioNo(c, 2))
		expect(c, call(c, "pt_get", table(c), pageAddr(2)), 3, "flags")
		expect(c, call(c, "pt_folio", table(c), pageAddr(2)), 2, "folio")
		expect(c, call(c, "pt_entry_of", table(c), pageAddr(2), folioNo(c, 2)), 3, "entry of its folio")
		expect(c, call(c, "pt_entry_of", table(c), pageAddr(2), folioNo(c, 1)), 0, "entry of another folio")
		expect(c, call(c, "pt_get", table(c), pageAddr(1)), 0, "another entry")
		call(c, "pt_set", table(c), pageAddr(2), num(1))
		expect(c, call(c, "pt_folio", table(c), pageAddr(2)), 2, "folio after a change of flags")
		call(c, "pt_clear", table(c), pageAddr(2))
		expect(c, call(c, "pt_get", table(c), pageAddr(2)), 0, "flags when cleared")
		expect(c, call(c, "pt_folio", table(c), pageAddr(2)), 0, "folio when cleared")
	})
	if g := explore(t, p, SealOptions{}); len(g.broken) != 0 || len(g.ends) != 1 {
		t.Errorf("broken %v, %d ends", g.broken, len(g.ends))
	}
}

// A writer and a reader of one entry: the reader sees flags and folio of one
// moment in one step.
func TestPageTableRace(t *testing.T) {
	var got *Var
	p := rmapProgram(t, 1, func(c *Code) {
		call(c, "pt_set_folio", table(c), pageAddr(2), num(1), folioNo(c, 1))
		call(c, "pt_set_folio", table(c), pageAddr(2), num(4), folioNo(c, 2))
	}, func(c *Code) {
		v := call(c, "pt_entry_of", table(c), pageAddr(2), folioNo(c, 2))
		got = c.T.NewReg("got", nil)
		c.Do(Set{V: got, X: v.X})
	})
	g := explore(t, p, SealOptions{KeepDead: true}, got)
	if len(g.broken) != 0 || !slices.Equal(g.ends, []string{"0", "4"}) || g.states != 7 {
		t.Errorf("broken %v, ends %v, %d states", g.broken, g.ends, g.states)
	}
}

// An entry that names a freed folio: found when it is made, and known as
// nobody's when it was made before.
func TestEntryOfFreedFolio(t *testing.T) {
	free := func(c *Code, v Value) {
		k := &Call{Code: c, Op: FindOp("kfree"), Args: []Value{v}}
		k.Op.Emit(k)
	}
	p := rmapProgram(t, 1, func(c *Code) {
		f := folioNo(c, 1)
		call(c, "pt_set_folio", table(c), pageAddr(2), num(1), f)
		free(c, f)
		expect(c, call(c, "pt_entry_of", table(c), pageAddr(2), folioNo(c, 1)), 0, "entry of the new folio")
		call(c, "pt_set_folio", table(c), pageAddr(3), num(1), f)
	})
	g := explore(t, p, SealOptions{})
	if want := "page-freed-mapped: an entry is made that names a freed folio"; len(g.broken) != 1 || !g.broken[want] {
		t.Error(g.broken)
	}
}

// walk is a must-see walk over page 1 that restores what names folio 1: flag 4
// becomes flag 1. Each visit of a vma is one step.
func walk(c *Code) {
	f := folioNo(c, 1)
	call(c, "rmap_must_see", rmapRoot(c))
	v := call(c, "vma_interval_tree_iter_first", rmapRoot(c), num(1), num(1))
	for i := 0; i < 2; i++ {
		vma := c.P.TypeByName(TrackedTag)
		at := Add(At(vma.Field("vm_start").Var, v.X), MkBin(OpShl, Sub(Const(1), At(vma.Field("vm_pgoff").Var, v.X)), Const(PageShift)))
		pt := c.P.TypeByName("page_table").cells.(*pgtableVars)
		e := Add(Const(6), page(at))
		c.Step(If{C: And(Eq(At(pt.folio, e), f.X), Eq(At(pt.pte, e), Const(4))), Then: []Stmt{Set{pt.pte, e, Const(1)}}})
		v = call(c, "vma_interval_tree_iter_next", v, rmapRoot(c), num(1), num(1))
	}
	call(c, "rmap_must_have_seen", f, num(4))
}

// move takes the entry of page from over to page to, as one step.
func move(c *Code, from, to int) {
	pt := c.P.TypeByName("page_table").cells.(*pgtableVars)
	at := func(v *Var, i int) Expr { return At(v, Int(6+i)) }
	c.Step(
		Set{pt.pte, Int(6 + to), at(pt.pte, from)}, Set{pt.folio, Int(6 + to), at(pt.folio, from)},
		Set{pt.pte, Int(6 + from), Const(0)}, Set{pt.folio, Int(6 + from), Const(0)})
}

// walkAgainstMove has vma 1 and vma 2 map page 1 of the file at pages 1 and 4,
// vma 1 first in the tree. The entry moves while a walk is under way.
func walkAgainstMove(t *testing.T, from, to int) graph {
	p := rmapProgram(t, 2, walk, func(c *Code) {
		move(c, from, to)
	})
	c := NewCode(p, p.init)
	putVMA(c, 1, 0, 2, 0)
	putVMA(c, 2, 1, 1, 4)
	c.Step(Set{c.P.TypeByName(FolioTag).Field("index").Var, Const(1), Const(1)})
	call(c, "vma_interval_tree_insert", vmaNo(c, 2), rmapRoot(c))
	call(c, "vma_interval_tree_insert", vmaNo(c, 1), rmapRoot(c))
	call(c, "pt_set_folio", table(c), pageAddr(from), num(4), Value{X: Const(1), Points: p.TypeByName(FolioTag)})
	c.Exit()
	return explore(t, p, SealOptions{})
}

// An entry that moves ahead of the walk is found; one that moves to where the
// walk has been is missed.
func TestMustSeeWalk(t *testing.T) {
	if g := walkAgainstMove(t, 1, 4); len(g.broken) != 0 {
		t.Errorf("forward: %v", g.broken)
	}
	g := walkAgainstMove(t, 4, 1)
	if want := "rmap-miss: the walk ends and has missed an entry of the folio"; len(g.broken) != 1 || !g.broken[want] {
		t.Errorf("backward: %v", g.broken)
	}
}

// The marks of a walk are gone when it ends.
func TestMustSeeLeavesNothing(t *testing.T) {
	p := rmapProgram(t, 2, walk)
	c := NewCode(p, p.init)
	putVMA(c, 1, 1, 1, 1)
	call(c, "vma_interval_tree_insert", vmaNo(c, 1), rmapRoot(c))
	c.Exit()
	walked := p.TypeByName(TrackedTag).walked
	o := SealOptions{Fatal: func(string) bool { return true }}
	if err := p.Seal(o); err != nil {
		t.Fatal(err)
	}
	marked := false
	s := p.Initial
	for b := p.Threads[0].Point(s); b != nil; b = p.Threads[0].Point(s) {
		s = p.Threads[0].Fire(s, 0, o.Fatal).Next
		marked = marked || s[walked.off+1] == 1
	}
	if s[walked.off+1] != 0 || !marked && p.Initial[walked.off+1] != 1 {
		t.Errorf("marked %v, at the end %d", marked, s[walked.off+1])
	}
}
