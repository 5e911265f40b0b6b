// SPDX-License-Identifier: MIT

// This file writes a program as C.

package oracle

import (
	"fmt"
	"strings"
)

// names gives the locals of the function at hand.
type names []Local

type printer struct {
	strings.Builder
	names names
	depth int
	prog  *Program
}

func (p *printer) line(format string, args ...any) {
	fmt.Fprintf(p, "%s%s\n", strings.Repeat("\t", p.depth), fmt.Sprintf(format, args...))
}

func (p *printer) block(body []stmt) {
	p.depth++
	for _, s := range body {
		s.text(p)
	}
	p.depth--
}

// Text writes the spec, without FINAL.
func (p *Program) Text() string {
	w := &printer{prog: p}
	for _, h := range []string{"linux/atomic.h", "linux/completion.h", "linux/mutex.h", "linux/rcupdate.h", "linux/rwsem.h", "linux/slab.h", "linux/spinlock.h", "mmcheck.h"} {
		w.line("#include <%s>", h)
	}
	w.line("")
	w.line("struct object {\n\tint a;\n\tunsigned char b;\n\tstruct object *next;\n};")
	if p.Sites > 0 {
		w.line("MM_POOL(object, %d);", p.Sites)
	}
	p.memory(w)
	for _, f := range p.Funcs {
		w.names = f.Locals
		w.line("\nstatic int %s(int %s, int *out)\n{", f.Name, f.Locals[0].Name)
		w.locals(f.Locals[1:])
		w.block(f.Body)
		w.line("\t*out = %s;\n\treturn %s;\n}", f.Locals[0].Name, f.Locals[1].Name)
	}
	for _, t := range p.Threads {
		w.names = t.Locals
		w.line("\nTHREAD(%s, NULL)\n{", t.Name)
		w.locals(t.Locals)
		w.block(t.Body)
		w.line("\tgoto out;\nout:\n\treturn;\n}")
	}
	return w.String()
}

func (p *Program) memory(w *printer) {
	w.line("static struct object *slot;")
	w.line("static struct { unsigned int low : 3; int high : 5; unsigned char byte; } word;")
	w.line("static int row[3];")
	for _, c := range p.Cells {
		switch {
		case strings.ContainsAny(c.Name, ".["), c.Name == "slot":
		case c.Type.C == "atomic_t":
			w.line("static atomic_t %s = ATOMIC_INIT(%d);", strings.TrimSuffix(c.Name, ".counter"), c.Start)
		default:
			w.line("static %s %s = %d;", c.Type.C, c.Name, c.Start)
		}
	}
	w.line("static atomic_t count;")
	for _, l := range p.Locks {
		w.line("static %s %s;", [...]string{"spinlock_t", "struct mutex", "struct rw_semaphore", "struct completion"}[l.Kind], l.Name)
	}
	w.line("\nINIT\n{")
	for _, l := range p.Locks {
		w.line("\t%s(&%s);", [...]string{"spin_lock_init", "mutex_init", "init_rwsem", "init_completion"}[l.Kind], l.Name)
	}
	w.line("\t(void)slot, (void)word, (void)row;\n\tatomic_set(&count, 1);\n}")
}

func (w *printer) locals(ls []Local) {
	for _, l := range ls {
		switch l.Kind {
		case number:
			w.line("\tint %s = 0;", l.Name)
		case object:
			w.line("\tstruct object *%s = NULL;", l.Name)
		case address:
			w.line("\tint *%s = NULL;", l.Name)
		}
	}
}

// Final writes a FINAL that asserts that memory has none of the given ends,
// each a value for every cell.
func (p *Program) Final(ends ...[]int64) string {
	w := &printer{prog: p}
	w.line("\nFINAL\n{")
	for _, end := range ends {
		var parts []string
		for i, c := range p.Cells {
			if c.Name != "slot" {
				parts = append(parts, fmt.Sprintf("%s == %d", c.Name, end[i]))
			}
		}
		w.line("\tif (%s)\n\t\tassert(0);", strings.Join(parts, " && "))
	}
	w.line("}")
	return w.String()
}

func (x static) text(names) string    { return "" }
func (x element) text(n names) string { return fmt.Sprintf("%s[%s]", x.array, x.index.text(n)) }
func (x field) text(n names) string {
	return n[x.local].Name + "->" + [...]string{"a", "b", "next"}[x.field]
}
func (x deref) text(n names) string { return "*" + n[x.local].Name }

// place writes a place.
func (p *printer) place(x place) string {
	if s, ok := x.(static); ok {
		return p.prog.Cells[s.cell].Name
	}
	return x.text(p.names)
}

func (x constant) text(names) string   { return fmt.Sprint(x.v) }
func (x variable) text(n names) string { return n[x.local].Name }
func (x arith) text(n names) string {
	return fmt.Sprintf("(%s %s %s)", x.x.text(n), x.op, x.y.text(n))
}
func (x choice) text(n names) string {
	return fmt.Sprintf("(%s ? %s : %s)", x.c.text(n), x.x.text(n), x.y.text(n))
}

