// SPDX-License-Identifier: MIT

// This file is the command check: one question about each of some specs.

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
	"mmcheck/checker"
	"mmcheck/report"
)

// checkCommand is the state of one run of check.
type checkCommand struct {
	*session
	question question
	search   search
	outDir   string
	format   string
	color    string
	full     bool // --full-table
	style    report.TableStyle
	coverage bool
	quiet    bool
	eras     string
	against  string
	from     importFlags
	when     string            // " before 0001-x.patch", to be said behind the name of a spec
	written  map[string]string // which spec the files of --output are about
	printed  bool              // a report was printed before
	whole    documents         // where one document tells of all
}

func setupCheck(fs *pflag.FlagSet) func(*session, []string) (exit, error) {
	c := &checkCommand{format: "text", color: "auto", written: map[string]string{}}
	fs.StringArrayVarP(&c.question.defines, "define", "D", nil, "define `NAME[=VALUE]`: choose a variant of the spec")
	c.question.register(fs)
	fs.StringVar(&c.eras, "eras", "", "check for each kernel of `LIST`, such as 6.1,6.12, or for\nall that were modelled, and print a table of the verdicts")
	fs.StringVar(&c.against, "against", "", "put operations of the kernel beside the threads: auto for each alone,\nall for pairs as well, or `LIST`, such as munmap,fork ('mmcheck list adversaries')")
	fs.StringVarP(&c.outDir, "output", "o", "", "write reports and picture into `DIR`, too")
	fs.Var(choice{&c.format, slices.Concat(streamFormats(), checkDocuments())}, "format", "what to print")
	c.from.register(fs)
	c.search.register(fs, "search with `N` workers")
	c.search.registerLong(fs)
	fs.Var(choice{&c.color, []string{"auto", "always", "never"}}, "color", "colour what kind a message is")
	fs.IntVar(&c.style.Width, "width", 75, "make the table of --format=table at most `N` columns wide")
	fs.BoolVar(&c.style.Tabs, "tabs", false, "put tabs between its columns instead of spaces")
	fs.BoolVar(&c.style.Threads, "threads", false, "call its columns Thread A, Thread B instead of CPU0, CPU1")
	fs.BoolVar(&c.full, "full-table", false, "show every step of a schedule, also those that do not matter")
	fs.BoolVar(&c.coverage, "coverage", false, "list the statements that no schedule executed")
	fs.BoolVarP(&c.quiet, "quiet", "q", false, "print the verdict line only, no progress")
	return func(s *session, args []string) (exit, error) {
		c.session = s
		status, err := c.run(args)
		if err == nil && c.oneDocument() {
			err = c.whole.write(s, c.format)
		}
		return status, err
	}
}

// oneDocument reports whether the format is one document for all specs.
func (c *checkCommand) oneDocument() bool { return slices.Contains(checkDocuments(), c.format) }

// streamFormats lists the formats that exist for every verdict.
func streamFormats() []string {
	var names []string
	for _, f := range report.Formats {
		if !f.Trace {
			names = append(names, f.Name)
		}
	}
	return append(names, "note") // which is about all variants
}

// minTable is how wide a table is at least.
const minTable = 40

// run checks the specs one after the other; the gravest status wins.
func (c *checkCommand) run(names []string) (exit, error) {
	if err := c.search.validate(); err != nil {
		return exitUsage, err
	}
	if err := c.question.validate(); err != nil {
		return exitUsage, err
	}
	if c.style.Width < minTable {
		return exitUsage, fmt.Errorf("--width=%d: a table needs %d columns or more", c.style.Width, minTable)
	}
	switch {
	case len(c.from.patches) > 0 && c.from.tree == "":
		return exitUsage, errors.New("--patch says nothing without --tree")
	case len(c.from.patches) > 0:
		return c.patched(names)
	case len(names) == 0:
		return exitUsage, errors.New("no FILE given")
	case len(names) > 1 && c.search.checkpoint != "":
		return exitUsage, errors.New("--checkpoint keeps one search: give one FILE")
	}
	if c.against != "" {
		return c.againstAll(names)
	}
	if c.format == "note" {
		return c.note(names)
	}
	if c.eras != "" {
		if c.oneDocument() {
			return exitUsage, fmt.Errorf("--format=%s tells of checks, not of --eras: use --kernel", c.format)
		}
		return c.table(names)
	}
	c.from.pasted = c.from.tree == "" && isPasted(names)
	if c.from.tree != "" || c.from.pasted {
		names = []string{strings.Join(names, " ")} // one spec about all
	}
	status := exitHolds
	for _, name := range names {
		one, goOn := c.one(name)
		status = worse(status, one)
		if c.out.Flush() != nil { // invoke says why
			return worse(status, exitUsage), nil
		}
		if !goOn {
			break
		}
	}
	return status, nil
}

