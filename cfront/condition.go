// SPDX-License-Identifier: MIT

// This file finds the preprocessor condition that the parser breaks down on:
// it does so without a word of where. And it finds those in which a macro is called
// that is none: the parser takes that for 0.

package cfront

import (
	"fmt"
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

var callRE = lazyRE(`\b([A-Za-z_]\w*)[ \t]*\(`)

// callInCondition returns what is wrong with the first condition that is evaluated and
// calls a macro which is not defined there, as KERNEL_VERSION() is without its header;
// nil if none does.
func (t *translation) callInCondition(ast *cc.AST) *Diagnostic {
	lines, included := strings.Split(t.text, "\n"), false
	for i, l := range lines {
		m := conditionLine().FindStringSubmatchIndex(l)
		if m == nil {
			continue
		}
		if l[m[2]:m[3]] == "include" {
			included = true
			continue
		}
		code, _, _ := strings.Cut(l[m[1]:], "/")
		for _, c := range callRE().FindAllStringSubmatchIndex(code, -1) {
			name := code[c[2]:c[3]]
			if name == "defined" || strings.HasPrefix(name, "__has_") || t.mayBeDefined(ast, name, i+1, included) || t.isDefined(lines[:i], l[m[2]:m[3]], name) {
				continue
			}
			d := t.undefinedCall(name)
			d.Pos, d.Len = model.Pos{File: t.name, Line: i + 1, Col: m[1] + c[2] + 1}, len(name)
			return d
		}
	}
	return nil
}

func (t *translation) undefinedCall(name string) *Diagnostic {
	d := &Diagnostic{Text: fmt.Sprintf("'%s' in this condition is no macro", name), ID: "syntax"}
	if h := headerNames(t.cfg.FS)[name]; h != "" {
		d.Text += fmt.Sprintf("; #include <%s>", h)
	}
	return d
}

// mayBeDefined reports whether a macro that is defined at the end of the spec may
// have been so before a line.
func (t *translation) mayBeDefined(ast *cc.AST, name string, line int, included bool) bool {
	m := ast.Macros[name]
	if m == nil {
		return false
	}
	if at := posOf(m.Name); at.File == t.name {
		return at.Line < line
	}
	return included
}

// isDefined reports whether a macro is defined behind the first lines of the spec, or
// what follows as #if or #elif there is left out.
func (t *translation) isDefined(lines []string, directive, name string) bool {
	probe := []string{"#" + directive + " !defined(" + name + ")", "#if (", "#endif"}
	return t.preprocesses(append(slices.Clone(lines), probe...))
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
