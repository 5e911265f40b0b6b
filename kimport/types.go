// SPDX-License-Identifier: MIT

// This file takes over types: typedefs and enums as they are, of structs the members
// that some code uses. Unions without a name are taken apart, so that what shares
// memory in the kernel does not here.

package kimport

import (
	"fmt"
	"slices"
	"strings"
)

// typer puts types into an order in which each is complete where it has to be.
type typer struct {
	*importer
	seen   map[string]bool
	heads  []string // struct tags to be declared first
	pieces []piece
}

// typePieces writes all types that are needed.
func (im *importer) typePieces(before map[string]bool) []piece {
	t := &typer{importer: im, seen: before}
	scope := im.wholeScope()
	for i := 0; i < len(im.types.names); i++ { // grows
		t.take(im.types.names[i].name, scope)
	}
	for tag := range im.types.pointed {
		t.forward(tag)
	}
	im.defined = t.seen
	var out []piece
	slices.Sort(t.heads)
	for _, h := range t.heads {
		out = append(out, piece{"", h + ";\n"})
	}
	return append(out, t.pieces...)
}

// wholeScope is what all files declare of which there are functions.
func (im *importer) wholeScope() *Scope {
	files := append([]*File(nil), im.files...)
	for _, f := range im.funcs {
		if strings.HasSuffix(f.File.Path, ".c") && !slices.Contains(files, f.File) {
			files = append(files, f.File)
		}
	}
	if len(files) == 1 {
		return im.scope(files[0])
	}
	return im.tree.Scope(files...)
}

func (t *typer) forward(tag string) {
	if strings.HasPrefix(tag, "enum ") || t.model.Find(tag) != nil || slices.Contains(t.heads, tag) {
		return
	}
	t.heads = append(t.heads, tag)
}

// take takes over a type, or the enum that has a constant.
func (t *typer) take(name string, scope *Scope) {
	if t.seen[name] {
		return
	}
	t.seen[name] = true
	if m := t.model.Find(name); m != nil && !t.FromTree[name] {
		t.header(m)
		return
	}
	d := scope.Find(name)
	switch {
	case d == nil && strings.Contains(name, " "):
		t.forward(name)
	case d == nil:
	case d.Kind == Enum:
		t.enum(d, name, scope)
	case d.Kind == Struct:
		t.forward(name)
		t.structure(d, name, scope)
	case d.Kind == Typedef:
		for _, n := range d.Names {
			t.seen[n] = true
		}
		if t.typedefStruct(d, name, scope) {
			return
		}
		t.inner(plainType(scope.Active(d)), map[string]bool{name: true}, scope, false)
		t.pieces = append(t.pieces, piece{"typedef " + name, "typedef " + joined(plainType(scope.Active(d)[1:])) + "\n"})
	}
}

// typedefStruct takes over a typedef that defines a struct, with the members that are
// used; it reports whether it is one.
func (t *typer) typedefStruct(d *Decl, name string, scope *Scope) bool {
	toks := scope.Active(d)
	open := slices.IndexFunc(toks, func(x Token) bool { return x.Text == "{" })
	if len(toks) < 3 || open < 0 || toks[1].Text != "struct" && toks[1].Text != "union" {
		return false
	}
	end := skipBrackets(toks, open)
	rest := joined(plainType(toks[min(end, len(toks)):]))
	if tag := toks[open-1]; open > 2 && tag.Kind == Name {
		t.take(toks[1].Text+" "+tag.Text, scope)
		t.pieces = append(t.pieces, piece{"typedef " + name, "typedef " + toks[1].Text + " " + tag.Text + " " + rest + "\n"})
		return true
	}
	var lines []piece
	t.membersOf(toks[open+1:end-1], name, scope, &lines)
	if len(lines) == 0 {
		lines = []piece{{"", "\tint opaque;\n"}}
	}
	t.pieces = append(t.pieces, piece{"", "typedef struct {\n"})
	t.pieces = append(t.pieces, lines...)
	t.pieces = append(t.pieces, piece{"", "} " + rest + "\n"})
	return true
}

// inner takes over what the tokens of a type name.
func (t *typer) inner(toks []Token, local map[string]bool, scope *Scope, pointer bool) {
	u := newUses()
	u.collect(toks, local)
	for _, x := range u.names {
		if strings.Contains(x.name, " ") {
			if pointer {
				t.forward(x.name)
			} else {
				t.take(x.name, scope)
			}
			continue
		}
		switch d := scope.Find(x.name); {
		case t.model.Find(x.name) != nil || d == nil || d.Kind == Macro || d.Kind == Var:
			t.resolve(x, scope, 0)
		default:
			t.take(x.name, scope)
		}
	}
}

