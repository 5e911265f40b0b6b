// SPDX-License-Identifier: MIT

// This file checks that no thread ends with a lock held.

package property

import "mmcheck/model"

// LockLeak: a thread ends with a lock held.
var LockLeak = &Property{
	ID:       "lock-leak",
	Severity: Error,
	Short:    "a thread ends with a lock held",
	Doc: `A thread returns while it holds a lock: nobody will ever release it, and the
next one to ask for it waits for ever. Usually an error path, or a
function that dropped or kept the lock against its contract.

A read lock that another thread is to release, by up_read_non_owner() or
mmap_read_unlock_non_owner(), remains held by the thread that took it, as
for lockdep, until that says rwsem_release(&sem->dep_map, _RET_IP_). From
then on it is nobody's, and has to be released before all threads have
ended.

Not judged: functions that return with a lock, as lock_mm_and_find_vma() does;
what counts is the end of the thread. See contract for those.

Source: lockdep_sys_exit() in kernel/locking/lockdep.c, which complains of locks
held when a task returns to user mode.`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		if e.Kind != model.Exit {
			return nil
		}
		var out []model.Check
		p.EachLock(func(typ *model.Type, in *model.Instance) {
			inst := model.Int(in.Num)
			lock := model.LockRef{Type: typ, Inst: inst}
			out = append(out, model.Check{
				Bad:  model.Holds(typ, inst, t.Num),
				Text: t.Name + " ends with " + in.Name + " held",
				Lock: lock,
			})
			if t != p.InitThread() {
				out = append(out, model.Check{
					Bad:  model.And(model.Unowned(typ, inst), p.OthersEnded(t)),
					Text: t.Name + " ends last, and nobody is left to release " + in.Name,
					Lock: lock,
				})
			}
		})
		return out
	},
}
