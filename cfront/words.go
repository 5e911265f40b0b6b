// SPDX-License-Identifier: MIT

// This file looks at the words of source files as such: does anything read a
// macro that the command line defines, and which CONFIG_ symbols does a spec
// test that nobody defines?

package cfront

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"mmcheck/model"
)

// word is an identifier in a file, outside of comments and literals.
type word struct {
	text   string
	pos    model.Pos
	tested bool // in a preprocessor line that is a condition
	given  bool // what #define or #undef is about
	undone bool // and that is #undef
	body   bool // in what a macro stands for
	pasted bool // next to ##
}

// eachWord calls f for the words of a file until that returns false.
func eachWord(name string, src []byte, f func(word) bool) {
	c := &scanner{name: name, src: src, line: 1, lineStart: true}
	directive, first := "", false // of the line at hand; the next word is its first
	for c.pos < len(src) {
		if c.lineStart {
			directive = ""
		}
		switch b := src[c.pos]; {
		case b == '#' && c.lineStart:
			start := c.pos
			c.step()
			directive, first = "#", true
			if words := bytes.Fields(src[start+1 : c.pos]); len(words) > 0 {
				directive = string(words[0])
			}
		case isWord(b) && !isDigit(b):
			c.lineStart = false
			w := word{pos: c.here()}
			start := c.pos
			for c.pos < len(src) && isWord(src[c.pos]) {
				c.pos++
			}
			w.text = string(src[start:c.pos])
			w.tested = strings.HasPrefix(directive, "if") || directive == "elif"
			w.given = first && (directive == "define" || directive == "undef")
			w.undone, w.body = directive == "undef", directive == "define" && !first
			w.pasted = bytes.HasPrefix(bytes.TrimLeft(src[c.pos:], " \t"), []byte("##")) || bytes.HasSuffix(bytes.TrimRight(src[:start], " \t"), []byte("##"))
			first = false
			if !c.dead() && !f(w) {
				return
			}
		case isDigit(b): // no word begins within a number
			for c.pos < len(src) && isWord(src[c.pos]) {
				c.pos++
			}
			c.lineStart = false
		default:
			before := c.pos
			if c.step(); c.pos == before {
				return // an unterminated comment or quote, which precheck reports
			}
		}
	}
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
func isWord(b byte) bool  { return b == '_' || isDigit(b) || b|0x20 >= 'a' && b|0x20 <= 'z' }

// unread reports the macros of the command line that no file reads. The name of
// a variant that the spec itself declares may stand for its being none of the
// others, but not where it looks like a misspelt one.
func (u *Unit) unread(cfg Config) (diags Diagnostics) {
	for _, d := range cfg.Define {
		name, _, _ := strings.Cut(d, "=")
		if u.anyReads(name) {
			continue
		}
		near := DidYouMean(name, u.testedWords(cfg.Variants))
		if near != "" || !slices.Contains(cfg.Variants, name) {
			diags = append(diags, Diagnostic{Pos: model.Pos{File: defineName}, ID: "unread-macro",
				Text: fmt.Sprintf("nothing reads '%s', which is defined on the command line", name) + near})
		}
	}
	return diags
}

func (u *Unit) anyReads(name string) bool {
	for file := range u.Files {
		if file != defineName && u.reads(file, name) {
			return true
		}
	}
	return false
}

// reads reports whether a file does anything with a macro but to define it.
// A name that ## may make is taken for read.
func (u *Unit) reads(file, name string) bool {
	src := u.Files[file]
	if !bytes.Contains(src, []byte(name)) && !bytes.Contains(src, []byte("##")) {
		return false
	}
	found := false
	eachWord(file, src, func(w word) bool {
		found = w.text == name && !w.given || w.pasted && len(w.text) > 1 && (strings.HasPrefix(name, w.text) || strings.HasSuffix(name, w.text))
		return !found
	})
	return found
}

// hasWord reports whether a word is anywhere in a spec's own files, or in what it was
// asked with. One that ## may make is taken for there. "->NAME" stands for a member.
func (u *Unit) hasWord(name string) bool {
	name, member := strings.CutPrefix(name, "->")
	var ofMember *regexp.Regexp
	if member {
		ofMember = regexp.MustCompile(`(->|\.)\s*` + name + `\b`)
	}
	found := false
	for file, src := range u.Files {
		if found || u.isHeader(file) || !bytes.Contains(src, []byte(name)) && !bytes.Contains(src, []byte("##")) {
			continue
		}
		if member {
			found = ofMember.Match(src)
			continue
		}
		eachWord(file, src, func(w word) bool {
			found = w.text == name || w.pasted && len(w.text) > 1 && (strings.HasPrefix(name, w.text) || strings.HasSuffix(name, w.text))
			return !found
		})
	}
	return found
}

// testedWords lists what the conditions of a spec's own files test, but for
// some names.
func (u *Unit) testedWords(but []string) []string {
	var names []string
	for file, src := range u.Files {
		if u.isHeader(file) || file == defineName {
			continue
		}
		eachWord(file, src, func(w word) bool {
			if w.tested && w.text != "defined" && !slices.Contains(but, w.text) {
				names = append(names, w.text)
			}
			return true
		})
	}
	return names
}

// unknownConfig warns of CONFIG_ symbols in a spec's own files that are not
// defined, and lists them.
func (u *Unit) unknownConfig() (names []string, diags Diagnostics) {
	for _, file := range slices.Sorted(maps.Keys(u.Files)) {
		if u.isHeader(file) || file == defineName || !bytes.Contains(u.Files[file], []byte("CONFIG_")) {
			continue
		}
		eachWord(file, u.Files[file], func(w word) bool {
			if !strings.HasPrefix(w.text, "CONFIG_") || w.pasted || u.AST.Macros[w.text] != nil || slices.Contains(names, w.text) {
				return true
			}
			names = append(names, w.text)
			diags = append(diags, Diagnostic{Pos: w.pos, Len: len(w.text), Severity: Warning, ID: "unknown-config", Text: fmt.Sprintf(
				"the model does not know %s: it is taken as not set (-D %s sets it)", w.text, w.text)})
			return true
		})
	}
	return names, diags
}
