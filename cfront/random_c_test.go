// SPDX-License-Identifier: MIT

// This file writes random C functions that run alone, for the comparison with
// gcc in differential_test.go. No function has undefined or unspecified
// behaviour, by construction:
//
//   - a full expression changes one variable at most, and reads it nowhere else,
//     unless a sequence point lies between; a call with an address stands alone
//   - divisors are from 1 to 8, shift counts below the width of the left operand
//   - indices are masked to the size of the array, loops count a variable that
//     nothing else writes, variables are initialised
//
// Signed overflow wraps and right shifts keep the sign, as in the kernel
// (-fwrapv). Pointers walk within their arrays. Unions are of integers. Left out is
// what a model does not have: floats, what an address is as a number, recursion,
// variable arguments, arrays of variable length; and a constant before "?:", on which
// the parser fails.

package cfront

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

var scalarTypes = []string{"signed char", "unsigned char", "char", "short", "unsigned short", "int", "unsigned int",
	"int", "unsigned int", "long", "unsigned long", "long long", "_Bool", "enum few", "enum below", "enum huge"}

// bitFieldTypes are types of bit-fields with the widths that they can have.
var bitFieldTypes = []struct {
	typ         string
	least, most int
}{{"int", 1, 32}, {"unsigned int", 1, 32}, {"long", 1, 64}, {"unsigned long", 1, 64}, {"_Bool", 1, 1}, {"signed char", 1, 8},
	{"unsigned char", 1, 8}, {"unsigned short", 1, 16}, {"short", 1, 16}, {"enum few", 3, 32}, {"enum below", 4, 32}}

// scalar is a scalar that an expression may name.
type scalar struct {
	text string
	typ  string
	root string // the variable that it is a part of, or a group that pointers refer to
	bits bool
}

// randomC writes one unit.
type randomC struct {
	r       *rand.Rand
	out     strings.Builder
	depth   int
	names   int
	scopes  [][]scalar
	frozen  map[string]bool // counters of loops
	read    map[string]bool // in this full expression
	changed map[string]bool
	structs [2][]scalar // members of struct inner and struct outer
	breaks  int         // loops and switches around
	loops   int         // loops around
	budget  int         // statements to come
	targets map[string][]scalar
	walkers []walker
	callees []string // what the helper may be called by: its name, or a pointer
}

func (w *randomC) one(s ...string) string { return s[w.r.IntN(len(s))] }
func (w *randomC) chance(n int) bool      { return w.r.IntN(n) == 0 }

func (w *randomC) line(format string, args ...any) {
	w.out.WriteString(strings.Repeat("\t", w.depth))
	fmt.Fprintf(&w.out, format, args...)
	w.out.WriteByte('\n')
}

func (w *randomC) name(prefix string) string {
	w.names++
	return fmt.Sprintf("%s%d", prefix, w.names)
}

// randomUnit is n functions f0 to f(n-1) that return what they computed.
func randomUnit(seed uint64, n int) string {
	w := &randomC{r: rand.New(rand.NewPCG(seed, 13))}
	w.line("enum few { NONE, SOME = 3, MANY };")
	w.line("enum below { UNDER = -2, NAUGHT, OVER = 5 };")
	w.line("enum huge { HUGE = 0x123456789ab, LITTLE = 1 };")
	w.line("static unsigned long mix(unsigned long h, unsigned long v) { return (h ^ v) * 0x9e3779b97f4a7c15UL + (h >> 7); }\n")
	for i := range n {
		w.function(i)
	}
	return w.out.String()
}

func (w *randomC) push() { w.scopes = append(w.scopes, nil) }
func (w *randomC) pop()  { w.scopes = w.scopes[:len(w.scopes)-1] }

func (w *randomC) add(p scalar) {
	top := len(w.scopes) - 1
	w.scopes[top] = append(w.scopes[top], p)
}

