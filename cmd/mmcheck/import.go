// SPDX-License-Identifier: MIT

// This file is the command import, and what check does with --tree: a spec about
// functions of a kernel tree, or of a file that stands alone.

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"mmcheck/cfront"
	"mmcheck/kimport"
	"mmcheck/specs"
)

// importFlags say where a spec is imported from.
type importFlags struct {
	tree      string
	depth     int
	fromTree  []string
	fromModel []string
	patches   []string
	before    bool // ask about the tree without the patches
	pasted    bool // there is no tree: the files stand alone
}

// defaultDepth is how deep calls are followed.
const defaultDepth = 2

func (f *importFlags) register(fs *pflag.FlagSet) {
	fs.StringVar(&f.tree, "tree", "", "the kernel tree in `DIR`, of which FILE:FUNCTION is imported")
	fs.IntVar(&f.depth, "depth", defaultDepth, "follow calls into static functions of FILE `N` deep")
	fs.StringArrayVar(&f.patches, "patch", nil, "apply the patch in `FILE` to the tree, in memory (may be repeated)")
	fs.StringSliceVar(&f.fromTree, "from-tree", nil, "take `NAME` from the tree though the model has it (may be repeated)")
	fs.StringSliceVar(&f.fromModel, "from-model", nil, "take `NAME` from the model though the tree has it (may be repeated)")
}

// importCommand is the state of one run of import.
type importCommand struct {
	*session
	from     importFlags
	question question
	include  []string
	output   string
}

func setupImport(fs *pflag.FlagSet) func(*session, []string) (exit, error) {
	c := &importCommand{}
	c.from.register(fs)
	fs.StringArrayVarP(&c.question.defines, "define", "D", nil, "define `NAME[=VALUE]`, such as CONFIG_SWAP")
	fs.StringVar(&c.question.kernel, "kernel", "", "the kernel `VERSION` that the tree is taken for (default what its Makefile says)")
	fs.StringArrayVarP(&c.include, "include", "I", nil, "search `DIR` for headers first")
	fs.StringVarP(&c.output, "output", "o", "", "write to `FILE` instead of standard output")
	return func(s *session, args []string) (exit, error) {
		c.session = s
		return c.run(args)
	}
}

func (c *importCommand) run(args []string) (exit, error) {
	switch {
	case len(c.from.patches) > 0 && c.from.tree == "":
		return exitUsage, errors.New("--patch says nothing without --tree")
	case len(args) == 0 && len(c.from.patches) > 0:
		_, after, err := c.from.touched()
		if err != nil {
			return exitUsage, err
		}
		args = after
	}
	if len(args) == 0 {
		return exitUsage, errors.New("no FILE:FUNCTION given")
	}
	c.from.pasted = c.from.tree == ""
	name := c.output
	if name == "" {
		name = specName(args)
	}
	r, diags, files, err := c.from.run(name, args, &c.question, c.include)
	if err != nil {
		return exitUsage, err
	}
	diags.Print(c.err, files)
	if c.output == "" {
		c.out.WriteString(r.Spec) // errors show when it is flushed
	} else if err := os.WriteFile(c.output, []byte(r.Spec), 0o666); err != nil {
		return exitUsage, plainError(c.output, err)
	}
	if diags.HasErrors() {
		return exitUsage, fmt.Errorf("the spec is written, but %s has to be edited before it can be checked", name)
	}
	return exitHolds, nil
}

// specName is the name of a spec about some functions.
func specName(functions []string) string {
	_, name, _ := strings.Cut(functions[0], ":")
	return name + ".c"
}

// run imports functions into a spec of some name. What keeps it from being compiled is
// among the diagnostics.
func (f *importFlags) run(name string, functions []string, q *question, include []string) (*kimport.Result, cfront.Diagnostics, map[string][]byte, error) {
	macros := map[string]string{"__KERNEL__": "1", "CONFIG_64BIT": "1", "CONFIG_MMU": "1", "CONFIG_SMP": "1", "CONFIG_X86": "1", "CONFIG_X86_64": "1", "CONFIG_PGTABLE_LEVELS": "5"}
	for _, d := range q.defines {
		n, v, given := strings.Cut(d, "=")
		if macros[n] = v; !given {
			macros[n] = "1"
		}
	}
	t, done, err := f.source(functions, macros)
	if err != nil {
		return nil, nil, nil, err
	}
	defer done()
	kernel := specs.Number(q.kernel)
	if kernel == "" && f.pasted {
		kernel = specs.DefaultKernel
	} else if kernel == "" {
		kernel = specs.Nearest(t.Version())
	}
	if specs.AtLeast(kernel, "6.4") && macros["CONFIG_PER_VMA_LOCK"] == "" {
		macros["CONFIG_PER_VMA_LOCK"] = "1"
	}
	fromTree := set(f.fromTree)
	if len(f.patches) > 0 {
		p, err := f.apply(t)
		if err != nil {
			return nil, nil, nil, err
		}
		if !f.before {
			t = p.tree
		}
		for _, what := range slices.Concat(p.before, p.after) {
			_, name, _ := strings.Cut(what, ":")
			fromTree[name] = true
		}
	}
	var diags cfront.Diagnostics
	var files map[string][]byte
	r, err := kimport.Import(t, kimport.Options{
		Root: f.tree, ByUse: f.pasted, Name: name, Functions: functions, Depth: f.depth, Kernel: kernel, Model: specs.Include,
		FromTree: fromTree, FromModel: set(f.fromModel), Macros: macros,
		MayAssume: func(n string) bool { return cfront.NeverAssumed(n) == "" },
		Check: func(text string) []kimport.Problem {
			diags, files = compileOnly(name, text, q, kernel, include)
			return problems(diags)
		},
	})
	var none *kimport.NoFunctionError
	if errors.As(err, &none) {
		err = fmt.Errorf("%w%s", err, cfront.DidYouMean(none.Name, none.Has))
	}
	return r, diags, files, err
}

