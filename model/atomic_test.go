// SPDX-License-Identifier: MIT

package model

import (
	"slices"
	"testing"
)

// countOp is an operation on a counter with the numbers behind or before it.
type countOp struct {
	op     string
	before []int64 // arguments before the counter
	after  []int64
}

// countScript runs one list of operations a thread on a single 32-bit counter
// and gives the results of all operations in the order of the threads, then
// the counter.
func countScript(t *testing.T, start int64, scripts ...[]countOp) graph {
	t.Helper()
	return countSearch(t, SealOptions{}, start, scripts...)
}

func countSearch(t *testing.T, o SealOptions, start int64, scripts ...[]countOp) graph {
	t.Helper()
	var watch []*Var
	var threads []func(*Code)
	for _, script := range scripts {
		threads = append(threads, func(c *Code) {
			c.Step()
			for _, o := range script {
				var args []Value
				for _, x := range o.before {
					args = append(args, Value{X: Const(x)})
				}
				args = append(args, obj(c.P.TypeByName("atomic"), 1))
				for _, x := range o.after {
					args = append(args, Value{X: Const(x)})
				}
				if r := call(c, o.op, args...); r.X != nil {
					v := c.P.NewVar("r", Memory, 0)
					watch = append(watch, v)
					c.Do(Set{V: v, X: r.X})
				}
			}
		})
	}
	var value *Var
	p := testProgram(t, func(p *Program) {
		value = p.AddType("atomic").AddLeaf("counter", 1, 32, true, nil).Var
		p.NewInstance(p.TypeByName("atomic"), "count", false, 0)
		value.Init = map[int]int64{1: start}
		p.NewVar("result", Memory, 0)
	}, append(threads, func(c *Code) { // last: shows the counter when the others are done
		others := Expr(True)
		for _, t := range c.P.Threads[:len(threads)] {
			others = And(others, Eq(Ld(t.PC), Const(0)))
		}
		c.Wait(others, nil, LockRef{}, Set{V: varNamed(c.P, "result"), X: At(value, Const(1))})
	})...)
	return explore(t, p, o, append(watch, varNamed(p, "result"))...)
}

func TestAtomicResults(t *testing.T) {
	for _, c := range []struct {
		op    countOp
		start int64
		want  string
	}{
		{countOp{op: "atomic_inc"}, 5, "6"},
		{countOp{op: "atomic_dec"}, 0, "-1"},
		{countOp{op: "atomic_inc"}, 1<<31 - 1, "-2147483648"},
		{countOp{op: "atomic_add", before: []int64{3}}, 5, "8"},
		{countOp{op: "atomic_sub", before: []int64{3}}, 5, "2"},
		{countOp{op: "atomic_inc_return"}, 5, "6 6"},
		{countOp{op: "atomic_dec_return"}, 5, "4 4"},
		{countOp{op: "atomic_add_return", before: []int64{3}}, 5, "8 8"},
		{countOp{op: "atomic_sub_return", before: []int64{3}}, 5, "2 2"},
		{countOp{op: "atomic_fetch_inc"}, 5, "5 6"},
		{countOp{op: "atomic_fetch_dec"}, 5, "5 4"},
		{countOp{op: "atomic_fetch_add", before: []int64{3}}, 5, "5 8"},
		{countOp{op: "atomic_inc_and_test"}, -1, "1 0"},
		{countOp{op: "atomic_inc_and_test"}, 0, "0 1"},
		{countOp{op: "atomic_dec_and_test"}, 1, "1 0"},
		{countOp{op: "atomic_dec_and_test"}, 2, "0 1"},
		{countOp{op: "atomic_sub_and_test", before: []int64{2}}, 2, "1 0"},
		{countOp{op: "atomic_inc_not_zero"}, 0, "0 0"},
		{countOp{op: "atomic_inc_not_zero"}, 1, "1 2"},
		{countOp{op: "atomic_add_unless", after: []int64{-1, 1}}, 1, "0 1"},
		{countOp{op: "atomic_add_unless", after: []int64{-1, 1}}, 2, "1 1"},
		{countOp{op: "atomic_xchg", after: []int64{9}}, 5, "5 9"},
		{countOp{op: "atomic_cmpxchg", after: []int64{5, 9}}, 5, "5 9"},
		{countOp{op: "atomic_cmpxchg", after: []int64{4, 9}}, 5, "5 5"},
		{countOp{op: "atomic_fetch_sub", before: []int64{3}}, 5, "5 2"},
		{countOp{op: "atomic_add_negative", before: []int64{-6}}, 5, "1 -1"},
		{countOp{op: "atomic_add_negative", before: []int64{1}}, 1<<31 - 1, "1 -2147483648"},
		{countOp{op: "atomic_fetch_add_unless", after: []int64{2, 5}}, 5, "5 5"},
		{countOp{op: "atomic_fetch_add_unless", after: []int64{2, 4}}, 5, "5 7"},
		{countOp{op: "atomic_inc_unless_negative"}, -1, "0 -1"},
		{countOp{op: "atomic_inc_unless_negative"}, 0, "1 1"},
		{countOp{op: "atomic_dec_unless_positive"}, 1, "0 1"},
		{countOp{op: "atomic_dec_unless_positive"}, 0, "1 -1"},
		{countOp{op: "atomic_dec_if_positive"}, 0, "-1 0"},
		{countOp{op: "atomic_dec_if_positive"}, 1, "0 0"},
		{countOp{op: "atomic_dec_if_positive"}, -1 << 31, "2147483647 2147483647"},
		{countOp{op: "atomic_and", before: []int64{6}}, 3, "2"},
		{countOp{op: "atomic_or", before: []int64{6}}, 3, "7"},
		{countOp{op: "atomic_xor", before: []int64{6}}, 3, "5"},
		{countOp{op: "atomic_andnot", before: []int64{6}}, 3, "1"},
		{countOp{op: "atomic_fetch_and", before: []int64{6}}, 3, "3 2"},
		{countOp{op: "atomic_fetch_or", before: []int64{6}}, 3, "3 7"},
		{countOp{op: "atomic_fetch_xor", before: []int64{6}}, 3, "3 5"},
		{countOp{op: "atomic_fetch_andnot", before: []int64{6}}, 3, "3 1"},
		{countOp{op: "atomic_long_inc"}, 5, "6"},
		{countOp{op: "atomic64_inc"}, 5, "6"},
	} {
		if g := countScript(t, c.start, []countOp{c.op}); !slices.Equal(g.ends, []string{c.want}) || len(g.broken) != 0 {
			t.Errorf("%v from %d: %q, broken %v; want %q", c.op, c.start, g.ends, g.broken, c.want)
		}
	}
}

