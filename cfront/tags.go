// SPDX-License-Identifier: MIT

// This file finds tags that mean two things in one block: the outer one until it is
// defined anew there, and that one from then on. The parser takes the later one from
// the start of the block.

package cfront

import (
	"fmt"

	"modernc.org/cc/v4"
)

// tags are those that a block declares without a definition: "struct tag;".
type tags map[*cc.Scope]map[string]bool

// declared notes what d declares so.
func (t tags) declared(d *cc.Declaration) {
	if d.Case != cc.DeclarationDecl || d.InitDeclaratorList != nil {
		return
	}
	for l := d.DeclarationSpecifiers; l != nil; l = l.DeclarationSpecifiers {
		if l.TypeSpecifier == nil || l.TypeSpecifier.StructOrUnionSpecifier == nil {
			continue
		}
		x := l.TypeSpecifier.StructOrUnionSpecifier
		if x.Case != cc.StructOrUnionSpecifierTag {
			continue
		}
		if t[x.LexicalScope()] == nil {
			t[x.LexicalScope()] = map[string]bool{}
		}
		t[x.LexicalScope()][x.Token.SrcStr()] = true
	}
}

// misread is the complaint about n if it uses a tag that is defined anew behind it,
// "" if it does not.
func (t tags) misread(n cc.Node) string {
	var tag string
	var s *cc.Scope
	switch x := n.(type) {
	case *cc.StructOrUnionSpecifier:
		if x.Case == cc.StructOrUnionSpecifierTag {
			tag, s = x.Token.SrcStr(), x.LexicalScope()
		}
	case *cc.EnumSpecifier:
		if x.Case == cc.EnumSpecifierTag {
			tag, s = x.Token2.SrcStr(), x.LexicalScope()
		}
	}
	var behind cc.Node
	for ; s != nil && tag != "" && !t[s][tag]; s = s.Parent {
		before := false
		for _, def := range s.Nodes[tag] {
			switch {
			case !definesTag(def):
			case isBehind(def, n):
				behind = def
			default:
				before = true
			}
		}
		if before && behind != nil {
			return fmt.Sprintf("not supported here: '%s' is another type from line %d on", tag, posOf(behind).Line)
		}
		if before {
			return ""
		}
	}
	return ""
}

func definesTag(n cc.Node) bool {
	switch x := n.(type) {
	case *cc.StructOrUnionSpecifier:
		return x.Case == cc.StructOrUnionSpecifierDef
	case *cc.EnumSpecifier:
		return x.Case == cc.EnumSpecifierDef
	}
	return false
}

// isBehind reports whether a comes after b in the same file.
func isBehind(a, b cc.Node) bool {
	p, q := posOf(a), posOf(b)
	return p.File == q.File && (p.Line > q.Line || p.Line == q.Line && p.Col > q.Col)
}

// sameTag checks that what n defines in a scope is not defined there already, as a
// struct or as an enum.
func (s *sema) sameTag(n cc.Node, tag cc.Token, scope *cc.Scope) {
	if !definesTag(n) || tag.SrcStr() == "" || scope == nil {
		return
	}
	for _, other := range scope.Nodes[tag.SrcStr()] {
		_, isEnum := n.(*cc.EnumSpecifier)
		_, wasEnum := other.(*cc.EnumSpecifier)
		if definesTag(other) && isBehind(n, other) && (isEnum || wasEnum) {
			s.errorf(tag, "redeclaration", "'%s' is defined twice", tag.SrcStr()).note(other, "first defined here")
			return
		}
	}
}
