// SPDX-License-Identifier: MIT

// This file declares by use what neither the model nor a file declares: types with the
// members that the code uses, variables, constants with values of their own, functions of
// which something is assumed, and iterators. The declarations are a file of their own,
// which the files of the tree are taken to include, so that all else is as with a tree.

package kimport

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// byUse is what the file of such declarations is called.
const byUse = "<by use>"

// inference collects what is known of the names in some code.
type inference struct {
	scope, model     *Scope
	mayAssume        func(string) bool
	counts           map[string][]int // of arguments, by what is called
	types            map[string]*typ
	typedefs         []string // that nothing declares
	anonymous        []*typ
	functions        map[string]*typ
	guessedFunctions []string
	values           map[string]*typ
	variables        []string // that nothing declares
	constants        map[string]*constantUse
	iterators        map[string]*iteratorUse
	entries          map[string]bool // taken for container_of()
	locks            []*typ
	from             map[string]int // where a name was first seen: a line
	order            []string
	seenMembers      []memberUse
	compared         []comparison
	aliases          [][2]string    // places, the first of which gets what the second has
	written          []writtenPlace // places of which functions get the address
	zero             *typ
	depth            int // of the type that is looked into
	unused           int // where an expression begins whose value nobody looks at
}

// declareByUse writes declarations of what is missing, and says from where.
func (im *importer) declareByUse() {
	im.tree.declare(nil)
	scope := im.tree.Scope(im.files...)
	var functions []*Decl
	for _, f := range im.files {
		for _, d := range f.Decls {
			if d.Kind == Func && scope.Holds(d) {
				functions = append(functions, d)
			}
		}
	}
	in := im.infer(scope, functions)
	text, from := in.declarations()
	im.tree.declare(parse(byUse, text))
	im.guessedFrom, im.values, im.outs = from, in.choices(maxValues), in.outs()
}

// infer infers the types in some functions.
func (im *importer) infer(scope *Scope, functions []*Decl) *inference {
	in := &inference{scope: scope, model: im.model, mayAssume: im.MayAssume, counts: map[string][]int{}, types: map[string]*typ{},
		functions: map[string]*typ{}, values: map[string]*typ{}, constants: map[string]*constantUse{}, iterators: map[string]*iteratorUse{},
		entries: map[string]bool{}, from: map[string]int{}, zero: number("int"), unused: -1}
	for _, d := range functions {
		toks := in.scope.Active(d)
		u := newUses()
		u.collect(toks, locals(d, toks))
		for _, x := range u.names {
			if x.args >= 0 {
				in.counts[x.name] = append(in.counts[x.name], x.args)
			}
		}
	}
	for range 2 { // what is learnt late counts for what comes early
		in.seenMembers, in.compared, in.aliases, in.written = nil, nil, nil, nil
		for _, d := range functions {
			in.function(d)
		}
	}
	return in
}

// known reports whether the file or the model declares a name, as it is used.
func (in *inference) known(name string) bool {
	if in.scope.Find(name) != nil || keywords[name] || strings.HasPrefix(name, "__builtin_") || strings.HasPrefix(name, "__mmcheck") {
		return true
	}
	m := in.model.Find(name)
	if m == nil {
		return markWords[name] || attributeWord(name)
	}
	for _, n := range in.counts[name] {
		if !fits(m, use{name, n}) {
			return false
		}
	}
	return true
}

// declarations are the text of the file, and the lines that names were guessed from.
func (in *inference) declarations() (string, map[string]int) {
	var b strings.Builder
	from := map[string]int{}
	for _, l := range in.locks { // which never sleeps is not known: one that does not care
		if l.is(unknownType) {
			in.same(l, in.named("struct mutex"))
		}
	}
	in.name()
	in.writeConstants(&b, from)
	in.writeStructs(&b, from)
	for _, n := range in.typedefs {
		if in.used(n) {
			in.writeTypedef(&b, n)
		}
	}
	for _, n := range in.variables {
		fmt.Fprintf(&b, "static %s;\n", in.declared(in.values[n], n))
		from[n] = in.from[n]
	}
	for _, n := range slices.Sorted(maps.Keys(in.iterators)) {
		in.writeIterator(&b, n, from)
	}
	for _, n := range slices.Sorted(maps.Keys(in.entries)) {
		fmt.Fprintf(&b, "#define %s(pointer, type, member) container_of(pointer, type, member)\n", n)
		from[n] = in.from[n]
	}
	for _, n := range in.guessedFunctions {
		if in.mayAssume(n) && !in.getsLock(n) && !strings.HasPrefix(n, "trace_") {
			b.WriteString(in.prototype(n) + ";\n")
			from[n] = in.from[n]
		}
	}
	return b.String(), from
}

// lockTypes are types of locks and of counts of references.
var lockTypes = map[string]bool{
	"spinlock_t": true, "raw_spinlock_t": true, "rwlock_t": true, "struct mutex": true, "struct rw_semaphore": true, "refcount_t": true, "struct kref": true,
	"struct completion": true, "seqcount_t": true, "seqlock_t": true, "struct srcu_struct": true, "struct wait_queue_head": true, "wait_queue_head_t": true,
}

