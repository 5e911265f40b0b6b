// SPDX-License-Identifier: MIT

// Package random makes small lock programs by chance, by which the searches
// are compared with each other and with SPIN.
//
// A program is drawn as a Script (draw.go), a tree of statements with a text
// form (script.go, parse.go), and then lowered to a model.Program (build.go),
// the same one each time. The text form does not depend on how scripts are
// drawn: a program once recorded stays what it is when the generator is tuned.
//
// Two thirds of the scripts keep a discipline (discipline.go): whatever is
// shared has a lock, a home-made one at times, and asserts what the lock is
// for. Most of these are then broken in one place (mutate.go), so that a bug,
// if there is one, needs a particular race. The others do as they like
// (anarchy.go). Shrink
// (shrink.go) reduces a script while a property of it is kept.
//
// # Words
//
// Operands are numbers or names: r0 to r3 are integers of the thread, k0 a bit-field, g0 to g3
// shared ones, n0 and n1 shared bit-fields, t[1] and t[r0] elements of a shared array; a and b are pointers
// of the thread to struct item, p0 and p1 shared ones; v and w, and q0, the
// same for vmas; f and h, and f0, for folios; a.val and v.vm_flags are fields. i0
// and i1 are pointers of the thread to integers, s0 a shared one; &a.val is an
// address, and *i0 what a pointer leads to.
// Locks and other native cells are rw0, rw1, mu0, mu1, sp0, sp1, rl0 and rl1 (rwlocks),
// ra0 and ra1 (raw spinlocks), fl (the lock bit of a folio), wq (a wait queue), sc (a sequence counter), dep (who holds a
// home-made lock), those of one mm (mmap, ptl, mt, pt, and its integer mseq),
// one file (imap, root) and one anon_vma (asem, anon), and those within objects
// (a.lock, v.vm_lock). The first threads run as task1 to task4, in the order of
// the text; those that are alike share one.
//
// A statement is one of those of the table in build.go, or a native operation
// by its own name, such as "down_read rw0" and "v = mt_lookup mt 0x1000".
// With "typesafe" in it the objects of struct item are SLAB_TYPESAFE_BY_RCU.
// "__mmcheck_call_rcu a.rcu 1" queues the first body under "callback". A body under
// "irq" is the handler of an interrupt.
package random
