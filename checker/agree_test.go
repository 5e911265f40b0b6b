// SPDX-License-Identifier: MIT

package checker

import (
	"fmt"
	"strings"
	"testing"

	"mmcheck/model"
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
			b := newProgram(1)
			b.thread(0)
			head, more, done := b.c.NewBlock(), b.c.NewBlock(), b.c.NewBlock()
			x := b.v("x")
			b.c.Goto(head)
			b.c.At(head)
			b.c.Step(model.Set{V: x, X: model.Sub(model.Const(0), model.Add(model.Ld(x), model.Const(step)))})
			b.c.Step(model.Set{V: x, X: model.Sub(model.Const(0), model.Ld(x))})
			b.c.Branch(model.Lt(model.Ld(x), model.Const(3000*step)), more, done)
			b.c.At(more)
			b.c.Goto(head)
			b.c.At(done)
			b.c.Exit()
			return b.p
		}
		if s := agree(t, fmt.Sprint("step ", step), Options{}, build); !strings.HasPrefix(s, "holds 6") && !strings.HasPrefix(s, "holds 5") {
			t.Errorf("step %d: %s, want about 6000 states", step, s)
		}
	}
}