// getsLock reports whether a function gets a lock by its address: nothing is assumed of it.
func (in *inference) getsLock(name string) bool {
	return slices.ContainsFunc(in.functions[name].root().params, func(p *typ) bool {
		return p.is(pointerType) && lockTypes[p.root().to.root().name]
	})
}

// used reports whether a typedef that nothing declares is a type at all.
func (in *inference) used(name string) bool {
	return in.scope.Find(name) == nil && in.model.Find(name) == nil && in.functions[name] == nil && in.values[name] == nil
}

// name gives structs a name that have none.
func (in *inference) name() {
	taken := map[string]bool{}
	for _, t := range in.anonymous {
		if t.up != nil || t.name != "" {
			continue
		}
		base := "struct guessed_" + strings.Trim(strings.ToLower(t.hint), "_")
		if t.hint == "" {
			base = "struct guessed"
		}
		name := base
		for n := 2; taken[name]; n++ {
			name = fmt.Sprintf("%s%d", base, n)
		}
		t.name, taken[name] = name, true
		in.types[name] = t
	}
}

// writeConstants writes the constants.
func (in *inference) writeConstants(b *strings.Builder, from map[string]int) {
	bit, next, index, errno := 0, 1001, 0, 600
	for _, n := range in.order {
		c := in.constants[n]
		if c == nil || in.functions[n] != nil {
			continue
		}
		var value string
		switch {
		case c.shift:
			value = "3"
		case c.count:
			value = "2"
		case c.index:
			value = fmt.Sprint(index % (guessedLength))
			index++
		case c.bit:
			value = fmt.Sprintf("0x%xUL", 1<<(bit%31))
			bit++
		case c.errno:
			value = fmt.Sprint(errno)
			errno++
		default:
			value = fmt.Sprint(next)
			next++
		}
		fmt.Fprintf(b, "#define %s %s\n", n, value)
		from[n] = in.from[n]
	}
}

// guessedLength is how many elements an array has of which nothing is known.
const guessedLength = 4

// writeStructs writes the structs, or of those of the model the members that it lacks.
func (in *inference) writeStructs(b *strings.Builder, from map[string]int) {
	for _, name := range slices.Sorted(maps.Keys(in.types)) {
		t := in.types[name]
		if !strings.HasPrefix(name, "struct ") && !strings.HasPrefix(name, "union ") {
			if tag, ok := strings.CutPrefix(name, "enum "); ok && in.scope.Find(name) == nil && in.model.Find(name) == nil {
				fmt.Fprintf(b, "enum %s { a_%s };\n", tag, tag)
			}
			continue
		}
		if t.up != nil || t.name != name || in.scope.Find(name) != nil {
			continue
		}
		if d := in.model.Find(name); d != nil && len(t.order) == 0 {
			continue
		}
		fmt.Fprintf(b, "%s {\n", name)
		in.writeMembers(b, t, name, from)
		b.WriteString("};\n")
	}
}

func (in *inference) writeMembers(b *strings.Builder, t *typ, name string, from map[string]int) {
	for _, m := range t.order {
		of := t.members[m]
		if holds(of, t, 0) { // it was taken for two things
			of = &typ{}
		}
		fmt.Fprintf(b, "\t%s;\n", in.declared(of, m))
	}
	if len(t.order) == 0 {
		b.WriteString("\tint opaque;\n")
	}
	for _, u := range in.seenMembers {
		if u.structure.root() == t {
			if _, known := from[name+"."+u.name]; !known && slices.Contains(t.order, u.name) {
				from[name+"."+u.name] = u.line
			}
			if _, known := from[name]; !known {
				from[name] = u.line
			}
		}
	}
}

// holds reports whether a struct is, or has within it, another one.
func holds(t, part *typ, depth int) bool {
	if t = t.root(); t == part || depth > maxTypeDepth {
		return true
	}
	if t.shape == pointerType && t.array {
		return holds(t.to, part, depth+1)
	}
	return t.shape == structType && slices.ContainsFunc(t.order, func(m string) bool { return holds(t.members[m], part, depth+1) })
}

// writeTypedef writes a typedef.
func (in *inference) writeTypedef(b *strings.Builder, name string) {
	t := in.types[name]
	if t.root() == t && t.shape == structType && t.name == name {
		fmt.Fprintf(b, "typedef struct {\n")
		in.writeMembers(b, t, name, map[string]int{})
		fmt.Fprintf(b, "} %s;\n", name)
		return
	}
	if t = t.root(); t.name != name {
		fmt.Fprintf(b, "typedef %s;\n", in.declared(t, name))
		return
	}
	t.name = ""
	fmt.Fprintf(b, "typedef %s;\n", in.declared(t, name))
	t.name = name
}

// nextOf is how the function ends that an iterator asks for what comes next.
const nextOf = "_next"

