// SPDX-License-Identifier: MIT

// This file lists what disciplined threads do with an address space.

package random

// Ranges of the small address space.
const (
	lowPage  = " 0x0 0x1000"
	highPage = " 0x1000 0x2000"
)

// mapped is a vma in the tree from the start.
func mapped(at string) []Stmt {
	return text("v = kmem_cache_alloc 0 0x400", "init_vma v"+at, "mt_store mt"+at+" v")
}

// vmas is an address space under mmap_lock.
func (p *plan) vmas() tenet {
	find := oneOf(p.src, "v = mt_lookup mt 0x1000", "v = mt_above mt 0x0", "v = mt_find_intersection mt 0x0 0x2000")
	in := func(how string, body ...Stmt) []Stmt {
		return list(around("with mmap "+how, list(do(find), around("if v", body))))
	}
	return tenet{init: mapped(highPage), roles: []func() []Stmt{
		func() []Stmt { return in("read", do("set r0 v.vm_end"), do("assert r0 == 0x2000")) },
		func() []Stmt {
			return in("write", do("set v.vm_flags 1"), do("set r0 v.vm_flags"), do("assert r0 == 1"), do("set v.vm_flags 0"))
		},
		func() []Stmt { return in("write", do("mt_clear mt"+highPage), do("kmem_cache_free 0 v")) },
		func() []Stmt {
			return list(around("with mmap downgrade", list(do(find), around("if v", text("add v.vm_flags 1"))),
				list(around("if v", text("set r0 v.vm_end")))))
		},
		func() []Stmt {
			return list(around("with mmap try-read", list(do(find), around("if v", text("set r0 v.vm_end")))))
		},
		func() []Stmt {
			return list(around("with mmap write", list(do(find), around("if v == 0", mapped(highPage)))))
		},
	}}
}

// linked is a file that maps a vma, found by rmap under i_mmap_rwsem.
func (p *plan) linked() tenet {
	return tenet{init: then(mapped(highPage), text("vma_interval_tree_insert v root")), roles: []func() []Stmt{
		func() []Stmt {
			return list(around("with imap read", list(do("v = vma_interval_tree_iter_first root 0 2"),
				around("while v", text("set r0 v.vm_start", "assert r0 == 0x1000", "v = vma_interval_tree_iter_next v root 0 2")))))
		},
		func() []Stmt {
			return list(around("with mmap write", list(do("v = mt_lookup mt 0x1000"), around("if v",
				list(around("with imap write", text("vma_interval_tree_remove v root")), do("mt_clear mt"+highPage), do("kmem_cache_free 0 v"))))))
		},
		func() []Stmt {
			return list(around("with mmap read", list(do("v = mt_lookup mt 0x1000"), around("if v", text("set r0 v.vm_end")))))
		},
	}}
}

// ptes are two page-table entries that are equal whenever the guard is free.
func (p *plan) ptes() tenet {
	g := guard{name: "ptl", write: with("ptl", "write"), spin: true}
	if chance(p.src, 30) {
		return p.copied(g)
	}
	return tenet{guard: g, roles: []func() []Stmt{
		func() []Stmt { return g.write(text("pt_set pt 0x0 1", "pt_set pt 0x1000 1")) },
		func() []Stmt { return g.write(text("r0 = pt_get pt 0x1000", "r1 = pt_get pt 0x0", "assert r0 == r1")) },
		func() []Stmt { return g.write(text("pt_clear pt 0x1000", "pt_clear pt 0x0")) },
	}}
}

// copied is a page-table entry that a subscriber may have copied: whoever takes
// it away says so.
func (p *plan) copied(g guard) tenet {
	take := func(at string) []Stmt {
		return then(text("__mmcheck_notifier_start subs"+at), g.write(text("pt_clear pt 0x1000")), text("__mmcheck_notifier_end subs"+at))
	}
	return tenet{guard: g, init: text("__mmcheck_notifier_subscribe subs", "pt_set pt 0x1000 1"), roles: []func() []Stmt{
		func() []Stmt { return take(highPage) },
		func() []Stmt { return take(" 0x0 0x3000") },
		func() []Stmt {
			return g.write(list(do("r0 = pt_get pt 0x1000"), around("if r0 == 0", text("pt_set pt 0x1000 1"))))
		},
	}}
}

// mapped is a folio in a page table, with references and mappings counted;
// what is under the page-table lock is freed outside of it.
func (p *plan) mapped() tenet {
	g := guard{name: "ptl", write: with("ptl", "write"), spin: true}
	put := list(around("if f", list(around("atomic", text("count f._refcount -1", "set r1 f._refcount")), around("if r1 == 0", text("kfree f")))))
	fresh := text("f = kmem_cache_alloc 0 0", "set f.index 1", "set f._refcount 1", "set f._mapcount 1", "pt_set_folio pt 0x1000 1 f", "set f 0")
	var flush []Stmt
	user := text("cond_resched")
	if chance(p.src, 40) {
		flush, user = text("__mmcheck_tlb_flush mm"+highPage), text("h = __mmcheck_user_access mm 0x1000 0", "set h 0")
	}
	return tenet{guard: g, init: fresh, roles: []func() []Stmt{
		func() []Stmt {
			return then(g.write(list(do("f = pt_folio pt 0x1000"), around("if f", text("count f._refcount 1")))),
				list(around("if f", text("set r0 f.index", "assert r0 == 1"))), put)
		},
		func() []Stmt {
			return then(g.write(list(do("f = pt_folio pt 0x1000"), around("if f", then(text("pt_clear pt 0x1000", "count f._mapcount -1"), flush)))), put)
		},
		func() []Stmt { return user },
		func() []Stmt {
			return g.write(list(do("r0 = pt_get pt 0x1000"), around("if r0 == 0", fresh)))
		},
		func() []Stmt {
			return g.write(list(do("f = pt_folio pt 0x1000"), around("if f", list(do("r0 = pt_entry_of pt 0x1000 f"), do("assert r0 == 1"), do("set f 0")))))
		},
	}}
}

