// SPDX-License-Identifier: MIT

// This file answers one question about one spec: read, compile, search.

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"mmcheck/cfront"
	"mmcheck/checker"
	"mmcheck/model"
	"mmcheck/specs"
)

// maxSpec is how much of a file is read; the front end wants less and says so.
const maxSpec = 2 << 20

// spec is a file with a model in it.
type spec struct {
	name    string
	src     []byte
	head    *header
	won     []string // functions of a tree that took the place of the model's
	assumed []string // of who calls the functions of a tree
	read    []string // macros that were read when it was imported
}

// readSpec reads a file, or the shipped spec of that name, and its header. Complaints
// about the header come as diagnostics, that it cannot be read as an error.
func readSpec(name string) (*spec, cfront.Diagnostics, error) {
	name = filepath.Clean(name)
	src, err := readFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		if shipped, text := shippedSpec(name); text != nil {
			name, src, err = shipped, text, nil
		}
	}
	if err != nil {
		return nil, nil, err
	}
	src = cfront.WithoutBOM(src)
	head, diags := parseHeader(name, src)
	return &spec{name: name, src: src, head: head}, diags, nil
}

// readFile reads the file of a spec.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, plainError(name, err)
	}
	defer f.Close()
	if st, err := f.Stat(); err == nil && st.IsDir() {
		return nil, fmt.Errorf("%s: is a directory; 'mmcheck test' takes directories", name)
	}
	src, err := io.ReadAll(io.LimitReader(f, maxSpec))
	if err != nil {
		return nil, plainError(name, err)
	}
	return src, nil
}

// shippedSpec finds the spec that comes with mmcheck as seeds/NAME, specs/seeds/NAME.c
// or the like, nil if there is none. It goes by its name in a checkout.
func shippedSpec(name string) (string, []byte) {
	inside := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(name), "specs/"), ".c") + ".c"
	src, err := fs.ReadFile(specs.Files, inside)
	if err != nil {
		return "", nil
	}
	return "specs/" + inside, src
}

// plainError drops the name of the system call from an error.
func plainError(name string, err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return fmt.Errorf("%s: %w", name, err)
}

// answer is what became of a question.
type answer struct {
	res    *checker.Result // nil if the spec did not compile
	all    *checker.Causes // with --all; res is the first of these, or what is left if there is none
	files  map[string][]byte
	diags  cfront.Diagnostics
	gaveUp bool // the parser was left running: ask nothing more
}

// ask answers a question. An error is one of mmcheck itself.
func ask(ctx context.Context, sp *spec, q *question, h *search, progress func(checker.Stats)) (a answer, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = panicError{r, debug.Stack()}
		}
	}()
	kernel := q.kernel
	if kernel == "" {
		kernel = sp.head.kernel
	}
	prog, files, diags := cfront.Compile(cfront.Config{
		FS: specs.Include, Include: h.include, Define: q.defines, Variants: slices.Concat(specs.Variants(sp.src), sp.read), Kernel: kernel, Assume: slices.Concat(q.assume, sp.head.assume),
	}, sp.name, sp.src)
	a.files, a.diags = files, diags
	a.gaveUp = slices.ContainsFunc(diags, func(d cfront.Diagnostic) bool { return d.ID == "gave-up" })
	if prog == nil {
		if !diags.HasErrors() {
			return a, errors.New("no program and no error came from " + sp.name)
		}
		return a, nil
	}
	check := checker.Check
	switch {
	case h.all > 0:
		check = func(p *model.Program, o checker.Options) (*checker.Result, error) {
			if a.all, err = checker.All(p, o, h.reference, h.all); err != nil {
				return nil, err
			}
			return append(a.all.Found, a.all.Rest)[0], nil
		}
	case h.reference:
		check = checker.Reference
	case h.simulate > 0:
		check = checker.Simulate
	}
	a.res, err = check(prog, checker.Options{
		Find: q.find, Only: q.only, Ignore: q.ignore, Part: checker.Part{N: h.part.n, Of: h.part.of},
		Workers: h.workers, MaxStates: h.maxStates, MaxMemory: h.memory(), TimeLimit: h.timeLimit, NoReduce: h.noReduce,
		Checkpoint: h.checkpoint, Spill: h.spill, Fingerprint: h.bits, Warn: h.warn,
		Runs: h.simulate, Seed: h.seed, MaxDepth: h.maxDepth,
		Context: ctx, Progress: progress,
	})
	for _, r := range a.results() {
		r.Assumed = append(r.Assumed, sp.assumed...)
	}
	if a.res != nil {
		a.res.Program.Replaced = append(a.res.Program.Replaced, sp.alsoReplaced(a.res.Program.Replaced)...)
	}
	var start *model.InitError
	if errors.As(err, &start) {
		a.diags = append(a.diags, falseStart(start, sp.name))
		return a, nil
	}
	return a, err
}

// results are what there is to report: one, or with --all each violation.
func (a answer) results() []*checker.Result {
	switch {
	case a.all != nil && len(a.all.Found) > 0:
		return a.all.Found
	case a.res != nil:
		return []*checker.Result{a.res}
	}
	return nil
}

// alsoReplaced are the functions of the tree that go by other names in the spec, and are
// not among those that took the place of the model's under their own.
func (sp *spec) alsoReplaced(known []string) (more []string) {
	for _, name := range sp.won {
		if !slices.ContainsFunc(known, func(k string) bool { return strings.HasPrefix(k, name+"()") }) {
			more = append(more, name+"() (by the tree's)")
		}
	}
	return more
}

// falseStart is the diagnostic for a spec that goes wrong before its threads
// run.
func falseStart(e *model.InitError, name string) cfront.Diagnostic {
	site := e.Site
	if e.Broken != nil && e.Broken.Check.At != nil {
		site = e.Broken.Check.At
	}
	d := cfront.Diagnostic{Pos: model.Pos{File: name}, Text: e.Error(), ID: "init"}
	if e.Broken != nil {
		d.Text, d.ID = "in "+e.Thread+": "+e.Broken.Check.Text, e.Broken.Check.Prop
	}
	if site != nil {
		d.Pos, d.Len = site.Pos, site.End-site.Pos.Col
	}
	return d
}

// source gives the text of the files of a spec to a report.
func (a answer) source(file string) []byte { return a.files[file] }