func (p *printer) local(i int) string { return p.names[i].Name }

func (p *printer) read(x place, marked bool) string {
	if marked {
		return "READ_ONCE(" + p.place(x) + ")"
	}
	return p.place(x)
}

func (p *printer) cond(c cond) string {
	var parts []string
	for _, x := range c.parts {
		left := ""
		if x.from == nil {
			left = p.local(x.local)
		} else {
			left = p.read(x.from, x.marked)
		}
		parts = append(parts, fmt.Sprintf("%s %s %s", left, x.op, x.e.text(p.names)))
	}
	if c.any {
		return strings.Join(parts, " || ")
	}
	return strings.Join(parts, " && ")
}

func (s assign) text(p *printer) { p.line("%s = %s;", p.local(s.local), s.e.text(p.names)) }
func (s load) text(p *printer)   { p.line("%s = %s;", p.local(s.local), p.read(s.from, s.marked)) }
func (s store) text(p *printer) {
	if s.marked {
		p.line("WRITE_ONCE(%s, %s);", p.place(s.to), s.e.text(p.names))
		return
	}
	p.line("%s = %s;", p.place(s.to), s.e.text(p.names))
}
func (s storeUse) text(p *printer) {
	p.line("%s = (%s = %s);", p.local(s.local), p.place(s.to), s.e.text(p.names))
}
func (s update) text(p *printer) { p.line("%s += %s;", p.place(s.to), s.e.text(p.names)) }
func (s increment) text(p *printer) {
	if s.before {
		p.line("%s = ++%s;", p.local(s.local), p.place(s.to))
		return
	}
	p.line("%s = %s++;", p.local(s.local), p.place(s.to))
}
func (s atomic) text(p *printer) {
	counter := strings.TrimSuffix(p.prog.Cells[s.cell].Name, ".counter")
	switch s.op {
	case "atomic_inc":
		p.line("atomic_inc(&%s);", counter)
	case "atomic_dec_and_test":
		p.line("%s = atomic_dec_and_test(&%s);", p.local(s.local), counter)
	case "atomic_cmpxchg":
		p.line("%s = atomic_cmpxchg(&%s, %s, %s);", p.local(s.local), counter, s.x.text(p.names), s.y.text(p.names))
	case "atomic_xchg":
		p.line("%s = atomic_xchg(&%s, %s);", p.local(s.local), counter, s.x.text(p.names))
	case "atomic_add_return":
		p.line("%s = atomic_add_return(%s, &%s);", p.local(s.local), s.x.text(p.names), counter)
	}
}
func (s branch) text(p *printer) {
	p.line("if (%s) {", p.cond(s.cond))
	p.block(s.then)
	if len(s.other) > 0 {
		p.line("} else {")
		p.block(s.other)
	}
	p.line("}")
}
func (s loop) text(p *printer) {
	i := p.local(s.local)
	p.line("for (%s = 0; %s < %d; %s++) {", i, i, s.times, i)
	p.block(s.body)
	p.line("}")
}
func (s leave) text(p *printer) { p.line("%s;", s.how) }
func (s choose) text(p *printer) {
	p.line("switch (%s) {", s.e.text(p.names))
	for i, b := range s.bodies {
		if i == len(s.bodies)-1 {
			p.line("default:")
		} else {
			p.line("case %d:", i)
		}
		p.block(b)
		if !s.falls[i] {
			p.line("\tbreak;")
		} else if len(b) == 0 {
			p.line("\t;")
		}
	}
	p.line("}")
}
func (s locking) text(p *printer) {
	l := p.prog.Locks[s.lock].Name
	if strings.HasSuffix(s.op, "trylock") {
		p.line("%s = %s(&%s);", p.local(s.local), s.op, l)
		return
	}
	p.line("%s(&%s);", s.op, l)
}
func (s block) text(p *printer) {
	p.line("ATOMIC {")
	if s.guard.parts != nil {
		p.line("\tWAIT_UNTIL(%s);", p.cond(s.guard))
	}
	p.block(s.body)
	p.line("}")
}
func (s choiceOf) text(p *printer) { p.line("%s = nondet(0, %d);", p.local(s.local), s.hi) }
func (s call) text(p *printer) {
	p.line("%s = %s(%s, &%s);", p.local(s.local), s.f.Name, s.arg.text(p.names), p.local(s.out))
}
func (s allocate) text(p *printer) {
	p.line("%s = kzalloc(sizeof(struct object), GFP_KERNEL);", p.local(s.local))
}
func (s release) text(p *printer) { p.line("kfree(%s);", p.local(s.local)) }
func (s point) text(p *printer)   { p.line("%s = &%s;", p.local(s.local), p.place(s.to)) }
func (s rcu) text(p *printer)     { p.line("%s();", s.op) }
func (s claim) text(p *printer)   { p.line("assert(%s);", s.e.text(p.names)) }
