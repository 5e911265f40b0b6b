// SPDX-License-Identifier: MIT

// This file prints the control flow graph of compiled threads, so that a
// change of what C is lowered to is a change of a golden file.

package cfront

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"mmcheck/model"
)

func TestGraphs(t *testing.T) {
	for _, name := range []string{"locks.c", "values.c", "atomic.c"} {
		t.Run(name, func(t *testing.T) {
			p := compileFile(t, name)
			golden(t, filepath.Join("lower", name), []byte(dump(p)))
		})
	}
}

// dump prints all threads of an unsealed program.
func dump(p *model.Program) string {
	d := &dumper{}
	for _, t := range append([]*model.Thread{p.InitThread()}, p.Threads...) {
		d.thread(t)
	}
	return d.String()
}

type dumper struct {
	strings.Builder
	names map[*model.Block]string
	queue []*model.Block
}

func (d *dumper) thread(t *model.Thread) {
	d.names, d.queue = map[*model.Block]string{}, nil
	fmt.Fprintf(d, "thread %s (%s:%d)\n", t.Name, filepath.Base(t.Pos.File), t.Pos.Line)
	d.name(t.Entry)
	for i := 0; i < len(d.queue); i++ {
		d.block(d.queue[i])
	}
	d.WriteString("\n")
}

// name gives a block a number in order of first mention.
func (d *dumper) name(b *model.Block) string {
	for n := 0; b != nil && b.Step == nil && len(b.Body) == 0 && b.Cond == nil && n < 1000; n++ {
		b = b.Then
	}
	switch {
	case b == nil:
		return "end"
	case d.names[b] == "":
		d.names[b] = fmt.Sprintf("b%d", len(d.names))
		d.queue = append(d.queue, b)
	}
	return d.names[b]
}

func (d *dumper) block(b *model.Block) {
	fmt.Fprintf(d, "%s:\n", d.name(b))
	if b.Step == nil {
		d.body(b.Body, "\t")
		switch {
		case b.Cond != nil:
			fmt.Fprintf(d, "\tif %s goto %s else %s\n", show(b.Cond), d.name(b.Then), d.name(b.Else))
		default:
			fmt.Fprintf(d, "\tgoto %s\n", d.name(b.Then))
		}
		return
	}
	kind := "step"
	if b.Step.Plain {
		kind = "access"
	}
	fmt.Fprintf(d, "\t%s %s\n", kind, where(b.Step.Site))
	for _, a := range b.Step.Alts {
		if a.Guard != nil || a.Label != "" {
			fmt.Fprintf(d, "\talternative %s when %s\n", a.Label, show(a.Guard))
		}
		d.body(a.Body, "\t\t")
		fmt.Fprintf(d, "\t\tgoto %s\n", d.name(a.Next))
	}
}

func where(s *model.Site) string {
	var calls []string
	for _, f := range s.Stack {
		calls = append(calls, fmt.Sprintf("%s@%d", f.Text, f.Call.Line))
	}
	return strings.TrimSpace(fmt.Sprintf("%d:%d-%d %q %s %s", s.Pos.Line, s.Pos.Col, s.End, s.Text, s.Op, strings.Join(calls, " > ")))
}

func (d *dumper) body(body []model.Stmt, indent string) {
	for _, st := range body {
		switch st := st.(type) {
		case model.Set:
			fmt.Fprintf(d, "%s%s = %s\n", indent, show(model.Get{V: st.V, I: st.I}), show(st.X))
		case model.If:
			fmt.Fprintf(d, "%sif %s\n", indent, show(st.C))
			d.body(st.Then, indent+"\t")
			if len(st.Else) > 0 {
				fmt.Fprintf(d, "%selse\n", indent)
				d.body(st.Else, indent+"\t")
			}
		case model.Check:
			fmt.Fprintf(d, "%scheck %s: %s: not %s\n", indent, st.Prop, st.Text, show(st.Bad))
		case model.Limit:
			fmt.Fprintf(d, "%slimit %s\n", indent, st.What)
		case *model.Event:
			d.event(st, indent)
		default:
			fmt.Fprintf(d, "%s%T\n", indent, st)
		}
	}
}

func (d *dumper) event(e *model.Event, indent string) {
	what := []string{"access", "acquire", "acquired", "release", "downgrade", "freeing", "sleep", "exit"}[e.Kind]
	if e.Kind == model.Access {
		what = []string{"reads", "writes"}[e.Mode]
	}
	fmt.Fprintf(d, "%s(%s", indent, what)
	if e.Type != nil {
		fmt.Fprintf(d, " %s %s", e.Type.Name, show(e.Obj))
	}
	if e.Fld != nil {
		fmt.Fprintf(d, " .%s", e.Fld.Name)
	}
	if e.Life != nil {
		fmt.Fprintf(d, " life %s", show(e.Life))
	}
	fmt.Fprintln(d, ")")
}

var (
	unNames  = []string{"-", "!", "~"}
	binNames = []string{"+", "-", "*", "/", "%", "/u", "%u", "&", "|", "^", "<<", ">>", ">>u", "==", "!=", "<", "<=", "<u", "<=u", "&&", "||"}
)

func show(e model.Expr) string {
	switch e := e.(type) {
	case nil:
		return "true"
	case model.Const:
		return fmt.Sprint(int64(e))
	case model.Get:
		if e.I == nil {
			return e.V.Name
		}
		return fmt.Sprintf("%s[%s]", e.V.Name, show(e.I))
	case model.Un:
		return unNames[e.Op] + show(e.X)
	case model.Bin:
		return fmt.Sprintf("(%s %s %s)", show(e.X), binNames[e.Op], show(e.Y))
	case model.Sel:
		return fmt.Sprintf("(%s ? %s : %s)", show(e.C), show(e.A), show(e.B))
	case model.Map:
		return fmt.Sprintf("%s(%s)", e.T.Name, show(e.X))
	case model.Conv:
		sign := "u"
		if e.Signed {
			sign = "s"
		}
		return fmt.Sprintf("%s%d(%s)", sign, e.Bits, show(e.X))
	}
	return "?"
}
