// SPDX-License-Identifier: MIT

package model

import "testing"

// A loop that waits for what nobody ever writes still has a step, once the
// read has become a constant.
func TestLoopOnConstant(t *testing.T) {
	p := testProgram(t, func(p *Program) { p.NewVar("never", Memory, 0) }, func(c *Code) {
		head, done := c.NewBlock(), c.NewBlock()
		c.Goto(head)
		c.At(head)
		r := c.T.NewReg("r", nil)
		c.Access(Set{V: r, X: Ld(varNamed(c.P, "never"))})
		c.Branch(Eq(Ld(r), Const(0)), head, done)
		c.At(done)
	})
	if g := explore(t, p, SealOptions{}); g.states != 1 || g.transitions != 1 {
		t.Errorf("%d states, %d transitions, want a thread that goes round", g.states, g.transitions)
	}
}
