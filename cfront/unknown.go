// SPDX-License-Identifier: MIT

// This file says what can be done about a function, a header or a member that the model
// does not have.

package cfront

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"modernc.org/cc/v4"
)

// missingNames finds what a file calls and nobody declares or defines, and macros and
// types that the parser takes for something else, in a file that can be parsed and has
// other errors, which keep the checks of its meaning from being made. also are names
// that would be declared if the types were known.
func (t *translation) missingNames() (diags Diagnostics, also map[string]bool) {
	ast := t.parsed()
	if ast == nil {
		return nil, nil
	}
	u := &Unit{Name: t.name, AST: ast, Files: t.sources.files, cfg: t.cfg, mentions: map[string]map[string]bool{}}
	u.collect()
	s := newSema(u, t.cfg)
	also = map[string]bool{}
	seen := map[string]bool{}
	var walk func(n cc.Node)
	walk = func(n cc.Node) {
		s.diags = nil
		s.usedAs(n)
		s.looksUntyped(n)
		switch x := n.(type) {
		case *cc.PostfixExpression:
			if id := callee(x); x.Case == cc.PostfixExpressionCall && id != nil && !declared(id) && !strings.HasPrefix(id.Token.SrcStr(), "__builtin_") {
				s.undeclaredCall(x, id, id.Token.SrcStr())
			} else if x.Case == cc.PostfixExpressionCall && selects(x.PostfixExpression) {
				s.undeclaredBelow(x)
			}
		case *cc.ExpressionStatement:
			if name, variable := declaresPointer(x); name != nil {
				s.strange(name, asType, false)
				also[name.Token.SrcStr()], also[variable.Token.SrcStr()] = true, true
			}
		}
		for _, d := range s.diags {
			if !seen[d.name] {
				seen[d.name] = true
				diags = append(diags, d)
			}
		}
		children(n, walk)
	}
	for tu := ast.TranslationUnit; tu != nil; tu = tu.TranslationUnit {
		if file := posOf(tu.ExternalDeclaration).File; !u.isHeader(file) && file != standInName && file != predefinedName {
			walk(tu.ExternalDeclaration)
		}
	}
	return diags, also
}

// strange reports a name of which the parser does not know that it is none.
func (s *sema) strange(name *cc.PrimaryExpression, use use, args bool) {
	s.stranger(name.Token, use, args)
}

// stranger is the same for a token.
func (s *sema) stranger(name cc.Token, use use, args bool) {
	st := stranger{token: token{name.SrcStr(), posOf(name)}, use: use, args: args}
	near := s.known
	if use == asType {
		near = func() []string { return typesIn(s.u.Files) }
	}
	header := s.headerNames()[st.text]
	if s.u.Files[includeRoot+"/"+header] != nil {
		header = ""
	}
	s.diags = append(s.diags, st.diagnostic(header, near))
}

// looksUntyped reports declarations without a type: what they name is a type or a macro
// that nobody has declared.
func (s *sema) looksUntyped(n cc.Node) {
	switch x := n.(type) {
	case *cc.Declaration:
		if d := firstDeclarator(x); d != nil && !hasType(x.DeclarationSpecifiers) && d.Pointer == nil && d.DirectDeclarator != nil {
			s.untyped(d.DirectDeclarator, asDeclaration)
		}
	case *cc.FunctionDefinition:
		if d := x.Declarator; !hasType(x.DeclarationSpecifiers) && d.Pointer == nil && x.DeclarationList == nil && d.DirectDeclarator.Case == cc.DirectDeclaratorFuncIdent && d.DirectDeclarator.IdentifierList != nil {
			s.untyped(d.DirectDeclarator, asFunction)
		}
	case *cc.StructDeclaration:
		if l := x.StructDeclaratorList; l != nil && x.Case == cc.StructDeclarationDecl && !specifiesType(x.SpecifierQualifierList) && l.StructDeclarator.Declarator != nil {
			s.untyped(l.StructDeclarator.Declarator.DirectDeclarator, asMember)
		}
	case *cc.ParameterDeclaration:
		if d := x.Declarator; d != nil && !hasType(x.DeclarationSpecifiers) {
			s.untyped(d.DirectDeclarator, asType)
		}
	}
}