// source is what functions are imported from: a tree, or the files that they stand in.
func (f *importFlags) source(functions []string, macros map[string]string) (t *kimport.Tree, done func(), err error) {
	if f.pasted {
		texts := map[string]string{}
		for _, what := range functions {
			name, _, ok := strings.Cut(what, ":")
			if !ok {
				return nil, nil, fmt.Errorf("'%s' is not of the form FILE:FUNCTION", what)
			}
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, nil, plainError(name, err)
			}
			texts[filepath.ToSlash(filepath.Clean(name))] = string(text)
		}
		return kimport.Pasted(texts, macros), func() {}, nil
	}
	root, err := os.OpenRoot(f.tree)
	if err != nil {
		return nil, nil, plainError(f.tree, err)
	}
	return kimport.New(root.FS(), macros), func() { root.Close() }, nil
}

// isPasted reports whether all names are functions of files that are there, "FILE:FUNCTION".
func isPasted(names []string) bool {
	return len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool {
		file, function, ok := strings.Cut(name, ":")
		if !ok || function == "" {
			return true
		}
		if _, err := os.Stat(name); err == nil {
			return true // a spec of a strange name
		}
		_, err := os.Stat(file)
		return err != nil
	})
}

// patched is a tree with patches, and the functions that these touch.
type patched struct {
	tree          *kimport.Tree
	before, after []string
}

// apply applies the patches to a tree.
func (f *importFlags) apply(t *kimport.Tree) (*patched, error) {
	p := &patched{tree: t}
	for _, name := range f.patches {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, plainError(name, err)
		}
		one, err := p.tree.Apply(bytes.NewReader(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		p.tree = one.Tree
		for _, what := range one.Before {
			if !slices.Contains(p.before, what) {
				p.before = append(p.before, what)
			}
		}
		for _, what := range one.After {
			if !slices.Contains(p.after, what) {
				p.after = append(p.after, what)
			}
		}
	}
	return p, nil
}

// touched lists the functions that the patches touch, before and after them.
func (f *importFlags) touched() (before, after []string, err error) {
	root, err := os.OpenRoot(f.tree)
	if err != nil {
		return nil, nil, plainError(f.tree, err)
	}
	defer root.Close()
	p, err := f.apply(kimport.New(root.FS(), map[string]string{"__KERNEL__": "1"}))
	if err != nil {
		return nil, nil, err
	}
	return p.before, p.after, nil
}

// words lists the flags as they were given.
func (f *importFlags) words() (out []string) {
	if f.tree == "" {
		return nil
	}
	out = append(out, "--tree", quote(f.tree))
	if f.depth != defaultDepth {
		out = append(out, fmt.Sprintf("--depth=%d", f.depth))
	}
	for _, n := range f.patches {
		out = append(out, "--patch="+quote(n))
	}
	for _, n := range f.fromTree {
		out = append(out, "--from-tree="+n)
	}
	for _, n := range f.fromModel {
		out = append(out, "--from-model="+n)
	}
	return out
}

func set(names []string) map[string]bool {
	m := map[string]bool{}
	for _, n := range names {
		m[n] = true
	}
	return m
}

// compileOnly compiles a spec that is no file.
func compileOnly(name, text string, q *question, kernel string, include []string) (cfront.Diagnostics, map[string][]byte) {
	_, files, diags := cfront.Compile(cfront.Config{
		FS: specs.Include, Include: include, Define: q.defines, Variants: defined(q), Kernel: kernel, Assume: slices.Concat(q.assume, specs.ReadHeader([]byte(text)).Assume),
	}, filepath.Clean(name), []byte(text))
	return diags, files
}

// defined are the names that a question defines.
func defined(q *question) (names []string) {
	for _, d := range q.defines {
		name, _, _ := strings.Cut(d, "=")
		names = append(names, name)
	}
	return names
}

// problems are the errors among diagnostics.
func problems(diags cfront.Diagnostics) (out []kimport.Problem) {
	for _, d := range diags {
		if d.Severity == cfront.Error {
			out = append(out, kimport.Problem{File: d.Pos.File, Line: d.Pos.Line, ID: d.ID, Name: d.Name(), Text: d.Text})
		}
	}
	return out
}