// enum takes over a constant of an enum, as a macro for its value, or the type itself
// without any.
func (t *typer) enum(d *Decl, name string, scope *Scope) {
	if strings.Contains(name, " ") {
		t.pieces = append(t.pieces, piece{name, name + " { a_" + strings.TrimPrefix(name, "enum ") + " };\n"})
		return
	}
	_, body := head(scope.Active(d))
	base, n := "0", 0
	for _, c := range splitArgs(body[1 : len(body)-1]) {
		c = slices.DeleteFunc(slices.Clone(c), func(x Token) bool { return x.Kind == Directive })
		if len(c) == 0 {
			continue
		}
		i := slices.IndexFunc(c, func(x Token) bool { return x.Text == "=" })
		if i >= 0 {
			base, n = joined(c[i+1:]), 0
		}
		if c[0].Text != name {
			n++
			continue
		}
		if i >= 0 {
			t.inner(c[i+1:], nil, scope, false)
		} else if base != "0" {
			t.inner(Lex(base), nil, scope, false)
		}
		t.pieces = append(t.pieces, piece{"enum " + name, fmt.Sprintf("#define %s ((%s) + %d)\n", name, base, n)})
		return
	}
}

// structure takes over the members of a struct that are used.
func (t *typer) structure(d *Decl, name string, scope *Scope) {
	toks := scope.Active(d)
	i := slices.IndexFunc(toks, func(x Token) bool { return x.Text == "{" })
	if i < 0 {
		return
	}
	var lines []piece
	t.membersOf(toks[i+1:len(toks)-1], name, scope, &lines)
	if len(lines) == 0 {
		lines = []piece{{"", "\tint opaque;\n"}}
	}
	t.pieces = append(t.pieces, piece{"", name + " {\n"})
	t.pieces = append(t.pieces, lines...)
	t.pieces = append(t.pieces, piece{"", "};\n"})
}

// membersOf writes the members among some tokens that are used.
func (t *typer) membersOf(toks []Token, name string, scope *Scope, lines *[]piece) {
	from := 0
	for i := 0; i < len(toks); i++ {
		switch toks[i].Text {
		case "(", "[", "{":
			i = skipBrackets(toks, i) - 1
		case ";":
			t.member(toks[from:i], name, scope, lines)
			from = i + 1
		}
	}
}

// member writes one declaration of members, if one of them is used.
func (t *typer) member(toks []Token, name string, scope *Scope, lines *[]piece) {
	toks = slices.DeleteFunc(slices.Clone(toks), func(x Token) bool { return x.Kind == Directive })
	if len(toks) == 0 {
		return
	}
	open := slices.IndexFunc(toks, func(x Token) bool { return x.Text == "{" })
	if aggregate[toks[0].Text] && toks[0].Text != "enum" && open >= 0 && open <= 3 {
		end := skipBrackets(toks, open)
		rest := plainType(toks[min(end, len(toks)):])
		if len(rest) == 0 || !t.types.members[rest[len(rest)-1].Text] {
			if len(rest) == 0 { // its members are those of the struct around it
				t.membersOf(toks[open+1:end-1], name, scope, lines)
			}
			return
		}
		var inner []piece
		t.membersOf(toks[open+1:end-1], name, scope, &inner)
		*lines = append(*lines, piece{"", "\tstruct {\n"})
		*lines = append(*lines, inner...)
		*lines = append(*lines, piece{"", "\t} " + joined(rest) + ";\n"})
		return
	}
	if toks[0].Text == "struct_group" || toks[0].Text == "struct_group_tagged" || toks[0].Text == "TRAILING_OVERLAP" {
		return
	}
	toks = plainType(toks)
	names, pointer := memberNames(toks)
	if strings.HasSuffix(joined(toks), "[0]") || !slices.ContainsFunc(names, func(n string) bool { return t.types.members[n] }) {
		return
	}
	key := name + "." + names[0]
	if t.drop[key] {
		return
	}
	local := map[string]bool{}
	for _, n := range names {
		local[n] = true
	}
	t.inner(toks, local, scope, pointer && !t.types.followed[names[0]])
	if pointer && t.types.followed[names[0]] {
		for i, x := range toks {
			if aggregate[x.Text] && x.Text != "enum" && i+1 < len(toks) {
				t.forward(x.Text + " " + toks[i+1].Text)
			}
		}
	}
	*lines = append(*lines, piece{key, "\t" + joined(toks) + ";" + t.origin(key) + "\n"})
}

// memberNames lists the names that a declaration of members has; pointer reports
// whether the first of them is one.
func memberNames(toks []Token) (names []string, pointer bool) {
	last := ""
	flush := func() {
		if last != "" {
			names = append(names, last)
		}
		last = ""
	}
	for i := 0; i < len(toks); i++ {
		switch x := toks[i]; {
		case x.Text == "(" && i+2 < len(toks) && toks[i+1].Text == "*": // a function pointer
			return []string{toks[i+2].Text}, true
		case x.Text == "(" || x.Text == "[" || x.Text == "{":
			i = skipBrackets(toks, i) - 1
		case x.Text == ":":
			i++
		case x.Text == ",":
			flush()
		case x.Text == "*":
			pointer = pointer || names == nil
		case x.Kind == Name:
			last = x.Text
		}
	}
	flush()
	return names, pointer
}