// one checks one spec. It says whether further specs may be checked after it.
func (c *checkCommand) one(name string) (status exit, goOn bool) {
	if c.from.tree == "" && !c.from.pasted {
		name = filepath.Clean(name)
	}
	meta := report.Meta{Spec: name + c.when, Variant: c.question.variant(), Command: commandLine(name, &c.question, &c.search, c.from.words()...), Full: c.full, Table: c.style, Coverage: c.coverage}
	sp, diags, err := c.read(name)
	if err != nil {
		c.complainOf(err)
		return c.refuse(meta, report.Message{Severity: "error", Text: err.Error()}), true
	}
	diags = headerWarnings(diags)
	c.complain(diags, map[string][]byte{sp.name: sp.src})
	meta.Messages = messages(diags)
	if diags.HasErrors() {
		return c.refuse(meta), true
	}
	p := newProgress(os.Stderr, c.quiet)
	c.search.warn = func(err error) {
		p.clear()
		c.complainOf(err)
	}
	a, err := ask(c.ctx, sp, &c.question, &c.search, p.update)
	p.clear()
	c.complain(a.diags, a.files)
	meta.Messages = append(meta.Messages, messages(a.diags)...)
	var refused *checker.CheckpointError
	switch {
	case errors.As(err, &refused):
		c.complainOf(refused)
		return c.refuse(meta, report.Message{Severity: "error", Text: refused.Error()}), true
	case err != nil:
		return crashed(c.err, err), true
	case a.res == nil:
		return c.refuse(meta), !a.gaveUp
	}
	for i, r := range a.results() {
		if a.all != nil {
			meta.All = partOf(a.all, i)
		}
		if err := c.print(meta, r, a.source); err != nil {
			return crashed(c.err, err), true
		}
		if err := c.save(meta, r, a.source); err != nil {
			c.complainOf(err)
			return exitUsage, true
		}
	}
	if meta.All != nil && c.format == "text" {
		fmt.Fprintf(c.out, "%s%s\n", map[bool]string{false: "\n"}[c.quiet], meta.All)
	}
	return statusOf(a.res), true
}

// partOf says which of all violations one is; nil if there is none.
func partOf(all *checker.Causes, i int) *report.Part {
	if len(all.Found) == 0 {
		return nil
	}
	p := &report.Part{Number: i + 1, Of: len(all.Found), Rest: checker.Unknown}
	if all.Rest != nil {
		p.Rest, p.Limit = all.Rest.Verdict, all.Rest.Limit
	}
	return p
}

// read reads a spec, or imports one.
func (c *checkCommand) read(name string) (*spec, cfront.Diagnostics, error) {
	if c.from.tree == "" && !c.from.pasted {
		return readSpec(name)
	}
	functions := strings.Fields(name)
	called := specName(functions)
	r, _, _, err := c.from.run(called, functions, &c.question, c.search.include)
	if err != nil {
		return nil, nil, err
	}
	src := []byte(r.Spec)
	head, diags := parseHeader(called, src)
	return &spec{called, src, head, r.Tree, r.Assumed, defined(&c.question)}, diags, nil
}

// refuse says, where a program reads the output, why there is no verdict.
func (c *checkCommand) refuse(m report.Meta, more ...report.Message) exit {
	m.Messages = append(m.Messages, more...)
	switch {
	case c.oneDocument():
		if err := c.whole.add(c.format, m, nil, nil); err != nil {
			return crashed(c.err, err)
		}
	case c.format == "json":
		report.NoVerdict(c.out, m) // errors show when it is flushed
	}
	return exitUsage
}

// messages hands diagnostics on to a report.
func messages(diags cfront.Diagnostics) []report.Message {
	var out []report.Message
	for _, d := range diags.Sorted() {
		m := report.Message{Severity: d.Severity.String(), ID: d.ID, Text: d.Text, Pos: d.Pos, Notes: messages(d.Notes)}
		if d.Len > 0 {
			m.End = d.Pos.Col + d.Len
		}
		out = append(out, m)
	}
	return out
}

