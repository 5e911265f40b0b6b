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
	switch m.src.Intn(5) {
	case 0:
		m.words["root"] = []string{"root"}
		m.words["lock"] = []string{"mmap", "imap"}
		s.Init = append(s.Init, do("vma_interval_tree_insert v root"))
	case 1:
		m.words["vpart"] = []string{"vm_lock"}
	case 2:
		m.words["pt"] = []string{"pt"}
		m.words["lock"] = []string{"mmap", "ptl"}
	}
}

func (m *mess) vma() []Stmt {
	v, f := m.pick("vma"), m.pick("vfield")
	find := oneOf(m.src, " = mt_lookup mt 0x1000", " = mt_lookup mt 0x0", " = mt_find mt 0x0", " = mt_prev mt 0x2000", " = mt_find_intersection mt 0x0 0x3000")
	given := func(body ...string) []Stmt { return list(around("if "+v, text(body...))) }
	switch m.src.Intn(9) {
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

func (m *mess) rmap() []Stmt {
	v := m.pick("vma")
	switch m.src.Intn(5) {
	case 0:
		return text(v + " = vma_interval_tree_iter_first root 0 2")
	case 1:
		return then(text(v+" = vma_interval_tree_iter_first root 0 2"), list(around("if "+v, text("vma_interval_tree_remove "+v+" root"))))
	case 2:
		return text("vma_interval_tree_insert " + v + " root")
	case 3:
		return text("v = vma_interval_tree_iter_next w root 0 2")
	}
	return text("vma_interval_tree_insert_after " + v + " w root")
}

func (m *mess) pte() []Stmt {
	at := oneOf(m.src, " 0x0", " 0x1000")
	return text(oneOf(m.src, "r0 = pt_get pt"+at, "pt_set pt"+at+" 1", "pt_set pt"+at+" r0", "pt_clear pt"+at))
}
