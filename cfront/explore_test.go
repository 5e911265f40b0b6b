// SPDX-License-Identifier: MIT

// This file explores compiled specs with a search that is small enough to be
// seen to be right. It looks for what the code itself checks, asserts above
// all; the other properties live elsewhere.

package cfront

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"mmcheck/model"
)

// explored is the state graph of a program.
type explored struct {
	states, transitions int
	broken              map[string]int // what was violated: length of the shortest schedule
	stuck               int            // states in which no thread can go on
	limits              int
}

// compile compiles a spec of testdata/lower against the real headers.
func compile(t *testing.T, name string, src []byte, define ...string) *model.Program {
	t.Helper()
	p, files, diags := Compile(Config{FS: os.DirFS("../specs/include"), Define: define, Variants: define}, name, src)
	if p == nil || len(diags) > 0 {
		var b bytes.Buffer
		diags.Print(&b, files)
		t.Fatalf("%s:\n%s", name, b.String())
	}
	return p
}

func compileFile(t *testing.T, name string, define ...string) *model.Program {
	t.Helper()
	name = "testdata/lower/" + name
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return compile(t, name, src, define...)
}

// explore visits all states, breadth first. A violation ends its schedule.
func explore(t *testing.T, p *model.Program, o model.SealOptions) explored {
	t.Helper()
	if err := p.Seal(o); err != nil {
		t.Fatal(err)
	}
	g := explored{broken: map[string]int{}}
	key := func(s model.State) string { return fmt.Sprint(s) }
	seen := map[string]int{key(p.Initial): 0}
	for queue := []model.State{p.Initial}; len(queue) > 0; queue = queue[1:] {
		s := queue[0]
		g.states++
		enabled, live := 0, 0
		for _, th := range p.Threads {
			b := th.Point(s)
			if b == nil {
				continue
			}
			live++
			for i := range b.Step.Alts {
				if !model.Enabled(s, &b.Step.Alts[i]) {
					continue
				}
				enabled++
				out := th.Fire(s, i, func(string) bool { return true })
				if len(out.Broken) > 0 {
					what := out.Broken[0].Check.Text
					if g.broken[what] == 0 {
						g.broken[what] = seen[key(s)] + 1
					}
					continue
				}
				if out.Limit != nil {
					g.limits++
					continue
				}
				if k := key(out.Next); seen[k] == 0 && k != key(p.Initial) {
					seen[k] = seen[key(s)] + 1
					queue = append(queue, out.Next)
				}
			}
		}
		g.transitions += enabled
		if live > 0 && enabled == 0 {
			g.stuck++
		}
	}
	return g
}
