// SPDX-License-Identifier: MIT

// This file prints programs as text: threads, blocks, guards and effects, for
// those who look into one and for tests that notice changes.

package model

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// Dump writes the code of INIT and all threads of p, sealed or not.
func Dump(w io.Writer, p *Program) error {
	d := &dumper{}
	for _, t := range append([]*Thread{p.init}, p.Threads...) {
		d.thread(t)
	}
	_, err := io.WriteString(w, d.String())
	return err
}

type dumper struct {
	strings.Builder
	names map[*Block]string
	queue []*Block
}

func (d *dumper) thread(t *Thread) {
	d.names, d.queue = map[*Block]string{}, nil
	fmt.Fprintf(d, "thread %s (%s:%d)\n", t.Name, filepath.Base(t.Pos.File), t.Pos.Line)
	d.name(t.Entry)
	for i := 0; i < len(d.queue); i++ {
		d.block(d.queue[i])
	}
	d.WriteString("\n")
}

// name gives a block a number in order of first mention.
func (d *dumper) name(b *Block) string {
	b = skipEmpty(b)
	switch {
	case b == nil:
		return "end"
	case d.names[b] == "":
		d.names[b] = fmt.Sprintf("b%d", len(d.names))
		d.queue = append(d.queue, b)
	}
	return d.names[b]
}

func (d *dumper) block(b *Block) {
	fmt.Fprintf(d, "%s:\n", d.name(b))
	if b.Step == nil {
		d.body(b.Body, "\t")
		switch {
		case b.Cond != nil:
			fmt.Fprintf(d, "\tif %s goto %s else %s\n", dumpExpr(b.Cond), d.name(b.Then), d.name(b.Else))
		default:
			fmt.Fprintf(d, "\tgoto %s\n", d.name(b.Then))
		}
		return
	}
	kind := "step"
	if b.Step.Plain {
		kind = "access"
	}
	fmt.Fprintf(d, "\t%s %s\n", kind, b.Step.Site.dump())
	for _, a := range b.Step.Alts {
		if a.Guard != nil || a.Label != "" {
			fmt.Fprintf(d, "\talternative %s when %s\n", a.Label, dumpExpr(a.Guard))
		}
		d.body(a.Body, "\t\t")
		fmt.Fprintf(d, "\t\tgoto %s\n", d.name(a.Next))
	}
}

func (s *Site) dump() string {
	if s == nil {
		return ""
	}
	var calls []string
	for _, f := range s.Stack {
		calls = append(calls, fmt.Sprintf("%s@%d", f.Text, f.Call.Line))
	}
	return strings.TrimSpace(fmt.Sprintf("%d:%d-%d %q %s %s", s.Pos.Line, s.Pos.Col, s.End, s.Text, s.Op, strings.Join(calls, " > ")))
}

func (d *dumper) body(body []Stmt, indent string) {
	for _, st := range body {
		switch st := st.(type) {
		case Set:
			fmt.Fprintf(d, "%s%s = %s\n", indent, dumpExpr(Get{V: st.V, I: st.I}), dumpExpr(st.X))
		case If:
			fmt.Fprintf(d, "%sif %s\n", indent, dumpExpr(st.C))
			d.body(st.Then, indent+"\t")
			if len(st.Else) > 0 {
				fmt.Fprintf(d, "%selse\n", indent)
				d.body(st.Else, indent+"\t")
			}
		case Check:
			fmt.Fprintf(d, "%scheck %s: %s: not %s\n", indent, st.Prop, st.Text, dumpExpr(st.Bad))
		case Limit:
			fmt.Fprintf(d, "%slimit %s\n", indent, st.What)
		case Note:
			fmt.Fprintf(d, "%snote %d%s\n", indent, st.N, unlessAlways(st.When))
		case Use:
			fmt.Fprintf(d, "%s(%s %s %s)\n", indent, markNames[st.Mark], modeNames[st.Mode], dumpExpr(Get{V: st.V, I: st.I}))
		case *Event:
			d.event(st, indent)
		case End:
			fmt.Fprintf(d, "%send%s of %v\n", indent, map[bool]string{true: " atomically"}[st.Atomic], st.Scope.Locals)
		default:
			fmt.Fprintf(d, "%s%T\n", indent, st)
		}
	}
}

// What dumps call events, and the modes and marks of accesses.
var (
	eventNames = [...]string{Access: "access", Acquire: "acquire", Acquired: "acquired", Release: "release",
		Downgrade: "downgrade", Freeing: "freeing", Sleep: "sleep", Exit: "exit", Entry: "entry"}
	modeNames = [...]string{Read: "reads", Write: "writes"}
	markNames = [...]string{Unmarked: "plainly", Once: "once", Racy: "racily"}
)

func (d *dumper) event(e *Event, indent string) {
	what := eventNames[e.Kind]
	if e.Kind == Access {
		what = modeNames[e.Mode]
	}
	if e.RT {
		what += " with PREEMPT_RT"
	}
	fmt.Fprintf(d, "%s(%s", indent, what)
	if e.Type != nil {
		fmt.Fprintf(d, " %s %s", e.Type.Name, dumpExpr(e.Obj))
	}
	if e.Fld != nil {
		fmt.Fprintf(d, " .%s", e.Fld.Name)
	}
	if e.Life != nil {
		fmt.Fprintf(d, " life %s", dumpExpr(e.Life))
	}
	fmt.Fprintln(d, ")")
}

// The operators, in order.
var (
	unNames  = []string{"-", "!", "~"}
	binNames = []string{"+", "-", "*", "/", "%", "/u", "%u", "&", "|", "^", "<<", ">>", ">>u", "==", "!=", "<", "<=", "<u", "<=u", "&&", "||"}
)

func dumpExpr(e Expr) string {
	switch e := e.(type) {
	case nil:
		return "true"
	case Const:
		return fmt.Sprint(int64(e))
	case Get:
		if e.I == nil {
			return e.V.Name
		}
		return fmt.Sprintf("%s[%s]", e.V.Name, dumpExpr(e.I))
	case Un:
		return unNames[e.Op] + dumpExpr(e.X)
	case Bin:
		return fmt.Sprintf("(%s %s %s)", dumpExpr(e.X), binNames[e.Op], dumpExpr(e.Y))
	case Sel:
		return fmt.Sprintf("(%s ? %s : %s)", dumpExpr(e.C), dumpExpr(e.A), dumpExpr(e.B))
	case Map:
		return fmt.Sprintf("%s(%s)", e.T.Name, dumpExpr(e.X))
	case Conv:
		sign := "u"
		if e.Signed {
			sign = "s"
		}
		return fmt.Sprintf("%s%d(%s)", sign, e.Bits, dumpExpr(e.X))
	}
	return "?"
}

// unlessAlways is a condition as it stands behind a statement.
func unlessAlways(e Expr) string {
	if e == True {
		return ""
	}
	return " if " + dumpExpr(e)
}