// untyped reports the name of a declarator without a type: "macro(name);", or
// "type_t (*name)(int);".
func (s *sema) untyped(d *cc.DirectDeclarator, use use) {
	function := d
	for d != nil && d.DirectDeclarator != nil {
		function, d = d, d.DirectDeclarator
	}
	if d == nil || d.Case != cc.DirectDeclaratorIdent || function == d {
		return
	}
	if l := function.ParameterTypeList; l != nil && !hasType(l.ParameterList.ParameterDeclaration.DeclarationSpecifiers) {
		use = asType
	}
	s.stranger(d.Token, use, use != asType)
}

func firstDeclarator(x *cc.Declaration) *cc.Declarator {
	if x.Case != cc.DeclarationDecl || x.InitDeclaratorList == nil {
		return nil
	}
	return x.InitDeclaratorList.InitDeclarator.Declarator
}

// specifiesType reports whether the specifiers of a member name a type.
func specifiesType(l *cc.SpecifierQualifierList) bool {
	for ; l != nil; l = l.SpecifierQualifierList {
		if l.Case == cc.SpecifierQualifierListTypeSpec {
			return true
		}
	}
	return false
}

// declaresPointer returns the names in a statement "a * b;" of which neither is declared.
func declaresPointer(x *cc.ExpressionStatement) (a, b *cc.PrimaryExpression) {
	if x.ExpressionList == nil {
		return nil, nil
	}
	m, ok := strip(x.ExpressionList).(*cc.MultiplicativeExpression)
	if !ok || m.Case != cc.MultiplicativeExpressionMul {
		return nil, nil
	}
	a, _ = strip(m.MultiplicativeExpression).(*cc.PrimaryExpression)
	b, _ = strip(m.CastExpression).(*cc.PrimaryExpression)
	if a == nil || b == nil || a.Case != cc.PrimaryExpressionIdent || b.Case != cc.PrimaryExpressionIdent || declared(a) || declared(b) {
		return nil, nil
	}
	return a, b
}

// selects reports whether n holds a _Generic.
func selects(n cc.Node) (found bool) {
	if _, ok := n.(*cc.GenericSelection); ok {
		return true
	}
	children(n, func(c cc.Node) { found = found || selects(c) })
	return found
}

// undeclaredBelow reports names that are not declared, below a node where the parser
// takes them for functions: the call of what _Generic selects.
func (s *sema) undeclaredBelow(n cc.Node) (found bool) {
	if id, ok := n.(*cc.PrimaryExpression); ok && id.Case == cc.PrimaryExpressionIdent && !declared(id) {
		if name := id.Token.SrcStr(); !s.named[name] {
			s.named[name] = true
			var names []string
			for sc := id.LexicalScope(); sc != nil; sc = sc.Parent {
				names = append(names, scopeNames(sc, false)...)
			}
			s.errorf(id, "undeclared", "'%s' undeclared%s", name, DidYouMean(name, names)).name = name
		}
		return true
	}
	children(n, func(c cc.Node) { found = s.undeclaredBelow(c) || found })
	return found
}

// declared reports whether something in sight of a name has declared it.
func declared(id *cc.PrimaryExpression) bool {
	for s := id.LexicalScope(); s != nil; s = s.Parent {
		for _, n := range s.Nodes[id.Token.SrcStr()] {
			if d, ok := n.(*cc.Declarator); !ok || !d.IsSynthetic() {
				return true
			}
		}
	}
	return false
}

// usedAs remembers of the calls right below n what becomes of their result.
func (s *sema) usedAs(n cc.Node) {
	note := func(e cc.ExpressionNode, result string) {
		if x, ok := strip(e).(*cc.PostfixExpression); ok && x.Case == cc.PostfixExpressionCall {
			s.results[x] = result
		}
	}
	switch x := n.(type) {
	case *cc.ExpressionStatement:
		if x.ExpressionList != nil {
			note(x.ExpressionList, "do { } while (0)")
		}
	case *cc.AssignmentExpression:
		if x.Case == cc.AssignmentExpressionAssign && s.looksLikePointer(x.UnaryExpression) {
			note(x.AssignmentExpression, "NULL")
		}
	case *cc.InitDeclarator:
		if x.Case == cc.InitDeclaratorInit && x.Declarator.Pointer != nil && x.Initializer.Case == cc.InitializerExpr {
			note(x.Initializer.AssignmentExpression, "NULL")
		}
	case *cc.PostfixExpression:
		if x.Case == cc.PostfixExpressionPSelect {
			note(x.PostfixExpression, "NULL")
		}
	}
}