func (w *randomC) function(i int) {
	w.scopes, w.names, w.walkers, w.frozen, w.targets = nil, 0, nil, map[string]bool{}, map[string][]scalar{}
	helper := w.helper(i)
	w.line("static unsigned long f%d(void)\n{", i)
	w.depth++
	w.push()
	w.line("unsigned long h = %d;", i)
	w.structType(0, "inner")
	w.structType(1, "outer")
	for range 3 + w.r.IntN(4) {
		w.declareScalar(w.chance(4))
	}
	w.declareArray()
	w.declareStructs()
	w.declarePointer()
	w.declarePointer()
	w.declareHidden()
	w.declareWalker()
	w.declareUnion()
	for w.budget = 4 + w.r.IntN(7); w.budget > 0; {
		if helper != "" && w.chance(5) {
			w.callHelper(helper)
		}
		w.statement(0)
	}
	w.sum()
	w.line("return h;")
	w.pop()
	w.depth--
	w.line("}\n")
}

// helper writes a function with two values and the address of an int, and where pointers
// to functions are drawn another one of its type.
func (w *randomC) helper(i int) string {
	w.callees = nil
	if w.chance(3) {
		return ""
	}
	ret, a, b := w.one(scalarTypes...), w.one(scalarTypes...), w.one(scalarTypes...)
	name := fmt.Sprintf("g%d", i)
	w.helperBody(name, ret, a, b)
	w.callees = []string{name}
	if w.chance(2) {
		other := fmt.Sprintf("o%d", i)
		w.helperBody(other, ret, a, b)
		w.line("typedef %s helper%d(%s a, %s b, int *out);", ret, i, a, b)
		w.line("static helper%d *const table%d[2] = { %s, &%s };", i, i, name, other)
		w.line("static helper%d *kept%d = %s;\n", i, i, other)
		w.callees = append(w.callees, fmt.Sprintf("table%d[(%%s) & 1]", i), fmt.Sprintf("(*kept%d)", i))
	}
	return name
}

func (w *randomC) helperBody(name, ret, a, b string) {
	w.push()
	w.add(scalar{"a", a, "a", false})
	w.add(scalar{"b", b, "b", false})
	w.add(scalar{"*out", "int", "out", false})
	w.line("static %s %s(%s a, %s b, int *out)\n{", ret, name, a, b)
	w.depth++
	for w.budget = 2 + w.r.IntN(3); w.budget > 0; {
		w.statement(2)
	}
	if w.chance(2) {
		w.line("if (%s)\n\t\treturn %s;", w.full(2), w.full(2))
	}
	w.line("return %s;", w.full(2))
	w.depth--
	w.line("}\n")
	w.pop()
}

func (w *randomC) callHelper(name string) {
	if len(w.callees) > 1 && w.chance(3) {
		w.line("kept%s = table%s[(%s) & 1];", name[1:], name[1:], w.full(2))
	}
	for _, p := range w.all() {
		if p.typ == "int" && !p.bits && !strings.HasPrefix(p.root, "u") && !w.frozen[p.root] && w.chance(2) {
			w.begin()
			w.changed[p.root] = true
			callee := w.one(w.callees...)
			if strings.Contains(callee, "%s") {
				callee = fmt.Sprintf(callee, w.expr(1))
			}
			w.line("h = mix(h, %s(%s, %s, &%s));", callee, w.expr(2), w.expr(2), w.indexed(p.text))
			return
		}
	}
}

