// SPDX-License-Identifier: MIT

package checker

import (
	"strings"
	"testing"

	"mmcheck/model"
)

// Fewer context switches come before the order of threads: the smallest
// sequence, in which T1 starts, switches twice.
func TestSwitchesBeforeOrder(t *testing.T) {
	s := agree(t, "switches", Options{}, func() *model.Program {
		b := newProgram(2)
		for i := range 2 {
			b.thread(i)
			b.add(1)
			if i == 0 {
				b.c.Site = &model.Site{Text: "check"}
				x := model.Ld(b.v("x"))
				b.c.Step(model.Check{Prop: "assert", Bad: model.Eq(x, model.Const(3)), Text: "x reached 3"})
			}
			b.c.Exit()
		}
		return b.p
	})
	if !strings.HasSuffix(s, "x reached 3 obj 0 2.0 2.0 1.0 1.0 1.0") {
		t.Error(s)
	}
}
