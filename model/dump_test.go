// SPDX-License-Identifier: MIT

package model

import (
	"strings"
	"testing"
)

// The text of a program shows what a sealed thread does.
func TestDump(t *testing.T) {
	p := testProgram(t, func(p *Program) { p.NewInstance(p.AddType("mutex"), "mu", false, 0) }, func(c *Code) {
		call(c, "mutex_trylock", obj(c.P.TypeByName("mutex"), 1))
	})
	if err := p.Seal(SealOptions{}); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := Dump(&out, p); err != nil {
		t.Fatal(err)
	}
	want := `thread T1 (.:0)
b0:
	step 2:0-0 "mutex_trylock(1)" mutex_trylock
		mutex_trylock.ret = (mutex.owner[1] == 0)
		if mutex_trylock.ret
			mutex.owner[1] = 1
`
	if !strings.Contains(out.String(), want) {
		t.Errorf("got\n%s\nwant\n%s", &out, want)
	}
}
