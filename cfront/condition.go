// SPDX-License-Identifier: MIT

// This file finds the preprocessor condition that the parser breaks down on:
// it does so without a word of where.

package cfront

import (
	"io"
	"regexp"
	"slices"
	"sort"
	"strings"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

var (
	conditionLine = lazyRE(`^[ \t]*#[ \t]*((?:el)?if|include)\b[ \t]*`)
	groupLine     = regexp.MustCompile(`^[ \t]*#[ \t]*(if|ifdef|ifndef|endif)\b`)
)

// brokenCondition returns what is wrong with the first condition that cannot be
// evaluated, nil if all can.
func (t *translation) brokenCondition() *Diagnostic {
	lines := strings.Split(t.text, "\n")
	var at []int // of the lines that may be to blame
	for i, l := range lines {
		if conditionLine().MatchString(l) {
			at = append(at, i)
		}
	}
	n := sort.Search(len(at), func(n int) bool { return !t.preprocesses(lines[:at[n]+1]) })
	if n == len(at) {
		return nil
	}
	l := lines[at[n]]
	m := conditionLine().FindStringSubmatchIndex(l)
	d := &Diagnostic{Pos: model.Pos{File: t.name, Line: at[n] + 1, Col: m[1] + 1}, Len: max(1, len(strings.TrimRight(l[m[1]:], "\r"))),
		Text: "the condition of #if is not a complete integer expression", ID: "syntax"}
	if l[m[2]:m[3]] == "include" {
		d.Text = "in the file included here, the condition of an #if is not a complete integer expression"
	}
	return d
}

// preprocesses reports whether the parser gets through the first lines of the
// spec, closed by as many #endif as they lack.
func (t *translation) preprocesses(lines []string) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	open := 0
	for _, l := range lines {
		if m := groupLine.FindStringSubmatch(l); m != nil && m[1] == "endif" {
			open--
		} else if m != nil {
			open++
		}
	}
	cfg, err := t.config()
	if err != nil {
		return true
	}
	in := t.inputs()
	i := slices.IndexFunc(in, func(s cc.Source) bool { return s.Name == t.name })
	in[i].Value = wrap(t.name, []byte(strings.Join(lines, "\n")+strings.Repeat("\n#endif", max(0, open))))
	return cc.Preprocess(cfg, in, io.Discard) == nil
}