// structType declares a struct type; outer has inner ones.
func (w *randomC) structType(k int, tag string) {
	var ms []scalar
	w.line("struct %s {", tag)
	w.depth++
	for i := range 1 + w.r.IntN(5) {
		name := fmt.Sprintf("%c%d", tag[0], i)
		switch {
		case w.chance(2):
			t := bitFieldTypes[w.r.IntN(len(bitFieldTypes))]
			w.line("%s %s : %d;", t.typ, name, t.least+w.r.IntN(t.most-t.least+1))
			ms = append(ms, scalar{"." + name, t.typ, "", true})
			if w.chance(8) {
				w.line("%s : %d;", w.one("int", "char", "long"), w.r.IntN(3))
			}
		case w.chance(4):
			t := w.one(scalarTypes...)
			w.line("%s %s[2];", t, name)
			ms = append(ms, scalar{"." + name + "[@1]", t, "", false})
		default:
			t := w.one(scalarTypes...)
			w.line("%s %s;", t, name)
			ms = append(ms, scalar{"." + name, t, "", false})
		}
	}
	if k == 1 {
		w.line("struct inner in, two[2];")
		for _, m := range w.structs[0] {
			ms = append(ms, scalar{".in" + m.text, m.typ, "", m.bits}, scalar{".two[@1]" + m.text, m.typ, "", m.bits})
		}
	}
	w.depth--
	w.line("}%s;", w.one("", "", "", " __attribute__((packed))"))
	w.structs[k] = ms
}

func (w *randomC) declareScalar(static bool) {
	t, name := w.one(scalarTypes...), w.name("v")
	if static {
		w.line("static %s %s = %s;", t, name, w.literal())
	} else {
		w.line("%s %s = %s;", t, name, w.full(2))
	}
	w.add(scalar{name, t, name, false})
}

func (w *randomC) declareArray() {
	t, name := w.one(scalarTypes...), w.name("a")
	init := w.one("{ 1, 2 }", "{ [2] = 5, 6 }", "{ [1 ... 2] = 3 }", "{ 0 }", "{ 4, -3, 2, -1 }")
	w.line("%s%s %s[4] = %s;", w.one("", "static "), t, name, init)
	w.add(scalar{name + "[@3]", t, name, false})
}

func (w *randomC) declareStructs() {
	for k, tag := range []string{"inner", "outer"} {
		for range 1 + w.r.IntN(2) {
			name, static := w.name("s"), w.one("", "static ")
			init := "{ 0 }"
			switch first := w.structs[k][0]; {
			case w.chance(2) && !strings.Contains(first.text, "["):
				init = fmt.Sprintf("{ %s = %s }", first.text, w.literal())
			case w.chance(2) && k == 1:
				init = "{ .in = { " + w.literal1() + " }, .two[1] = { " + w.literal1() + " } }"
			}
			w.line("%sstruct %s %s = %s;", static, tag, name, init)
			for _, m := range w.structs[k] {
				w.add(scalar{name + m.text, m.typ, name, m.bits})
			}
			w.targets[tag] = append(w.targets[tag], scalar{name, tag, name, false})
			if k == 1 {
				w.targets["inner"] = append(w.targets["inner"], scalar{name + ".in", "inner", name, false}, scalar{name + ".two[@1]", "inner", name, false})
			}
		}
	}
}

// literal1 is an initialiser of the first member of struct inner.
func (w *randomC) literal1() string {
	if strings.Contains(w.structs[0][0].text, "[") {
		return "{ " + w.literal() + " }"
	}
	return w.literal()
}

// declarePointer makes two variables that only pointers name, and pointers to
// them: of one, or of two levels, or to a struct.
func (w *randomC) declarePointer() {
	t, x, y, p := w.one(scalarTypes...), w.name("x"), w.name("x"), w.name("p")
	if w.chance(3) {
		s := w.name("s")
		w.line("struct inner %s = { 0 }, *%s = &%s;", s, p, s)
		for _, m := range w.structs[0] {
			w.add(scalar{p + "->" + m.text[1:], m.typ, p, m.bits})
		}
		return
	}
	w.line("%s %s = %s, %s = %s, *%s = &%s;", t, x, w.literal(), y, w.literal(), p, w.one(x, y))
	w.add(scalar{"*" + p, t, p, false})
	w.targets[p] = []scalar{{"&" + x, t, p, false}, {"&" + y, t, p, false}}
	if w.chance(2) {
		pp := w.name("p")
		w.line("%s **%s = &%s;", t, pp, p)
		w.add(scalar{"**" + pp, t, p, false})
	}
}

