// SPDX-License-Identifier: MIT

package model

import (
	"fmt"
	"slices"
	"testing"
)

// lockScript runs one list of operations a thread on a single lock of the
// given struct, and watches the results of trylocks and queries.
func lockScript(t *testing.T, tag string, scripts ...[]string) graph {
	t.Helper()
	var watch []*Var
	var threads []func(*Code)
	for i, script := range scripts {
		threads = append(threads, func(c *Code) {
			c.Step() // nothing happens before the first step
			for _, op := range script {
				if r := call(c, op, obj(c.P.TypeByName(tag), 1)); r.X != nil {
					v := c.P.NewVar(fmt.Sprintf("r%d", i+1), Memory, 0)
					watch = append(watch, v)
					c.Do(Set{V: v, X: r.X})
				}
			}
		})
	}
	p := testProgram(t, func(p *Program) { p.NewInstance(p.AddType(tag), "lock", false, 0) }, threads...)
	return explore(t, p, SealOptions{}, watch...)
}

func rwsemScript(t *testing.T, scripts ...[]string) graph {
	t.Helper()
	return lockScript(t, "rw_semaphore", scripts...)
}

func TestRwsemExclusion(t *testing.T) {
	w := []string{"down_write", "up_write"}
	g := rwsemScript(t, w, w)
	if g.stuck != 0 || len(g.broken) != 0 {
		t.Errorf("two writers: %d stuck states, broken %v", g.stuck, g.broken)
	}
	// One thread is before, at, holding or behind its lock (16 pairs). Both
	// holding is impossible; queued is a fifth place of a thread, only while
	// the other holds or has just left.
	if want := 16 - 1 + 2*2; g.states != want {
		t.Errorf("two writers: %d states, want %d", g.states, want)
	}
}

func TestRwsemReadersShare(t *testing.T) {
	r := []string{"down_read", "up_read"}
	if g := rwsemScript(t, r, r); g.states != 16 || g.transitions != 24 {
		t.Errorf("two readers: %d states, %d transitions; want the full grid of 16 and 24", g.states, g.transitions)
	}
}

// Reading recursively hangs when a writer queues in between, and only then.
func TestRwsemRecursiveRead(t *testing.T) {
	twice := []string{"down_read", "down_read", "up_read", "up_read"}
	if g := rwsemScript(t, twice, []string{"down_write", "up_write"}); g.stuck == 0 {
		t.Error("recursive read against a writer never hangs")
	}
	if g := rwsemScript(t, twice, []string{"down_read", "up_read"}); g.stuck != 0 {
		t.Error("recursive read against a reader hangs")
	}
}

// A read trylock fails while a writer holds or merely waits.
func TestRwsemReadTrylock(t *testing.T) {
	if g := rwsemScript(t, []string{"down_read", "up_read"}, []string{"down_read_trylock"}); !slices.Equal(g.ends, []string{"1"}) {
		t.Errorf("beside a reader: results %v, want only success", g.ends)
	}
	// T1 holds for reading until T3's trylock is done: it can only fail
	// because T2 waits.
	p := testProgram(t, func(p *Program) {
		p.NewInstance(p.AddType("rw_semaphore"), "sem", false, 0)
		p.NewVar("done", Memory, 0)
	},
		func(c *Code) {
			call(c, "down_read", obj(c.P.TypeByName("rw_semaphore"), 1))
			c.Wait(Ld(varNamed(c.P, "done")), nil, LockRef{})
			call(c, "up_read", obj(c.P.TypeByName("rw_semaphore"), 1))
		},
		func(c *Code) {
			call(c, "down_write", obj(c.P.TypeByName("rw_semaphore"), 1))
			call(c, "up_write", obj(c.P.TypeByName("rw_semaphore"), 1))
		},
		func(c *Code) {
			lock := c.P.TypeByName("rw_semaphore").cells.(*rwsemVars)
			c.Wait(And(Lt(Const(0), At(lock.readers, Int(lock.readers.Width+1))), Ne(At(lock.queue, Int(lock.queue.Width)), Const(0))), nil, LockRef{})
			r := call(c, "down_read_trylock", obj(c.P.TypeByName("rw_semaphore"), 1))
			c.Do(Check{Prop: "assert", Bad: r.X, Text: "got in front of a waiting writer"})
			c.Step(Set{V: varNamed(c.P, "done"), X: Const(1)})
		})
	if g := explore(t, p, SealOptions{}); len(g.broken) != 0 || len(g.ends) == 0 {
		t.Errorf("trylock behind a waiting writer: broken %v, %d ends", g.broken, len(g.ends))
	}
}

func varNamed(p *Program, name string) *Var {
	for _, v := range p.Vars {
		if v.Name == name {
			return v
		}
	}
	return nil
}