// Operations of two threads on one counter do not get lost, and one of two
// sees the last decrement.
func TestAtomicIsIndivisible(t *testing.T) {
	inc := []countOp{{op: "atomic_inc"}}
	if g := countScript(t, 0, inc, inc); !slices.Equal(g.ends, []string{"2"}) || g.states != 10 {
		t.Errorf("two increments: %v in %d states; want 2, in the grid of 9 and the end", g.ends, g.states)
	}
	put := []countOp{{op: "atomic_dec_and_test"}}
	if g := countScript(t, 2, put, put); !slices.Equal(g.ends, []string{"0 1 0", "1 0 0"}) {
		t.Errorf("two decrements from 2: %v, want exactly one to see 0", g.ends)
	}
}

func TestRefcount(t *testing.T) {
	const saturated = " -1073741824"
	for _, c := range []struct {
		op         countOp
		start      int64
		want, text string // text: what is broken, "" nothing
	}{
		{countOp{op: "refcount_inc"}, 1, "2", ""},
		{countOp{op: "refcount_inc"}, 0, saturated, "reference taken when none was left"},
		{countOp{op: "refcount_inc"}, 1<<31 - 1, saturated, "reference count overflows"},
		{countOp{op: "refcount_inc"}, refcountSaturated, saturated, "reference count overflows"},
		{countOp{op: "refcount_add", before: []int64{2}}, 1, "3", ""},
		{countOp{op: "refcount_add", before: []int64{2}}, 1<<31 - 2, saturated, "reference count overflows"},
		{countOp{op: "refcount_inc_not_zero"}, 1, "1 2", ""},
		{countOp{op: "refcount_inc_not_zero"}, 0, "0 0", ""},
		{countOp{op: "refcount_inc_not_zero"}, -5, "1" + saturated, "reference count overflows"},
		{countOp{op: "refcount_add_not_zero", before: []int64{2}}, 1, "1 3", ""},
		{countOp{op: "__mmcheck_refcount_inc_limited", after: []int64{4}}, 3, "3 4", ""},
		{countOp{op: "__mmcheck_refcount_inc_limited", after: []int64{4}}, 4, "4 4", ""},
		{countOp{op: "__mmcheck_refcount_inc_limited", after: []int64{4}}, 0, "0 0", ""},
		{countOp{op: "refcount_dec"}, 2, "1", ""},
		{countOp{op: "refcount_dec"}, 1, saturated, "last reference dropped by an operation that does not tell"},
		{countOp{op: "refcount_dec"}, 0, saturated, "reference count falls below 0"},
		{countOp{op: "refcount_dec_and_test"}, 2, "0 1", ""},
		{countOp{op: "refcount_dec_and_test"}, 1, "1 0", ""},
		{countOp{op: "refcount_dec_and_test"}, 0, "0" + saturated, "reference count falls below 0"},
		{countOp{op: "refcount_sub_and_test", before: []int64{2}}, 2, "1 0", ""},
		{countOp{op: "refcount_sub_and_test", before: []int64{2}}, 1, "0" + saturated, "reference count falls below 0"},
		{countOp{op: "refcount_dec_if_one"}, 1, "1 0", ""},
		{countOp{op: "refcount_dec_if_one"}, 2, "0 2", ""},
		{countOp{op: "refcount_dec_not_one"}, 1, "0 1", ""},
		{countOp{op: "refcount_dec_not_one"}, 2, "1 1", ""},
		{countOp{op: "refcount_dec_not_one"}, 0, "1" + saturated, "reference count falls below 0"},
		{countOp{op: "__mmcheck_count_get"}, 0, saturated, "reference taken when none was left"},
		{countOp{op: "__mmcheck_count_put"}, 1, "1 0", ""},
	} {
		want := c.want
		if want == saturated {
			want = saturated[1:]
		}
		g := countScript(t, c.start, []countOp{c.op})
		switch {
		case c.text == "" && (len(g.broken) != 0 || !slices.Equal(g.ends, []string{want})):
			t.Errorf("%v from %d: %q, broken %v; want %q", c.op, c.start, g.ends, g.broken, want)
		case c.text != "" && (len(g.broken) != 1 || !g.broken["refcount: "+c.text]):
			t.Errorf("%v from %d: broken %v, want %q", c.op, c.start, g.broken, c.text)
		case c.text != "":
			mild := countSearch(t, SealOptions{Keep: func(*Check) bool { return false }}, c.start, []countOp{c.op})
			if !slices.Equal(mild.ends, []string{want}) {
				t.Errorf("%v from %d, muted: %q, want %q", c.op, c.start, mild.ends, want)
			}
		}
	}
}
