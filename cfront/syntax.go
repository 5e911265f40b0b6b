// SPDX-License-Identifier: MIT

// This file words syntax errors: what was expected, before what, and whether
// an unknown type name is the likelier reason.

package cfront

import (
	"fmt"
	"slices"
	"strings"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

var tokenRE = lazyRE(`^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9][A-Za-z0-9.]*|"[^"]*"|->|[-+&|<>=!*/%^]=|\+\+|--|&&|\|\||<<|>>|\S)`)

// syntax words the syntax error that got was found where want was expected.
func (t *translation) syntax(d *Diagnostic, got, want string) {
	d.ID = "syntax"
	if t.blamed(d) {
		return
	}
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
	d.Text = fmt.Sprintf("expected %s before '%s'", quoteWant(want), got)
	if want == "';'" {
		t.behindPrevious(d)
	}
}

// missing names the model header that declares name, if it was not read.
func (t *translation) missing(name string) string {
	h := headerNames(t.sources.model)[name]
	if _, read := t.sources.files[includeRoot+"/"+h]; read {
		return ""
	}
	return h
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
func (t *translation) parsed() *cc.AST {
	if t.last == nil || t.lastFor != t.stoodIn() {
		t.last, t.lastFor = t.parseOnly(t.text), t.stoodIn()
	}
	return t.last
}

// parseOnly parses text in the place of the spec; nil if that fails.
func (t *translation) parseOnly(text string) (ast *cc.AST) {
	defer func() {
		if recover() != nil {
			ast = nil
		}
	}()
	again := *t
	again.text = text
	again.sources = &sources{model: t.sources.model, dirs: t.sources.dirs, files: map[string][]byte{}, once: map[string]bool{}, absent: t.sources.absent}
	cfg, err := again.config()
	if err != nil {
		return nil
	}
	if ast, err = cc.Parse(cfg, again.inputs()); err != nil { // there may be a part of a tree
		return nil
	}
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
func (t *translation) typeNames() []string { return typesIn(t.sources.files) }

func typesIn(files map[string][]byte) (names []string) {
	for _, src := range files {
		for _, m := range typedefRE().FindAllStringSubmatch(string(src), -1) {
			names = append(names, m[1]+m[2])
		}
	}
	return names
}

// vocabulary tells which names are known outside of functions in a file that cannot be
// parsed: those of its headers, macros, and what it seems to define.
func (t *translation) vocabulary(toks []token) func(name string) bool {
	known := map[string]bool{}
	for _, names := range [][]string{t.typeNames(), definedByLooks(toks), t.macroNames()} {
		for _, n := range names {
			known[n] = true
		}
	}
	scope := t.skeleton()
	return func(name string) bool {
		return known[name] || scope != nil && len(scope.Scope.Nodes[name]) > 0
	}
}

// macroNames lists the macros of a file and its headers.
func (t *translation) macroNames() (names []string) {
	if ast := t.skeleton(); ast != nil {
		for n := range ast.Macros {
			if !slices.ContainsFunc(t.strangers, func(s stranger) bool { return s.text == n }) {
				names = append(names, n)
			}
		}
	}
	return names
}

// skeleton is the tree of the preprocessor lines of a spec alone: what it includes, and
// its macros.
func (t *translation) skeleton() *cc.AST {
	if t.bones == nil {
		lines := strings.Split(t.text, "\n")
		continued := false
		for i, l := range lines {
			if !continued && !strings.HasPrefix(strings.TrimSpace(l), "#") {
				lines[i] = ""
				continue
			}
			continued = strings.HasSuffix(strings.TrimRight(l, "\r"), "\\")
		}
		t.bones = t.parseOnly(strings.Join(lines, "\n"))
	}
	return t.bones
}
