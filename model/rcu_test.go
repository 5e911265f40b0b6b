// SPDX-License-Identifier: MIT

package model

import (
	"slices"
	"testing"
)

// rcuScript runs one list of operations a thread. "x=1" sets a shared variable
// and "r=x" reads it into the outcome; both are steps.
func rcuScript(t *testing.T, scripts ...[]string) graph {
	t.Helper()
	var watch []*Var
	var threads []func(*Code)
	for _, script := range scripts {
		threads = append(threads, func(c *Code) {
			for _, op := range script {
				switch x := varNamed(c.P, "x"); op {
				case "x=1":
					c.Step(Set{V: x, X: Const(1)})
				case "r=x":
					r := c.P.NewVar("r", Memory, 0)
					watch = append(watch, r)
					c.Step(Set{V: r, X: Ld(x)})
				default:
					call(c, op)
				}
			}
		})
	}
	p := testProgram(t, func(p *Program) { p.NewVar("x", Memory, 0) }, threads...)
	return explore(t, p, SealOptions{}, watch...)
}

// A reader that was there when the grace period began sees nothing of what
// follows it; one that comes later may see anything.
func TestSynchronizeRcu(t *testing.T) {
	reader := []string{"rcu_read_lock", "r=x", "r=x", "rcu_read_unlock"}
	g := rcuScript(t, reader, []string{"synchronize_rcu", "x=1"})
	if !slices.Equal(g.ends, []string{"0 0", "0 1", "1 1"}) || g.stuck != 0 || len(g.broken) != 0 {
		t.Errorf("reader against grace period: %v, %d stuck, broken %v", g.ends, g.stuck, g.broken)
	}
	// "0 1" needs the reader to come behind the beginning of the grace period:
	// with a first step that only the reader's lock enables, it is impossible.
	late := rcuScript(t, []string{"rcu_read_lock", "x=1", "r=x", "rcu_read_unlock"}, []string{"synchronize_rcu", "r=x"})
	if !slices.Equal(late.ends, []string{"1 0", "1 1"}) {
		t.Errorf("grace period before or behind the reader: %v", late.ends)
	}
}

// The end of an inner section ends no grace period.
func TestNestedSections(t *testing.T) {
	p := testProgram(t, func(p *Program) { p.NewVar("in", Memory, 0) },
		func(c *Code) {
			call(c, "rcu_read_lock")
			c.Step(Set{V: varNamed(c.P, "in"), X: Const(1)})
			call(c, "rcu_read_lock")
			call(c, "rcu_read_unlock")
			c.Step(Set{V: varNamed(c.P, "in"), X: Const(0)})
			call(c, "rcu_read_unlock")
		},
		func(c *Code) {
			c.Wait(Ld(varNamed(c.P, "in")), nil, LockRef{})
			call(c, "synchronize_rcu")
			c.Step(Check{Prop: "assert", Bad: Ld(varNamed(c.P, "in")), Text: "still reading"})
		})
	if g := explore(t, p, SealOptions{}); len(g.broken) != 0 || len(g.ends) != 1 {
		t.Errorf("broken %v, %d ends", g.broken, len(g.ends))
	}
}

// Readers that come and go for ever hold up no grace period, and the state does
// not grow with them.
func TestGracePeriodsAreSets(t *testing.T) {
	forever := func(c *Code) {
		loop := c.NewBlock()
		c.Goto(loop)
		c.At(loop)
		call(c, "rcu_read_lock")
		call(c, "rcu_read_unlock")
		c.Goto(loop)
	}
	p := testProgram(t, func(*Program) {}, forever, forever, func(c *Code) {
		loop := c.NewBlock()
		c.Goto(loop)
		c.At(loop)
		call(c, "synchronize_rcu")
		c.Goto(loop)
	})
	g := explore(t, p, SealOptions{})
	// Each reader is in or out, while the writer is at rest (4), waits for one of
	// them, the other in or out (2 * 2), for both (1), or for nobody any more (4).
	if want := 4 + 2*2 + 1 + 4; g.states != want || g.stuck != 0 {
		t.Errorf("%d states, want %d", g.states, want)
	}
}

