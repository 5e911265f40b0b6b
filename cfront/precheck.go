// SPDX-License-Identifier: MIT

// This file scans a file before the parser sees it and reports what the parser
// takes badly: files that are too long, NUL bytes, comments and quotes that do
// not end, brackets that do not match.

package cfront

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"

	"mmcheck/model"
)

// maxFile is the length a source file may have.
const maxFile = 1 << 20

// maxNesting is how deeply brackets may nest; the parser is recursive.
const maxNesting = 256

// precheck scans the file called name and reports what makes it unreadable.
func precheck(name string, src []byte) Diagnostics {
	if len(src) > maxFile {
		return Diagnostics{{Pos: model.Pos{File: name}, Text: "file is longer than 1 MiB", ID: "file-size"}}
	}
	c := &scanner{name: name, src: src, line: 1, lineStart: true}
	if i := bytes.IndexByte(src, 0); i >= 0 {
		c.line, c.bol = 1+bytes.Count(src[:i], []byte("\n")), bytes.LastIndexByte(src[:i], '\n')+1
		c.pos = i
		c.fail(c.here(), "NUL byte in source file", "nul-byte")
		return c.diags
	}
	for c.pos < len(src) && !c.diags.HasErrors() {
		c.step()
	}
	if !c.diags.HasErrors() {
		c.atEnd()
	}
	return c.diags
}

// scanner walks over a file and keeps the open brackets.
type scanner struct {
	name      string
	src       []byte
	pos       int
	line, bol int  // current line and where it begins
	lineStart bool // nothing but blanks so far on this line
	directive bool // inside a preprocessor line
	open      []bracket
	groups    []group // #if groups we are in
	last      byte    // last character that is neither blank nor in a comment or directive
	lastPos   model.Pos
	unsure    bool // branches of an #if disagree about brackets
	diags     Diagnostics
}

// bracket is an opening bracket.
type bracket struct {
	c  byte
	at model.Pos
}

// group is an #if with its branches: the brackets open before it, and those
// open after its first branch.
type group struct {
	before, after []bracket
	branches      int
	dead          bool // #if 0
	at            model.Pos
}

func (c *scanner) here() model.Pos {
	return model.Pos{File: c.name, Line: c.line, Col: c.pos - c.bol + 1}
}

func (c *scanner) fail(at model.Pos, text, id string, notes ...Diagnostic) {
	c.diags = append(c.diags, Diagnostic{Pos: at, Text: text, ID: id, Notes: notes})
}

// has reports whether the rest of the file starts with s.
func (c *scanner) has(s string) bool { return bytes.HasPrefix(c.src[c.pos:], []byte(s)) }

func (c *scanner) newline() {
	c.pos++
	c.line, c.bol = c.line+1, c.pos
}

// step consumes one character, comment or literal.
func (c *scanner) step() {
	switch b := c.src[c.pos]; {
	case b == '\n':
		c.newline()
		c.lineStart, c.directive = true, false
	case c.has("\\\n"):
		c.pos++
		c.newline()
	case c.has("\\\r\n"):
		c.pos += 2
		c.newline()
	case b == ' ' || b == '\t' || b == '\r' || b == '\f' || b == '\v':
		c.pos++
	case c.has("/*"):
		c.comment()
	case c.has("//"):
		for c.pos < len(c.src) && c.src[c.pos] != '\n' {
			c.pos++
		}
	case b == '#' && c.lineStart:
		c.directive, c.lineStart = true, false
		c.conditional()
	default:
		c.token(b)
	}
}

// token consumes a literal, a bracket, or one character of anything else.
func (c *scanner) token(b byte) {
	c.lineStart = false
	at := c.here()
	switch {
	case b == '"' || b == '\'' && !c.inNumber():
		c.literal(b)
	case c.directive || c.dead():
		c.pos++
		return
	default:
		c.bracket(b, at)
		c.pos++
	}
	if !c.directive {
		c.last, c.lastPos = b, at
	}
}

// inNumber reports whether a quote separates digits, which C does not have but
// is no unterminated literal either.
func (c *scanner) inNumber() bool {
	return c.pos > 0 && c.src[c.pos-1] >= '0' && c.src[c.pos-1] <= '9'
}

func (c *scanner) comment() {
	at := c.here()
	end := bytes.Index(c.src[c.pos+2:], []byte("*/"))
	if end < 0 {
		c.fail(at, "unterminated comment", "comment")
		return
	}
	for end += c.pos + 4; c.pos < end; {
		if c.src[c.pos] == '\n' {
			c.newline()
		} else {
			c.pos++
		}
	}
}

// literal consumes a string or a character constant.
func (c *scanner) literal(quote byte) {
	at := c.here()
	if c.has("''") && !c.dead() {
		c.fail(at, "empty character constant", "quote")
		return
	}
	for c.pos++; c.pos < len(c.src) && c.src[c.pos] != '\n'; c.pos++ {
		switch c.src[c.pos] {
		case quote:
			c.pos++
			return
		case '\\':
			if c.pos++; c.pos < len(c.src) && c.src[c.pos] == '\n' {
				c.newline()
				c.pos--
			}
		}
	}
	if c.dead() {
		return
	}
	what := "string"
	if quote == '\'' {
		what = "character constant"
	}
	c.fail(at, "unterminated "+what, "quote")
}