// rmapTree is one of the trees that lead from a folio to its vmas.
type rmapTree struct{ root, lock, prefix string }

func (p *plan) rmapTree() rmapTree {
	return oneOf(p.src, rmapTree{"root", "imap", ""}, rmapTree{"anon", "asem", "anon_"})
}

// walked is a folio that two vmas may map. It is under migration: walks turn
// its entry back into a present one, and moves take the entry from one vma to
// the other, both under the lock of the tree.
func (p *plan) walked() tenet {
	t := p.rmapTree()
	visit := list(around("with ptl write", list(do("r0 = pt_entry_of pt 0x0 f"), around("if r0 == 2", text("pt_set pt 0x0 1")))))
	other := list(around("with ptl write", list(do("r0 = pt_entry_of pt 0x1000 f"), around("if r0 == 2", text("pt_set pt 0x1000 1")))))
	walk := then(text(t.prefix+"rmap_must_see "+t.root, "v = "+t.prefix+"vma_interval_tree_iter_first "+t.root+" 1 1"),
		list(around("while v", list(do("set r1 v.vm_start"), around("if r1 == 0", visit, other), do("v = "+t.prefix+"vma_interval_tree_iter_next v "+t.root+" 1 1")))))
	move := func(from, to string) []Stmt {
		entry := list(do("r0 = pt_get pt "+from), around("if r0", text("pt_clear pt "+from, "pt_set_folio pt "+to+" r0 f")))
		return then(text("set f f0"), list(around("with mmap write", list(around("with "+t.lock+" write", list(around("with ptl write", entry)))))))
	}
	second := then(text("w = kmem_cache_alloc 0 0x400", "init_vma w"+lowPage, "set w.vm_pgoff 1", "mt_store mt"+lowPage+" w"))
	return tenet{init: then(mapped(highPage), second, text("f = kmem_cache_alloc 0 0x400", "set f.index 1", "set f0 f",
		t.prefix+"vma_interval_tree_insert v "+t.root, t.prefix+"vma_interval_tree_insert w "+t.root, "pt_set_folio pt "+oneOf(p.src, "0x1000", "0x0")+" 2 f")),
		roles: []func() []Stmt{
			func() []Stmt {
				return then(text("set f f0"), list(around("with "+t.lock+" read", walk)), text("rmap_must_have_seen f 2"))
			},
			func() []Stmt { return move("0x1000", "0x0") },
			func() []Stmt { return move("0x0", "0x1000") },
		}}
}

// vmaLocks is a vma with a lock of its own: a counter that readers raise, and
// a writer keeps others out by; a number says that it is write-locked until
// mmap_lock is given up.
func (p *plan) vmaLocks() tenet {
	put := text("r1 = refcount_dec_and_test v.vm_refcnt", "__mmcheck_release v.vmlock_dep_map")
	drop := then(put, text("set v 0"))
	again := list(do("once r0 v.vm_lock_seq"), around("if r0 == mseq", drop))
	enter := list(do("r1 = __mmcheck_refcount_inc_limited v.vm_refcnt 4"), around("if 0 < r1 and r1 < 4", then(text("__mmcheck_acquire_read v.vmlock_dep_map"), again), text("set v 0")))
	find := then(text("rcu_read_lock", "v = mt_lookup mt 0x1000"), list(around("if v", list(do("once r0 v.vm_lock_seq"), around("if r0 == mseq", text("set v 0"), enter)))), text("rcu_read_unlock"))
	lock := list(around("again r1 != 1", text("r1 = atomic_cmpxchg v.vm_refcnt 1 5")), do("__mmcheck_acquire v.vmlock_dep_map"),
		do("once v.vm_lock_seq mseq"), do("r1 = atomic_xchg v.vm_refcnt 1"), do("__mmcheck_release v.vmlock_dep_map"))
	write := func(body ...Stmt) []Stmt {
		return list(around("with mmap write", then(list(do("v = mt_lookup mt 0x1000"), around("if v", then(lock, body))), text("count mseq 1"))))
	}
	return tenet{init: then(mapped(highPage), text("r0 = atomic_xchg v.vm_refcnt 1", "count mseq 1")), roles: []func() []Stmt{
		func() []Stmt {
			return then(find, list(around("if v", then(text("set r0 v.vm_end", "assert r0 == 0x2000"), put))))
		},
		func() []Stmt { return then(find, list(around("if v", put))) },
		func() []Stmt { return write(do("add v.vm_flags 1")) },
		func() []Stmt {
			return write(around("again r1 == 0", text("r1 = refcount_dec_if_one v.vm_refcnt")), do("mt_clear mt"+highPage), do("kmem_cache_free 0 v"))
		},
	}}
}
