// SPDX-License-Identifier: MIT

// This file models rwlock_t: one writer or many readers, who spin, in a queue in
// order of arrival (CONFIG_QUEUED_RWLOCKS). It is a rw_semaphore whose holder is in
// atomic context. A handler of an interrupt that reads does not queue: it comes in
// unless a writer holds the lock, so that it may interrupt a reader.

package model

var rwlockKind = &Kind{
	Name:    "rwlock",
	Tag:     "rwlock",
	Typedef: "rwlock_t",
	Doc:     "reader-writer spin lock",
	Declare: declareRwsem,
	Held:    rwsemHeld,
	spins:   true,
}

func init() {
	rwlockKind.Ops = append([]*Op{
		{Name: "rwlock_init", Doc: "initialise; the lock starts free", Emit: initRwsem},
		{Name: "read_trylock", Doc: "lock for reading if nobody holds it for writing or waits", Try: true, Emit: func(c *Call) { spinningRwsem(c, nil).readTrylock(c) }},
		{Name: "write_trylock", Doc: "lock for writing if the lock is idle", Try: true, Mode: Write, Emit: func(c *Call) { spinningRwsem(c, nil).writeTrylock(c) }},
		{Name: "write_lock_nested", Doc: "write_lock with a nesting level", Emit: func(c *Call) { spinningRwsem(c, nil).downWrite(c, level(c), false) }},
		{Name: "rwlock_is_contended", Doc: "whether anybody waits for the lock", Emit: rwsemIsContended},
		{Name: "rwlock_assert_held", Doc: "check that the caller holds the lock", Emit: func(c *Call) { assertRwsem(c, Read) }},
		{Name: "rwlock_assert_held_read", Doc: "check that the caller holds the lock for reading", Emit: assertRead},
		{Name: "rwlock_assert_held_write", Doc: "check that the caller holds the lock for writing", Emit: func(c *Call) { assertRwsem(c, Write) }},
	}, spinOps("read_lock", "read_unlock", "lock for reading; spins", readLock,
		func(c *Call, also []Stmt) { spinningRwsem(c, also).upRead(c) })...)
	rwlockKind.Ops = append(rwlockKind.Ops, spinOps("write_lock", "write_unlock", "lock for writing; spins",
		func(c *Call, also []Stmt) { spinningRwsem(c, also).downWrite(c, nestedHow{}, false) },
		func(c *Call, also []Stmt) { spinningRwsem(c, also).upWrite(c) })...)
}

// spinningRwsem is the lock of which the holder is in atomic context; also is done
// together with the operation.
func spinningRwsem(c *Call, also []Stmt) rwsem {
	r := rwsemOf(c)
	r.spins, r.enter, r.leave = true, cat([]Stmt{preempt(c, 1)}, also), leaveAtomic(c, also...)
	return r
}

func readLock(c *Call, also []Stmt) {
	r := spinningRwsem(c, also)
	if !c.T.handler {
		r.downRead(c, nestedHow{}, false)
		return
	}
	req := r.request(c, Read, nestedHow{}, false)
	for _, st := range req {
		if e, ok := st.(*Event); ok {
			e.Rec = true
		}
	}
	c.Wait(r.noWriter(), bitOf(r.owner()), r.lock, cat(req, r.obtain(c, Read, nil))...)
}
