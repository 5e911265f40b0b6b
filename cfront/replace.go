// SPDX-License-Identifier: MIT

// This file tells the functions of a spec from those of its headers: one that
// both define is the spec's, for all who call it, and that is said. One that
// nobody calls may have been meant to be such a one.

package cfront

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// collect fills in the functions with a body. One that the spec defines takes the
// place of that of a header with the same name, for all who call it; the parser
// has seen to it that they are of the same type.
func (u *Unit) collect() {
	u.Funcs = map[string]*cc.FunctionDefinition{}
	u.types = newTypes()
	for tu := u.AST.TranslationUnit; tu != nil; tu = tu.TranslationUnit {
		f := tu.ExternalDeclaration.FunctionDefinition
		if f == nil {
			continue
		}
		name := f.Declarator.Name()
		if g := u.Funcs[name]; g != nil && u.inHeaders(g) && !u.inHeaders(f) {
			u.Order = slices.DeleteFunc(u.Order, func(o *cc.FunctionDefinition) bool { return o == g })
			u.replaced = append(u.replaced, replaced{f, u.headerName(posOf(g.Declarator).File)})
		} else if g != nil && !u.inHeaders(g) && u.inHeaders(f) { // the spec includes it late
			u.replaced = append(u.replaced, replaced{g, u.headerName(posOf(f.Declarator).File)})
			continue
		} else if g := u.Funcs[u.aside[name]]; g != nil {
			u.replaced = append(u.replaced, replaced{f, u.headerName(posOf(g.Declarator).File)})
		} else if !u.inHeaders(f) && model.FindOp(name) != nil {
			u.replaced = append(u.replaced, replaced{f, ""})
		}
		u.Funcs[name] = f
		u.Order = append(u.Order, f)
	}
}

// replaced is a function of a spec that takes the place of another.
type replaced struct {
	by     *cc.FunctionDefinition
	header string // that has the other; "" if it is a native operation
}

// inHeaders reports whether a header defines f.
func (u *Unit) inHeaders(f *cc.FunctionDefinition) bool { return u.isHeader(posOf(f.Declarator).File) }

// isHeader reports whether a file is one of the headers, and not of the spec:
// it belongs to the model, or comes from a directory of -I. If the spec itself
// lies there, only copies of the model's headers are none of its own.
func (u *Unit) isHeader(file string) bool {
	if strings.HasPrefix(file, includeRoot+"/") {
		return true
	}
	for _, dir := range u.cfg.Include {
		rel, ok := below(dir, file)
		if !ok || file == u.Name {
			continue
		}
		if _, around := below(dir, u.Name); !around {
			return true
		}
		if u.cfg.FS == nil {
			continue
		}
		if _, err := fs.Stat(u.cfg.FS, filepath.ToSlash(rel)); err == nil {
			return true
		}
	}
	return false
}

// headerName is the name of a header as #include has it.
func (u *Unit) headerName(file string) string {
	for _, dir := range u.cfg.Include {
		if rel, ok := below(dir, file); ok {
			return filepath.ToSlash(rel)
		}
	}
	return strings.TrimPrefix(file, includeRoot+"/")
}

// below is the path of a file from a directory that it lies in.
func below(dir, file string) (rel string, ok bool) {
	dir = filepath.Clean(dir)
	rel, err := filepath.Rel(dir, file)
	return rel, err == nil && filepath.IsLocal(rel) && filepath.IsAbs(dir) == filepath.IsAbs(file)
}

// replacements lists what the spec replaces and somebody calls, for the verdict.
func (u *Unit) replacements() []string {
	var out []string
	called := u.called()
	for _, r := range u.replaced {
		name := r.by.Declarator.Name()
		if !called[name] {
			continue
		}
		if r.header == "" {
			out = append(out, name+"() (built in)")
		} else {
			out = append(out, name+"() of <"+r.header+">")
		}
	}
	return out
}

// called are the functions that are called, or handed on, by way of INIT, a
// thread or FINAL.
func (u *Unit) called() map[string]bool {
	seen := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		if seen[name] {
			return
		}
		seen[name] = true
		for callee := range u.mentions[name] {
			visit(callee)
		}
	}
	visit("")
	for name := range u.Funcs {
		if isRoot(name) {
			visit(name)
		}
	}
	return seen
}

// mention notes that a function is called or handed on.
func (s *sema) mention(x *cc.PrimaryExpression) {
	d, ok := x.ResolvedTo().(*cc.Declarator)
	if x.Case != cc.PrimaryExpressionIdent || !ok || !isFunction(d) {
		return
	}
	caller := ""
	if s.fn != nil {
		caller = s.fn.Declarator.Name()
	}
	if s.u.mentions[caller] == nil {
		s.u.mentions[caller] = map[string]bool{}
	}
	s.u.mentions[caller][d.Name()] = true
}

// mayBeUnused reports whether a function is declared with an attribute that
// says so, or that something unseen uses it.
func mayBeUnused(f *cc.FunctionDefinition) bool {
	for _, t := range nodeTokens(f) {
		switch strings.Trim(t.SrcStr(), "_") {
		case "unused", "used":
			return true
		case f.Declarator.Name():
			return false
		}
	}
	return false
}

// cleanupWords are the functions that an attribute cleanup names.
func (u *Unit) cleanupWords() map[string]bool {
	names := map[string]bool{}
	for file, src := range u.Files {
		if u.isHeader(file) || !strings.Contains(string(src), "cleanup") {
			continue
		}
		last := ""
		eachWord(file, src, func(w word) bool {
			if strings.Trim(last, "_") == "cleanup" {
				names[w.text] = true
			}
			last = w.text
			return true
		})
	}
	return names
}

// uncalled warns of the functions of a spec that nobody calls.
func (s *sema) uncalled() {
	called := s.u.called()
	cleanups := s.u.cleanupWords()
	for _, f := range s.u.Order {
		name := f.Declarator.Name()
		if called[name] || posOf(f.Declarator).File != s.u.Name || mayBeUnused(f) || cleanups[name] {
			continue
		}
		text := fmt.Sprintf("no thread calls '%s'", name)
		if i := slices.IndexFunc(s.u.replaced, func(r replaced) bool { return r.by == f }); i >= 0 {
			text += ", nor what it is to take the place of"
		} else if near := suggest(name, s.replaceable()); near != "" {
			text += fmt.Sprintf("; did you mean '%s', to take its place?", near)
		}
		s.warnf(f.Declarator, "unused-function", "%s", text)
	}
}

// replaceable lists the functions whose place a spec can take.
func (s *sema) replaceable() []string {
	names := slices.Clone(s.cfg.NativeNames)
	for name, f := range s.u.Funcs {
		if s.u.inHeaders(f) {
			names = append(names, name)
		}
	}
	return names
}