// writeIterator writes an iterator: over objects, any number of times, or over the first
// numbers.
func (in *inference) writeIterator(b *strings.Builder, name string, from map[string]int) {
	it := in.iterators[name]
	more := name + nextOf
	if !in.mayAssume(more) {
		return // whatever that does
	}
	params := make([]string, it.args)
	for i := range params {
		params[i] = string(rune('a' + i))
	}
	p := params[it.position]
	if it.of.is(pointerType) {
		fmt.Fprintf(b, "%s;\n#define %s(%s) for ((%s) = %s(); (%s); (%s) = %s())\n", in.declared(it.of, more+"(void)"), name, strings.Join(params, ", "), p, more, p, p, more)
	} else {
		fmt.Fprintf(b, "int %s(void);\n#define %s(%s) for ((%s) = 0; (%s) < 2 && %s(); (%s)++)\n", more, name, strings.Join(params, ", "), p, p, more, p)
	}
	from[name] = in.from[name]
	from[more] = in.from[name]
}

// prototype declares a function.
func (in *inference) prototype(name string) string {
	f := in.functions[name].root()
	var list []string
	for i, p := range f.params {
		text := in.declared(in.decayed(p), fmt.Sprintf("a%d", i+1))
		if strings.HasPrefix(text, "char *") {
			text = "const " + text // so that texts may be handed over
		}
		list = append(list, text)
	}
	switch {
	case f.negative && len(list) > 0:
		list = append(list, "...")
	case len(list) == 0:
		list = []string{"void"}
	}
	result := f.to.root()
	call := name + "(" + strings.Join(list, ", ") + ")"
	switch {
	case result.shape == unknownType && !f.tested:
		return "void " + call
	case result.shape == unknownType && result.tested && !result.counted:
		return "bool " + call
	case result.shape == unknownType && !result.counted:
		return "int " + call
	}
	return in.declared(in.decayed(result), call)
}

// decayed is the type of a parameter: of an array a pointer.
func (in *inference) decayed(t *typ) *typ {
	if t = t.root(); t.shape == pointerType && t.array {
		return pointerTo(t.to)
	}
	return t
}

// declared is the declaration of a name of some type.
func (in *inference) declared(t *typ, name string) string {
	t = t.root()
	in.depth++
	defer func() { in.depth-- }()
	switch t.shape {
	case pointerType:
		to := t.to.root()
		if in.depth > maxTypeDepth {
			return "void *" + name
		}
		switch {
		case to.shape == functionType:
			var list []string
			for _, p := range to.params {
				list = append(list, in.declared(in.decayed(p), ""))
			}
			if len(list) == 0 {
				list = []string{"void"}
			}
			result := to.to
			if result.is(unknownType) && !to.tested && to.name == "*" {
				result = &typ{shape: voidType, name: "void"}
			}
			return in.declared(result, "(*"+name+")("+strings.Join(list, ", ")+")")
		case t.array:
			return in.declared(to, fmt.Sprintf("%s[%d]", name, guessedLength))
		case to.shape == unknownType && to.name == "" && !to.counted && !to.tested:
			return "void *" + name
		}
		return in.declared(to, "*"+name)
	case functionType:
		return "void *" + name
	case structType, voidType:
		if t.name == "" || t.name == "?" {
			return "void *" + name
		}
		return strings.TrimSpace(t.name + " " + name)
	}
	switch {
	case t.name != "" && t.name != "?":
		return strings.TrimSpace(t.name + " " + name)
	case t.negative:
		return strings.TrimSpace("int " + name)
	}
	return strings.TrimSpace("unsigned long " + name)
}

// origin is a comment that tells from which line something was guessed, "" if it was not.
func (im *importer) origin(name string) string {
	line, guessed := im.guessedFrom[name]
	if !guessed {
		return ""
	}
	return fmt.Sprintf(" /* guessed from line %d */", line)
}

// guesses are the declarations by use that are part of the spec, as assumptions.
func (im *importer) guesses() (out []string) {
	var constants []string
	for _, n := range slices.Sorted(maps.Keys(im.guessedFrom)) {
		switch {
		case strings.Contains(n, "."):
		case strings.Contains(n, " ") && im.model.Find(n) != nil:
			out = append(out, n+" has the further members that the text uses")
		case strings.Contains(n, " ") && im.types.seen[n]:
			out = append(out, n+" has the members that the text uses, and no others")
		case slices.ContainsFunc(im.macros, func(d *Decl) bool { return d.Names[0] == n && !d.hasArgs }):
			constants = append(constants, n)
		case slices.ContainsFunc(im.macros, func(d *Decl) bool { return d.Names[0] == n && strings.Contains(d.Text, "for (") }):
			out = append(out, n+"() goes any number of times through its body")
		case slices.ContainsFunc(im.macros, func(d *Decl) bool { return d.Names[0] == n }):
			out = append(out, n+"() is container_of()")
		case slices.ContainsFunc(im.vars, func(d *Decl) bool { return d.Names[0] == n }):
			out = append(out, n+" is a variable that begins with 0")
		}
	}
	if constants != nil {
		out = append(out, "values of their own for "+strings.Join(constants, ", "))
	}
	return out
}
