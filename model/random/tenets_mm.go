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
	find := oneOf(p.src, "v = mt_lookup mt 0x1000", "v = mt_find mt 0x0", "v = mt_find_intersection mt 0x0 0x2000")
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
	return tenet{guard: g, roles: []func() []Stmt{
		func() []Stmt { return g.write(text("pt_set pt 0x0 1", "pt_set pt 0x1000 1")) },
		func() []Stmt { return g.write(text("r0 = pt_get pt 0x1000", "r1 = pt_get pt 0x0", "assert r0 == r1")) },
		func() []Stmt { return g.write(text("pt_clear pt 0x1000", "pt_clear pt 0x0")) },
	}}
}
