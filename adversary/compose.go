// SPDX-License-Identifier: MIT

// This file writes a spec with adversaries beside its threads.

package adversary

import (
	"fmt"
	"slices"
	"strings"
)

// Range is pages of an address space: [Start, End).
type Range struct{ Start, End int64 }

func (r Range) String() string { return fmt.Sprintf("%#x-%#x", r.Start, r.End) }

// Thread is an adversary: a thread that runs one of some operations on one of some ranges,
// each choice tried.
type Thread struct {
	Ops    []Operation
	Ranges []Range
}

// name is what the thread is called.
func (t Thread) name(n int) string {
	if len(t.Ops) == 1 {
		if n > 0 {
			return fmt.Sprintf("%s_%d", t.Ops[0].Name, n+1)
		}
		return t.Ops[0].Name
	}
	return fmt.Sprintf("adversary%d", n+1)
}

// chosen is, with the number of the thread behind it, the name of the variable in which a
// thread of several operations keeps the index of the one that it chose.
const chosen = "ops_chosen"

// Composed is a spec with adversaries.
type Composed struct {
	Text    string
	Defines []string // to be added to those of the question
}

// file is the name of the added lines in diagnostics.
const file = "<adversaries>"

// pools are how many objects there are room for, where the spec does not say so.
var pools = []struct {
	tag  string
	n    int
	when string
}{
	{"vm_area_struct", 7, "1"},
	{"ptdesc", 6, "MM_RMAP"},
	{"anon_vma", 4, "MM_RMAP"},
	{"folio", 4, "MM_RMAP"},
	{"file", 3, "MM_FILE_REF"},
}

// Compose adds adversaries to the text of a scene, which is s.Text or s.Baseline(), and
// shape at page at as INIT, unless shape is nil.
func (s *Scene) Compose(text string, shape *Shape, at int64, threads ...Thread) Composed {
	var b strings.Builder
	b.WriteString(strings.TrimSuffix(text, "\n"))
	fmt.Fprintf(&b, "\n#line 1 %q\n#undef OPS_MM\n#define OPS_MM (%s)\n", file, s.MM)
	var all []Operation
	for _, t := range threads {
		all = append(all, t.Ops...)
	}
	defines := needs(all)
	if shape != nil {
		b.WriteString("#include <mm/shapes.h>\n")
		for _, n := range shape.Needs {
			if !slices.Contains(defines, n) {
				defines = append(defines, n)
			}
		}
		fmt.Fprintf(&b, "INIT { shape_%s(%#xUL); }\n", shape.Name, at)
	} else {
		b.WriteString("#include <mm/ops.h>\n")
	}
	for _, p := range pools {
		if !strings.Contains(s.active, "MM_POOL("+p.tag+",") {
			fmt.Fprintf(&b, "#if %s\nMM_POOL(%s, %d);\n#endif\n", p.when, p.tag, p.n)
		}
	}
	for n, t := range threads {
		t.write(&b, n, s.MM)
	}
	if !s.Final {
		b.WriteString("FINAL { ops_final(); }\n")
	}
	var with []string
	for _, d := range defines {
		if !s.words[d] {
			with = append(with, d+"=1")
		}
	}
	return Composed{b.String(), with}
}

// write writes a thread.
func (t Thread) write(b *strings.Builder, n int, mm string) {
	args := func(r Range) string { return fmt.Sprintf("%#xUL, %#xUL", r.Start, r.End-r.Start) }
	if len(t.Ops) == 1 && len(t.Ranges) == 1 {
		fmt.Fprintf(b, "THREAD(%s, %s) { op_%s(%s); }\n", t.name(n), mm, t.Ops[0].Name, args(t.Ranges[0]))
		return
	}
	op := fmt.Sprintf("%s%d", chosen, n+1)
	if len(t.Ops) > 1 {
		fmt.Fprintf(b, "static int %s;\n", op)
	}
	fmt.Fprintf(b, "THREAD(%s, %s)\n{\n\tunsigned long start, len;\n", t.name(n), mm)
	b.WriteString("\tswitch (nondet(0, " + fmt.Sprint(len(t.Ranges)-1) + ")) {\n")
	for i, r := range t.Ranges {
		label := fmt.Sprintf("case %d", i)
		if i == len(t.Ranges)-1 {
			label = "default"
		}
		fmt.Fprintf(b, "\t%s: start = %#xUL; len = %#xUL; break;\n", label, r.Start, r.End-r.Start)
	}
	b.WriteString("\t}\n")
	if len(t.Ops) == 1 {
		fmt.Fprintf(b, "\top_%s(start, len);\n}\n", t.Ops[0].Name)
		return
	}
	fmt.Fprintf(b, "\t%s = nondet(0, %d);\n\tswitch (%s) {\n", op, len(t.Ops)-1, op)
	for i, o := range t.Ops {
		fmt.Fprintf(b, "\tcase %d: op_%s(start, len); break;\n", i, o.Name)
	}
	b.WriteString("\t}\n}\n")
}
