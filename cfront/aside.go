// SPDX-License-Identifier: MIT

// This file lets a function of the spec take the place of one of a header that has other
// parameters: that one is set aside under another name, and so are its calls in headers.
// Nothing that a thread comes by may make such a call.

package cfront

import (
	"strconv"
	"strings"

	"mmcheck/model"
)

// setAside renames the functions of headers to which err says that the spec defines
// others of the same name; it reports whether there are new ones.
func (t *translation) setAside(err error) (more bool) {
	for _, msg := range strings.Split(err.Error(), "\n") {
		m := positioned().FindStringSubmatch(origin().ReplaceAllString(msg, ""))
		if m == nil || !strings.HasPrefix(m[4], "conflicting types for") {
			continue
		}
		line, _ := strconv.Atoi(m[2])
		col, _ := strconv.Atoi(m[3])
		d := Diagnostic{Pos: model.Pos{File: m[1], Line: line, Col: col}}
		if m = redeclared().FindStringSubmatch(m[4]); m == nil {
			continue
		}
		redeclaration(&d, m)
		name, own, header := m[1], d.Pos.File, d.Notes[0].Pos.File
		if strings.HasPrefix(own, includeRoot+"/") { // the spec includes it late
			own, header = header, own
		}
		if strings.HasPrefix(own, includeRoot+"/") || t.sources.aside[name] != "" {
			continue
		}
		if !strings.HasPrefix(header, includeRoot+"/") || !t.isFunctionOf(header, name) {
			continue
		}
		if t.sources.aside == nil {
			t.sources.aside = map[string]string{}
		}
		t.sources.aside[name], more = asideName(name), true
	}
	return more
}

// asideName is as long as the name, so that all columns stay.
func asideName(name string) string {
	return strings.ToUpper(name[:1]) + name[1:]
}

// isFunctionOf reports whether a file defines a function.
func (t *translation) isFunctionOf(file, name string) bool {
	toks := lex(file, t.sources.files[file])
	for i, k := range toks {
		if k.text == name && i+1 < len(toks) && toks[i+1].text == "(" {
			if end := closer(toks, i+1); end > 0 && end+1 < len(toks) && toks[end+1].text == "{" {
				return true
			}
		}
	}
	return false
}

// renamed is the text of a header with the names of what was set aside.
func (s *sources) renamed(file string, src []byte) []byte {
	if len(s.aside) == 0 {
		return src
	}
	lines := strings.Split(string(src), "\n")
	eachWord(file, src, func(w word) bool {
		if to := s.aside[w.text]; to != "" {
			l, at := lines[w.pos.Line-1], w.pos.Col-1
			before, behind := strings.TrimRight(l[:at], " \t"), strings.TrimLeft(l[at+len(to):], " \t")
			if strings.HasPrefix(behind, "(") && !strings.HasSuffix(before, ".") && !strings.HasSuffix(before, "->") { // no member
				lines[w.pos.Line-1] = l[:at] + to + l[at+len(to):]
			}
		}
		return true
	})
	return []byte(strings.Join(lines, "\n"))
}

// outdated reports calls of what was set aside, in functions that threads come by.
func (s *sema) outdated() {
	called := s.u.called()
	for _, f := range s.u.Order {
		caller := f.Declarator.Name()
		for name, aside := range s.u.aside {
			at := s.calls[caller][aside]
			if at == nil || !called[caller] || s.u.Funcs[name] == nil {
				continue
			}
			d := s.errorf(s.u.Funcs[name].Declarator, "redeclaration", "'%s' has other parameters than in <%s>, where '%s' calls it", name, s.u.headerName(posOf(s.u.Funcs[aside].Declarator).File), caller)
			d.note(at, "called here: replace '%s', too, or give the function of the spec another name", caller)
		}
	}
}
