// SPDX-License-Identifier: MIT

// This file checks the documented order of mm's locks.

package property

import "mmcheck/model"

// LockOrder: a lock is requested against the documented order.
var LockOrder = &Property{
	ID:       "lock-order",
	Severity: Rule,
	Short:    "a lock is requested against the documented order",
	Doc: `A lock is requested, not by a trylock, while a lock is held that ranks behind
it in the order of mm/rmap.c:

    inode i_rwsem, mmap_lock, invalidate_lock, the folio's lock, the vma's
    lock, i_mmap_rwsem, anon_vma rwsem, page_table_lock, pmd_ptl, the lock
    of a page table

or while another lock of the same class is held at the same nesting level (that
of the _nested forms). A folio may be locked by who has read-locked the vma: the
order is that of vma_start_write().

Or the requests of a schedule make a circle, as lockdep has it: somebody requests
B while holding A, and somebody, at the same time or another, A while holding B,
or so with more locks. What counts are classes: all locks that are the same
member of a struct, at the same nesting level. A trylock does not wait, but what
it obtained is held like any other. All requests must be made in one schedule:
orders of which a program uses the one or the other, never both, are none. The
shortest schedule with all of them is shown; each thread's requests are in it.

Not judged: the order of INIT; the lock of a folio and locks written in C without
annotations, in circles. A deadlock that is really
reached is reported as deadlock, and any other broken rule first. --simulate does
not look for circles.

Source: the comments at the top of mm/rmap.c and of mm/filemap.c;
Documentation/mm/process_addrs.rst, "Lock ordering";
Documentation/locking/lockdep-design.rst.`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		if e.Kind != model.Acquire || e.Try || t == p.InitThread() {
			return nil
		}
		ranks, classes := lockTables(e.Lock.Type)
		rank, class := model.Lookup(ranks, e.Lock.Inst), model.Lookup(classes, e.Lock.Inst)
		var out []model.Check
		p.EachLock(func(typ *model.Type, in *model.Instance) {
			held := model.Holds(typ, model.Int(in.Num), t.Num)
			other := rankOf(in)
			if other == vmaRank && e.Lock.Type.Kind.OfFolio {
				held = typ.Kind.Held(typ, model.Int(in.Num), t.Num, model.Write)
			}
			if other > 0 {
				before := model.And(model.Lt(model.Const(0), rank), model.Lt(rank, model.Int(other)))
				out = append(out, model.Check{
					Bad:  model.And(held, before),
					Text: "lock requested while holding " + in.Name + ", which must be taken after it",
				})
			}
			if typ == e.Lock.Type && !e.Nest {
				same := model.And(
					model.Eq(class, model.Int(classOf(in))),
					model.Ne(e.Lock.Inst, model.Int(in.Num)),
					model.Eq(model.Subclass(typ, model.Int(in.Num), t.Num), e.Level()))
				out = append(out, model.Check{
					Bad:  model.And(held, same),
					Text: "lock requested while holding " + in.Name + " of the same class, without a nesting level",
				})
			}
			if e.Ask && typ == e.Lock.Type {
				own := typ.Kind.Held(typ, model.Int(in.Num), t.Num, model.Write)
				out = append(out, model.Check{
					Bad:  model.And(own, model.Eq(e.Lock.Inst, model.Int(in.Num))),
					Text: in.Name + " may be requested here while it is held for writing",
				})
			}
		})
		return out
	},
}

// lockRanks is the order of mm/rmap.c by struct and member.
var lockRanks = map[string]int{
	"inode.i_rwsem":                 1,
	"mm_struct.mmap_lock":           2,
	"address_space.invalidate_lock": 3,
	"vm_area_struct.vm_lock":        vmaRank,
	"vm_area_struct.vmlock_dep_map": vmaRank,
	"address_space.i_mmap_rwsem":    6,
	"anon_vma.rwsem":                7,
	"mm_struct.page_table_lock":     8,
	"mm_struct.pmd_ptl":             8,
	"ptdesc.ptl":                    9,
}

// The lock of a folio, in whatever struct it lies, comes before that of a vma.
const (
	folioRank = 4
	vmaRank   = 5
)

func rankOf(in *model.Instance) int {
	if in.Type.Kind.OfFolio {
		return folioRank
	}
	return lockRanks[in.LockClass()]
}

// classOf numbers the classes among the locks of one type.
func classOf(in *model.Instance) int {
	for i, other := range in.Type.Instances {
		if other.LockClass() == in.LockClass() {
			return i + 1
		}
	}
	return 0
}

// lockTables give rank and class by instance number.
func lockTables(typ *model.Type) (ranks, classes *model.Table) {
	ranks, classes = &model.Table{Name: "rank", Arg: typ}, &model.Table{Name: "class", Arg: typ}
	for _, in := range typ.Instances {
		ranks.Put(in.Num, int64(rankOf(in)))
		classes.Put(in.Num, int64(classOf(in)))
	}
	return ranks, classes
}
