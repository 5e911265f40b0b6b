// SPDX-License-Identifier: MIT

package promela

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mmcheck/model"
)

// rcuScripts are what one client may do: readers, then writers.
var rcuScripts = []string{
	"rcu_read_lock load read read rcu_read_unlock",
	"rcu_read_lock load rcu_read_unlock read",
	"rcu_read_lock load rcu_read_lock rcu_read_unlock read rcu_read_unlock",
	"load read",
	"rcu_read_lock load rcu_read_unlock rcu_read_lock read rcu_read_unlock read",
	"rcu_read_lock load read rcu_read_unlock read",
	"clear sync free",
	"clear call",
	"clear kfree",
	"clear free alloc",
	"clear free alloc clear free",
	"clear call alloc",
	"clear sync free alloc",
	"rcu_read_lock clear call rcu_read_unlock alloc",
	"rcu_read_lock clear sync free",
	"clear kfree alloc clear free",
}

const rcuReaders = 6

// rcuSets have at most one writer each; behind the clients stands whether the pool
// is type-stable.
func rcuSets() [][]int {
	var out [][]int
	for stable := range 2 {
		for w := rcuReaders; w < len(rcuScripts); w++ {
			for r := range rcuReaders {
				out = append(out, []int{r, w, nobody, stable})
			}
			if len(strings.Fields(rcuScripts[w])) <= 3 {
				out = append(out, []int{1, w, 1, stable}, []int{0, w, 3, stable})
			}
		}
	}
	return out
}

func rcuTwin() *twin {
	w := &twin{model: "rcu", clients: 3, events: 12, scripts: rcuScripts, sets: rcuSets(),
		ops: []string{"rcu_read_lock", "rcu_read_unlock", "load", "read", "clear", "sync", "free", "call", "kfree", "alloc"},
	}
	w.native = func(t *testing.T, set []int) []string { return rcuNative(t, w, set) }
	w.mutants = []twinMutant{
		{"a grace period is over at once", "#define OVER(g)\t\t(LEFT(g, 0) && LEFT(g, 1) && LEFT(g, 2))", "#define OVER(g)\t\t(true)", []int{0, 6, nobody, 0}},
		{"an inner section ends the outer one", "\t\tnest[me]++\n", "\t\tnest[me]++;\n\t\tserial[me] = serial[me] + (nest[me] > 1 -> 1 : 0)\n", []int{2, 6, nobody, 0}},
		{"kfree_rcu() does not wait", "callback[1] == KFREE && OVER(PERIOD(1))", "callback[1] == KFREE", []int{0, 8, nobody, 0}},
		{"call_rcu() does not wait", "callback[1] == CALL && OVER(PERIOD(1))", "callback[1] == CALL", []int{0, 7, nobody, 0}},
		{"a callback is lost", "callback[1] == CALL && OVER(PERIOD(1))", "false", []int{1, 7, nobody, 0}},
		{"type-stable memory may not be read", "|| (STABLE && held)", "", []int{0, 9, nobody, 1}},
		{"any memory is type-stable", "(STABLE && held)", "held", []int{0, 9, nobody, 0}},
		{"an object that is reused stays the same", "\tgen[o]++", "\tskip", []int{1, 9, nobody, 0}},
	}
	return w
}

// TestRcuHistories compares the native RCU: readers may see the same, with the
// same number of clients left hanging.
func TestRcuHistories(t *testing.T) {
	w := rcuTwin()
	dangling, hang := 0, 0
	for _, native := range w.compare(t) {
		if slices.ContainsFunc(native, rcuDangles) {
			dangling++
		}
		if w.canHang(native) {
			hang++
		}
	}
	if dangling == 0 || dangling == len(w.sets) || hang == 0 {
		t.Errorf("of %d sets of clients, %d can follow a dangling pointer and %d can hang", len(w.sets), dangling, hang)
	}
	t.Logf("%d sets of clients, %d of them can follow a dangling pointer, %d can hang", len(w.sets), dangling, hang)
}

func TestRcuMutants(t *testing.T) { rcuTwin().differ(t) }

const rcuDangling = 7

func rcuDangles(outcome string) bool {
	for _, f := range strings.Fields(outcome)[1:] {
		var n int
		if _, err := fmt.Sscan(f, &n); err == nil && n%8 == rcuDangling {
			return true
		}
	}
	return false
}

