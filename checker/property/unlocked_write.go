// SPDX-License-Identifier: MIT

// This file checks that what others may read is only written under the locks
// that keep them out.

package property

import "mmcheck/model"

// UnlockedWrite: a vma, a tree of vmas or a page table is changed without its locks.
var UnlockedWrite = &Property{
	ID:       "unlocked-write",
	Severity: Rule,
	Short:    "a vma, a tree of vmas or a page table is changed without its locks",
	Doc: `A field of a vma that is in the tree is written without mmap_lock held for
writing; or, in kernels with per-VMA locks, without the vma being
write-locked (vma_start_write); or vm_start, vm_end or vm_pgoff is written
while the vma is linked in i_mmap, without i_mmap_rwsem held for writing, or
in the tree of an anon_vma, without the lock of its root held for writing.
The vma tree itself takes mmap_lock for writing, an i_mmap tree takes
i_mmap_rwsem, that of an anon_vma the lock of the root. Source: Documentation/mm/process_addrs.rst, the
tables of virtual memory area fields.

A page fault holds less: with mmap_lock held for reading, but not with the lock
of the vma alone, it may set vma->anon_vma from NULL to a value under
page_table_lock, and anon_vma_chain under the lock of the anon_vma. In
kernels without per-VMA locks it also lets a stack (VM_GROWSDOWN) grow, with
page_table_lock held: vm_start and vm_pgoff. A maple tree must not be changed
so (CVE-2023-3269); an rbtree of vmas is not changed by it.

An entry of a page table takes the lock of that table, and an item of
mm->pmd[], which names one, takes mm->pmd_ptl. Source: the same file,
"Page table locks".

Not judged: a vma that is not published, or was taken out of the tree by the
same thread, which may be written freely. vm_lock_seq takes mmap_lock only.
A page table that no mm names is filled without a lock.`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		switch {
		case t == p.InitThread():
			return nil
		case e.Kind == model.Entry:
			return writeToEntry(p, t, e)
		case e.Kind != model.Access || e.Mode != model.Write:
			return nil
		case e.Type.Name == "mm_struct" && e.Fld != nil && e.Fld.Name == "pmd":
			return writeToPmd(t, e)
		case e.Type.Name == model.TrackedTag && e.Fld != nil:
			return writeToVMA(p, t, e)
		case e.Type.Kind == nil:
			return nil
		}
		switch e.Type.Kind.Tree {
		case model.VMATree:
			return writeToTree(t, e, "mmap_lock", "vma tree changed without mmap_lock held for writing")
		case model.FileTree:
			return writeToTree(t, e, "i_mmap_rwsem", "i_mmap changed without i_mmap_rwsem held for writing")
		case model.AnonTree:
			return writeToAnonTree(p, t, e)
		}
		return nil
	},
}

// rangeFields are the fields by which rmap walks find a vma.
var rangeFields = map[string]bool{"vm_start": true, "vm_end": true, "vm_pgoff": true}

func writeToVMA(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
	shared, fault := model.And(alive(e), model.Ne(model.At(e.Type.Owner, e.Obj), model.Int(t.Num))), faultMay(p, t, e)
	var out []model.Check
	need := func(held model.Expr, text string) {
		out = append(out, model.Check{Bad: model.And(shared, model.Not(held)), Text: "vma->" + e.Fld.Name + " written " + text})
	}
	for _, s := range model.Stabilisers {
		lt, l := s.Lock(p, e.Obj)
		switch {
		case lt == nil:
		case s.Name == "mmap_lock":
			read := model.And(fault, lt.Kind.Held(lt, l, t.Num, model.Read))
			need(model.Or(read, lt.Kind.Held(lt, l, t.Num, model.Write)), "without mmap_lock held for writing")
		case s.Name == "i_mmap_rwsem" && rangeFields[e.Fld.Name]:
			held := lt.Kind.Held(lt, l, t.Num, model.Write)
			need(model.Or(model.Not(s.Valid(p, e.Obj)), held), "without i_mmap_rwsem held for writing, though it is linked in i_mmap")
		case s.Name == "anon_vma" && rangeFields[e.Fld.Name]:
			held := lt.Kind.Held(lt, l, t.Num, model.Write)
			need(model.Or(model.Not(s.Valid(p, e.Obj)), held), "without the anon_vma's lock held for writing, though it is linked there")
		}
	}
	if locked := p.WriteLocked(e.Obj); locked != nil && e.Fld.Name != "vm_lock_seq" {
		need(model.Or(locked, fault), "without the vma being write-locked")
	}
	return out
}

// growsDown is VM_GROWSDOWN, as <mm/internal.h> has it.
const growsDown = 0x100