var closes = map[byte]byte{')': '(', ']': '[', '}': '{'}

// bracket keeps the stack of open brackets.
func (c *scanner) bracket(b byte, at model.Pos) {
	switch b {
	case '(', '[', '{':
		c.open = append(c.open[:len(c.open):len(c.open)], bracket{b, at})
		if len(c.open) > maxNesting {
			c.fail(at, fmt.Sprintf("brackets nest more than %d deep", maxNesting), "bracket")
		}
	case ')', ']', '}':
		if len(c.open) == 0 {
			if !c.unsure {
				c.fail(at, fmt.Sprintf("unmatched '%c'", b), "bracket")
			}
			return
		}
		top := c.open[len(c.open)-1]
		if top.c != closes[b] && !c.unsure {
			c.fail(at, fmt.Sprintf("'%c' does not match '%c'", b, top.c), "bracket",
				Diagnostic{Pos: top.at, Severity: Note, Text: fmt.Sprintf("'%c' opened here", top.c)})
		}
		c.open = c.open[:len(c.open)-1]
	}
}

// dead reports whether we are in an #if 0.
func (c *scanner) dead() bool {
	for _, g := range c.groups {
		if g.dead {
			return true
		}
	}
	return false
}

// conditional looks at the directive that starts here. The branches of an #if
// must agree on brackets only if they are all to be judged; where they do not
// agree, no more is said about brackets.
func (c *scanner) conditional() {
	at := c.here()
	c.pos++
	for c.pos < len(c.src) && (c.src[c.pos] == ' ' || c.src[c.pos] == '\t') {
		c.pos++
	}
	word := c.word()
	n := len(c.groups)
	switch word {
	case "if", "ifdef", "ifndef":
		rest := bytes.TrimSpace(c.restOfLine())
		c.groups = append(c.groups, group{before: c.open, at: at, dead: word == "if" && string(rest) == "0"})
	case "elif", "else":
		if n > 0 {
			c.branchEnds(&c.groups[n-1])
			c.open = c.groups[n-1].before
		}
	case "endif":
		if n > 0 {
			c.branchEnds(&c.groups[n-1])
			c.open, c.groups = c.groups[n-1].after, c.groups[:n-1]
		}
	case "error", "warning", "pragma", "include":
		c.pos += len(c.restOfLine())
	case "define", "undef":
		if rest := bytes.TrimLeft(c.restOfLine(), " \t"); !c.dead() && (len(rest) == 0 || !isWord(rest[0]) || '0' <= rest[0] && rest[0] <= '9') {
			c.fail(at, fmt.Sprintf("#%s without the name of a macro", word), "directive")
		}
	case "line":
		if rest := bytes.TrimLeft(c.restOfLine(), " \t"); !c.dead() && (len(rest) == 0 || !isWord(rest[0]) || rest[0] == '0') {
			c.fail(at, "#line without a line, of which the first is 1", "directive")
		}
	default:
		if word != "" && !c.dead() && !slices.Contains(directives, word) {
			c.fail(at, fmt.Sprintf("unknown directive '#%s'", word)+DidYouMean(word, directives), "directive")
		}
	}
}

// directives are the names of all preprocessor lines; the parser passes over others.
var directives = []string{"define", "undef", "include", "if", "ifdef", "ifndef", "elif", "else", "endif", "error", "warning", "pragma", "line", "ident"}

func (c *scanner) branchEnds(g *group) {
	if g.branches == 0 || g.dead {
		g.after = c.open
	} else if len(g.after) != len(c.open) {
		c.unsure = true
	}
	g.branches++
	g.dead = false
}

func (c *scanner) word() string {
	start := c.pos
	for c.pos < len(c.src) && c.src[c.pos] >= 'a' && c.src[c.pos] <= 'z' {
		c.pos++
	}
	return string(c.src[start:c.pos])
}

func (c *scanner) restOfLine() []byte {
	rest := c.src[c.pos:]
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	}
	return rest
}

// atEnd reports what is still open at the end of the file.
func (c *scanner) atEnd() {
	if n := len(c.groups); n > 0 {
		c.fail(c.groups[n-1].at, "unterminated #if", "conditional")
		return
	}
	if c.unsure {
		return
	}
	if n := len(c.open); n > 0 {
		c.fail(c.open[0].at, fmt.Sprintf("'%c' is never closed", c.open[0].c), "bracket")
		return
	}
	if c.last != 0 && c.last != ';' && c.last != '}' && c.last != ')' && !c.endsInMacro() {
		c.fail(c.lastPos, "expected ';' at end of file", "syntax")
	}
}

// endsInMacro reports whether the last word of the file is a macro that it defines.
func (c *scanner) endsInMacro() bool {
	lines := bytes.Split(c.src, []byte("\n"))
	end := lines[c.lastPos.Line-1][:c.lastPos.Col]
	word := end[len(bytes.TrimRightFunc(end, func(r rune) bool { return r < 0x80 && isWord(byte(r)) })):]
	return len(word) > 0 && regexp.MustCompile(`(?m)^[ \t]*#[ \t]*define[ \t]+`+string(word)+`\b`).Match(c.src)
}
