// SPDX-License-Identifier: MIT

package promela

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"mmcheck/checker"
	"mmcheck/checker/property"
	"mmcheck/model"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// needSpin skips a test where SPIN or gcc is missing; with MMCHECK_CI=1 that
// is a failure.
func needSpin(t *testing.T) {
	t.Helper()
	if err := Tools(); err != nil {
		if os.Getenv("MMCHECK_CI") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

// script is a small program: shared declares what the threads have in common.
type script struct {
	name    string
	shared  func(p *model.Program)
	threads []func(c *model.Code)
	seal    model.SealOptions
}

// build makes the sealed program.
func (s script) build(t *testing.T) *model.Program {
	t.Helper()
	var names []string
	for i := range s.threads {
		names = append(names, fmt.Sprintf("T%d", i+1))
	}
	p := model.NewProgram(s.name, names)
	s.shared(p)
	for i, f := range s.threads {
		c := model.NewCode(p, p.Threads[i])
		f(c)
		c.Exit()
	}
	model.NewCode(p, p.InitThread()).Exit()
	if err := p.Seal(s.seal); err != nil {
		t.Fatal(err)
	}
	return p
}

// call emits a native operation.
func call(c *model.Code, op string, args ...model.Value) model.Value {
	c.Site = &model.Site{Op: op, Text: op + "()", Pos: model.Pos{File: "test.c", Line: len(c.T.Blocks) + 1}}
	k := &model.Call{Code: c, Op: model.FindOp(op), Args: args}
	k.Op.Emit(k)
	return k.Result
}

// lock is instance n of a lock type.
func lock(p *model.Program, tag string, n int) model.Value {
	return model.Value{X: model.Int(n), Points: p.TypeByName(tag)}
}

func declare(p *model.Program, tag string, n int) {
	typ := p.AddType(tag)
	for i := range n {
		p.NewInstance(typ, fmt.Sprintf("%s%d", tag, i+1), false, 0)
	}
}

func find(p *model.Program, name string) *model.Var {
	for _, v := range p.Vars {
		if v.Name == name {
			return v
		}
	}
	return nil
}

// resultOf is what a check of p would return, made from an exploration.
func resultOf(t *testing.T, p *model.Program) *checker.Result {
	t.Helper()
	e, err := New(p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	res := &checker.Result{Program: p, Verdict: checker.Holds, Checked: []*property.Property{property.ByID("deadlock")}}
	res.Stats.States = e.Graph.States
	for _, s := range e.Stops { // the first error, else the first rule, else a limit
		if _, ok := e.Graph.Reached[s.Num]; !ok {
			continue
		}
		switch {
		case s.Prop == "" && res.Verdict == checker.Holds:
			res.Verdict = checker.Unknown
		case s.Prop != "" && (res.Finding == nil || s.Fatal && res.Finding.Property.Severity == property.Rule):
			res.Verdict = checker.Violated
			res.Finding = &checker.Finding{Property: propertyFor(s)}
		}
	}
	return res
}

func propertyFor(s Stop) *property.Property {
	if p := property.ByID(s.Prop); p != nil {
		return p
	}
	return &property.Property{ID: s.Prop, Severity: property.Error}
}

// agree compares a program with SPIN and fails on any difference.
func agree(t *testing.T, p *model.Program) *Comparison {
	t.Helper()
	needSpin(t)
	c, err := Run(context.Background(), resultOf(t, p), RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range c.Differences {
		t.Error(d)
	}
	if c.NotCompared != "" {
		t.Errorf("not compared: %s", c.NotCompared)
	}
	return c
}

// scripts are small programs over the cells and the forms of statements.
func scripts() []script {
	return []script{abba(), sharedCounter(), pools(), rulesGoOn(), limits(), arithmetic(), rwsems()}
}

func TestAgree(t *testing.T) {
	for _, s := range scripts() {
		t.Run(s.name, func(t *testing.T) {
			c := agree(t, s.build(t))
			t.Logf("%s: %d states, %d stopped, SPIN %d, %v", c.Spin, c.States, c.Stopped, c.SpinStates, c.Confirmed)
		})
	}
}

// TestGolden keeps the exported text of all scripts under review.
func TestGolden(t *testing.T) {
	for _, s := range scripts() {
		e, err := New(s.build(t), Options{})
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", s.name+".pml")
		if *update {
			if err := os.WriteFile(file, e.Text, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(want) != string(e.Text) {
			t.Errorf("%s differs from %s; run with -update and review", s.name, file)
		}
	}
}

// abba deadlocks while a third thread runs for ever: the circle must be seen
// though SPIN's timeout never comes.
func abba() script {
	take := func(a, b int) func(c *model.Code) {
		return func(c *model.Code) {
			call(c, "spin_lock", lock(c.P, "spinlock", a))
			call(c, "spin_lock", lock(c.P, "spinlock", b))
			call(c, "spin_unlock", lock(c.P, "spinlock", b))
			call(c, "spin_unlock", lock(c.P, "spinlock", a))
		}
	}
	spin := func(c *model.Code) {
		head := c.NewBlock()
		c.Goto(head)
		c.At(head)
		x := find(c.P, "x")
		c.Step(model.Set{V: x, X: model.Sub(model.Const(1), model.Ld(x))})
		c.Goto(head)
	}
	return script{name: "abba", threads: []func(*model.Code){take(1, 2), take(2, 1), spin}, shared: func(p *model.Program) {
		declare(p, "spinlock", 2)
		p.NewVar("x", model.Memory, 0)
	}}
}

// sharedCounter loses an update: load, add, store in separate steps.
func sharedCounter() script {
	add := func(c *model.Code) {
		x, r := find(c.P, "x"), c.T.NewReg("r", nil)
		c.Access(model.Set{V: r, X: model.Ld(x)})
		c.Do(model.Set{V: r, X: model.Add(model.Ld(r), model.Const(1))})
		c.Access(model.Set{V: x, X: model.Ld(r)})
		done := find(c.P, "done")
		c.Step(model.Set{V: done, X: model.Add(model.Ld(done), model.Const(1))})
		c.Wait(model.Eq(model.Ld(done), model.Const(2)), nil, model.LockRef{},
			model.Check{Prop: "assert", Bad: model.Ne(model.Ld(x), model.Const(2)), Text: "an update is lost"})
	}
	return script{name: "counter", threads: []func(*model.Code){add, add}, shared: func(p *model.Program) {
		p.NewVar("x", model.Memory, 0)
		p.NewVar("done", model.Memory, 0)
	}}
}

// pools allocates and frees from a pool that is large enough.
func pools() script {
	f := func(c *model.Code) {
		item := c.P.TypeByName("item")
		k := &model.Call{Code: c, Op: model.FindOp("kzalloc"), Args: []model.Value{{X: model.Const(8)}, {X: model.Const(0x400)}}, Want: item}
		c.Site = &model.Site{Op: "kzalloc", Text: "kzalloc()"}
		k.Op.Emit(k)
		a, slot := k.Result, find(c.P, "slot")
		mine := c.T.NewReg("mine", item)
		c.Do(model.Set{V: mine, X: a.X}, model.Set{V: mine.Life, X: a.Life})
		c.Step(model.Set{V: slot, X: model.Ld(mine)}, model.Set{V: slot.Life, X: model.Const(0)})
		c.Step(model.Set{V: item.Field("val").Var, I: model.Ld(slot), X: model.Const(7)})
		call(c, "kfree", model.Value{X: model.Ld(mine), Life: model.Ld(mine.Life), Points: item})
		c.Step(model.Check{Prop: "use-after-free", Bad: model.Eq(model.Ld(slot.Life), model.Const(model.LifeDead)), Text: "slot is dead"})
	}
	return script{name: "pools", threads: []func(*model.Code){f, f}, shared: func(p *model.Program) {
		p.Pools["item"] = 2
		item := p.AddType("item")
		item.AddLeaf("val", 1, 8, false, nil)
		g := p.NewVar("slot", model.Memory, 0)
		g.Points = item
		p.TrackLife(g)
	}}
}

// rulesGoOn breaks a rule on the way to its end: paths go on behind it.
func rulesGoOn() script {
	f := func(c *model.Code) {
		x := find(c.P, "x")
		c.Step(model.Check{Prop: "lock-order", Bad: model.Eq(model.Ld(x), model.Const(1)), Text: "the order is wrong"},
			model.Set{V: x, X: model.MkBin(model.OpXor, model.Ld(x), model.Const(1))})
		c.Step(model.Set{V: x, X: model.Const(2)})
	}
	return script{name: "rules", threads: []func(*model.Code){f, f}, shared: func(p *model.Program) {
		p.NewVar("x", model.Memory, 0)
	}}
}

// limits runs into a bound of the model in one of two alternatives.
func limits() script {
	f := func(c *model.Code) {
		x := find(c.P, "x")
		c.Choose(
			model.Alt{Body: []model.Stmt{model.Set{V: x, X: model.Const(5)}}, Label: "five"},
			model.Alt{Guard: model.Eq(model.Ld(x), model.Const(5)), Body: []model.Stmt{
				model.Set{V: x, X: model.Const(6)},
				model.Limit{When: model.True, What: "the bound of the test", Hint: "nothing"}}})
	}
	return script{name: "limits", threads: []func(*model.Code){f, f}, shared: func(p *model.Program) {
		p.NewVar("x", model.Memory, 0)
	}}
}

// arithmetic goes through operators, casts, tables, indices out of range and a
// diamond of register work.
func arithmetic() script {
	table := &model.Table{Name: "squares", Of: []int64{0, 1, 4, 9}}
	f := func(c *model.Code) {
		x, r, a := find(c.P, "x"), c.T.NewReg("r", nil), find(c.P, "a")
		i := func(n int64) model.Expr { return model.Const(n) }
		c.Choose(model.Alt{Body: []model.Stmt{model.Set{V: r, X: i(-3)}}}, model.Alt{Body: []model.Stmt{model.Set{V: r, X: i(2)}}},
			model.Alt{Body: []model.Stmt{model.Set{V: r, X: i(200)}}})
		small, big, join := c.NewBlock(), c.NewBlock(), c.NewBlock()
		c.Branch(model.MkBin(model.OpULt, model.Ld(r), i(100)), small, big)
		c.At(small)
		c.Do(model.Set{V: r, X: model.Lookup(table, model.Ld(r))})
		c.Goto(join)
		c.At(big)
		c.Do(model.Set{V: r, X: model.MkConv(model.Mul(model.Ld(r), i(3)), 8, true)})
		c.Goto(join)
		c.At(join)
		for _, v := range []int64{-9, -3, 0, 1, 2, 4, 9, 88, 200, 247, 600} { // rules, which SPIN reports by number
			c.Do(model.Check{Prop: "lock-order", Bad: model.Eq(model.Ld(r), i(v)), Text: fmt.Sprint("r is ", v)})
		}
		c.Do(model.If{C: model.Lt(model.Ld(r), i(0)), Then: []model.Stmt{model.Set{V: r, X: model.Sub(i(0), model.Ld(r))}}})
		c.Step(model.Set{V: a, I: model.Ld(r), X: i(1)},
			model.Set{V: x, X: model.Add(model.Ld(x), model.Cond(model.At(a, model.Ld(r)), i(1), model.MkBin(model.OpMod, model.Ld(r), i(7))))})
		c.Step(model.Set{V: x, X: model.MkBin(model.OpDiv, i(100), model.Ld(x))})
	}
	return script{name: "arithmetic", threads: []func(*model.Code){f, f}, shared: func(p *model.Program) {
		p.NewVar("x", model.Memory, 0)
		p.NewVar("a", model.Memory, 0).Len = 8
	}}
}

// rwsems has a recursive reader and a writer.
func rwsems() script {
	run := func(ops ...string) func(c *model.Code) {
		return func(c *model.Code) {
			for _, op := range ops {
				call(c, op, lock(c.P, "rw_semaphore", 1))
			}
		}
	}
	return script{name: "rwsems", shared: func(p *model.Program) { declare(p, "rw_semaphore", 1) }, threads: []func(*model.Code){
		run("down_read", "down_read", "up_read", "up_read"),
		run("down_write", "downgrade_write", "up_read"),
		run("down_write", "up_write"),
	}}
}

// A value that needs more than 32 bits is an error that names the variable.
func TestWideValue(t *testing.T) {
	s := script{name: "wide", shared: func(p *model.Program) { p.NewVar("big", model.Memory, 0) }, threads: []func(*model.Code){
		func(c *model.Code) {
			big := find(c.P, "big")
			c.Step(model.Set{V: big, X: model.Const(1 << 20)})
			c.Step(model.Set{V: big, X: model.Mul(model.Ld(big), model.Ld(big))})
		}}}
	_, err := New(s.build(t), Options{})
	var w *WidthError
	if !errors.As(err, &w) || w.Name != "an expression over big" {
		t.Errorf("got %v, want an error that names big", err)
	}
}
