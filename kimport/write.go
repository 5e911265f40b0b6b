// SPDX-License-Identifier: MIT

// This file writes a spec: what the importer has found, in an order in which C can be
// read, and the functions word by word, with #line.

package kimport

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// piece is a part of a spec that can be left out, and its name.
type piece struct{ key, text string }

// place is where a piece stands in the spec.
type place struct {
	key      string
	from, to int // lines
}

// write puts the spec together.
func (im *importer) write() string {
	extra := im.extraMembers()
	types := im.typePieces(extra.seen)
	if !im.ByUse {
		var functions []*Decl
		for _, f := range im.funcs {
			functions = append(functions, f.Decl)
		}
		im.outs = im.infer(im.wholeScope(), functions).outs()
	}
	scene := im.scene() // may need headers
	var w writer
	w.text("", im.comment()+"\n")
	for _, k := range slices.Sorted(maps.Keys(im.world)) {
		w.text("", fmt.Sprintf("#define %s %s\n", k, im.world[k]))
	}
	for _, c := range slices.Sorted(maps.Keys(im.configs)) {
		w.text("", "#define "+c+" 1\n")
	}
	for _, h := range extra.headers {
		w.text("", "#include <"+h+">\n")
	}
	for _, p := range extra.pieces {
		w.text(p.key, p.text)
	}
	for _, m := range extra.macros {
		w.text("", m)
	}
	w.text("", "#include <linux/mm.h>\n")
	for _, h := range im.headers {
		w.text("header "+h, "#include <"+h+">\n")
	}
	w.text("", "#include <mmcheck.h>\n\n")
	for _, n := range im.renamed {
		if m := im.model.Find(n); m != nil && m.Kind == Macro {
			w.text("", "#undef "+n+"\n")
		}
		w.text("", fmt.Sprintf("#define %s tree_%s\n", n, n))
	}
	for _, n := range im.undefined {
		w.text("", "#undef "+n+"\n")
	}
	for _, n := range im.unmet() {
		w.text("", fmt.Sprintf("#undef %s\n#define %s(...) do { } while (0)\n", n, n))
	}
	for _, n := range im.empty {
		w.text("macro "+n, "#define "+n+"\n")
	}
	for _, d := range im.macros {
		w.text("macro "+d.Names[0], "#"+directiveText(d)+"\n")
	}
	w.gap()
	for _, p := range types {
		w.text(p.key, p.text)
	}
	w.gap()
	for _, n := range im.lost {
		if strings.HasPrefix(n, "trace_") {
			w.text("macro "+n, fmt.Sprintf("#define %s(...) do { } while (0)\n", n))
		} else {
			w.text("guess "+n, fmt.Sprintf("%s%s(void);\n#define %s(...) %s()\n", cmp.Or(im.gives[n], "int "), n, n, n))
		}
	}
	for _, d := range im.protos {
		w.text("prototype "+d.Names[0], im.prototype(d)+";\n")
	}
	functions := slices.Clone(im.funcs)
	slices.SortStableFunc(functions, func(a, b *followed) int {
		if a.File != b.File {
			return strings.Compare(b.File.Path, a.File.Path) // include/ behind what includes it: prototypes are there
		}
		return a.Line - b.Line
	})
	for _, f := range functions {
		if !syscallRE.MatchString(f.Toks[0].Text) {
			w.text("prototype "+f.Names[0], im.prototype(f.Decl)+";\n")
		}
	}
	w.gap()
	for _, d := range im.vars {
		w.text("variable "+d.Names[0], im.variableText(d))
	}
	w.gap()
	for _, f := range functions {
		w.text("", fmt.Sprintf("#line %d \"%s\"\n%s\n", f.Line, im.path(f.File), f.Text))
		w.text("", fmt.Sprintf("#line %d \"%s\"\n\n", w.line+2, path.Base(im.Name)))
	}
	w.text("scene", scene)
	im.where = w.places
	return w.String()
}

// writer collects text and knows where in it what stands.
type writer struct {
	strings.Builder
	line   int // lines so far
	places []place
	open   bool // something was written since the last gap
}

func (w *writer) text(key, text string) {
	n := strings.Count(text, "\n")
	if key != "" {
		w.places = append(w.places, place{key, w.line + 1, w.line + n})
	}
	w.line += n
	w.open = w.open || text != ""
	w.WriteString(text)
}

// gap writes an empty line where something was written since the last one.
func (w *writer) gap() {
	if w.open {
		w.WriteString("\n")
		w.line++
	}
	w.open = false
}

// pieceAt is the key of the piece that a problem is in.
func (im *importer) pieceAt(p Problem) string {
	if path.Base(p.File) != path.Base(im.Name) {
		return ""
	}
	for _, w := range im.where {
		if p.Line >= w.from && p.Line <= w.to && w.key != "scene" && !strings.HasPrefix(w.key, "guess") && !strings.HasPrefix(w.key, "prototype") {
			return w.key
		}
	}
	return ""
}

func directiveText(d *Decl) string { return d.Toks[0].Text }

// prototype writes that of a function.
func (im *importer) prototype(d *Decl) string {
	static := ""
	if d.Kind == Func && slices.ContainsFunc(im.funcs, func(f *followed) bool { return f.Decl == d }) {
		for _, t := range d.Toks {
			if t.Text == "{" || t.Text == "(" {
				break
			}
			if t.Text == "static" {
				static = "static "
			}
			if t.Text == "inline" || t.Text == "__always_inline" {
				static += "inline "
			}
		}
	}
	result, name, params := signature(d, im.scope(d.File).Active(d))
	var list []string
	for _, p := range params {
		switch {
		case strings.Contains(p.Type, "(*)"):
			list = append(list, strings.Replace(p.Type, "(*)", "(*"+p.Name+")", 1))
		case p.Name == "" || strings.HasSuffix(p.Type, "*"):
			list = append(list, p.Type+p.Name)
		default:
			list = append(list, p.Type+" "+p.Name)
		}
	}
	if d.Args < 0 && slices.ContainsFunc(d.Toks, func(t Token) bool { return t.Text == "..." }) && (len(list) == 0 || list[len(list)-1] != "...") {
		list = append(list, "...")
	}
	if len(list) == 0 {
		list = []string{"void"}
	}
	if !strings.HasSuffix(result, "*") {
		result += " "
	}
	return static + result + name + "(" + strings.Join(list, ", ") + ")"
}

// variableText defines a variable, without an initialiser that is more than a number.
func (im *importer) variableText(d *Decl) string {
	toks := im.scope(d.File).Active(d)
	if m := definesRE.MatchString(toks[0].Text) || len(toks) > 1 && definesRE.MatchString(toks[1].Text); m {
		if i := slices.IndexFunc(toks, func(t Token) bool { return t.Text == "=" }); i >= 0 {
			toks = toks[:i]
		}
		return strings.TrimSuffix(joined(toks), ";") + ";\n"
	}
	if i := slices.IndexFunc(toks, func(t Token) bool { return t.Text == "=" }); i >= 0 && (!simple(toks[i+1:]) || im.drop["variable "+d.Names[0]]) {
		toks = toks[:i]
	}
	text := strings.TrimSuffix(joined(plainType(toks)), ";")
	return "static " + strings.TrimPrefix(text, "const ") + ";\n"
}
