// SPDX-License-Identifier: MIT

// This file reads, for the properties, what a state maps: the entries of its
// page tables, the vmas that cover them, and the trees that lead to those.

package model

// Mapping is one entry of a page table that is not empty, where an mm has it.
type Mapping struct {
	MM    *Instance
	Addr  int64 // a multiple of the page size
	Entry int64 // flags
	Folio int64 // the instance that it names, 0 for none
	VMA   int64 // the instance that covers Addr in the tree of the mm, 0 for none
	At    Get   // where the flags are
}

// Miscounted is a folio in s whose _mapcount is not the number of entries that
// map it, with both; nil if there is none. Code that does not count is not asked
// for it. A table that no mm names, as those of a virtual machine, may be counted
// or not.
func (p *Program) Miscounted(s State) (folio *Instance, count, mapped int64) {
	t := p.TypeByName(FolioTag)
	if t == nil || t.Live == nil || t.Field("_mapcount") == nil || t.Field("_mapcount").Var == nil {
		return nil, 0, 0
	}
	byMM, all := map[int64]int64{}, map[int64]int64{}
	for _, m := range p.mappings(s) {
		if m.Entry&entryPresent != 0 {
			byMM[m.Folio]++
		}
	}
	for _, table := range p.Types {
		pte, of, n := table.TableEntries()
		for i := n; pte != nil && i < pte.Len; i++ {
			if s[pte.Off()+i]&entryPresent != 0 && !dangles(s, of, i) {
				all[s[of.Off()+i]]++
			}
		}
	}
	for n := t.PoolFirst; n < t.PoolFirst+t.Pool; n++ {
		count = s[t.Field("_mapcount").Var.Off()+n]
		switch f := int64(n); {
		case s[t.Live.Off()+n] == 0 || count == 0:
		case count < byMM[f]:
			return t.Instances[n-1], count, byMM[f]
		case count > all[f]:
			return t.Instances[n-1], count, all[f]
		}
	}
	return nil, 0, 0
}

// mappings lists the mappings of all processes in s.
func (p *Program) mappings(s State) []Mapping {
	mm := p.TypeByName("mm_struct")
	if mm == nil {
		return nil
	}
	tree := mm.tree()
	if tree == nil {
		return nil
	}
	vmas := tree.Sub.cells.(*Var)
	var out []Mapping
	for _, in := range mm.Instances {
		if in.Heap && mm.Live != nil && s[mm.Live.Off()+in.Num] == 0 {
			continue
		}
		root := int(tree.Embed.At(int64(in.Num)))
		for pg := range p.TaskPages {
			v, e := mm.entryIn(s, in, pg)
			if v == nil || s[v.pte.Off()+e] == 0 {
				continue
			}
			vma := root*vmas.Width + pg
			if dangles(s, vmas, vma) {
				continue // whoever freed the vma has been told, and it may be another one's memory
			}
			m := Mapping{in, int64(pg) << PageShift, s[v.pte.Off()+e], s[v.folio.Off()+e], s[vmas.Off()+vma], Get{V: v.pte, I: Int(e)}}
			if dangles(s, v.folio, e) {
				m.Folio = 0
			}
			out = append(out, m)
		}
	}
	return out
}

// dangles says whether element i of a pointer leads to an object that was freed.
// What it names then is anybody's.
func dangles(s State, v *Var, i int) bool {
	return v.Life != nil && s[v.Life.Off()+i] == LifeDead
}

// tree is the member of mm that holds its vmas, or nil.
func (t *Type) tree() *Field {
	for _, f := range t.Fields {
		if f.Sub != nil && f.Sub.Kind == vmatreeKind {
			return f
		}
	}
	return nil
}

// entryIn is the element of page pg of the mm called in, as entryAt has it; nil
// where no table covers the page in s.
func (t *Type) entryIn(s State, in *Instance, pg int) (*pgtableVars, int) {
	table, inst, n := t.Field("pgd"), int64(in.Num), t.prog.TaskPages
	if pmd := t.Field("pmd"); pmd != nil && pmd.Var != nil {
		per := n / pmd.Count
		at := in.Num*pmd.Count + pg/per
		table, inst, pg = pmd.Var.Points.Field("ptes"), s[pmd.Var.Off()+at], pg%per
		if dangles(s, pmd.Var, at) {
			return nil, 0
		}
	}
	if inst == 0 || table == nil || table.Sub == nil || table.Sub.Kind != pgtableKind {
		return nil, 0
	}
	return table.Sub.cells.(*pgtableVars), int(table.Embed.At(inst))*n + pg
}

// Lost lists the mappings in s that no vma covers, and those that the reverse
// mapping must lead to and does not. There are none where nobody ever puts a vma
// into a tree: page tables are all that such a program is about.
func (p *Program) Lost(s State) (nowhere, unfound []Mapping) {
	if !p.storesVMAs {
		return nil, nil
	}
	for _, m := range p.mappings(s) {
		switch {
		case m.VMA == 0:
			nowhere = append(nowhere, m)
		case m.Folio != 0 && m.Entry&(entryPresent|entryMigration) != 0 && !p.finds(s, m):
			unfound = append(unfound, m)
		}
	}
	return nowhere, unfound
}

// finds says whether a walk of the reverse mapping that looks for the folio of m
// comes to its entry: the vma is linked in the tree of the file or the anon_vma
// that the folio belongs to, and covers its index at that address. A folio that
// belongs to neither is looked for by nobody.
func (p *Program) finds(s State, m Mapping) bool {
	folio, vma := p.TypeByName(FolioTag), p.TypeByName(TrackedTag)
	get := func(t *Type, name string, inst int64) int64 {
		if f := t.Field(name); f != nil && f.Var != nil {
			return s[f.Var.Off()+int(inst)]
		}
		return 0
	}
	sought, linked := false, false
	for _, way := range [][2]string{{"mapping", "i_mmap"}, {"anon_vma", "rb_root"}} {
		of := get(folio, way[0], m.Folio)
		if of == 0 || folio.Field(way[0]).Var.Points == nil {
			continue
		}
		root := folio.Field(way[0]).Var.Points.Field(way[1])
		if root == nil || root.Sub == nil || (root.Sub.Kind != itreeKind && root.Sub.Kind != anonItreeKind) {
			continue
		}
		sought = true
		if dangles(s, folio.Field(way[0]).Var, int(m.Folio)) {
			continue
		}
		nodes := root.Sub.cells.(*Var)
		first := int(root.Embed.At(of)) * nodes.Width
		for i := first; i < first+nodes.Width; i++ {
			linked = linked || !dangles(s, nodes, i) && s[nodes.Off()+i] == m.VMA
		}
	}
	if !sought {
		return true
	}
	page := get(vma, "vm_pgoff", m.VMA) + (m.Addr-get(vma, "vm_start", m.VMA))>>PageShift
	return linked && page == get(folio, "index", m.Folio)
}
