// SPDX-License-Identifier: MIT

package promela

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"mmcheck/model"
)

// The codes of operations in testdata/rcu.pml; index 0 ends a script.
var rcuOps = []string{"", "lock", "unlock", "load", "read", "clear", "sync", "free", "call", "kfree", "alloc"}

const rcuScriptLen = 7

// rcuScripts are what one client may do: readers, then writers.
var rcuScripts = [][]string{
	{"lock", "load", "read", "read", "unlock"},
	{"lock", "load", "unlock", "read"},
	{"lock", "load", "lock", "unlock", "read", "unlock"},
	{"load", "read"},
	{"lock", "load", "unlock", "lock", "read", "unlock", "read"},
	{"lock", "load", "read", "unlock", "read"},
	{"clear", "sync", "free"},
	{"clear", "call"},
	{"clear", "kfree"},
	{"clear", "free", "alloc"},
	{"clear", "free", "alloc", "clear", "free"},
	{"clear", "call", "alloc"},
	{"clear", "sync", "free", "alloc"},
	{"lock", "clear", "call", "unlock", "alloc"},
	{"lock", "clear", "sync", "free"},
	{"clear", "kfree", "alloc", "clear", "free"},
}

const rcuReaders = 6

// rcuCombos are the sets of clients, of at most one writer each: scripts of the
// three clients and whether the pool is type-stable.
func rcuCombos() [][]int {
	var out [][]int
	for stable := range 2 {
		for w := rcuReaders; w < len(rcuScripts); w++ {
			for r := range rcuReaders {
				out = append(out, []int{r, w, rwsemNobody, stable})
			}
			if len(rcuScripts[w]) <= 3 {
				out = append(out, []int{1, w, 1, stable}, []int{0, w, 3, stable})
			}
		}
	}
	return out
}

// TestRcuHistories compares the native RCU with a model of it that was written
// by hand: for every set of clients, readers may see the same, with the same
// number of clients left hanging.
func TestRcuHistories(t *testing.T) {
	needSpin(t)
	combos := rcuCombos()
	spin := rcuBySpin(t, combos)
	dangling, hang := 0, 0
	for i, combo := range combos {
		native := rcuNative(t, combo)
		if !slices.Equal(native, spin[i]) {
			t.Errorf("clients %v, type-stable %d: possible outcomes differ\nnative only: %v\nSPIN only: %v",
				rcuNames(combo[:3]), combo[3], without(native, spin[i]), without(spin[i], native))
		}
		if slices.ContainsFunc(native, rcuDangles) {
			dangling++
		}
		if slices.ContainsFunc(native, func(s string) bool { return !strings.HasPrefix(s, "3 ") }) {
			hang++
		}
	}
	if dangling == 0 || dangling == len(combos) || hang == 0 {
		t.Errorf("of %d sets of clients, %d can follow a dangling pointer and %d can hang", len(combos), dangling, hang)
	}
	t.Logf("%d sets of clients, %d of them can follow a dangling pointer, %d can hang", len(combos), dangling, hang)
}

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

func rcuNames(combo []int) (out []string) {
	for _, s := range combo {
		if s != rwsemNobody {
			out = append(out, strings.Join(rcuScripts[s], "; "))
		}
	}
	return out
}

// rcuBySpin returns the outcomes of each combination by the hand-written model,
// sorted.
func rcuBySpin(t *testing.T, combos [][]int) [][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/rcu.pml")
	if err != nil {
		t.Fatal(err)
	}
	var scripts, flat []int
	for _, s := range rcuScripts {
		codes := make([]int, rcuScriptLen)
		for i, op := range s {
			codes[i] = slices.Index(rcuOps, op)
		}
		scripts = append(scripts, codes...)
	}
	for _, c := range combos {
		flat = append(flat, c...)
	}
	var head bytes.Buffer
	fmt.Fprintf(&head, "#define NSCRIPT_BYTES %d\n#define SCRIPTS {%s}\n", len(scripts), commas(scripts))
	fmt.Fprintf(&head, "#define NCOMBO %d\n#define NCOMBO_BYTES %d\n#define COMBOS {%s}\n", len(combos), len(flat), commas(flat))
	v, err := build(context.Background(), append(head.Bytes(), text...), 1024, false, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.close()
	out, stopped, err := v.pan(context.Background(), 100000, "-c0", "-E")
	if err != nil || stopped != "" {
		t.Fatal(stopped, err)
	}
	if s, err := parseSearch(out); err != nil || s.stopped != "" || len(s.errors) > 0 {
		t.Fatalf("%v: %v\n%s", err, s, firstLines(out, 5))
	}
	return readOutcomes(t, out, len(combos))
}

// rcuNative returns the same from the native cell.
func rcuNative(t *testing.T, combo []int) []string {
	t.Helper()
	s := script{name: "rcu", seal: model.SealOptions{Keep: func(*model.Check) bool { return false }}, shared: rcuShared(combo[3] == 1)}
	for me, n := range combo[:3] {
		s.threads = append(s.threads, func(c *model.Code) {
			if n != rwsemNobody {
				rcuClient(c, me, rcuScripts[n])
			}
		})
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
	return outcomes(p, p.Threads[:3], find(p, "log"), find(p, "nlog"))
}

// rcuShared declares the object that is published at first, and the log.
func rcuShared(stable bool) func(p *model.Program) {
	return func(p *model.Program) {
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
		p.NewVar("log", model.Memory, 0).Len = 12
		p.NewVar("nlog", model.Memory, 0)
	}
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
		case "lock", "unlock":
			call(c, "rcu_read_"+op)
		case "load":
			c.Step(append(load, model.Set{V: seen, X: model.Ne(model.Ld(ptr), model.Const(0))})...)
			rcuObserve(c, me, i, seen)
		case "read":
			value := model.Cond(model.Eq(model.Ld(ptr.Life), model.Const(model.LifeDead)), model.Const(rcuDangling), model.At(thing.Field("key").Var, model.Ld(ptr)))
			c.Step(model.Set{V: seen, X: model.Cond(model.Eq(model.Ld(ptr), model.Const(0)), model.Const(0), value)})
			rcuObserve(c, me, i, seen)
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

func rcuObserve(c *model.Code, me, i int, seen *model.Var) {
	log, nlog := find(c.P, "log"), find(c.P, "nlog")
	c.Step(model.Set{V: log, I: model.Ld(nlog), X: model.Add(model.Int(64*me+8*i), model.Ld(seen))},
		model.Set{V: nlog, X: model.Add(model.Ld(nlog), model.Const(1))})
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
