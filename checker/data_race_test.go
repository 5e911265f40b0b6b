// SPDX-License-Identifier: MIT

package checker

import (
	"strings"
	"testing"

	"mmcheck/model"
	"mmcheck/model/byhand"
)

// An access behind a check that ends the schedule is not made.
func TestRaceBehindError(t *testing.T) {
	build := func() *model.Program {
		b := byhand.New(2)
		for i := range 2 {
			b.Thread(i)
			x := b.V("x")
			var body []model.Stmt
			if i == 0 {
				body = append(body, model.Check{Prop: "assert", Bad: model.Eq(model.Ld(x), model.Const(1)), Text: "x is 1"})
			}
			b.C.Site = &model.Site{Text: "x"}
			b.C.Access(append(body, model.Use{V: x, Mode: model.Write}, model.Set{V: x, X: model.Const(0)})...)
			b.C.Exit()
		}
		return b.P
	}
	if s := agree(t, "behind an error", Options{Find: FindRule}, build); !strings.Contains(s, "assert: x is 1") {
		t.Error(s)
	}
	if s := agree(t, "check muted", Options{Ignore: []string{"assert"}}, build); !strings.Contains(s, "data-race: plain write and plain write of x") {
		t.Error(s)
	}
}

// Which element an access is to is said by the state that it is made in, not by
// the one before its step.
func TestRaceOfWhatStepMakes(t *testing.T) {
	s := agree(t, "index set by the step", Options{}, func() *model.Program {
		b := byhand.New(2)
		a := b.P.NewVar("a", model.Memory, 0)
		a.Len = 2
		for i := range 2 {
			b.Thread(i)
			r := b.C.T.NewReg("r", nil)
			b.C.Site = &model.Site{Text: "a[r]"}
			b.C.Step(model.Set{V: r, X: model.Const(0)}) // so that it is no constant
			b.C.Access(model.Set{V: r, X: model.Int(i)}, model.Use{V: a, I: model.Ld(r), Mode: model.Write}, model.Set{V: a, I: model.Ld(r), X: model.Ld(r)})
			b.C.Exit()
		}
		return b.P
	})
	if !strings.HasPrefix(s, "holds") {
		t.Error(s)
	}
}

// A race costs two steps to show: a rule that is broken earlier, or as early, by
// one of them is shown instead.
func TestRaceIsShownLast(t *testing.T) {
	s := agree(t, "with another rule", Options{}, func() *model.Program {
		b := byhand.New(2)
		for i := range 2 {
			b.Thread(i)
			x := b.V("x")
			b.C.Site = &model.Site{Text: "x"}
			b.C.Access(model.Check{Prop: "lock-order", Bad: model.True, Text: "another rule"}, model.Use{V: x, Mode: model.Write}, model.Set{V: x, X: model.Const(0)})
			b.C.Exit()
		}
		return b.P
	})
	if !strings.Contains(s, "another rule") {
		t.Error(s)
	}
}
