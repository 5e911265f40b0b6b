// SPDX-License-Identifier: MIT

// This file reads the files of a tree, and finds what declares a name: for a file of
// the tree in itself and in all that it includes.

package kimport

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxFile is how large a file may be; larger ones are tables.
const maxFile = 4 << 20

// Tree is a source tree. Its files are read when they are asked for, and kept.
type Tree struct {
	fsys    fs.FS
	dirs    []string          // where <...> is looked for
	overlay map[string]string // texts that take the place of files
	files   map[string]*File
	scopes  map[*File]*Scope
	bodies  map[string]*Decl
	macros  map[string]string // set for conditions, before all others
	extra   *File             // that all files include at last: see declareByUse
}

// New is the tree below a directory; macros are set for its conditions.
func New(fsys fs.FS, macros map[string]string) *Tree {
	return &Tree{fsys: fsys, files: map[string]*File{}, scopes: map[*File]*Scope{}, bodies: map[string]*Decl{}, macros: macros, overlay: map[string]string{},
		dirs: []string{"include", "arch/x86/include", "include/uapi", "arch/x86/include/uapi", "include/asm-generic", "."}}
}

// Patched is the same tree with other texts for some files, and with none for those
// whose text is "".
func (t *Tree) Patched(texts map[string]string) *Tree {
	p := New(t.fsys, t.macros)
	p.dirs = t.dirs
	for name, text := range texts {
		p.overlay[name] = text
	}
	return p
}

