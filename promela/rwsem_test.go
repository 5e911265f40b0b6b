// SPDX-License-Identifier: MIT

package promela

import (
	"testing"

	"mmcheck/model"
)

// rwsemScripts are what one client may do; a failed trylock skips the operation
// behind it. The long ones first learn from a failed trylock that a writer has
// queued, and then overtake it, or must not.
var rwsemScripts = []string{
	"down_read up_read",
	"down_write up_write",
	"down_write downgrade_write up_read",
	"down_read_trylock up_read",
	"down_write_trylock up_write",
	"down_read down_read up_read up_read",
	"down_read up_read down_write up_write",
	"down_write downgrade_write up_read down_read up_read",
	"down_read down_read_trylock up_read up_read down_read up_read",
	"down_read down_read_trylock up_read up_read down_write up_write",
	"down_read down_read_trylock up_read up_read down_write_trylock up_write",
	"down_write downgrade_write down_read_trylock up_read up_read down_write",

	"down_read hand", // from here on the lock is released by another client
	"down_read hand down_read_trylock up_read",
	"down_read_non_owner hand down_write up_write",
	"down_write downgrade_write hand down_read up_read",
	"take up_read_non_owner",
	"take up_read_non_owner down_write up_write",
}

// The first script that is about other clients' locks, and the first of those who
// release them.
const (
	rwsemHands = 12
	rwsemTakes = 16
)

// rwsemSets are all pairs, all threes of the first six scripts, and each long
// one with a writer and one more; and each that leaves its lock to another one,
// with that and one more.
func rwsemSets() [][]int {
	var out [][]int
	for a := range rwsemHands {
		for b := a; b < rwsemHands; b++ {
			out = append(out, []int{a, b, nobody})
			for c := b; c < 6; c++ {
				out = append(out, []int{a, b, c})
			}
		}
	}
	for a := 6; a < rwsemHands; a++ {
		for c := range 4 {
			out = append(out, []int{a, 1, c})
		}
	}
	for a := rwsemHands; a < rwsemTakes; a++ {
		for b := rwsemTakes; b < len(rwsemScripts); b++ {
			for c := range 6 {
				out = append(out, []int{a, b, c})
			}
		}
	}
	return out
}

func rwsemTwin() *twin {
	w := &twin{model: "rwsem", clients: 3, events: 18, scripts: rwsemScripts, sets: rwsemSets(),
		ops: []string{"down_read", "down_write", "down_read_trylock", "down_write_trylock", "up_read", "up_write", "downgrade_write",
			"down_read_non_owner", "up_read_non_owner", "hand", "take"},
	}
	w.native = func(t *testing.T, set []int) []string { return rwsemNative(t, w, set) }
	w.mutants = []twinMutant{
		{"a trylock does not mind the queue", "ok = (writer == NOBODY && nwaiting == 0);", "ok = (writer == NOBODY);", []int{1, 8, nobody}},
		{"a reader goes past a waiting writer", ":: writer == NOBODY && (nwaiting == 0 || readers == 0) -> readers++", ":: writer == NOBODY -> readers++", []int{1, 5, nobody}},
		{"a free lock is kept for the first in the queue", ":: LOCK_FREE -> writer = me", ":: LOCK_FREE && nwaiting == 0 -> writer = me", []int{1, 9, nobody}},
		{"a downgrade lets nobody in", "readers = 1; grant() }", "readers = 1 }", []int{0, 11, nobody}},
		{"a write unlock lets nobody in", "op == UP_WRITE -> writer = NOBODY; grant() }", "op == UP_WRITE -> writer = NOBODY }", []int{0, 1, nobody}},
		{"only who took a read lock can release it", "|| op == UP_READ_NON_OWNER)", "|| op == UP_READ_NON_OWNER && false)", []int{12, 16, 1}},
	}
	return w
}

// TestRwsemHistories compares the native rwsem: the same logs of acquisitions and
// trylock results are possible, with the same clients left hanging.
func TestRwsemHistories(t *testing.T) {
	w := rwsemTwin()
	hang := 0
	for _, native := range w.compare(t) {
		if w.canHang(native) {
			hang++
		}
	}
	t.Logf("%d sets of clients, %d of them can hang", len(w.sets), hang)
}

func TestRwsemMutants(t *testing.T) { rwsemTwin().differ(t) }

func rwsemNative(t *testing.T, w *twin, set []int) []string {
	t.Helper()
	s := script{name: "rwsem", seal: quiet(), shared: func(p *model.Program) {
		declare(p, "rw_semaphore", 1)
		p.NewVar("handed", model.Memory, 0)
		w.declareLog(p)
	}}
	for me := range w.clients {
		s.threads = append(s.threads, func(c *model.Code) { rwsemClient(c, me, w.script(set, me)) })
	}
	p := s.build(t)
	return outcomes(t, p, p.Threads)
}

// rwsemClient runs a script and logs what it observes, as rwsem.pml does.
func rwsemClient(c *model.Code, me int, ops []string) {
	var skipped *model.Block // where a failed trylock continues
	handed := find(c.P, "handed")
	for i, op := range ops {
		var v model.Value
		switch op {
		case "hand":
			c.Step(model.Set{V: handed, X: model.Add(model.Ld(handed), model.Const(1))})
		case "take":
			c.Wait(model.Lt(model.Const(0), model.Ld(handed)), nil, model.LockRef{}, model.Set{V: handed, X: model.Sub(model.Ld(handed), model.Const(1))})
		default:
			v = call(c, op, lock(c.P, "rw_semaphore", 1))
		}
		if skipped != nil {
			c.Goto(skipped)
			c.At(skipped)
			skipped = nil
		}
		switch op {
		case "down_read", "down_read_non_owner", "down_write", "downgrade_write":
			observe(c, me, model.Int(2*i+1))
		case "down_read_trylock", "down_write_trylock":
			ok := c.T.NewReg("ok", nil)
			c.Do(model.Set{V: ok, X: v.X})
			observe(c, me, model.Add(model.Int(2*i), model.Ld(ok)))
			got := c.NewBlock()
			skipped = c.NewBlock()
			c.Branch(model.Ld(ok), got, skipped)
			c.At(got)
		}
	}
}
