// SPDX-License-Identifier: MIT

// This file words syntax errors: what was expected, before what, and whether
// an unknown type name is the likelier reason.

package cfront

import (
	"fmt"
	"regexp"
	"strings"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

var (
	tokenRE = lazyRE(`^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9][A-Za-z0-9.]*|"[^"]*"|->|[-+&|<>=!*/%^]=|\+\+|--|&&|\|\||<<|>>|\S)`)
	// A name alone before the place of a syntax error, where a type is expected.
	typeRE = lazyRE(`(?:^|[;{}(,])\s*(?:(?:static|const|extern|inline|volatile)\s+)*([A-Za-z_][A-Za-z0-9_]*)\s*(\**\s*)$`)
)

// syntax words the syntax error that got was found where want was expected.
func (t *translation) syntax(d *Diagnostic, got, want string) {
	d.ID = "syntax"
	if d.Pos.File == endName || got == "<EOF>" {
		d.Pos = model.Pos{File: t.name, Line: 1 + strings.Count(strings.TrimRight(t.text, "\n"), "\n")}
		d.Text = "unexpected end of file, expected " + quoteWant(want)
		return
	}
	line, _ := sourceLine(t.sources.files[d.Pos.File], d.Pos.Line)
	if d.Pos.Col > len(line)+1 || d.Pos.Col < 1 {
		d.Text = "syntax error: expected " + quoteWant(want)
		return
	}
	if tok := tokenRE().FindString(line[d.Pos.Col-1:]); tok != "" {
		got, d.Len = tok, len(tok)
	}
	if m := typeRE().FindStringSubmatchIndex(line[:d.Pos.Col-1]); m != nil && t.unknownType(line[m[2]:m[3]], got) {
		name := line[m[2]:m[3]]
		d.Pos.Col, d.Len = m[2]+1, len(name)
		d.Text, d.ID = fmt.Sprintf("unknown type name '%s'", name)+DidYouMean(name, t.typeNames()), "type"
		return
	}
	d.Text = fmt.Sprintf("expected %s before '%s'", quoteWant(want), got)
	if m := macroUse().FindStringSubmatch(line); m != nil && t.missing(m[1]) != "" {
		d.Text = fmt.Sprintf("'%s' is a macro of <%s>, which is not included", m[1], t.missing(m[1]))
		d.Pos.Col, d.Len = 1, len(m[1])
		return
	}
	if want == "';'" {
		t.behindPrevious(d)
	}
}

// macroUse matches a line that starts with what looks like a macro.
var macroUse = lazyRE(`^([A-Z][A-Z0-9_]*)\(`)

// missing names the model header that declares name, if it was not read.
func (t *translation) missing(name string) string {
	h := headerNames(t.sources.model)[name]
	if _, read := t.sources.files[includeRoot+"/"+h]; read {
		return ""
	}
	return h
}

// unknownType reports whether name, followed by got, may be a type that was
// not declared rather than an expression.
func (t *translation) unknownType(name, got string) bool {
	switch name {
	case "return", "goto", "else", "do", "case", "break", "continue", "sizeof",
		"int", "long", "short", "char", "unsigned", "signed", "void", "struct", "enum", "if", "while", "for", "switch":
		return false
	}
	return (got == "*" || regexp.MustCompile(`^[A-Za-z_]`).MatchString(got)) && !containsName(t.typeNames(), name)
}

func containsName(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// quoteWant shortens the parser's names of productions.
func quoteWant(want string) string {
	switch want {
	case "unary expression", "primary expression", "assignment expression", "expression":
		return "expression"
	case "external declaration":
		return "declaration"
	case "block item":
		return "statement"
	case "direct declarator", "declarator", "declarator or abstract declarator":
		return "name"
	case "identifier":
		return "name"
	}
	return want
}

// behindPrevious moves the blame for a missing semicolon to the end of the
// text before it, if that is on an earlier line.
func (t *translation) behindPrevious(d *Diagnostic) {
	src := t.sources.files[d.Pos.File]
	for n := d.Pos.Line - 1; n > 0 && n > d.Pos.Line-20; n-- {
		line, _ := sourceLine(src, d.Pos.Line)
		if n == d.Pos.Line-1 && strings.TrimSpace(line[:d.Pos.Col-1]) != "" {
			return
		}
		prev, _ := sourceLine(src, n)
		if i := strings.Index(prev, "//"); i >= 0 {
			prev = prev[:i]
		}
		prev = strings.TrimRight(prev, " \t")
		if strings.HasSuffix(prev, "*/") || strings.HasPrefix(strings.TrimSpace(prev), "#") {
			return
		}
		if prev != "" {
			d.Pos.Line, d.Pos.Col, d.Len = n, len(prev)+1, 0
			return
		}
	}
}

// parsed runs the parser again without the type checker, for the names that
// are known; nil if it fails.
func (t *translation) parsed() (ast *cc.AST) {
	defer func() {
		if recover() != nil {
			ast = nil
		}
	}()
	again := *t
	again.sources = &sources{model: t.sources.model, dirs: t.sources.dirs, files: map[string][]byte{}, once: map[string]bool{}}
	cfg, err := again.config()
	if err != nil {
		return nil
	}
	ast, _ = cc.Parse(cfg, again.inputs())
	return ast
}

// namesAt lists the names that can be used at a position: those of the file,
// macros, and those of the function around it.
func (t *translation) namesAt(at model.Pos) []string {
	ast := t.parsed()
	if ast == nil {
		return nil
	}
	var names []string
	for n := range ast.Macros {
		names = append(names, n)
	}
	names = append(names, scopeNames(ast.Scope, false)...)
	for tu := ast.TranslationUnit; tu != nil; tu = tu.TranslationUnit {
		f := tu.ExternalDeclaration.FunctionDefinition
		if f == nil || f.Position().Filename != at.File || f.Position().Line > at.Line || f.CompoundStatement.Token2.Position().Line < at.Line {
			continue
		}
		s := f.CompoundStatement.LexicalScope()
		for s.Parent != nil && s.Parent != ast.Scope {
			s = s.Parent
		}
		names = append(names, scopeNames(s, true)...)
	}
	return names
}

// scopeNames lists the names declared in a scope, with deep in those inside it.
func scopeNames(s *cc.Scope, deep bool) []string {
	var names []string
	for n, nodes := range s.Nodes {
		for _, node := range nodes {
			switch x := node.(type) {
			case *cc.Declarator:
				if !x.IsTypename() {
					names = append(names, n)
				}
			case *cc.Enumerator, *cc.Parameter:
				names = append(names, n)
			}
		}
	}
	for _, c := range s.Children {
		if deep {
			names = append(names, scopeNames(c, true)...)
		}
	}
	return names
}

var typedefRE = lazyRE(`(?m)^typedef\s[^;{]*?([A-Za-z_][A-Za-z0-9_]*)\s*;|^}\s*([A-Za-z_][A-Za-z0-9_]*)\s*;`)

// typeNames lists the typedefs in all files read, by their looks: after a
// syntax error there is no tree to ask.
func (t *translation) typeNames() []string {
	var names []string
	for _, src := range t.sources.files {
		for _, m := range typedefRE().FindAllStringSubmatch(string(src), -1) {
			names = append(names, m[1]+m[2])
		}
	}
	return names
}
