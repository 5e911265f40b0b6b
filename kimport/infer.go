// SPDX-License-Identifier: MIT

// This file infers types: each expression has a type that is not known at first, and
// what is done with it tells more and more (unification). What is a struct of which
// nothing is declared collects its members.

package kimport

import (
	"slices"
	"strings"
)

// shapeOf says what is known of a type.
type shapeOf uint8

const (
	unknownType shapeOf = iota
	numberType
	pointerType
	structType   // or union
	functionType // to is the result
	voidType
)

// typ is a type, as far as it is known. Two that turn out to be the same have one
// representative, which up leads to.
type typ struct {
	up       *typ
	shape    shapeOf
	name     string // as C has it: "struct foo", "unsigned long"; "" if it has none
	to       *typ   // what a pointer leads to, or a function gives
	array    bool   // the pointer is an array
	params   []*typ // of a function
	members  map[string]*typ
	order    []string // of the members
	negative bool     // compared with what is less than 0
	counted  bool     // used in arithmetic, as a mask, or the like
	tested   bool     // used as a condition
	hint     string   // what a struct without a name may be called
}

// root is the representative of a type.
func (t *typ) root() *typ {
	for t.up != nil {
		t = t.up
	}
	return t
}

func number(name string) *typ    { return &typ{shape: numberType, name: name} }
func pointerTo(t *typ) *typ      { return &typ{shape: pointerType, to: t} }
func (t *typ) is(s shapeOf) bool { return t.root().shape == s }

// maxTypeDepth is how deep types are looked into: one may lead to itself.
const maxTypeDepth = 30

// same notes that two types are one, as far as they can be.
func (in *inference) same(a, b *typ) {
	if a, b = a.root(), b.root(); a == b || in.depth > maxTypeDepth {
		return
	}
	in.depth++
	defer func() { in.depth-- }()
	if b.shape == unknownType {
		a, b = b, a
	}
	switch {
	case a.shape == unknownType:
		if b.shape == voidType || b.shape == functionType {
			return
		}
		b.negative, b.counted, b.tested = b.negative || a.negative, b.counted || a.counted, b.tested || a.tested
		if b.hint == "" {
			b.hint = a.hint
		}
		if b.shape == unknownType && b.name == "" {
			b.name = a.name
		}
		a.up = b
	case a.shape == pointerType && b.shape == pointerType:
		in.same(a.to, b.to)
	case a.shape == structType && b.shape == structType && (a.name == "" || b.name == ""):
		if b.name == "" {
			a, b = b, a
		}
		a.up = b
		for _, m := range a.order {
			in.same(a.members[m], in.member(b, m))
		}
	}
}

// pointer is what a type leads to, which has to be a pointer.
func (in *inference) pointer(t *typ) *typ {
	t = t.root()
	if t.shape == unknownType {
		t.shape, t.to = pointerType, &typ{hint: t.hint}
	}
	if t.shape != pointerType {
		return &typ{}
	}
	return t.to
}

// structure has a type be a struct, if it can.
func (in *inference) structure(t *typ) *typ {
	if t = t.root(); t.shape == unknownType {
		t.shape = structType
		in.anonymous = append(in.anonymous, t)
	}
	return t
}

// member is the type of a member of a struct.
func (in *inference) member(t *typ, name string) *typ {
	t = in.structure(t)
	if m := t.members[name]; m != nil {
		return m
	}
	if t.members == nil {
		t.members = map[string]*typ{}
	}
	if t.shape != structType {
		return &typ{hint: name}
	}
	m := &typ{hint: name}
	t.members[name] = m // it may be asked for again meanwhile
	if declared := in.declaredMember(t.name, name); declared != nil {
		t.members[name] = declared
		return declared
	}
	t.order = append(t.order, name)
	return m
}

// declaredMember is the type of a member of a struct that the model or the file defines,
// nil if that has none of this name.
func (in *inference) declaredMember(structure, name string) *typ {
	d, scope := in.definition(structure)
	if d == nil {
		return nil
	}
	toks := scope.Active(d)
	i := slices.IndexFunc(toks, func(x Token) bool { return x.Text == "{" })
	if i < 0 {
		return nil
	}
	end := skipBrackets(toks, i)
	line := findMember(toks[i+1:end-1], name)
	if line == nil {
		return in.nested(toks[i+1:end-1], name)
	}
	return in.declaredAs(line, name)
}

// nested is the type of a member that is defined together with its type, nil if there is
// no such member.
func (in *inference) nested(toks []Token, name string) *typ {
	for i := 0; i < len(toks); i++ {
		if toks[i].Text != "{" {
			continue
		}
		end := skipBrackets(toks, i)
		if end < len(toks) && toks[end].Text == name {
			t := &typ{shape: structType, name: "?"} // it has no name to be declared by
			t.members = map[string]*typ{}
			for _, m := range memberWords(toks[i+1 : end-1]) {
				if line := findMember(toks[i+1:end-1], m); line != nil {
					t.members[m] = in.declaredAs(line, m)
				}
			}
			return t
		}
		i = end - 1
	}
	return nil
}

