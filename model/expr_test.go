// SPDX-License-Identifier: MIT

package model

import "testing"

// A truth value in a signed bit-field of one bit is 0 or -1.
func TestTruthInSignedBit(t *testing.T) {
	v := &Var{Len: 1}
	x := Eq(Ld(v), Const(0))
	if got := Eval(State{0}, MkConv(x, 1, true)); got != -1 {
		t.Errorf("%d", got)
	}
}