// After a downgrade no writer comes between, and readers get in.
func TestRwsemDowngrade(t *testing.T) {
	g := rwsemScript(t, []string{"down_write", "downgrade_write", "rwsem_assert_held", "up_read"}, []string{"down_write", "up_write"}, []string{"down_read", "up_read"})
	if g.stuck != 0 || len(g.broken) != 0 {
		t.Errorf("downgrade: %d stuck states, broken %v", g.stuck, g.broken)
	}
	// Behind T1's downgrade T2 can only read if it is let in beside T1.
	g = rwsemScript(t, []string{"down_write", "downgrade_write"}, []string{"down_read", "up_read"})
	if g.stuck != 0 {
		t.Error("a reader waits for ever behind a downgraded hold")
	}
	g = rwsemScript(t, []string{"down_write", "downgrade_write"}, []string{"down_write", "up_write"})
	if g.stuck == 0 {
		t.Error("a writer gets in beside a downgraded hold")
	}
}

func TestRwsemMisuse(t *testing.T) {
	for _, c := range []struct {
		want   string
		script []string
	}{
		{"read unlock of a lock not held", []string{"up_read"}},
		{"write unlock of a lock not held for writing", []string{"up_write"}},
		{"write unlock of a lock held for reading", []string{"down_read", "up_write"}},
		{"read unlock of a lock held for writing", []string{"down_write", "up_read"}},
		{"downgrade of a lock not held for writing", []string{"down_read", "downgrade_write"}},
		{"write lock requested twice", []string{"down_write", "down_write"}},
		{"write lock requested while holding the lock for reading", []string{"down_read", "down_write"}},
		{"read lock requested while holding the lock for writing", []string{"down_write", "down_read"}},
		{"lock is not held here", []string{"rwsem_assert_held"}},
		{"read unlock of a lock that nobody holds for reading", []string{"up_read_non_owner"}},
		{"read unlock of a lock that nobody holds for reading", []string{"down_write", "up_read_non_owner"}},
		{"read unlock of a lock that nobody holds for reading", []string{"down_read", "up_read_non_owner", "up_read_non_owner"}},
		{"read unlock of a lock not held", []string{"down_read_non_owner", "up_read"}},
		{"lock is not held here", []string{"down_read_non_owner", "rwsem_assert_held"}},
		{"lock is not held here", []string{"down_read", "__mmcheck_rwsem_release", "rwsem_assert_held"}},
		{"a lock not held for reading is left to another thread", []string{"__mmcheck_rwsem_release"}},
		{"a lock not held for reading is left to another thread", []string{"down_write", "__mmcheck_rwsem_release"}},
		{"lock is not held for writing here", []string{"down_read", "rwsem_assert_held_write"}},
	} {
		g := rwsemScript(t, c.script)
		if !g.broken["lock-misuse: "+c.want] || len(g.broken) != 1 {
			t.Errorf("%v: broken %v, want %q", c.script, g.broken, c.want)
		}
	}
	if g := rwsemScript(t, []string{"down_read", "down_read", "up_read", "rwsem_assert_held", "up_read"}); len(g.broken) != 0 {
		t.Errorf("nested read: broken %v", g.broken)
	}
}

// A read lock of no thread keeps writers out until any thread releases it, with
// the annotation before or after the release. Beside it others may read.
func TestRwsemNonOwner(t *testing.T) {
	reader := []string{"down_read", "up_read"}
	writer := []string{"down_write", "up_write"}
	for _, takes := range [][]string{
		{"down_read_non_owner"},
		{"down_read", "__mmcheck_rwsem_release"},
		{"down_write", "downgrade_write", "__mmcheck_rwsem_release"},
	} {
		if g := rwsemScript(t, takes, writer); g.stuck == 0 || len(g.broken) != 0 {
			t.Errorf("%v: a writer gets in, broken %v", takes, g.broken)
		}
		if g := rwsemScript(t, takes, reader); g.stuck != 0 || len(g.broken) != 0 {
			t.Errorf("%v: a reader waits for ever, broken %v", takes, g.broken)
		}
		if g := rwsemScript(t, append(takes, "up_read_non_owner"), writer, reader); g.stuck != 0 || len(g.broken) != 0 {
			t.Errorf("%v and released: %d stuck states, broken %v", takes, g.stuck, g.broken)
		}
	}
	late := []string{"down_read", "up_read_non_owner", "__mmcheck_rwsem_release"}
	if g := rwsemScript(t, late, writer, reader); g.stuck != 0 || len(g.broken) != 0 {
		t.Errorf("%v: %d stuck states, broken %v", late, g.stuck, g.broken)
	}
	// Released, but not said so: a writer gets in, and the next lock is as any.
	if g := rwsemScript(t, append(late[:2:2], "rwsem_assert_held"), writer); g.stuck != 0 || len(g.broken) != 0 {
		t.Errorf("%v: %d stuck states, broken %v", late[:2], g.stuck, g.broken)
	}
}

