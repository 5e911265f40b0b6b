// SPDX-License-Identifier: MIT

// This file makes the note of check --format=note: all variants of some specs, or the
// one that was asked for, and each for some kernels if --eras asks for that.

package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"mmcheck/cfront"
	"mmcheck/report"
)

// note checks specs, and prints what came out as one note.
func (c *checkCommand) note(paths []string) (exit, error) {
	if c.search.checkpoint != "" || c.search.all != 0 || c.from.tree != "" {
		return exitUsage, errors.New("--format=note does not go with --checkpoint, --all and --tree")
	}
	if c.eras != "" && c.question.kernel != "" {
		return exitUsage, errors.New("give --kernel or --eras")
	}
	var names []string
	for _, path := range paths { // a spec that is shipped has no file
		if st, err := os.Stat(path); err != nil || !st.IsDir() {
			names = append(names, path)
			continue
		}
		inside, err := specFiles([]string{path})
		if err != nil {
			return exitUsage, err
		}
		names = append(names, inside...)
	}
	n := &report.Note{Tool: "mmcheck " + version + revision}
	status := exitHolds
	for _, name := range names {
		one, err := c.chapter(n, name)
		if status = worse(status, one); err != nil {
			return status, err
		}
	}
	n.Write(c.out) // errors show when it is flushed
	return status, nil
}

// chapter adds one spec to a note. What does not compile is complained of, and left out.
func (c *checkCommand) chapter(n *report.Note, name string) (status exit, err error) {
	sp, diags, err := readSpec(name)
	if err != nil {
		return exitUsage, err
	}
	if diags = headerWarnings(diags); diags.HasErrors() {
		c.complain(diags, map[string][]byte{sp.name: sp.src})
		return exitUsage, nil
	}
	n.Spec(sp.name, sp.head.question, prose(sp.src))
	for _, q := range c.asked(sp) {
		p := newProgress(os.Stderr, c.quiet)
		a, err := ask(c.ctx, sp, &q, &c.search, p.update)
		p.clear()
		switch {
		case err != nil:
			return exitInternal, err
		case c.ctx.Err() != nil:
			return exitUnknown, errors.New("interrupted")
		}
		c.complain(a.diags, a.files)
		if a.res == nil {
			status = worse(status, exitUsage)
			continue
		}
		m := report.Meta{Spec: sp.name, Variant: q.variant(), Command: commandLine(sp.name, &q, &c.search)}
		picture := ""
		if c.outDir != "" && n.New(a.res) {
			if picture, err = c.notePicture(m, &q, a); err != nil {
				return exitUsage, err
			}
		}
		n.Add(m, a.res, picture)
		status = worse(status, statusOf(a.res))
	}
	return status, nil
}

// asked lists the questions about a spec: that of the command line, or those of its
// header; each for the kernels of --eras.
func (c *checkCommand) asked(sp *spec) (out []question) {
	questions := []question{c.question}
	if len(c.question.words()) == 0 && len(sp.head.results) > 0 {
		questions = nil
		for _, r := range sp.head.results {
			questions = append(questions, r.question)
		}
	}
	for _, q := range questions {
		if c.eras == "" {
			out = append(out, q)
			continue
		}
		for _, kernel := range erasOf(c.eras) {
			if q.kernel == "" || q.kernel == kernel {
				q := q
				q.kernel = kernel
				out = append(out, q)
			}
		}
	}
	return out
}

// notePicture draws a race into the directory of --output, and returns the link to it,
// "" if nothing draws.
func (c *checkCommand) notePicture(m report.Meta, q *question, a answer) (string, error) {
	var dot strings.Builder
	if err := report.DOT(&dot, m, a.res, a.source); err != nil {
		return "", err
	}
	if err := os.MkdirAll(c.outDir, 0o777); err != nil {
		return "", err
	}
	base := filepath.Join(c.outDir, fileBase(m.Spec, q, a.res))
	if err := c.picture([]byte(dot.String()), base); err != nil {
		return "", err
	}
	if _, err := os.Stat(base + ".svg"); err != nil {
		return "", nil
	}
	return filepath.ToSlash(base + ".svg"), nil
}

var (
	firstComment = regexp.MustCompile(`(?s)/\*(.*?)\*/`)
	headerKey    = regexp.MustCompile(`(?i)^(kernel|assumes?|results?|matri(x|ces)) *:`)
)

// prose is what the first comment of a spec says behind its question.
func prose(src []byte) string {
	m := firstComment.FindSubmatch(cfront.WithoutBOM(src))
	if m == nil {
		return ""
	}
	var out []string
	for i, line := range strings.Split(string(m[1]), "\n") {
		line = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "*"))
		switch {
		case headerKey.MatchString(line):
			return strings.TrimSpace(strings.Join(out, "\n"))
		case i > 1: // the first line is that of the comment, the next the question
			out = append(out, line)
		}
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}
