// SPDX-License-Identifier: MIT

// This file describes the misuse of locks, which the cells themselves check.

package property

// LockMisuse: a lock is released or taken by someone who must not.
var LockMisuse = &Property{
	ID:       "lock-misuse",
	Severity: Error,
	Short:    "a lock is released or taken by someone who must not",
	Doc: `A lock is released that is not held, or in the wrong mode (up_read of a write
hold, up_write of a read hold); downgraded without being held for writing;
requested for writing by a thread that already holds it in either mode, or
for reading by the writer: each of these hangs or corrupts the lock for
certain and is reported at the attempt. A failed assertion that a lock is
held (mmap_assert_locked, lockdep_assert_held) is reported here too, and so
are two writers of one sequence counter, the end of a write that was not
begun, and the unlock of a folio that is not locked. A folio may be unlocked
by another thread than locked it.

The initialisation of a lock that somebody holds or waits for, or of a sequence
counter within a write, is reported as well: the lock is free then while its
holder is inside, and who waits is forgotten. A free lock may be initialised
again.

Reading recursively is reported as recursive-read, since it only hangs when
a writer queues in between.

Not judged: up_read_non_owner() and mmap_read_unlock_non_owner(), which release
what another thread has taken, and say so.

Source: Documentation/locking/lockdep-design.rst; DEBUG_RWSEMS_WARN_ON() in
kernel/locking/rwsem.c; Documentation/locking/mutex-design.rst; include/linux/seqlock.h.`,
}