// Read is the text of a file.
func (t *Tree) Read(name string) (string, error) {
	name = path.Clean(name)
	if text, ok := t.overlay[name]; ok {
		if text == "" {
			return "", &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		return text, nil
	}
	if !fs.ValidPath(name) {
		return "", &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	st, err := fs.Stat(t.fsys, name)
	if err != nil {
		return "", err
	}
	if !st.Mode().IsRegular() || st.Size() > maxFile {
		return "", fmt.Errorf("%s: no text file of at most %d MiB", name, maxFile>>20)
	}
	src, err := fs.ReadFile(t.fsys, name)
	return string(src), err
}

// File is a file of the tree, nil if there is none.
func (t *Tree) File(name string) *File {
	name = path.Clean(name)
	f, known := t.files[name]
	if !known {
		if src, err := t.Read(name); err == nil {
			f = parse(name, src)
		}
		t.files[name] = f
	}
	return f
}

// Version is the kernel that the tree is of, as its Makefile says, "" if it does not.
func (t *Tree) Version() string {
	src, err := t.Read("Makefile")
	if err != nil {
		return ""
	}
	found := map[string]string{}
	for line := range strings.SplitSeq(src, "\n") {
		if key, value, ok := strings.Cut(line, "="); ok {
			if key = strings.TrimSpace(key); found[key] == "" {
				found[key] = strings.TrimSpace(value)
			}
		}
	}
	major, err1 := strconv.Atoi(found["VERSION"])
	minor, err2 := strconv.Atoi(found["PATCHLEVEL"])
	if err1 != nil || err2 != nil {
		return ""
	}
	return fmt.Sprintf("%d.%d", major, minor)
}

// set sets a symbol of the configuration that is not given; it reports whether it did.
func (t *Tree) set(symbol string) bool {
	if _, given := t.macros[symbol]; given {
		return false
	}
	t.macros[symbol] = "1"
	t.scopes = map[*File]*Scope{} // what is there depends on it
	return true
}

var builtRE = regexp.MustCompile(`^\s*(?:obj|[\w.-]+)-\$\((CONFIG_\w+)\)\s*[:+]?=(.*)`)

// builtWith lists the symbols of the configuration with which a file is built, as far as
// the Makefile beside it says so in one line.
func (t *Tree) builtWith(file string) (symbols []string) {
	src, err := t.Read(path.Join(path.Dir(file), "Makefile"))
	if err != nil {
		return nil
	}
	object := strings.TrimSuffix(path.Base(file), ".c") + ".o"
	for line := range strings.SplitSeq(strings.ReplaceAll(src, "\\\n", " "), "\n") {
		if m := builtRE.FindStringSubmatch(line); m != nil && slices.Contains(strings.Fields(m[2]), object) {
			symbols = append(symbols, m[1])
		}
	}
	return symbols
}

// included finds the file of an #include that stands in file from.
func (t *Tree) included(from *File, include string) *File {
	name := strings.Trim(include, `<>"`)
	if strings.HasPrefix(include, `"`) {
		if f := t.File(path.Join(path.Dir(from.Path), name)); f != nil {
			return f
		}
	}
	for _, dir := range t.dirs {
		if f := t.File(path.Join(dir, name)); f != nil {
			return f
		}
	}
	if rest, ok := strings.CutPrefix(name, "asm/"); ok { // as the build does
		for _, dir := range []string{"include/asm-generic", "include/uapi/asm-generic"} {
			if f := t.File(path.Join(dir, rest)); f != nil {
				return f
			}
		}
	}
	return nil
}

// Scope is what is declared where a file has included all that it includes.
type Scope struct {
	tree  *Tree
	Files []*File // the file first
	decls map[string][]*Decl
	eval  *evaluator
	busy  map[string]bool
	known map[*Decl]bool
}

// Scope collects what files and all that they include declare.
func (t *Tree) Scope(files ...*File) *Scope {
	if len(files) == 1 && t.scopes[files[0]] != nil {
		return t.scopes[files[0]]
	}
	s := &Scope{tree: t, decls: map[string][]*Decl{}, busy: map[string]bool{}, known: map[*Decl]bool{}}
	s.eval = &evaluator{value: s.macro}
	seen := map[*File]bool{}
	var visit func(f *File)
	visit = func(f *File) {
		if f == nil || seen[f] {
			return
		}
		seen[f] = true
		s.Files = append(s.Files, f)
		for _, d := range f.Decls {
			for _, n := range d.Names {
				s.decls[n] = append(s.decls[n], d)
			}
		}
		for _, inc := range f.Includes {
			if s.Holds(&Decl{File: f, conds: inc.conds}) {
				visit(t.included(f, inc.name))
			}
		}
	}
	for _, f := range files {
		visit(f)
	}
	visit(t.extra)
	if len(files) == 1 {
		t.scopes[files[0]] = s
	}
	return s
}

// macro is the value of a macro in conditions.
func (s *Scope) macro(name string) (string, bool) {
	if v, ok := s.tree.macros[name]; ok {
		return v, v != "undefined"
	}
	if strings.HasPrefix(name, "CONFIG_") && s.tree.File("mmcheck.h") == nil || s.busy[name] {
		return "", false
	}
	s.busy[name] = true
	defer delete(s.busy, name)
	for _, fallback := range []bool{false, true} {
		for _, d := range s.decls[name] {
			if d.Kind != Macro || guards(d, name) != fallback || !s.Holds(d) {
				continue
			}
			_, rest := cutWord(d.Toks[0].Text)
			_, body := cutWord(rest)
			return strings.TrimSpace(body), true
		}
	}
	return "", false
}

// guards reports whether a macro is defined where it was not: an include guard, or what
// is taken if nobody else has one.
func guards(d *Decl, name string) bool {
	return slices.Contains(d.conds, condition{"defined(" + name + ")", true})
}

// Holds reports whether a declaration is there with the configuration at hand.
func (s *Scope) Holds(d *Decl) bool {
	if v, ok := s.known[d]; ok {
		return v
	}
	var conds []condition
	for _, c := range d.conds {
		if !c.not || !s.ownGuard(d, c) {
			conds = append(conds, c)
		}
	}
	v := s.eval.holds(conds)
	if len(s.busy) == 0 {
		s.known[d] = v
	}
	return v
}

// ownGuard recognises the guard of the file that a declaration stands in.
func (s *Scope) ownGuard(d *Decl, c condition) bool {
	name, ok := strings.CutPrefix(c.text, "defined(")
	name = strings.TrimSuffix(name, ")")
	if !ok {
		return false
	}
	defs := s.decls[name]
	return len(defs) > 0 && !slices.ContainsFunc(defs, func(x *Decl) bool { return x.Kind == Macro && !guards(x, name) }) &&
		slices.ContainsFunc(defs, func(x *Decl) bool { return x.File == d.File })
}

// Find is what declares a name: a definition rather than a prototype, the file itself
// rather than a header; nil if nothing does.
func (s *Scope) Find(name string) *Decl {
	var best *Decl
	rank := func(d *Decl) int {
		if d.Kind == Var && strings.HasPrefix(d.Text, "DECLARE") { // perhaps something else
			return 2
		}
		if d.Kind == Macro && !d.hasArgs { // #define name name
			if _, body := macroParts(d); len(body) == 1 && body[0].Text == name {
				return 3
			}
		}
		if d.Kind == Prototype || d.Kind == Var && strings.HasPrefix(d.Text, "extern") {
			return 1
		}
		return 0
	}
	for _, d := range s.decls[name] {
		if s.Holds(d) && (best == nil || rank(d) < rank(best)) {
			best = d
		}
	}
	return best
}

// Active lists the tokens of a declaration that are there with this configuration.
func (s *Scope) Active(d *Decl) []Token {
	if !slices.ContainsFunc(d.Toks, func(t Token) bool { return t.Kind == Directive }) {
		return d.Toks
	}
	var out []Token
	var c conditions
	on := true
	for _, t := range d.Toks {
		if t.Kind == Directive {
			if c.directive(t.Text) {
				on = s.eval.holds(c.now())
				continue
			}
		}
		if on {
			out = append(out, t)
		}
	}
	return out
}

// Body searches the C files of some directories for the body of a function.
func (t *Tree) Body(name string, dirs ...string) *Decl {
	d, known := t.bodies[name]
	if !known {
		d = t.searchBody(name, dirs)
		t.bodies[name] = d
	}
	return d
}

func (t *Tree) searchBody(name string, dirs []string) *Decl {
	for _, dir := range dirs {
		entries, err := fs.ReadDir(t.fsys, dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			if e.IsDir() || !strings.HasSuffix(e.Name(), ".c") {
				continue
			}
			file := path.Join(dir, e.Name())
			src, err := t.Read(file)
			if err != nil || !mentions(src, name) {
				continue
			}
			s := t.Scope(t.File(file))
			for _, d := range s.Files[0].Decls {
				if d.Kind == Func && slices.Contains(d.Names, name) && s.Holds(d) && !strings.HasPrefix(d.Text, "static") {
					return d
				}
			}
		}
	}
	return nil
}

// mentions reports whether a text may define a function: its name begins a line or
// follows a type.
func mentions(src, name string) bool {
	for rest := src; ; {
		i := strings.Index(rest, name+"(")
		if i < 0 {
			return false
		}
		start := strings.LastIndexByte(rest[:i], '\n') + 1
		if c := rest[start]; isLetter(c) && (i == 0 || !isLetter(rest[i-1]) && !isDigit(rest[i-1])) {
			return true
		}
		rest = rest[i+len(name):]
	}
}
