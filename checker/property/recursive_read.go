// SPDX-License-Identifier: MIT

// This file checks that no thread takes the same lock for reading twice.

package property

import "mmcheck/model"

// RecursiveRead: a thread read-locks what it already holds for reading.
var RecursiveRead = &Property{
	ID:       "recursive-read",
	Severity: Rule,
	Short:    "a thread read-locks what it already holds for reading",
	Doc: `A thread asks for an rw_semaphore for reading while it already holds it for
reading. When a writer queues in between, the second request waits behind
the writer, and the writer waits for the first hold: a deadlock of one
thread with itself. Typical case: a page fault on user memory while
mmap_lock is held. A trylock cannot hang and is allowed.

Not judged: a caller's lock that a function is told of and uses, as
get_user_pages() does, is not taken twice.

Source: Documentation/locking/lockdep-design.rst, on recursive read locks;
kernel/locking/rwsem.c: a reader queues behind a waiting writer.`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		if e.Kind != model.Acquire || e.Mode != model.Read || e.Try {
			return nil
		}
		held := e.Lock.Type.Kind.Held(e.Lock.Type, e.Lock.Inst, t.Num, model.Read)
		return []model.Check{{Bad: held, Text: "read lock requested while holding the lock for reading"}}
	},
}