// looksLikePointer reports whether an expression is a pointer, as far as that is known.
func (s *sema) looksLikePointer(e cc.ExpressionNode) bool {
	if id, ok := strip(e).(*cc.PrimaryExpression); ok && id.Case == cc.PrimaryExpressionIdent {
		for sc := id.LexicalScope(); sc != nil; sc = sc.Parent {
			for _, n := range sc.Nodes[id.Token.SrcStr()] {
				d, ok := n.(*cc.Declarator)
				return ok && d.Pointer != nil
			}
		}
	}
	return !isNil(e) && e.Type() != nil && e.Type().Kind() == cc.Ptr
}

// wayOut tells how to give a function that the model lacks something to do. decl is its
// prototype, nil if it has none.
func (s *sema) wayOut(call *cc.PostfixExpression, name string, decl *cc.Declarator) string {
	result := s.results[call]
	if result == "" {
		result = "nondet(0, 1)"
	}
	if decl != nil {
		if ft, ok := decl.Type().(*cc.FunctionType); ok {
			switch k := ft.Result().Kind(); {
			case k == cc.Void:
				result = "do { } while (0)"
			case k == cc.Ptr:
				result = "NULL"
			case k == cc.Struct || k == cc.Union:
				return "give it a body: a prototype is not enough"
			}
		}
		way := fmt.Sprintf("a prototype is not enough: give it a body, or a macro behind the prototype, such as '#define %s(...) %s'", name, result)
		if s.u.neverAssumed(decl, name) == "" {
			way += fmt.Sprintf(", or say what to take it for, such as --assume %s=nondet", name)
		}
		return way
	}
	return fmt.Sprintf("give it a body in the spec, or a macro, such as '#define %s(...) %s'", name, result)
}

// noHeader words that there is no header of a name, and takes it for empty from now on.
func (t *translation) noHeader(d *Diagnostic, name string) {
	d.Text += nearHeader(name, t.sources.model)
	line, _ := sourceLine(t.sources.files[d.Pos.File], d.Pos.Line)
	if from := min(d.Pos.Col, len(line)); from > 0 {
		d.Len = 2 + strings.IndexAny(line[from:], "\">")
	}
	if !fs.ValidPath(name) {
		return
	}
	d.Notes = []Diagnostic{{Pos: d.Pos, Len: d.Len, Severity: Note,
		Text: fmt.Sprintf("leave it out, or put what the spec needs of it into DIR/%s, and say -I DIR", name)}}
	if t.sources.absent == nil {
		t.sources.absent = map[string]bool{}
	}
	t.sources.absent[includeRoot+"/"+name] = true
}

// nearHeader is the end of a message about an unknown header: a header of the model with
// almost that name, if there is one.
func nearHeader(name string, fsys fs.FS) string {
	if fsys == nil {
		return ""
	}
	paths := map[string]string{}
	_ = fs.WalkDir(fsys, ".", func(file string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			paths[strings.TrimSuffix(path.Base(file), ".h")] = file
		}
		return nil
	})
	if base := suggest(strings.TrimSuffix(path.Base(name), ".h"), slices.Collect(maps.Keys(paths))); base != "" {
		return fmt.Sprintf("; did you mean '%s'?", paths[base])
	}
	return ""
}

// noMember tells how a struct of the model gets a member.
func (t *translation) noMember(d *Diagnostic, structure, member string) {
	d.name = structure + "." + member
	h := headerNames(t.sources.model)[structure]
	src := t.sources.files[includeRoot+"/"+h]
	if h == "" || src == nil {
		return
	}
	hook := "MM_MEMBERS_" + strings.TrimPrefix(structure, "struct ")
	text := fmt.Sprintf("the model has no more of it; a copy of <%s> that has, in DIR/%s, takes its place with -I DIR", h, h)
	if bytes.Contains(src, []byte("\t"+hook+"\n")) {
		text = fmt.Sprintf("the model has no more of it; '#define %s int %s;' above the first #include adds one", hook, member)
	}
	d.Notes = []Diagnostic{{Pos: d.Pos, Len: d.Len, Severity: Note, Text: text}}
}

// noStruct words that a struct has no members since it is not defined.
func (t *translation) noStruct(d *Diagnostic, name string) {
	d.Text, d.name = fmt.Sprintf("'%s' is not defined, it has no members", name), name
	note := "define it above with the members that the spec needs"
	if h := t.missing(name); h != "" {
		note = fmt.Sprintf("it is defined in <%s>, which is not included", h)
	}
	d.Notes = []Diagnostic{{Pos: d.Pos, Len: d.Len, Severity: Note, Text: note}}
}
