// SPDX-License-Identifier: MIT

// This file checks that a vma pointer is not older than the hold that
// protects its use.

package property

import "mmcheck/model"

// StaleVMA: a vma pointer is used that is older than the present hold.
var StaleVMA = &Property{
	ID:       "stale-vma",
	Severity: Rule,
	Short:    "a vma pointer is used that is older than the present hold",
	Doc: `A vma pointer dies with the last lock that kept the vma stable since it was
looked up: when that lock is dropped, the vma may be split, merged or freed,
and taking the lock again does not bring the pointer back. It must be
looked up again by address. mmap_write_downgrade() keeps it alive, and so
does handing over from mmap_lock to the vma's own lock before the first is
released. No other thread needs to run for the rule to be broken.

A thread that owns the vma (allocated and not yet published, or taken out
of the tree by itself) may go on using its pointer. Comparing a stale
pointer is not a use, and vm_mm, which never changes, may be read while the
vma has not been freed. Within the RCU read section in which the pointer was
found, vm_lock_seq and detached may be read, and the vma's lock be taken, in
kernels that have one; so may all else between mmap_lock_speculate_try_begin() and
the retry.

In memory a pointer is as old as when the thread stored it that loads it:
in a local struct or a copy of one, filled in by reference, in a global or in an
object of the heap, and as the address of a member of the vma, from which
container_of() leads back. What another thread has stored is judged
by what the reader holds when it loads it.

A walk over the tree (VMA_ITERATOR(), MA_STATE()) dies likewise: with the lock or the
read section in which it came to its node, and, outside of a read section, with the
next change of the tree that is not its own. It has to begin anew then: mas_pause(),
vma_iter_invalidate().

Not judged: what was copied out of a vma, such as its end: whether it still
holds is for the code to find out, or for an assertion.

Source: Documentation/mm/process_addrs.rst, on the locks that keep a vma stable;
lib/maple_tree.c on mas_pause().`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		if !needsHold(p, t, e) || e.Life == nil {
			return nil
		}
		mine := model.Eq(model.At(e.Type.Owner, e.Obj), model.Int(t.Num))
		peek := model.And(model.Bool(e.Mode == model.Read), model.Peeks(t, e.Fld, e.Life))
		holds := model.MkBin(model.OpAnd, e.Life, model.Const(^model.PeekBit()))
		bad := model.And(alive(e), model.Eq(holds, model.Const(0)), model.Not(model.Or(mine, p.Calm(e.Obj))), model.Not(peek))
		return []model.Check{{Bad: bad, Text: "vma pointer is older than the lock that is held now"}}
	},
}
