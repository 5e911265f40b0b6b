// SPDX-License-Identifier: MIT

package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"mmcheck/checker"
	"mmcheck/model"
)

// TestEveryLockKind lets two threads lock two locks of each kind in opposite
// order, with each operation that takes it: the table has every request, the
// notes say who waits for whom and since when the lock is held.
func TestEveryLockKind(t *testing.T) {
	for _, k := range model.Kinds {
		takes, blocks := takers(k)
		if len(blocks) == 0 {
			continue // no lock, or none that blocks
		}
		for _, op := range takes {
			t.Run(op, func(t *testing.T) {
				r := crossed(t, k, op, blocks[0]) // the others may also fail
				s := newStory(r, false)
				table := strings.Join(s.table(), "\n")
				for _, want := range []string{op + "(first)", op + "(second)", "waits for second", "waits for first"} {
					want = want[:min(len(want), 33)] // columns cut what is longer
					if !strings.Contains(table, want) {
						t.Errorf("no %q in\n%s", want, table)
					}
				}
				var text bytes.Buffer
				if err := Text(&text, Meta{Spec: "k.c"}, r, nil); err != nil {
					t.Fatal(err)
				}
				for _, want := range []string{"a waits here for second, held by b", "b waits here for first, held by a", "by a since here", "by b since here"} {
					if !strings.Contains(text.String(), want) {
						t.Errorf("no %q in\n%s", want, text.String())
					}
				}
			})
		}
	}
}

// crossed is a program in which a takes the first lock by op, then the second by
// block, and b the other way round; and what a search finds in it.
func crossed(t *testing.T, k *model.Kind, op, block string) *checker.Result {
	p := model.NewProgram("k", []string{"a", "b"})
	typ := p.AddType(k.Tag)
	for _, name := range []string{"first", "second"} {
		p.NewInstance(typ, name, false, 0)
	}
	for i, order := range [][]int{{1, 2}, {2, 1}} {
		c := model.NewCode(p, p.Threads[i])
		for j, n := range order {
			name := []string{op, block}[j]
			emit(c, name, typ, n)
		}
		c.Exit()
	}
	model.NewCode(p, p.InitThread()).Exit()
	if err := p.Seal(model.SealOptions{}); err != nil {
		t.Fatal(err)
	}
	v := visit{s: p.Initial}
	for range 2 { // to take, to queue
		for _, th := range p.Threads {
			for alt := range th.Point(v.s).Step.Alts {
				b := th.Point(v.s)
				if !model.Enabled(v.s, &b.Step.Alts[alt]) {
					continue
				}
				next := th.Fire(v.s, alt, func(string) bool { return true }).Next
				v = visit{next, append(v.trace, checker.TraceStep{Thread: th, Point: b, Alt: alt, Before: v.s, After: next})}
				break
			}
		}
	}
	return &checker.Result{Program: p, Verdict: checker.Violated, Finding: stuck(p, v, 3)}
}

func emit(c *model.Code, name string, typ *model.Type, n int) {
	text := name + "(" + typ.Instances[n-1].Name + ")"
	c.Site = &model.Site{Pos: model.Pos{File: "k.c", Line: 1, Col: 1}, Text: text, Op: name}
	lock := model.Value{X: model.Const(n), Points: typ}
	call := &model.Call{Code: c, Op: model.FindOp(name), Args: []model.Value{lock, {X: model.Const(0)}, {X: model.Const(0), Points: typ}}}
	call.Op.Emit(call)
}

// takers lists the operations of a kind after which the caller holds the lock,
// and those of them that make others wait.
func takers(k *model.Kind) (takes, blocks []string) {
	if k.Held == nil || k.Tag == "" {
		return nil, nil
	}
	for _, o := range k.Ops {
		p := model.NewProgram("k", []string{"a"})
		typ := p.AddType(k.Tag)
		p.NewInstance(typ, "lock", false, 0)
		c := model.NewCode(p, p.Threads[0])
		emit(c, o.Name, typ, 1)
		c.Exit()
		model.NewCode(p, p.InitThread()).Exit()
		if err := p.Seal(model.SealOptions{}); err != nil {
			continue
		}
		th := p.Threads[0]
		b := th.Point(p.Initial)
		if b == nil {
			continue
		}
		out := th.Fire(p.Initial, 0, func(string) bool { return true })
		if holdOf(out.Next, typ.Instances[0], th) == holdNone || len(out.Broken) > 0 {
			continue
		}
		takes = append(takes, o.Name)
		if b.Step.Alts[0].Guard != nil && holdOf(out.Next, typ.Instances[0], th) == holdWrite {
			blocks = append(blocks, o.Name)
		}
	}
	return takes, blocks
}

// TestLocksAreFound makes sure that the test above tests something.
func TestLocksAreFound(t *testing.T) {
	var all []string
	for _, k := range model.Kinds {
		if _, blocks := takers(k); len(blocks) > 0 {
			all = append(all, k.Name)
		}
	}
	for _, want := range []string{"rwsem", "mutex", "spinlock"} {
		if !slices.Contains(all, want) {
			t.Errorf("no operation found that takes a %s: %q", want, all)
		}
	}
}
