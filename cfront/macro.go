// SPDX-License-Identifier: MIT

// This file counts the arguments of macros. The preprocessor takes too few for empty
// ones, and the parser then complains of what that expands to, or does not. It also
// checks where # and ## stand in what a macro is replaced by.

package cfront

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// miscounted lists the uses of macros, in files that are no headers of the model, with
// too few or too many arguments. Only those at which there is code count: others may be
// left out by an #if.
func miscounted(files map[string][]byte, macros map[string]*cc.Macro, live func(model.Pos) bool) (diags Diagnostics) {
	for _, file := range slices.Sorted(maps.Keys(files)) {
		if strings.HasPrefix(file, includeRoot+"/") || file == defineName {
			continue
		}
		toks := lex(file, files[file])
		for i, t := range toks {
			m := macros[t.text]
			if m == nil || !m.IsFnLike || !m.IsConst || i+1 == len(toks) || toks[i+1].text != "(" || !live(t.pos) {
				continue
			}
			got, few := argumentCount(toks[i+2:]), "few"
			switch {
			case got < 0 || got == 1 && m.MinArgs == 0 || m.VarArg >= 0 && got >= m.VarArg || got == m.MinArgs:
				continue
			case m.VarArg < 0 && got > m.MinArgs:
				few = "many"
			}
			d := Diagnostic{Pos: t.pos, Len: len(t.text), ID: "argument-count",
				Text: fmt.Sprintf("too %s arguments to macro '%s': want %d, got %d", few, t.text, m.MinArgs, got)}
			if at := posOf(m.Name); at.File != "" {
				d.Notes = []Diagnostic{{Pos: at, Severity: Note, Text: "defined here", Len: len(t.text)}}
			}
			diags = append(diags, d)
		}
	}
	return diags
}

// argumentCount counts the arguments up to the bracket that closes; -1 if none does.
// Nothing between the brackets is one that is empty.
func argumentCount(toks []token) int {
	n, depth := 1, 0
	for _, t := range toks {
		switch {
		case t.text == "(":
			depth++
		case t.text == ")" && depth == 0:
			return n
		case t.text == ")":
			depth--
		case t.text == "," && depth == 0:
			n++
		}
	}
	return -1
}

// miscounted lists such uses in a spec that was parsed.
func (u *Unit) miscounted() Diagnostics {
	places := map[model.Pos]bool{}
	for tu := u.AST.TranslationUnit; tu != nil; tu = tu.TranslationUnit {
		if !u.isHeader(posOf(tu.ExternalDeclaration).File) {
			for _, t := range nodeTokens(tu.ExternalDeclaration) {
				places[posOf(t)] = true
			}
		}
	}
	return miscounted(u.Files, u.AST.Macros, func(at model.Pos) bool { return places[at] })
}

// recount has the macros with a wrong number of arguments take the place of what the
// parser said of these lines.
func (t *translation) recount(diags Diagnostics) Diagnostics {
	ast := t.skeleton()
	if ast == nil {
		return diags
	}
	return instead(miscounted(t.sources.files, ast.Macros, func(at model.Pos) bool {
		return slices.ContainsFunc(diags, func(d Diagnostic) bool { return sameLine(d.Pos, at) })
	}), diags)
}

// instead has some diagnostics take the place of the others about their lines, which
// may only follow from them.
func instead(wrong, diags Diagnostics) Diagnostics {
	return append(wrong, slices.DeleteFunc(diags, func(d Diagnostic) bool {
		return slices.ContainsFunc(wrong, func(w Diagnostic) bool { return sameLine(w.Pos, d.Pos) })
	})...)
}

func sameLine(a, b model.Pos) bool { return a.File == b.File && a.Line == b.Line }

// misplaced lists the macros of the spec in which a # is not before a parameter, or a
// ## has nothing on one side.
func (u *Unit) misplaced() (diags Diagnostics) {
	for _, name := range slices.Sorted(maps.Keys(u.AST.Macros)) {
		m := u.AST.Macros[name]
		if at := posOf(m.Name); u.isHeader(at.File) || u.Files[at.File] == nil || at.File == defineName {
			continue
		}
		toks := m.ReplacementList()
		for i, t := range toks {
			text := ""
			switch {
			case t.SrcStr() == "##" && (i == 0 || i == len(toks)-1):
				text = "'##' at an end of macro '%s' has nothing to join"
			case t.SrcStr() == "#" && m.IsFnLike && (i == len(toks)-1 || !takes(m, toks[i+1].SrcStr())):
				text = "'#' in macro '%s' is not before one of its parameters"
			default:
				continue
			}
			diags = append(diags, Diagnostic{Pos: posOf(t), Len: len(t.SrcStr()), Text: fmt.Sprintf(text, name), ID: "syntax"})
		}
	}
	return diags
}

// takes reports whether name is a parameter of m.
func takes(m *cc.Macro, name string) bool {
	return m.VarArg >= 0 && (name == "__VA_ARGS__" || name == "__VA_OPT__") ||
		slices.ContainsFunc(m.Params, func(p cc.Token) bool { return p.SrcStr() == name })
}
