// SPDX-License-Identifier: MIT

package checker

import (
	"fmt"
	"strings"
	"testing"

	"mmcheck/model"
	"mmcheck/model/byhand"
)

// engines are the searches that must agree.
var engines = []struct {
	name string
	run  func(p *model.Program, o Options) (*Result, error)
	with func(o *Options)
}{
	{"reference", Reference, func(*Options) {}},
	{"one worker", unreduced, func(o *Options) { o.Workers = 1 }},
	{"three workers", unreduced, func(o *Options) { o.Workers = 3 }},
}

// agree runs all engines on the programs that build returns.
func agree(t *testing.T, what string, o Options, build func() *model.Program) string {
	t.Helper()
	var first string
	for i, e := range engines {
		opt := o
		e.with(&opt)
		r, err := e.run(build(), opt)
		if err != nil {
			t.Fatalf("%s, %s: %v", what, e.name, err)
		}
		switch got := summary(r); {
		case i == 0:
			first = got
		case got != first:
			t.Fatalf("%s:\n%s: %s\n%s: %s", what, engines[0].name, first, e.name, got)
		}
	}
	return first
}

// A counter that outgrows the layout makes the search start again, exactly.
func TestLayoutIsWidened(t *testing.T) {
	for _, step := range []int64{1, 3, 0x1000} {
		build := func() *model.Program {
			b := byhand.New(1)
			b.Thread(0)
			head, more, done := b.C.NewBlock(), b.C.NewBlock(), b.C.NewBlock()
			x := b.V("x")
			b.C.Goto(head)
			b.C.At(head)
			b.C.Step(model.Set{V: x, X: model.Sub(model.Const(0), model.Add(model.Ld(x), model.Const(step)))})
			b.C.Step(model.Set{V: x, X: model.Sub(model.Const(0), model.Ld(x))})
			b.C.Branch(model.Lt(model.Ld(x), model.Const(3000*step)), more, done)
			b.C.At(more)
			b.C.Goto(head)
			b.C.At(done)
			b.C.Exit()
			return b.P
		}
		if s := agree(t, fmt.Sprint("step ", step), Options{}, build); !strings.HasPrefix(s, "holds 6") && !strings.HasPrefix(s, "holds 5") {
			t.Errorf("step %d: %s, want about 6000 states", step, s)
		}
	}
}
