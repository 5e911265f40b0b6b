// SPDX-License-Identifier: MIT

// This file draws disorder in an address space: vmas, page tables, folios, and
// the reverse mapping that leads from one to the other.

package random

// mm draws what there is of an address space.
func (m *mess) mm(s *Script) {
	m.words["vma"] = []string{"v", "w"}
	m.words["lock"] = oneOf(m.src, []string{"mmap"}, []string{"mmap", "ptl"}, []string{"mmap", "imap"})
	m.words["tree"] = []string{"mt"}
	m.words["vfield"] = []string{"vm_end", "vm_flags"}
	s.Init = mapped(highPage)
	switch m.src.Intn(9) {
	case 0, 1:
		m.inTree(oneOf(m.src, rmapTree{"root", "imap", ""}, rmapTree{"anon", "asem", "anon_"}), s)
	case 2:
		m.words["vpart"] = []string{"vm_lock"}
	case 3:
		m.words["pt"] = []string{"pt"}
		m.words["lock"] = []string{"mmap", "ptl"}
		m.subscribers(s)
	case 4:
		m.words["pt"] = []string{"pt"}
		m.words["lock"] = []string{"ptl", "fl"}
		m.folios(s)
		m.cpus()
		m.subscribers(s)
	case 5:
		m.inTree(oneOf(m.src, rmapTree{"root", "imap", ""}, rmapTree{"anon", "asem", "anon_"}), s)
		m.words["lock"][0] = "ptl"
		m.words["pt"] = []string{"pt"}
		m.folios(s)
	case 7:
		m.words["node"] = []string{"mn0", "mn1"}
	case 6:
		m.words["vpart"] = []string{"vmlock_dep_map"}
		m.words["vfield"] = append(m.words["vfield"], "vm_lock_seq")
		m.words["seq"] = []string{"mseq"}
		s.Init = append(s.Init, do("count mseq 1"))
	}
}

// inTree links the vma in a tree of the reverse mapping.
func (m *mess) inTree(t rmapTree, s *Script) {
	m.tree = t
	m.words["root"] = []string{t.root}
	m.words["lock"] = []string{"mmap", t.lock}
	s.Init = append(s.Init, do(t.prefix+"vma_interval_tree_insert v "+t.root))
}

// folios draws what there is of folios.
func (m *mess) folios(s *Script) {
	m.words["folio"] = oneOf(m.src, []string{"f"}, []string{"f", "h"})
	m.words["ffield"] = oneOf(m.src, []string{"_refcount"}, []string{"_mapcount", "index"})
	if s.Init = append(s.Init, text("f = kmem_cache_alloc 0 0x400", "set f.index 1", "set f0 f")...); chance(m.src, 50) {
		s.Init = append(s.Init, do("pt_set_folio pt 0x1000 1 f"))
	}
}

// cpus draws whether CPUs remember translations.
func (m *mess) cpus() {
	if known("__mmcheck_user_access") && chance(m.src, 50) {
		m.words["mm"] = []string{"mm"}
	}
}

// user draws an access of user mode, or something that makes it fault.
func (m *mess) user() []Stmt {
	access := m.pick("folio") + " = __mmcheck_user_access mm" + oneOf(m.src, " 0x1000", " 0x0") + oneOf(m.src, " 0", " 1")
	return text(oneOf(m.src, access, access, "__mmcheck_tlb_flush mm"+oneOf(m.src, highPage, lowPage, " 0x0 0x2000"), "r0 = __mmcheck_tlb_has mm 0x1000"))
}

func (m *mess) folio() []Stmt {
	if len(m.words["mm"]) > 0 && chance(m.src, 30) {
		return m.user()
	}
	f, at, field := m.pick("folio"), oneOf(m.src, " 0x1000", " 0x0"), m.pick("ffield")
	given := func(body ...string) []Stmt { return list(around("if "+f, text(body...))) }
	switch m.src.Intn(9) {
	case 0:
		return text("set " + f + " f0")
	case 1:
		return text(f + " = pt_folio pt" + at)
	case 2:
		return then(text(f+" = pt_folio pt"+at), given("count "+f+"."+field+oneOf(m.src, " 1", " -1")))
	case 3:
		return text("pt_set_folio pt" + at + oneOf(m.src, " 1 ", " 2 ", " r0 ") + f)
	case 4:
		return then(text("set "+f+" f0"), text("r0 = pt_entry_of pt"+at+" "+f))
	case 5:
		return then(text("set "+f+" f0"), list(around("if "+f, text("set f0 0", "kfree "+f))))
	case 6:
		return text(f+" = kmem_cache_alloc 0 0", "set "+f+"."+field+" 1", "set f0 "+f)
	case 7:
		return then(text("set "+f+" f0"), list(around("if "+f, list(around("with "+f+".lock "+oneOf(m.src, "write", "try-write"), m.body(1))))))
	}
	return given("set r0 " + f + "." + field)
}

// walk draws a step of a walk over the tree, or two in one read section.
func (m *mess) walk() []Stmt {
	enter := "__mmcheck_ma_enter " + m.pick("node") + " mt"
	switch m.src.Intn(4) {
	case 0:
		return text("__mmcheck_ma_forget "+m.pick("node"), enter)
	case 1:
		return text(oneOf(m.src, "r1 = __mmcheck_mt_first mt 0x1000", "r1 = __mmcheck_mt_last mt 0x0"), enter)
	case 2:
		return then(text("rcu_read_lock", enter), m.body(1), text(enter, "rcu_read_unlock"))
	}
	return text(enter)
}

