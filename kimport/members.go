// SPDX-License-Identifier: MIT

// This file adds members of the tree's structs to those that the model has by the same
// names (MM_MEMBERS_tag).

package kimport

import (
	"maps"
	"slices"
	"strings"
)

// membersHook is the macro by which a struct of the model gets members.
func membersHook(tag string) string { return "MM_MEMBERS_" + strings.TrimPrefix(tag, "struct ") }

// extraMembers is what stands above the includes for the members to be added.
type extraMembers struct {
	headers []string // of the model
	pieces  []piece
	macros  []string
	seen    map[string]bool
}

// extraMembers writes the members that structs of the model need beside.
func (im *importer) extraMembers() extraMembers {
	x := extraMembers{seen: map[string]bool{}}
	if len(im.extra) == 0 {
		return x
	}
	outer, heads := im.headers, im.heads
	im.headers, im.heads = nil, map[string]bool{}
	t := &typer{importer: im, seen: x.seen}
	scope := im.wholeScope()
	for _, tag := range slices.Sorted(maps.Keys(im.extra)) {
		text := "#define " + membersHook(tag)
		for _, m := range im.extra[tag] {
			toks := im.memberLine(tag, m)
			names, pointer := memberNames(toks)
			local := map[string]bool{}
			for _, n := range names {
				local[n] = true
			}
			t.inner(toks, local, scope, pointer)
			text += " " + only(toks, names, m) + ";"
			if i := slices.IndexFunc(toks, func(x Token) bool { return aggregate[x.Text] }); pointer && im.types.followed[m] && i >= 0 {
				im.types.add(toks[i].Text+" "+toks[i+1].Text, -1)
			}
		}
		x.macros = append(x.macros, text+"\n")
	}
	slices.Sort(t.heads)
	for _, h := range t.heads {
		x.pieces = append(x.pieces, piece{"", h + ";\n"})
	}
	x.pieces = append(x.pieces, t.pieces...)
	for _, h := range im.headers {
		if (len(t.pieces) > 0 || !im.includedBy(h)) && h != "linux/mm_types.h" && h != "linux/mm.h" && !strings.HasPrefix(h, "mm/") {
			x.headers = append(x.headers, h)
		}
	}
	im.headers, im.heads = outer, heads
	return x
}

// includedBy reports whether the headers of the structs that get members include one
// themselves.
func (im *importer) includedBy(header string) bool {
	for tag := range im.extra {
		m := im.model.Find(tag)
		scope := im.model.tree.Scope(m.File)
		if !slices.ContainsFunc(scope.Files, func(f *File) bool { return f.Path == header }) {
			return false
		}
	}
	return true
}

// only is a declaration of several members with one of them.
func only(toks []Token, names []string, member string) string {
	if len(names) < 2 {
		return joined(toks)
	}
	i := slices.IndexFunc(toks, func(t Token) bool { return t.Text == names[0] })
	from := slices.IndexFunc(toks, func(t Token) bool { return t.Text == member })
	typ := toks[:i]
	for len(typ) > 0 && typ[len(typ)-1].Text == "*" {
		typ = typ[:len(typ)-1]
	}
	to := from
	for from > 0 && toks[from-1].Text == "*" {
		from--
	}
	for to < len(toks) && toks[to].Text != "," {
		to++
	}
	return joined(typ) + " " + joined(toks[from:to])
}

// memberLine is the declaration of a member in a struct of the tree, nil if it has none.
func (im *importer) memberLine(tag, member string) []Token {
	scope := im.scope(im.files[0])
	d := scope.Find(tag)
	if d == nil || d.Kind != Struct {
		return nil
	}
	toks := scope.Active(d)
	i := slices.IndexFunc(toks, func(x Token) bool { return x.Text == "{" })
	if i < 0 {
		return nil
	}
	return findMember(toks[i+1:len(toks)-1], member)
}

// findMember searches the members among some tokens, those of structs and unions without
// a name as well.
func findMember(toks []Token, member string) []Token {
	from := 0
	for i := 0; i < len(toks); i++ {
		switch toks[i].Text {
		case "(", "[", "{":
			i = skipBrackets(toks, i) - 1
			continue
		case ";":
		default:
			continue
		}
		line := slices.DeleteFunc(slices.Clone(toks[from:i]), func(x Token) bool { return x.Kind == Directive })
		from = i + 1
		open := slices.IndexFunc(line, func(x Token) bool { return x.Text == "{" })
		if len(line) > 0 && aggregate[line[0].Text] && line[0].Text != "enum" && open >= 0 {
			if end := skipBrackets(line, open); len(plainType(line[end:])) == 0 {
				if found := findMember(line[open+1:end-1], member); found != nil {
					return found
				}
			}
			continue
		}
		line = plainType(line)
		if names, _ := memberNames(line); slices.Contains(names, member) {
			return line
		}
	}
	return nil
}