// faultMay says whether a page fault may write the field, which holds mmap_lock
// for reading: it gives a vma its anon_vma, once, under page_table_lock, and
// enters it into the chain under the lock of the anon_vma; where vmas have no lock
// it lets a stack grow under page_table_lock.
func faultMay(p *model.Program, t *model.Thread, e *model.Event) model.Expr {
	lawful := model.Expr(model.False)
	switch e.Fld.Name {
	case "anon_vma":
		lt, l := pageTableLockOf(p, e.Obj)
		if lt != nil {
			lawful = model.And(lt.Kind.Held(lt, l, t.Num, model.Write), model.Eq(model.At(e.Fld.Var, e.Obj), model.Const(0)))
		}
	case "vm_start", "vm_pgoff":
		lt, l := pageTableLockOf(p, e.Obj)
		if flags := e.Type.Field("vm_flags"); lt != nil && flags != nil && p.WriteLocked(e.Obj) == nil {
			stack := model.Ne(model.MkBin(model.OpAnd, model.At(flags.Var, e.Obj), model.Const(growsDown)), model.Const(0))
			lawful = model.And(stack, lt.Kind.Held(lt, l, t.Num, model.Write))
		}
	case "anon_vma_chain":
		for _, s := range model.Stabilisers {
			if lt, l := s.Lock(p, e.Obj); s.Name == "anon_vma" && lt != nil {
				lawful = lt.Kind.Held(lt, l, t.Num, model.Write)
			}
		}
	}
	return lawful
}

// pageTableLockOf is page_table_lock of the mm of vma v.
func pageTableLockOf(p *model.Program, v model.Expr) (*model.Type, model.Expr) {
	mm := p.TypeByName(model.TrackedTag).Field("vm_mm")
	if mm == nil || mm.Var == nil {
		return nil, nil
	}
	f := mm.Var.Points.Field("page_table_lock")
	if f == nil || f.Sub == nil {
		return nil, nil
	}
	return f.Sub, f.Member(model.At(mm.Var, v), model.Const(0))
}

func writeToTree(t *model.Thread, e *model.Event, lockName, text string) []model.Check {
	unlocked := model.Expr(model.False)
	for _, in := range e.Type.Instances {
		if l := siblingLock(in, lockName); l != nil {
			held := l.Type.Kind.Held(l.Type, model.Int(l.Num), t.Num, model.Write)
			unlocked = model.Or(unlocked, model.And(model.Eq(e.Obj, model.Int(in.Num)), model.Not(held)))
		}
	}
	return []model.Check{{Bad: unlocked, Text: text}}
}

// writeToAnonTree asks for the lock of the root that the tree's anon_vma names.
func writeToAnonTree(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
	anon := p.TypeByName("anon_vma")
	root := anon.Field("root")
	if root == nil || root.Var == nil || anon.Field("rwsem") == nil {
		return nil
	}
	lock := anon.Field("rwsem")
	inst := lock.Member(model.At(root.Var, model.Lookup(e.Type.Container(anon), e.Obj)), model.Const(0))
	held := lock.Sub.Kind.Held(lock.Sub, inst, t.Num, model.Write)
	return []model.Check{{Bad: model.Not(held), Text: "tree of an anon_vma changed without the lock of its root held for writing"}}
}

// writeToEntry asks for the lock of the page table, which is in the struct that
// the table is in.
func writeToEntry(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
	named := model.Expr(model.False)
	for _, m := range p.Mappers(e.Type, e.Obj) {
		named = model.Or(named, m.Names)
	}
	var out []model.Check
	for _, in := range [][2]string{{"ptdesc", "ptl"}, {"mm_struct", "page_table_lock"}} {
		typ := p.TypeByName(in[0])
		if typ == nil || typ.Field(in[1]) == nil || !e.Type.CanLieIn(typ) {
			continue
		}
		lock := typ.Field(in[1])
		held := lock.Sub.Kind.Held(lock.Sub, lock.Member(model.Lookup(e.Type.Container(typ), e.Obj), model.Const(0)), t.Num, model.Write)
		out = append(out, model.Check{
			Bad: model.And(intact(e), named, model.Not(held)), Text: "page-table entry written without the lock of its table",
		})
	}
	return out
}

// writeToPmd asks for the lock of mm->pmd[], under which page tables come and go.
func writeToPmd(t *model.Thread, e *model.Event) []model.Check {
	lock := e.Type.Field("pmd_ptl")
	if lock == nil || lock.Sub == nil {
		return nil
	}
	held := lock.Sub.Kind.Held(lock.Sub, lock.Member(e.Obj, model.Const(0)), t.Num, model.Write)
	return []model.Check{{Bad: model.And(intact(e), model.Not(held)), Text: "mm->pmd[] written without pmd_ptl"}}
}