func TestRcuMisuse(t *testing.T) {
	for want, script := range map[string][]string{
		"rcu_read_unlock() without a read section":    {"rcu_read_lock", "rcu_read_unlock", "rcu_read_unlock"},
		"rcu_dereference() outside of a read section": {"__mmcheck_rcu_dereference"},
		"RCU read sections nest too deeply":           slices.Repeat([]string{"rcu_read_lock"}, deepestSection+1),
		"":                                            {"rcu_read_lock", "__mmcheck_rcu_dereference", "rcu_read_unlock", "synchronize_rcu"},
	} {
		g := rcuScript(t, script)
		if want == "" && len(g.broken) != 0 || want != "" && (len(g.broken) != 1 || !g.broken["rcu-misuse: "+want]) {
			t.Errorf("%v: broken %v, want %q", script, g.broken, want)
		}
	}
}

// callbackProgram is a program in which the last thread invokes callbacks. The
// first of them writes 2 to x, the second 3.
func callbackProgram(t *testing.T, heads int, threads ...func(*Code)) *Program {
	t.Helper()
	return testProgram(t, func(p *Program) {
		p.NewVar("x", Memory, 0)
		p.NewVar("y", Memory, 0)
		head, _ := p.rcuHead()
		for range heads {
			p.NewInstance(head, "head", false, 0)
		}
	}, append(threads, func(c *Code) {
		loop := NewCallbackLoop(c)
		for i := range 2 {
			loop.Next()
			c.Step(Set{V: varNamed(c.P, "x"), X: Int(2 + i)})
			loop.Return()
		}
		loop.Done()
	})...)
}

func queue(c *Code, head, fn int) {
	t, _ := c.P.rcuHead()
	op := FindOp("__mmcheck_call_rcu")
	op.Emit(&Call{Code: c, Op: op, Args: []Value{obj(t, head)}, Callback: fn})
}

func TestCallbacks(t *testing.T) {
	// Invoked once, at once or late, not while an earlier reader is in.
	p := callbackProgram(t, 1, func(c *Code) {
		call(c, "rcu_read_lock")
		queue(c, 1, 1)
		c.Step(Check{Prop: "assert", Bad: Ne(Ld(varNamed(c.P, "x")), Const(0)), Text: "called too early"})
		call(c, "rcu_read_unlock")
		c.Step(Set{V: varNamed(c.P, "y"), X: Ld(varNamed(c.P, "x"))})
	})
	g := explore(t, p, SealOptions{}, varNamed(p, "y"), varNamed(p, "x"))
	if !slices.Equal(g.ends, []string{"0 2", "2 2"}) || len(g.broken) != 0 || g.stuck != 0 {
		t.Errorf("one callback: %v, broken %v, %d stuck", g.ends, g.broken, g.stuck)
	}
	// Two in either order, and the same head again.
	p = callbackProgram(t, 2, func(c *Code) {
		queue(c, 1, 1)
		queue(c, 2, 2)
	})
	if g := explore(t, p, SealOptions{}, varNamed(p, "x")); !slices.Equal(g.ends, []string{"2", "3"}) {
		t.Errorf("two callbacks: %v, want either to be last", g.ends)
	}
	p = callbackProgram(t, 1, func(c *Code) {
		queue(c, 1, 1)
		queue(c, 1, 2)
	})
	if g := explore(t, p, SealOptions{}); !g.broken["rcu-misuse: rcu_head queued while it is queued already"] {
		t.Errorf("queued twice: broken %v", g.broken)
	}
	// rcu_barrier() waits for both to be taken, and the last to be over.
	p = callbackProgram(t, 2, func(c *Code) {
		queue(c, 1, 2)
		queue(c, 2, 2)
		call(c, "rcu_barrier")
		head, vars := c.P.rcuHead()
		for i := range head.Instances {
			c.Step(Check{Prop: "assert", Bad: Ne(At(vars.call, Int(i+1)), Const(noCallback)), Text: "still queued"})
		}
		c.Step(Check{Prop: "assert", Bad: Ne(Ld(varNamed(c.P, "x")), Const(3)), Text: "still running"})
	})
	if g := explore(t, p, SealOptions{}); len(g.broken) != 0 || g.stuck != 0 {
		t.Errorf("rcu_barrier: broken %v, %d stuck", g.broken, g.stuck)
	}
}