func rcuNative(t *testing.T, w *twin, set []int) []string {
	t.Helper()
	s := script{name: "rcu", seal: quiet(), shared: func(p *model.Program) {
		rcuShared(p, set[w.clients] == 1)
		w.declareLog(p)
	}}
	for me := range w.clients {
		s.threads = append(s.threads, func(c *model.Code) { rcuClient(c, me, w.script(set, me)) })
	}
	s.threads = append(s.threads, func(c *model.Code) {
		loop := model.NewCallbackLoop(c)
		head := loop.Next()
		thing := c.P.TypeByName("thing")
		call(c, "kmem_cache_free", model.Value{X: model.Const(0)},
			model.Value{X: model.Lookup(thing.Field("rcu").MemberOf(), head.X), Life: head.Life, Points: thing})
		loop.Return()
		loop.Done()
	})
	p := s.build(t)
	return outcomes(t, p, p.Threads[:w.clients])
}

// rcuShared declares the object that is published at first.
func rcuShared(p *model.Program, stable bool) {
	p.Typesafe["thing"] = stable
	thing := p.AddType("thing")
	key := thing.AddLeaf("key", 1, 32, true, nil)
	thing.AddSub("rcu", p.AddType("rcu_head"), 1)
	p.PoolOf(thing)
	key.Var.Init = map[int]int64{1: 1}
	thing.Live.Init = map[int]int64{1: 1}
	slot := p.NewVar("slot", model.Memory, 0)
	slot.Points, slot.Init = thing, map[int]int64{0: 1}
	p.TrackLife(slot)
}

// rcuClient runs a script and logs what it reads, as rcu.pml does.
func rcuClient(c *model.Code, me int, ops []string) {
	thing, slot := c.P.TypeByName("thing"), find(c.P, "slot")
	ptr, seen := c.T.NewReg("ptr", thing), c.T.NewReg("seen", nil)
	here := model.Value{X: model.Ld(ptr), Life: model.Ld(ptr.Life), Points: thing}
	load := []model.Stmt{model.Set{V: ptr, X: model.Ld(slot)}, model.Set{V: ptr.Life, X: model.Ld(slot.Life)}}
	nextKey := 1
	for i, op := range ops {
		switch op {
		case "rcu_read_lock", "rcu_read_unlock":
			call(c, op)
		case "load":
			c.Step(append(load, model.Set{V: seen, X: model.Ne(model.Ld(ptr), model.Const(0))})...)
			observe(c, me, model.Add(model.Int(8*i), model.Ld(seen)))
		case "read":
			value := model.Cond(model.Eq(model.Ld(ptr.Life), model.Const(model.LifeDead)), model.Const(rcuDangling), model.At(thing.Field("key").Var, model.Ld(ptr)))
			c.Step(model.Set{V: seen, X: model.Cond(model.Eq(model.Ld(ptr), model.Const(0)), model.Const(0), value)})
			observe(c, me, model.Add(model.Int(8*i), model.Ld(seen)))
		case "clear":
			c.Step(load...)
			c.Step(model.Set{V: slot, X: model.Const(0)}, model.Set{V: slot.Life, X: model.Const(0)})
		case "sync":
			call(c, "synchronize_rcu")
		case "free":
			call(c, "kmem_cache_free", model.Value{X: model.Const(0)}, here)
		case "call", "kfree":
			rcuQueue(c, op, here)
		case "alloc":
			nextKey++
			rcuPublish(c, thing, slot, nextKey)
		}
	}
}

// rcuQueue leaves the freeing of an object to a callback.
func rcuQueue(c *model.Code, op string, obj model.Value) {
	f := obj.Points.Field("rcu")
	k := &model.Call{Code: c, Op: model.FindOp("__mmcheck_kfree_rcu"), Args: []model.Value{{X: f.Member(obj.X, model.Const(0)), Life: obj.Life, Points: f.Sub}}}
	if op == "call" {
		k.Op, k.Callback = model.FindOp("__mmcheck_call_rcu"), 1
	}
	k.Op.Emit(k)
}

// rcuPublish allocates an object, writes its key, and publishes it.
func rcuPublish(c *model.Code, thing *model.Type, slot *model.Var, key int) {
	k := &model.Call{Code: c, Op: model.FindOp("kmem_cache_alloc"), Args: []model.Value{{X: model.Const(0)}, {X: model.Const(0)}}, Want: thing}
	k.Op.Emit(k)
	c.Step(model.Set{V: thing.Field("key").Var, I: k.Result.X, X: model.Int(key)})
	c.Step(model.Set{V: slot, X: k.Result.X}, model.Set{V: slot.Life, X: model.Const(0)})
}
