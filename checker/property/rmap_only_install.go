// SPDX-License-Identifier: MIT

// This file checks that pages are mapped under a lock that keeps the mapping.

package property

import "mmcheck/model"

// RmapOnlyInstall: a page is mapped under an rmap lock alone.
var RmapOnlyInstall = &Property{
	ID:       "rmap-only-install",
	Severity: Rule,
	Short:    "a page is mapped under an rmap lock alone",
	Doc: `An entry of a page table that was empty comes to map a page, and the thread
that writes it holds i_mmap_rwsem or the lock of an anon_vma, but neither
mmap_lock of the mm nor the lock of a vma. Walks of the reverse mapping may
take entries away and change them, not make new ones: unmapping has cleared
the range, and frees the page tables next, while the vma is still linked in
its rmap trees, where the walk finds it.

Not judged: a migration entry that becomes a mapping again, for it was not
empty; and code that holds no rmap lock at all, such as exit, which nobody
races with. Source: Documentation/mm/process_addrs.rst, "Page table locks"
and "Installing page table entries".`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		mm := p.TypeByName("mm_struct")
		if e.Kind != model.Entry || mm == nil || t == p.InitThread() || t.Final {
			return nil
		}
		bad := model.And(holdsRmap(p, t), model.Not(model.Or(holdsMmapOf(p, t, mm, e), holdsVMA(p, t))))
		return []model.Check{{Bad: model.And(e.Made, bad), Text: "page mapped with an rmap lock held and neither mmap_lock nor a vma lock"}}
	},
}

// holdsRmap says whether t holds the lock of any tree of the reverse mapping.
func holdsRmap(p *model.Program, t *model.Thread) model.Expr {
	held := model.Expr(model.False)
	for _, lock := range [][2]string{{"address_space", "i_mmap_rwsem"}, {"anon_vma", "rwsem"}} {
		typ := p.TypeByName(lock[0])
		if typ == nil || typ.Field(lock[1]) == nil {
			continue
		}
		f := typ.Field(lock[1])
		for _, in := range typ.Instances {
			held = model.Or(held, model.Holds(f.Sub, f.Member(model.Int(in.Num), model.Const(0)), t.Num))
		}
	}
	return held
}

// holdsMmapOf says whether t holds mmap_lock of an mm that the table of e belongs to.
func holdsMmapOf(p *model.Program, t *model.Thread, mm *model.Type, e *model.Event) model.Expr {
	held := model.Expr(model.False)
	lock := mm.Field("mmap_lock")
	if lock == nil {
		return held
	}
	for _, m := range p.Mappers(e.Type, e.Obj) {
		held = model.Or(held, model.And(m.Names, model.Holds(lock.Sub, lock.Member(m.MM, model.Const(0)), t.Num)))
	}
	return held
}

// holdsVMA says whether t holds the lock of any vma.
func holdsVMA(p *model.Program, t *model.Thread) model.Expr {
	held := model.Expr(model.False)
	vma := p.TypeByName(model.TrackedTag)
	for _, s := range model.Stabilisers {
		for i := 0; vma != nil && s.Name == "vm_lock" && i < vma.Pool; i++ {
			if typ, lock := s.Lock(p, model.Int(vma.PoolFirst+i)); typ != nil {
				held = model.Or(held, model.Holds(typ, lock, t.Num))
			}
		}
	}
	return held
}
