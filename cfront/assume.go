// SPDX-License-Identifier: MIT

// This file gives functions without a body what a user says is to be assumed of
// them: "NAME=KIND", or "NAME=nondet:2:VALUE:VALUE..." for one that also writes one of the
// values to the number that argument 2 points to ("2+3": that both point to). What each kind means is C, written here for the result that
// the prototype tells of, and read behind the spec; a call evaluates its arguments
// and does that. The verdict lists the assumptions that the search came by.

package cfront

import (
	"fmt"
	"slices"
	"strings"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// assumedName is where the code of assumptions is said to stand.
const assumedName = "<assumed>"

// assumedPrefix is what the functions with that code are called before their names.
const assumedPrefix = "__mmcheck_assumed_"

// assumption is what is assumed of one function.
type assumption struct{ name, kind, text string }

// assumeKinds are the kinds of assumptions. What is said of them goes into verdicts.
var assumeKinds = []struct {
	name, says string
	body       func(r assumedResult) (text string, ok bool)
}{
	{"nondet", "gives %s and does nothing else", func(r assumedResult) (string, bool) { return r.any(), true }},
	{"pure", "gives %s, the same each time", func(r assumedResult) (string, bool) { return r.once(), r.kind != cc.Void }},
	{"null", "gives 0 or NULL and does nothing else", func(r assumedResult) (string, bool) { return "return 0;", r.kind != cc.Void }},
	{"fail", "gives %s and does nothing else", func(r assumedResult) (string, bool) { return "return " + r.failure() + ";", r.kind != cc.Void }},
	{"object", "gives %s and does nothing else", func(r assumedResult) (string, bool) {
		return r.own() + "return " + r.some() + ";", r.object != ""
	}},
	{"errptr", "gives %s but an error pointer for NULL, and does nothing else", func(r assumedResult) (string, bool) { return r.errorPointer(), r.object != "" }},
	{"havoc", "gives %s and writes 0 or 1 to the numbers that its arguments point to", func(r assumedResult) (string, bool) { return r.any(), true }},
	{"sleeps", "sleeps, gives %s and does nothing else", func(r assumedResult) (string, bool) {
		return "might_sleep(); " + r.any(), true
	}},
}

// AssumeKinds lists what can be assumed of a function.
func AssumeKinds() (names []string) {
	for _, k := range assumeKinds {
		names = append(names, k.name)
	}
	return names
}

// assumedResult is what an assumed function returns.
type assumedResult struct {
	kind   cc.Kind
	typ    string // as C has it
	signed bool
	object string // the struct that a pointer leads to, "" for others
	global string // a variable of the spec that is one, "" if there is none
	counts string // initialises the reference counts of the object
}

// enomem is the error that stands for all.
const enomem = "-12"

// any returns each value that the kind of result has in a model: 0 or an error where
// it is signed, 0 or 1 where not, an object of its own or NULL.
func (r assumedResult) any() string {
	switch {
	case r.kind == cc.Void:
		return "return;"
	case r.object != "":
		return r.own() + "return nondet(0, 1) ? " + r.some() + " : 0;"
	case r.kind == cc.Ptr:
		return "return 0;"
	case r.kind == cc.Struct:
		return "static " + r.typ + " zero; return zero;"
	}
	return "return nondet(0, 1) ? " + r.failure() + " : 0;"
}

// once returns a value that is chosen at the first call.
func (r assumedResult) once() string {
	yes, object := r.failure(), ""
	switch {
	case r.object != "":
		object, yes = r.own(), r.some()
	case r.kind == cc.Ptr:
		return "return 0;"
	case yes == enomem:
		yes = "1"
	}
	return object + "static int chosen; int pick = nondet(1, 2); ATOMIC { if (!chosen) chosen = pick; pick = chosen; } return pick == 1 ? " + yes + " : 0;"
}

// errorPointer returns an object or an error pointer.
func (r assumedResult) errorPointer() string {
	return r.own() + "return nondet(0, 1) ? " + r.some() + " : (void *)" + enomem + "L;"
}

// own declares the object that is returned, unless that is one of the spec.
func (r assumedResult) own() string {
	if r.global != "" {
		return ""
	}
	return "static " + r.object + " object" + r.counts + "; "
}

// countsOf initialises the reference counts of an object: whoever hands it out has a
// reference to it.
func countsOf(s *cc.StructType) string {
	var members []string
	for i := range s.NumFields() {
		f := s.FieldByIndex(i)
		typ := f.Type()
		switch t, ok := typ.(*cc.StructType); {
		case !ok || f.Name() == "":
		case typ.Typedef() != nil && typ.Typedef().Name() == "refcount_t":
			members = append(members, "."+f.Name()+" = { { 1 } }")
		case tagOf(t) == "kref":
			members = append(members, "."+f.Name()+" = { { { 1 } } }")
		}
	}
	if members == nil {
		return ""
	}
	return " = { " + strings.Join(members, ", ") + " }"
}

// some is the address of the object that is returned.
func (r assumedResult) some() string {
	if r.global != "" {
		return "&" + r.global
	}
	return "&object"
}

// failure is a result that tells of a failure.
func (r assumedResult) failure() string {
	switch {
	case r.kind == cc.Ptr || r.kind == cc.Bool:
		return map[bool]string{true: "0", false: "1"}[r.kind == cc.Ptr]
	case r.signed:
		return enomem
	}
	return "1"
}

// says words the result for people.
func (r assumedResult) says() string {
	switch {
	case r.kind == cc.Void:
		return "nothing"
	case r.global != "":
		return "&" + r.global + " or NULL"
	case r.object != "":
		return "an object of its own or NULL"
	case r.kind == cc.Ptr:
		return "NULL"
	case r.kind == cc.Struct:
		return "zeroes"
	case r.signed && r.kind != cc.Bool:
		return "0 or an error"
	}
	return "0 or 1"
}

// assumptions writes the code for what is assumed of the functions that a spec
// declares and nobody defines.
func (u *Unit) assumptions() (code string, diags Diagnostics) {
	var b strings.Builder
	for _, a := range u.cfg.Assume {
		name, kind, _ := strings.Cut(a, "=")
		kind, values := AssumedValues(kind)
		if u.assumed[name] != nil {
			continue // what is said later is said in vain: see Config
		}
		warn := func(n cc.Node, format string, args ...any) {
			d := Diagnostic{Pos: model.Pos{File: u.Name}, Severity: Warning, ID: "assume", Text: fmt.Sprintf(format, args...)}
			if n != nil {
				d.Pos, d.Len = posOf(n), len(name)
			}
			diags = append(diags, d)
		}
		i := slices.IndexFunc(AssumeKinds(), func(k string) bool { return k == kind })
		decl := u.prototype(name)
		switch {
		case i < 0 || values != nil && kind != "nondet":
			diags = append(diags, Diagnostic{Pos: model.Pos{File: u.Name}, ID: "assume",
				Text: fmt.Sprintf("'%s' is not of the form NAME=KIND, where KIND is one of %s", a, strings.Join(AssumeKinds(), ", "))})
			continue
		case u.Funcs[name] != nil || u.cfg.Natives(name):
			warn(nil, "nothing is assumed of '%s': it has a body, or is part of the model", name)
			continue
		case decl == nil:
			warn(nil, "nothing is assumed of '%s': nothing declares it; write its prototype", name)
			continue
		}
		text, says, why := u.assumedBody(decl, name, i, values)
		if why != "" {
			d := Diagnostic{Pos: posOf(decl), Len: len(name), ID: "assume", Text: fmt.Sprintf("'%s' cannot be assumed (%s): %s", name, kind, why), name: name}
			d.Notes = []Diagnostic{{Pos: d.Pos, Len: d.Len, Severity: Note, Text: "give it a body, here or with mmcheck import --from-tree " + name}}
			diags = append(diags, d)
			continue
		}
		if u.assumed == nil {
			u.assumed = map[string]*assumption{}
		}
		u.assumed[name] = &assumption{name, kind, fmt.Sprintf("%s() %s (%s)", name, says, kind)}
		b.WriteString(text)
	}
	return b.String(), diags
}

// prototype is the declaration of a function that has no body, nil if there is none.
func (u *Unit) prototype(name string) *cc.Declarator {
	for _, n := range u.AST.Scope.Nodes[name] {
		if d, ok := n.(*cc.Declarator); ok && d.Type().Undecay().Kind() == cc.Function {
			return d
		}
	}
	return nil
}

// assumedBody is the code for an assumption, and what it says; why tells what keeps it
// from being made.
func (u *Unit) assumedBody(decl *cc.Declarator, name string, kind int, values []string) (text, says, why string) {
	if why := u.neverAssumed(decl, name); why != "" {
		return "", "", why
	}
	ft := decl.Type().Undecay().(*cc.FunctionType)
	r := assumedResult{kind: ft.Result().Kind(), signed: cc.IsSignedInteger(ft.Result())}
	head := ""
	switch t := ft.Result().(type) {
	case *cc.PointerType:
		head = "void *"
		if s, ok := t.Elem().(*cc.StructType); ok {
			if r.object = "struct " + tagOf(s); s.Typedef() != nil && tagOf(s) == s.Typedef().Name() {
				r.object = tagOf(s) // it has no tag
			}
			if head = r.object + " *"; s.IsIncomplete() {
				r.object = ""
			} else {
				r.global, r.counts = u.globalOf(tagOf(s)), countsOf(s)
			}
		}
	default:
		if r.kind == cc.Union || r.kind == cc.Struct && strings.Contains(typeString(t), "unnamed") {
			return "", "", "it returns a union, or a struct without a name"
		}
		if head = "void "; r.kind != cc.Void {
			r.typ = typeString(t)
			head = r.typ + " "
		}
	}
	k := assumeKinds[kind]
	body, ok := k.body(r)
	if !ok {
		if r.kind == cc.Void {
			return "", "", "it returns nothing"
		}
		return "", "", "it returns no pointer to a struct that is known"
	}
	params, writes := "void", ""
	switch {
	case k.name == "havoc":
		params, writes = havoc(ft, "nondet(0, 1)", nil)
	case values != nil:
		args := strings.Split(values[0], "+")
		if params, writes = havoc(ft, oneOf(values[1:]), args); writes == "" {
			return "", "", "argument " + strings.Join(args, " and ") + " points to no number"
		}
		k.says = "gives %s and writes " + strings.Join(values[1:], " or ") + " to where argument " + strings.Join(args, " and ") + " points"
	}
	what := r.says()
	switch k.name {
	case "fail":
		what = r.fails()
	case "object":
		what = strings.TrimSuffix(what, " or NULL")
	}
	if says = k.says; strings.Contains(says, "%s") {
		says = fmt.Sprintf(says, what)
	}
	return fmt.Sprintf("static %s%s%s(%s) { %s%s }\n", head, assumedPrefix, name, params, writes, body), says, ""
}

// globalOf is the first variable of a spec that is a struct of this tag, "" if none is.
func (u *Unit) globalOf(tag string) (name string) {
	best := model.Pos{}
	for n, nodes := range u.AST.Scope.Nodes {
		d, ok := nodes[0].(*cc.Declarator)
		if !ok || d.IsTypename() || u.isHeader(posOf(d).File) || strings.HasPrefix(n, "__mmcheck_") {
			continue
		}
		s, ok := d.Type().(*cc.StructType)
		if ok && tagOf(s) == tag && (name == "" || before(posOf(d), best)) {
			name, best = n, posOf(d)
		}
	}
	return name
}

// fails words what tells of a failure.
func (r assumedResult) fails() string {
	switch {
	case r.kind == cc.Ptr:
		return "NULL"
	case r.signed && r.kind != cc.Bool:
		return "an error"
	}
	return "1"
}

// AssumedValues takes the arguments and the values off a kind, "nondet:2:0:4".
func AssumedValues(kind string) (string, []string) {
	words := strings.Split(kind, ":")
	if len(words) < 3 {
		return kind, nil
	}
	return words[0], words[1:]
}

// oneOf is any of some values.
func oneOf(values []string) string {
	if len(values) == 1 {
		return values[0]
	}
	text := fmt.Sprintf("({ int pick = nondet(1, %d); ", len(values))
	for i, v := range values[:len(values)-1] {
		text += fmt.Sprintf("pick == %d ? %s : ", i+1, v)
	}
	return text + values[len(values)-1] + "; })"
}

// havoc are the parameters of a function that writes a value to what its arguments point
// to, as far as these are numbers, and the statements that do. only are the arguments that
// count, nil for all.
func havoc(ft *cc.FunctionType, value string, only []string) (params, writes string) {
	var list []string
	for i, p := range ft.Parameters() {
		t, ok := p.Type().(*cc.PointerType)
		if !ok || only != nil && !slices.Contains(only, fmt.Sprint(i+1)) || !cc.IsIntegerType(t.Elem()) || t.Elem().Kind() == cc.Enum {
			continue
		}
		list = append(list, fmt.Sprintf("%s *to%d", typeString(t.Elem()), i))
		writes += fmt.Sprintf("if (to%d) *to%d = %s; ", i, i, value)
	}
	if list == nil {
		return "void", ""
	}
	return strings.Join(list, ", "), writes
}

// notAssumed are words in the names of functions that change what others may do: to
// guess what they do would be to guess the answer.
var notAssumed = wordSet(`lock unlock trylock relock locked rlock wlock mutex rwsem sem spin seqcount down up upgrade downgrade
	get put tryget getref putref ref unref deref refcount kref hold unhold grab pin unpin acquire release
	atomic atomic64 cmpxchg xchg bit smp list hlist llist
	free kfree kvfree vfree destroy reap rcu srcu wait wake complete synchronize barrier fence`)

// toldRE are names of functions that give the time or a random number, and get nothing.
var toldRE = lazyRE(`^(ktime_get|get_random)_?`)

// NeverAssumed says why nothing may be assumed of a function of this name, "" if
// something may.
func NeverAssumed(name string) string {
	name = toldRE().ReplaceAllString(name, "")
	for _, w := range strings.Split(name, "_") {
		if notAssumed[w] {
			return fmt.Sprintf("by its name it locks, waits, counts, links or frees ('%s')", w)
		}
	}
	return ""
}

// neverAssumed says why nothing may be assumed of a function, "" if something may.
func (u *Unit) neverAssumed(decl *cc.Declarator, name string) string {
	if why := NeverAssumed(name); why != "" {
		return why
	}
	for i, p := range decl.Type().Undecay().(*cc.FunctionType).Parameters() {
		switch p.Name() {
		case "locked", "unlock", "unlocked":
			return fmt.Sprintf("argument %d, '%s', tells that it gives up a lock", i+1, p.Name())
		}
		t, ok := p.Type().(*cc.PointerType)
		if !ok {
			continue
		}
		if s, ok := t.Elem().(*cc.StructType); ok && lockTags[tagOf(s)] {
			return fmt.Sprintf("argument %d is a lock", i+1)
		}
	}
	return ""
}

// lockTags are the structs that are locks or counts of references.
var lockTags = wordSet(`rw_semaphore mutex spinlock raw_spinlock rwlock seqcount seqlock kref refcount_struct completion
	srcu_struct rcuwait wait_queue_head percpu_rw_semaphore lockdep_map semaphore local_lock folio_lock rt_mutex ww_mutex`)

// assumedFunc is the code of what is assumed of a function, nil if nothing is.
func (b *builder) assumedFunc(name string) *cc.FunctionDefinition {
	if b.unit.assumed[name] == nil {
		return nil
	}
	return b.unit.Funcs[assumedPrefix+name]
}

// assumedArgs are those of the arguments that what is assumed wants.
func assumedArgs(fn *cc.FunctionDefinition, all []value) (out []value) {
	for _, p := range params(fn) {
		n := 0
		fmt.Sscanf(p.Name(), "to%d", &n)
		out = append(out, all[n])
	}
	return out
}