// declareHidden makes two variables that lie behind a void *, or an integer with low
// bits in use.
func (w *randomC) declareHidden() {
	t, x, y, p := w.one("int", "unsigned int", "long"), w.name("x"), w.name("x"), w.name("q")
	w.line("%s %s = %s, %s = %s;", t, x, w.literal(), y, w.literal())
	mark := w.r.IntN(4)
	hide := func(x string) string { return "&" + x }
	text := fmt.Sprintf("*(%s *)%s", t, p)
	if w.chance(2) {
		w.line("void *%s = %s;", p, hide(x))
	} else {
		hide = func(x string) string { return fmt.Sprintf("(unsigned long)&%s | %d", x, mark) }
		text = fmt.Sprintf("*(%s *)(%s & ~3UL)", t, p)
		w.line("unsigned long %s = %s;", p, hide(x))
		w.line("h = mix(h, %s & %d);", p, 1+w.r.IntN(3))
	}
	w.add(scalar{text, t, p, false})
	w.targets[p] = []scalar{{hide(x), t, p, false}, {hide(y), t, p, false}}
}

// declareWalker makes an array, and a pointer that goes about in it.
func (w *randomC) declareWalker() {
	t, a, p := w.one(scalarTypes...), w.name("a"), w.name("p")
	at := w.r.IntN(4)
	w.line("%s%s %s[4] = { %s, %s }, *%s = %s + %d;", w.one("", "static "), t, a, w.literal(), w.literal(), p, a, at)
	w.line("%s = %s + %d;", p, a, at) // the array may be static
	w.add(scalar{"*" + p, t, a, false})
	w.add(scalar{a + "[@3]", t, a, false})
	w.walkers = append(w.walkers, walker{a, p})
}

// walker is a pointer into an array.
type walker struct{ array, p string }

// walk moves a pointer in its array, and tells where it is.
func (w *randomC) walk() {
	k := w.walkers[w.r.IntN(len(w.walkers))]
	switch w.r.IntN(5) {
	case 0:
		w.line("%s = %s + (%s & 3);", k.p, k.array, w.full(2))
	case 1:
		w.line("if (%s < %s + 3)\n%s\t%s;", k.p, k.array, strings.Repeat("\t", w.depth), w.one(k.p+"++", "++"+k.p, k.p+" += 1"))
	case 2:
		w.line("if (%s != %s)\n%s\t%s;", k.p, k.array, strings.Repeat("\t", w.depth), w.one(k.p+"--", "--"+k.p, k.p+" -= 1"))
	case 3:
		w.line("h = mix(h, %s - %s + (%s >= &%s[%d]));", k.p, k.array, k.p, k.array, w.r.IntN(4))
	case 4:
		w.line("h = mix(h, %s[%s - %s]);", k.p, k.array, k.p)
	}
}

// declareUnion makes a union of integers; sums of parts are those of the whole.
func (w *randomC) declareUnion() {
	tag, v := w.name("u"), w.name("u")
	parts := w.one("unsigned int part[2]", "short part[4]", "struct { int low; unsigned int high; } part[1]", "unsigned char part[8]")
	w.line("union %s {\n\t\t%s whole;\n\t\t%s;\n\t\tstruct { %s first; %s second; };\n\t};", tag, w.one("long", "unsigned long"), parts,
		w.one("int", "unsigned int"), w.one("unsigned int", "int"))
	w.line("%sunion %s %s = { %s };", w.one("", "static "), tag, v, w.literal())
	w.add(scalar{v + ".whole", "long", v, false})
	w.add(scalar{v + ".first", "int", v, false})
	w.add(scalar{v + ".second", "int", v, false})
	if !strings.Contains(parts, "struct") {
		w.add(scalar{v + ".part[@1]", "int", v, false})
	}
}