// memberWords are the names among the tokens of a struct.
func memberWords(toks []Token) (names []string) {
	for i, t := range toks {
		if t.Kind == Name && i+1 < len(toks) && strings.Contains(";,[:", toks[i+1].Text) {
			names = append(names, t.Text)
		}
	}
	return names
}

// definition is what defines a struct or a typedef of one, in the model or in the file.
func (in *inference) definition(name string) (*Decl, *Scope) {
	for range 4 { // typedefs of typedefs
		for _, s := range []*Scope{in.model, in.scope} {
			d := s.Find(name)
			if d == nil || d.Kind != Struct && d.Kind != Typedef {
				continue
			}
			if d.Kind == Struct || slices.ContainsFunc(d.Toks, func(t Token) bool { return t.Text == "{" }) {
				return d, s
			}
			toks := plainType(s.Active(d)[1:])
			if len(toks) >= 2 && aggregate[toks[0].Text] {
				name = toks[0].Text + " " + toks[1].Text
			} else if len(toks) > 0 {
				name = toks[0].Text
			}
			break
		}
	}
	return nil, nil
}

// declaredAs is the type that a declaration gives a name.
func (in *inference) declaredAs(line []Token, name string) *typ {
	r := &reader{inference: in, toks: line}
	base, ok := r.typeName()
	if !ok {
		return &typ{}
	}
	for r.at < len(line) && line[r.at].Text != name { // "int a, *b"
		if line[r.at].Text == "," {
			r.at++
			break
		}
		if line[r.at].Text == "*" || line[r.at].Text == "(" {
			break
		}
		r.at++
	}
	at := slices.IndexFunc(line, func(t Token) bool { return t.Text == name })
	t := base
	if at < 0 {
		return t
	}
	for i := at - 1; i >= 0 && (line[i].Text == "*" || line[i].Text == "const" || markWords[line[i].Text]); i-- {
		if line[i].Text == "*" {
			t = pointerTo(t)
		}
	}
	if at > 1 && line[at-2].Text == "(" && line[at-1].Text == "*" && at+1 < len(line) && line[at+1].Text == ")" {
		return in.functionPointer(base, line[at+2:])
	}
	for i := at + 1; i < len(line) && line[i].Text == "["; i = skipBrackets(line, i) {
		t = pointerTo(t)
		t.array = true
	}
	return t
}

// functionPointer is the type of a pointer to a function that gives a type and takes what
// stands in brackets.
func (in *inference) functionPointer(result *typ, list []Token) *typ {
	f := &typ{shape: functionType, to: result, name: "?"}
	if len(list) > 2 {
		for _, p := range splitArgs(list[1 : skipBrackets(list, 0)-1]) {
			f.params = append(f.params, in.parsed(param(p).Type))
		}
	}
	return pointerTo(f)
}

// parsed is the type that a text spells, such as "struct mm_struct *".
func (in *inference) parsed(text string) *typ {
	r := &reader{inference: in, toks: Lex(text)}
	t, ok := r.typeName()
	if !ok {
		return &typ{}
	}
	t = r.stars(t)
	if r.text(0) == "(" {
		return pointerTo(&typ{shape: functionType, to: t, name: "?"})
	}
	return t
}

// named is the type that a name stands for: of a tag, a typedef, or words such as
// "unsigned long".
func (in *inference) named(name string) *typ {
	if t := in.types[name]; t != nil {
		return t
	}
	t := &typ{name: name}
	in.types[name] = t
	switch {
	case name == "void":
		t.shape = voidType
	case strings.HasPrefix(name, "struct ") || strings.HasPrefix(name, "union "):
		t.shape = structType
	case strings.HasPrefix(name, "enum ") || typeWords[strings.Fields(name)[0]] || fixedRE.MatchString(name):
		t.shape = numberType
	default:
		in.typedef(t, name)
	}
	return t
}

// typedef finds out what a typedef stands for.
func (in *inference) typedef(t *typ, name string) {
	for _, s := range []*Scope{in.model, in.scope} {
		d := s.Find(name)
		if d == nil || d.Kind != Typedef {
			continue
		}
		toks := plainType(s.Active(d)[1:])
		if (len(toks) == 4 || len(toks) > 4 && toks[2].Text == "{") && toks[1].Kind == Name && aggregate[toks[0].Text] && toks[0].Text != "enum" && (!isInitial(name) || isInitial(toks[0].Text+" "+toks[1].Text)) { // it has a tag
			t.up = in.named(toks[0].Text + " " + toks[1].Text)
			return
		}
		switch {
		case slices.ContainsFunc(toks, func(x Token) bool { return x.Text == "(" }): // of a function
			t.shape, t.to = functionType, &typ{}
		case slices.ContainsFunc(toks, func(x Token) bool { return x.Text == "{" }):
			t.shape = structType
		default:
			r := &reader{inference: in, toks: toks}
			if of, ok := r.typeName(); ok {
				of = r.stars(of)
				if t.shape = of.root().shape; t.shape == pointerType || t.shape == functionType {
					t.to = of.root().to
				}
			}
		}
		return
	}
	in.typedefs = append(in.typedefs, name) // nothing declares it
}