// A killable acquisition may fail once it had to queue, holds nothing then, and
// lets in who queued behind it.
func TestRwsemKillable(t *testing.T) {
	for _, op := range []string{"down_read_killable", "down_write_killable"} {
		if g := rwsemScript(t, []string{op}); !slices.Equal(g.ends, []string{"0"}) {
			t.Errorf("%s alone: results %v, want 0", op, g.ends)
		}
		// Nobody lets go: who comes second can only end by a signal.
		if g := rwsemScript(t, []string{"down_write_killable"}, []string{op}); !slices.Equal(g.ends, []string{"-4 0", "0 -4"}) || g.stuck != 0 {
			t.Errorf("%s: results %v, %d stuck; want 0 and -EINTR", op, g.ends, g.stuck)
		}
	}
	// T1 reads for ever; T3 reads beside it only if T2, queued in between, is out
	// of its way.
	g := rwsemScript(t, []string{"down_read_killable"}, []string{"down_write_killable"}, []string{"down_read_killable"})
	if g.stuck != 0 || !slices.Contains(g.ends, "0 -4 0") || slices.Contains(g.ends, "0 0 0") {
		t.Errorf("reader behind a writer that was killed: results %v, %d stuck", g.ends, g.stuck)
	}
	// A failed result is of this call, not of an earlier one.
	if g := rwsemScript(t, []string{"down_write_killable", "up_write"}, []string{"down_read_killable", "down_read_killable"}); !slices.Contains(g.ends, "0 -4 0") {
		t.Errorf("a lock that was obtained at the second attempt: %v", g.ends)
	}
}

// The release of a lock in an object that a thread frees is two steps if there
// are waiters; elsewhere it is one.
func TestReleaseTail(t *testing.T) {
	tails := func(tag, lock, unlock string, heap, frees bool) int {
		p := testProgram(t, func(p *Program) {
			p.AddType("box").AddSub("lock", p.AddType(tag), 1)
			if heap {
				p.PoolOf(p.TypeByName("box"))
			} else {
				p.NewInstance(p.TypeByName("box"), "box", false, 0)
			}
		}, func(c *Code) {
			box := c.P.TypeByName("box")
			b := c.T.NewReg("b", box)
			c.Step(Set{V: b, X: Int(1)})
			l := Value{X: box.Field("lock").Member(Ld(b), Const(0)), Life: Ld(b.Life), Points: box.Field("lock").Sub}
			call(c, lock, l)
			call(c, unlock, l)
		}, func(c *Code) {
			if frees {
				call(c, "kfree", obj(c.P.TypeByName("box"), 1))
			}
		})
		explore(t, p, SealOptions{})
		n := 0
		for _, b := range p.Threads[0].Points {
			if b.Step.Tail {
				n++
			}
		}
		return n
	}
	for _, op := range [][3]string{{"rw_semaphore", "down_read", "up_read"}, {"rw_semaphore", "down_write", "up_write"}, {"mutex", "mutex_lock", "mutex_unlock"}} {
		if n := tails(op[0], op[1], op[2], true, true); n != 1 {
			t.Errorf("%s: %d last accesses to a lock that is freed, want 1", op[2], n)
		}
		if tails(op[0], op[1], op[2], true, false)+tails(op[0], op[1], op[2], false, false) != 0 {
			t.Errorf("%s: a last access to a lock that is never freed", op[2])
		}
	}
	if tails("spinlock", "spin_lock", "spin_unlock", true, true) != 0 {
		t.Error("spin_unlock is more than one step")
	}
}

// A lock may be initialised again while it is free and nobody waits for it: one
// that was given up while a writer waits is free, and in use.
func TestInitRwsemInUse(t *testing.T) {
	alone := []string{"down_write", "up_write", "init_rwsem", "down_read", "up_read", "init_rwsem"}
	if g := rwsemScript(t, alone); len(g.broken) != 0 {
		t.Errorf("of a free lock: broken %v", g.broken)
	}
	if g := rwsemScript(t, []string{"down_read", "init_rwsem"}); len(g.broken) == 0 {
		t.Error("of a lock held for reading: nothing is broken")
	}
	p := testProgram(t, func(p *Program) { p.NewInstance(p.AddType("rw_semaphore"), "sem", false, 0) },
		func(c *Code) {
			sem := obj(c.P.TypeByName("rw_semaphore"), 1)
			v := c.P.TypeByName("rw_semaphore").cells.(*rwsemVars)
			call(c, "down_write", sem)
			call(c, "up_write", sem)
			c.Wait(And(Eq(At(v.writer, Const(1)), Const(0)), Ne(At(v.queue, Const(int64(v.queue.Width))), Const(0))), nil, LockRef{})
			call(c, "init_rwsem", sem)
		},
		func(c *Code) { call(c, "down_write", obj(c.P.TypeByName("rw_semaphore"), 1)) })
	if g := explore(t, p, SealOptions{}); len(g.broken) == 0 {
		t.Error("of a free lock with a waiter: nothing is broken")
	}
}