// all lists what can be named.
func (w *randomC) all() []scalar {
	var out []scalar
	for _, s := range w.scopes {
		out = append(out, s...)
	}
	w.r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// begin starts a full expression.
func (w *randomC) begin() { w.read, w.changed = map[string]bool{}, map[string]bool{} }

// full is a full expression.
func (w *randomC) full(depth int) string {
	w.begin()
	return w.expr(depth)
}

// indexed writes the indices of a place.
func (w *randomC) indexed(text string) string {
	for _, m := range []string{"1", "3"} {
		for strings.Contains(text, "@"+m) {
			i := m
			if w.chance(2) {
				i = fmt.Sprint(w.r.IntN(int(m[0] - '0' + 1)))
			} else {
				i = "(" + w.expr(1) + ") & " + m
			}
			text = strings.Replace(text, "@"+m, i, 1)
		}
	}
	return text
}

// place is a place to read; ok is false if there is none.
func (w *randomC) place() (text string, ok bool) {
	for _, p := range w.all() {
		if !w.changed[p.root] {
			w.read[p.root] = true
			return w.indexed(p.text), true
		}
	}
	return "", false
}

// rvalue is a place to read, or a literal.
func (w *randomC) rvalue() string {
	if text, ok := w.place(); ok {
		return text
	}
	return w.literal()
}

// lvalue is a place to change in this full expression; ok is false if there is
// none.
func (w *randomC) lvalue() (p scalar, text string, ok bool) {
	for _, p := range w.all() {
		if !w.changed[p.root] && !w.read[p.root] && !w.frozen[p.root] {
			w.changed[p.root] = true
			return p, w.indexed(p.text), true
		}
	}
	return scalar{}, "", false
}

func (w *randomC) literal() string {
	switch w.r.IntN(8) {
	case 0:
		return w.one("NONE", "SOME", "MANY", "UNDER", "OVER", "HUGE", "LITTLE")
	case 1:
		return w.one("0x7fffffff", "0x80000000", "2147483648", "0xffffffffffffffff", "0x7fffffffffffffffL", "255", "256", "65535", "-1", "-128", "1UL << 40")
	case 2:
		return w.one("'a'", "'\\xff'", "'\\0'", "037", "5U", "7L", "9UL", "-3LL")
	}
	return fmt.Sprint(w.r.IntN(20) - 6)
}

var (
	plainOps   = []string{"+", "-", "*", "&", "|", "^", "==", "!=", "<", ">", "<=", ">=", "&&", "||"}
	compoundOp = []string{"+=", "-=", "*=", "&=", "|=", "^="}
)

// expr is an expression.
func (w *randomC) expr(depth int) string {
	if depth <= 0 {
		if w.chance(3) {
			return "(" + w.literal() + ")"
		}
		return "(" + w.rvalue() + ")"
	}
	switch w.r.IntN(14) {
	case 0:
		return fmt.Sprintf("(%s %s)", w.one("-", "~", "!", "+"), w.expr(depth-1))
	case 1:
		return fmt.Sprintf("((%s)%s)", w.one(scalarTypes...), w.expr(depth-1))
	case 2:
		return fmt.Sprintf("(%s ? %s : %s)", w.expr(depth-1), w.expr(depth-1), w.expr(depth-1))
	case 3:
		return fmt.Sprintf("(%s %s (%s)((%s & 7) + 1))", w.expr(depth-1), w.one("/", "%"), w.one(scalarTypes...), w.expr(depth-1))
	case 4:
		return fmt.Sprintf("(%s %s (%s & 31))", w.expr(depth-1), w.one("<<", ">>"), w.expr(depth-1))
	case 5:
		return fmt.Sprintf("((%s)%s %s (%s & 63))", w.one("long", "unsigned long"), w.expr(depth-1), w.one("<<", ">>"), w.expr(depth-1))
	case 6, 7:
		return w.changing(depth)
	case 8:
		return w.unevaluated(depth)
	case 9:
		return fmt.Sprintf("(%s, %s)", w.expr(depth-1), w.expr(depth-1))
	case 10:
		if x, ok := w.place(); ok {
			return fmt.Sprintf("(%s ?: %s)", x, w.expr(depth-1))
		}
	case 11: // of arms that are not alike, widened
		return fmt.Sprintf("((%s)(%s ? (%s)%s : (%s)%s))", w.one("long", "unsigned long"), w.expr(depth-1),
			w.one("int", "signed char", "short"), w.expr(depth-1), w.one("unsigned int", "unsigned long"), w.expr(depth-1))
	}
	return fmt.Sprintf("(%s %s %s)", w.expr(depth-1), w.one(plainOps...), w.expr(depth-1))
}

// changing is an expression with an effect, and its value.
func (w *randomC) changing(depth int) string {
	_, x, ok := w.lvalue()
	switch {
	case !ok:
		return w.expr(depth - 1)
	case w.chance(3):
		return w.one("("+x+")++", "("+x+")--", "++("+x+")", "--("+x+")")
	case w.chance(2):
		return fmt.Sprintf("(%s %s %s)", x, w.one(compoundOp...), w.expr(depth-1))
	case w.chance(4):
		return fmt.Sprintf("(%s %s (%s & 31))", x, w.one("<<=", ">>="), w.expr(depth-1))
	case w.chance(4):
		return fmt.Sprintf("(%s %s (%s & 7) + 1)", x, w.one("/=", "%="), w.expr(depth-1))
	}
	return fmt.Sprintf("(%s = %s)", x, w.expr(depth-1))
}

// unevaluated is a size, or the value of a statement expression.
func (w *randomC) unevaluated(depth int) string {
	switch w.r.IntN(4) {
	case 0:
		return "sizeof(" + w.one(scalarTypes...) + ")"
	case 1:
		return "sizeof(" + w.expr(depth-1) + " + 0)"
	case 2:
		return fmt.Sprintf("({ %s t = %s; t; })", w.one(scalarTypes...), w.expr(depth-1))
	}
	if len(w.targets["outer"]) == 0 {
		return "_Alignof(long)"
	}
	return w.one("sizeof(struct inner)", "sizeof(struct outer)", "_Alignof(struct outer)", "__builtin_offsetof(struct outer, in)")
}

// statement writes a statement, level deep in others.
func (w *randomC) statement(level int) {
	w.budget--
	kind := w.r.IntN(16)
	if level >= 3 {
		kind = w.r.IntN(7)
	}
	switch kind {
	case 0, 1, 2, 3:
		w.begin()
		if _, x, ok := w.lvalue(); ok {
			w.line("%s %s %s;", x, w.one(append(compoundOp, "=", "=", "=")...), w.expr(3))
		}
	case 4:
		if w.chance(2) && len(w.walkers) > 0 {
			w.walk()
			return
		}
		w.line("(void)%s;", w.full(3))
	case 5:
		w.pointTo()
	case 6:
		w.copyStruct()
	case 7, 8:
		w.line("if (%s) {", w.full(2))
		w.block(level)
		if w.chance(2) {
			w.line("} else {")
			w.block(level)
		}
		w.line("}")
	case 9, 10:
		w.loop(level)
	case 11, 12:
		w.switchStatement(level)
	case 13:
		w.jumpOver(level)
	case 14:
		w.line("{")
		w.block(level)
		w.line("}")
	default:
		w.leave()
	}
}

// block writes a few statements in a scope of their own.
func (w *randomC) block(level int) {
	w.depth++
	w.push()
	if w.chance(3) {
		w.declareScalar(false)
	}
	for range 1 + w.r.IntN(2) {
		w.statement(level + 1)
	}
	w.pop()
	w.depth--
}

// leave writes a break or a continue.
func (w *randomC) leave() {
	switch {
	case w.loops > 0 && w.chance(2):
		w.line("if (%s)\n%s\tcontinue;", w.full(2), strings.Repeat("\t", w.depth))
	case w.breaks > 0:
		w.line("if (%s)\n%s\tbreak;", w.full(2), strings.Repeat("\t", w.depth))
	}
}

// loop writes a loop of a few turns. Its counter is read, but not changed.
func (w *randomC) loop(level int) {
	t, i, n := w.one("int", "unsigned int", "unsigned char", "long", "enum few"), w.name("i"), 1+w.r.IntN(4)
	w.frozen[i] = true
	w.line("{")
	w.depth++
	w.push()
	w.breaks, w.loops = w.breaks+1, w.loops+1
	w.line("%s %s%s;", t, i, w.one("", "")+" = 0")
	w.add(scalar{i, t, i, false})
	switch w.r.IntN(4) {
	case 0:
		w.line("for (%s = 0; %s < %d; %s++) {", i, i, n, i)
		w.block(level)
		w.line("}")
	case 1:
		w.line("for (%s = %d; %s-- > 0; ) {", i, n, i)
		w.block(level)
		w.line("}")
	case 2:
		w.line("while (%s++ < %d) {", i, n)
		w.block(level)
		w.line("}")
	case 3:
		w.line("do {")
		w.block(level)
		w.line("} while (++%s < %d);", i, n)
	}
	w.breaks, w.loops = w.breaks-1, w.loops-1
	w.pop()
	w.depth--
	w.line("}")
}

func (w *randomC) switchStatement(level int) {
	w.line("switch (%s) {", w.full(2))
	w.breaks++
	label := w.r.IntN(5) - 3
	for range 1 + w.r.IntN(4) {
		if w.chance(4) {
			w.line("case %d ... %d:;", label, label+3)
			label += 4
		} else {
			w.line("case %d:;", label)
			label += 1 + w.r.IntN(60)
		}
		w.block(level)
		if !w.chance(3) {
			w.line("\tbreak;")
		}
	}
	if w.chance(2) {
		w.line("default:;")
		w.block(level)
	}
	w.breaks--
	w.line("}")
}

// jumpOver writes a goto, forwards, or backwards for a few turns.
func (w *randomC) jumpOver(level int) {
	l := w.name("l")
	if w.chance(2) {
		w.line("if (%s)\n%s\tgoto %s;", w.full(2), strings.Repeat("\t", w.depth), l)
		w.statement(level + 1)
		w.line("%s:;", l)
		return
	}
	i := w.name("i")
	w.frozen[i] = true
	w.line("int %s = 0;", i)
	w.line("%s:;", l)
	w.statement(level + 1)
	w.line("if (%s++ < %d)\n%s\tgoto %s;", i, 1+w.r.IntN(3), strings.Repeat("\t", w.depth), l)
}

// pointTo makes a pointer refer to the other variable of its group.
func (w *randomC) pointTo() {
	for _, p := range w.all() {
		if ts := w.targets[p.root]; len(ts) == 2 && strings.HasPrefix(p.text, "*") {
			w.line("%s = (%s) ? %s : %s;", p.root, w.full(2), ts[0].text, ts[1].text)
			return
		}
	}
}

func (w *randomC) copyStruct() {
	tag := w.one("inner", "outer")
	ts := w.targets[tag]
	if len(ts) < 2 {
		return
	}
	w.begin()
	a, b := ts[w.r.IntN(len(ts))], ts[w.r.IntN(len(ts))]
	if a.root != b.root {
		w.line("%s = %s;", w.indexed(a.text), w.indexed(b.text))
	}
}

// sum adds up everything that has a name.
func (w *randomC) sum() {
	for _, s := range w.scopes {
		for _, p := range s {
			for i := range 4 {
				m := strings.NewReplacer("@1", fmt.Sprint(i&1), "@3", fmt.Sprint(i)).Replace(p.text)
				if i == 0 || m != p.text && (i < 2 || strings.Contains(p.text, "@3")) {
					w.line("h = mix(h, %s);", m)
				}
			}
		}
	}
}