func (m *mess) vma() []Stmt {
	v, f := m.pick("vma"), m.pick("vfield")
	find := oneOf(m.src, " = mt_lookup mt 0x1000", " = mt_lookup mt 0x0", " = mt_above mt 0x0", " = mt_below mt 0x2000", " = mt_find_intersection mt 0x0 0x3000")
	given := func(body ...string) []Stmt { return list(around("if "+v, text(body...))) }
	if len(m.words["seq"]) > 0 && chance(m.src, 30) {
		return m.vmaLock(v, find)
	}
	if len(m.words["node"]) > 0 && chance(m.src, 40) {
		return m.walk()
	}
	switch m.src.Intn(10) {
	case 9:
		grow := "__mmcheck_mt_grow mt" + oneOf(m.src, lowPage, highPage) + " " + v
		return oneOf(m.src, text("__mmcheck_mt_own mt"), text("__mmcheck_mt_share mt"), then(text(v+find), given(grow)))
	case 0, 1:
		return then(text(v+find), given("set r0 "+v+"."+f))
	case 2:
		return then(text(v+find), given("set "+v+"."+f+" r0"))
	case 3:
		return text(v + find)
	case 4:
		return given("set r0 " + v + "." + f)
	case 5:
		return then(text(v+find), given("mt_clear mt"+oneOf(m.src, lowPage, highPage), "kmem_cache_free 0 "+v))
	case 6:
		at := oneOf(m.src, lowPage, highPage)
		return text(v+" = kmem_cache_alloc 0 0x400", "init_vma "+v+at, "mt_store mt"+at+" "+v)
	case 7:
		return text("mt_clear mt" + oneOf(m.src, lowPage, highPage))
	}
	return text("set " + oneOf(m.src, "q0 "+v, v+" q0"))
}

// vmaLock draws something done with the lock of a vma.
func (m *mess) vmaLock(v, find string) []Stmt {
	lock := v + ".vmlock_dep_map"
	switch m.src.Intn(4) {
	case 0:
		return list(around("with mmap write", list(do(v+find), around("if "+v, text("set "+v+".vm_lock_seq mseq", "set "+v+".vm_flags 1")), do("count mseq 1"))))
	case 1:
		return then(text("rcu_read_lock", v+find), list(around("if "+v, text("set r0 "+v+".vm_lock_seq", "__mmcheck_acquire_read "+lock))),
			text("rcu_read_unlock"), list(around("if "+v, text("set r0 "+v+".vm_end", "__mmcheck_release "+lock))))
	case 2:
		return text("count mseq 1")
	}
	return then(text("rcu_read_lock", v+find), list(around("if "+v+" and r0 != mseq", text("set r0 "+v+".vm_flags"))), text("rcu_read_unlock"))
}

func (m *mess) rmap() []Stmt {
	v := m.pick("vma")
	op, root := m.tree.prefix+"vma_interval_tree_", m.tree.root
	first := text(v + " = " + op + "iter_first " + root + " 0 2")
	switch m.src.Intn(6) {
	case 0:
		return first
	case 1:
		return then(first, list(around("if "+v, text(op+"remove "+v+" "+root))))
	case 2:
		return text(op + "insert " + v + " " + root)
	case 3:
		return text("v = " + op + "iter_next w " + root + " 0 2")
	case 4:
		if len(m.words["folio"]) > 0 {
			return then(text("set f f0"), list(around("if f", then(text(m.tree.prefix+"rmap_must_see "+root), m.body(1), text("rmap_must_have_seen f "+oneOf(m.src, "1", "3"))))))
		}
	}
	if !known(op + "insert_after") {
		return then(first, list(around("while "+v, text("set r0 "+v+".vm_pgoff", v+" = "+op+"iter_next "+v+" "+root+" 0 2"))))
	}
	return text(op + "insert_after " + v + " w " + root)
}

// subscribers draws whether somebody may be told what happens to page tables.
func (m *mess) subscribers(s *Script) {
	if !known("__mmcheck_notifier_start") || !chance(m.src, 50) {
		return
	}
	m.words["subs"] = []string{"subs"}
	if chance(m.src, 80) {
		s.Init = append(s.Init, do("__mmcheck_notifier_subscribe subs"))
	}
}

// invalidation draws a bracket around something, or something done to those who
// are told.
func (m *mess) invalidation() []Stmt {
	at := oneOf(m.src, lowPage, highPage, " 0x0 0x2000")
	if chance(m.src, 70) {
		return then(text("__mmcheck_notifier_start subs"+at), m.body(1), text("__mmcheck_notifier_end subs"+at))
	}
	return text(oneOf(m.src, "__mmcheck_notifier_subscribe subs", "__mmcheck_notifier_unsubscribe subs", "r0 = __mmcheck_notifier_subscribed subs",
		"__mmcheck_notifier_start subs"+at, "__mmcheck_notifier_end subs"+at))
}

func (m *mess) pte() []Stmt {
	if len(m.words["subs"]) > 0 && chance(m.src, 40) {
		return m.invalidation()
	}
	at := oneOf(m.src, " 0x0", " 0x1000")
	return text(oneOf(m.src, "r0 = pt_get pt"+at, "pt_set pt"+at+" 1", "pt_set pt"+at+" r0", "pt_clear pt"+at))
}