// headerWarnings weakens complaints about Result: lines, which check does not
// need, to warnings.
func headerWarnings(diags cfront.Diagnostics) cfront.Diagnostics {
	out := append(cfront.Diagnostics(nil), diags...)
	for i := range out {
		if out[i].ID == idResult {
			out[i].Severity = cfront.Warning
		}
	}
	return out
}

// statusOf is the exit status for a result.
func statusOf(r *checker.Result) exit {
	switch r.Verdict {
	case checker.Holds:
		return exitHolds
	case checker.Violated:
		return exitViolated
	}
	return exitUnknown
}

// complain prints diagnostics to standard error; --quiet keeps errors only.
func (c *checkCommand) complain(diags cfront.Diagnostics, files map[string][]byte) {
	if c.quiet && !diags.HasErrors() {
		return
	}
	var b bytes.Buffer
	diags.Print(&b, files)
	text := b.Bytes()
	if wantColour(c.color, os.Stderr) {
		text = colour(text)
	}
	c.err.Write(text)
}

// print writes the report to standard output.
func (c *checkCommand) print(m report.Meta, r *checker.Result, src report.Source) error {
	if c.oneDocument() {
		return c.whole.add(c.format, m, r, src)
	}
	var b bytes.Buffer
	if err := report.FormatByName(c.format).Write(&b, m, r, src); err != nil {
		return err
	}
	text := b.Bytes()
	if c.format == "text" {
		switch {
		case c.quiet:
			text, _, _ = bytes.Cut(text, []byte("\n"))
			text = append(text, '\n')
		case c.printed:
			c.out.WriteByte('\n')
		}
		c.printed = true
		if wantColour(c.color, os.Stdout) {
			text = colour(text)
		}
	}
	c.out.Write(text) // errors show when it is flushed
	return nil
}

// save writes the report in all formats, and the picture, into the directory
// of --output.
func (c *checkCommand) save(m report.Meta, r *checker.Result, src report.Source) error {
	if c.outDir == "" {
		return nil
	}
	if err := os.MkdirAll(c.outDir, 0o777); err != nil {
		return err
	}
	base := filepath.Join(c.outDir, fileBase(m.Spec, &c.question, r))
	if m.All != nil {
		base += fmt.Sprintf(".%d", m.All.Number)
	}
	if other, ok := c.written[base]; ok {
		return fmt.Errorf("%s and %s would both be written to %s.*: check them into different directories", other, m.Spec, base)
	}
	c.written[base] = m.Spec
	for _, f := range report.Formats {
		if f.Part || f.Trace && r.Verdict != checker.Violated {
			continue
		}
		var b bytes.Buffer
		if err := f.Write(&b, m, r, src); err != nil {
			return err
		}
		if err := writeWhole(base+"."+f.Ext, b.Bytes()); err != nil {
			return err
		}
		if f.Name == "dot" {
			if err := c.picture(b.Bytes(), base); err != nil {
				return err
			}
		}
	}
	return nil
}

// picture draws the DOT file. Without a renderer there is no picture, which is
// no error: the DOT is there.
func (c *checkCommand) picture(dot []byte, base string) error {
	svg, err := report.Picture(dot)
	if err != nil {
		fmt.Fprintf(c.err, "mmcheck: %s.svg not written: %v\n", base, err)
		return nil
	}
	return writeWhole(base+".svg", svg)
}

// writeWhole writes a file. What cannot be written whole is not left behind.
func writeWhole(name string, text []byte) error {
	err := os.WriteFile(name, text, 0o666)
	if st, e := os.Lstat(name); err != nil && e == nil && st.Mode().IsRegular() {
		os.Remove(name)
	}
	return err
}

// fileBase is the name of the files of a result, without the directory and the
// ending: spec, variant, and what came out.
func fileBase(spec string, q *question, r *checker.Result) string {
	parts := []string{strings.TrimSuffix(filepath.Base(spec), ".c")}
	if tag := q.fileTag(); tag != "" {
		parts = append(parts, tag)
	}
	outcome := string(r.Verdict)
	if r.Finding != nil {
		outcome = r.Finding.Property.ID
	}
	return strings.Join(append(parts, outcome), ".")
}
