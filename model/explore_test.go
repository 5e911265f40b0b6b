// SPDX-License-Identifier: MIT

package model

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// testProgram builds a program from one function a thread; shared is called
// first and declares what they share.
func testProgram(t *testing.T, shared func(p *Program), threads ...func(c *Code)) *Program {
	t.Helper()
	var names []string
	for i := range threads {
		names = append(names, fmt.Sprintf("T%d", i+1))
	}
	p := NewProgram("test", names)
	shared(p)
	for i, f := range threads {
		c := NewCode(p, p.Threads[i])
		f(c)
		c.Exit()
	}
	if p.init.Entry == nil {
		NewCode(p, p.init).Exit()
	}
	return p
}

// call emits a native operation on objects given by type and instance.
func call(c *Code, op string, args ...Value) Value {
	text := op + "("
	for i, a := range args {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprint(a.X)
	}
	c.Site = &Site{Op: op, Text: text + ")", Pos: Pos{File: "test.c", Line: len(c.T.Blocks) + 1}}
	k := &Call{Code: c, Op: FindOp(op), Args: args}
	k.Op.Emit(k)
	return k.Result
}

func obj(t *Type, n int) Value { return Value{X: Int(n), Points: t} }

// graph is the explored state graph.
type graph struct {
	states, transitions int
	ends                []string // final register values of runs that ended, sorted, unique
	stuck               int      // states where nobody can go on though not all ended
	broken              map[string]bool
	fatal               func(string) bool
}

// explore is a breadth-first search over plain states.
func explore(t *testing.T, p *Program, o SealOptions, watch ...*Var) graph {
	t.Helper()
	if o.Fatal == nil {
		o.Fatal = func(string) bool { return true }
	}
	if err := p.Seal(o); err != nil {
		t.Fatal(err)
	}
	g := graph{broken: map[string]bool{}, fatal: o.Fatal}
	key := func(s State) string { return fmt.Sprint(s) }
	seen := map[string]bool{key(p.Initial): true}
	for queue := []State{p.Initial}; len(queue) > 0; queue = queue[1:] {
		s := queue[0]
		g.states++
		next, live := g.successors(p, s)
		if len(next) == 0 && live {
			g.stuck++
		}
		if !live {
			g.ends = append(g.ends, values(s, watch))
		}
		for _, n := range next {
			if !seen[key(n)] {
				seen[key(n)] = true
				queue = append(queue, n)
			}
		}
	}
	slices.Sort(g.ends)
	g.ends = slices.Compact(g.ends)
	return g
}

func (g *graph) successors(p *Program, s State) (next []State, live bool) {
	for _, t := range p.Threads {
		b := t.Point(s)
		if b == nil {
			continue
		}
		live = true
		for i := range b.Step.Alts {
			if !Enabled(s, &b.Step.Alts[i]) {
				continue
			}
			g.transitions++
			out := t.Fire(s, i, g.fatal)
			for _, v := range out.Broken {
				g.broken[v.Check.Prop+": "+v.Check.Text] = true
			}
			if !out.Fatal && out.Limit == nil {
				next = append(next, out.Next)
			}
		}
	}
	return next, live
}

func values(s State, watch []*Var) string {
	var out []string
	for _, v := range watch {
		out = append(out, fmt.Sprint(s[v.off]))
	}
	return strings.Join(out, " ")
}