// A pointer to a type-stable object lives to the end of the read section, and
// beyond it if the object is in use then.
func TestTypesafe(t *testing.T) {
	for _, c := range []struct {
		typesafe bool
		events   []string // what happens to the object while the section lasts, and behind it
		want     []string // life of the reader's pointer inside, behind the section, and at the end
	}{
		{false, []string{"free", "", ""}, []string{"1", "1", "1"}},
		{true, []string{"free", "", ""}, []string{"0", "1", "1"}},
		{true, []string{"free", "alloc", ""}, []string{"0", "0", "0"}},
		{true, []string{"free", "alloc", "free"}, []string{"0", "0", "1"}},
		{true, []string{"", "", "free"}, []string{"0", "0", "1"}},
	} {
		var seen [3]*Var
		var ptr *Var
		p := testProgram(t, func(p *Program) {
			p.Typesafe["thing"] = c.typesafe
			p.AddType("thing").AddLeaf("key", 1, 32, true, nil)
			p.PoolOf(p.TypeByName("thing"))
			for i := range seen {
				seen[i] = p.NewVar("seen", Memory, 0)
			}
			p.NewVar("turn", Memory, 0)
		}, func(c *Code) { // the reader and the other take turns
			turn := varNamed(c.P, "turn")
			ptr = c.T.NewReg("p", c.P.TypeByName("thing"))
			c.Wait(Eq(Ld(turn), Const(1)), nil, LockRef{}, Set{V: ptr, X: Const(1)}, Set{V: ptr.Life, X: Const(0)})
			call(c, "rcu_read_lock")
			c.Step(Set{V: turn, X: Const(2)})
			c.Wait(Eq(Ld(turn), Const(3)), nil, LockRef{}, Set{V: seen[0], X: Ld(ptr.Life)})
			c.Step(Set{V: turn, X: Const(4)})
			c.Wait(Eq(Ld(turn), Const(5)), nil, LockRef{})
			call(c, "rcu_read_unlock")
			c.Step(Set{V: seen[1], X: Ld(ptr.Life)}, Set{V: turn, X: Const(6)})
			c.Wait(Eq(Ld(turn), Const(7)), nil, LockRef{}, Set{V: seen[2], X: Cond(Lt(Const(0), Ld(ptr)), Ld(ptr.Life), Const(9))})
		}, func(k *Code) {
			typ, turn := k.P.TypeByName("thing"), varNamed(k.P, "turn")
			cache := Value{X: Const(0)}
			alloc := func() { // the first free one: thing#1
				op := FindOp("kmem_cache_alloc")
				op.Emit(&Call{Code: k, Op: op, Args: []Value{cache, {X: Const(0)}}, Want: typ})
			}
			alloc()
			k.Step(Set{V: turn, X: Const(1)})
			for i, e := range c.events {
				k.Wait(Eq(Ld(turn), Int(2*i+2)), nil, LockRef{})
				switch e {
				case "free":
					call(k, "kmem_cache_free", cache, obj(typ, 1))
				case "alloc":
					alloc()
				}
				k.Step(Set{V: turn, X: Int(2*i + 3)})
			}
		})
		g := explore(t, p, SealOptions{}, seen[:]...)
		if want := c.want[0] + " " + c.want[1] + " " + c.want[2]; !slices.Equal(g.ends, []string{want}) {
			t.Errorf("typesafe %v, %q: lives %q, want %q", c.typesafe, c.events, g.ends, want)
		}
	}
}
