// SPDX-License-Identifier: MIT

// This file rewrites the messages of the C parser into our own words. Its
// messages are one a line, "file:line:col: text", with the internals of the
// parser and consequences of earlier errors among them.

package cfront

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"mmcheck/model"
)

// rule rewrites the messages that match re. Its text may refer to groups, and
// $T1 to group 1 as a type in C syntax.
type rule struct {
	re   func() *regexp.Regexp
	text string
	id   string
}

func newRule(re, text, id string) rule { return rule{lazyRE("^" + re + "$"), text, id} }

// tooMany is said where the name of the macro is not known; see recount.
const tooMany = "too many arguments to macro"

// rules is tried in order. An empty text drops the message.
var rules = []rule{
	newRule(`.*<invalid type>.*`, "", ""),
	newRule(`unexpected EOF`, "unexpected end of file", "syntax"),
	newRule(`include file not found: ["<](.*)[">]`, "include file not found: $1", "include"),
	newRule(`macro expansion limit exceeded.*`, "macros expand to more than a million tokens", "macro"),
	newRule(`too many macro arguments`, tooMany, "macro"),
	newRule(`unterminated argument list invoking macro "(.*)"`, "unterminated argument list of macro '$1'", "macro"),
	newRule(`label undefined: (.*)`, "label '$1' used but not defined", "label"),
	newRule(`undefined label: (.*)`, "label '$1' used but not defined", "label"),
	newRule(`expected a pointer: (.*)`, "'->' on something that is not a pointer: $T1", "operand"),
	newRule(`expected a pointer to struct or union: (.*)`, "'->' on a pointer that does not point to a struct: $T1", "operand"),
	newRule(`expected a struct or union: (.*)`, "'.' on something that is not a struct: $T1", "operand"),
	newRule(`operand shall be a pointer: (.*)`, "'*' on something that is not a pointer: $T1", "operand"),
	newRule(`left operand shall be a modifiable lvalue`, "cannot assign to this expression", "assign"),
	newRule(`operand shall be a modifiable lvalue: .*`, "cannot change this expression", "assign"),
	newRule(`expected pointer to function: (.*)`, "called object is not a function: $T1", "call"),
	newRule(`invalid operands: (.*) \((.*)\) and (.*) \((.*)\)`, "operands cannot be compared: $T2 and $T4", "operand"),
	newRule(`(?:invalid operands|operands shall .*): (.*) and (.*)`, "invalid operands: $T1 and $T2", "operand"),
	newRule(`one of the expressions shall be a pointer .*: (.*) and (.*)`, "invalid index: $T1 and $T2", "operand"),
	newRule(`(?:invalid operand|operand shall .*|expected .* type): (.*)`, "invalid operand: $T1", "operand"),
	newRule(`sizeof incomplete type: (.*)`, "size of an incomplete type: $T1", "type"),
	newRule(`too many items in initializer`, "too many items in initialiser", "initialiser"),
	newRule(`undefined type name: (.*)`, "unknown type name '$1'", "type"),
	newRule(`mismatched struct/union tag`, "tag declared as something else before", "redeclaration"),
	newRule(`assertion failed: (.*)`, "static assertion failed: $1", "static-assert"),
	newRule(`(break|continue) statement not within .*`, "'$1' outside of a loop", "jump"),
	newRule(`(case|default) label not within a switch statement`, "'$1' outside of a switch", "jump"),
	newRule(`failed to find a matching association for (.*)`, "no alternative of _Generic for $T1", "generic"),
	newRule(`strconv\..*: parsing "(.*)": .*`, "invalid number '$1'", "number"),
	newRule(`(expected|unexpected) #(.*)`, "$1 #$2", "syntax"),
	newRule(`unabalanced parenthesis`, "unbalanced parentheses", "syntax"),
	newRule(`character constant not terminated`, "unterminated character constant", "quote"),
	newRule(`string literal not terminated`, "unterminated string", "quote"),
	newRule(`invalid array size.*`, "the size of an array is negative", "type"),
	newRule(`macro paramater list is missing final .*`, "the parameters of a macro do not end with ')'", "macro"),
	newRule(`(?:.*: )?internal error.*`, "", ""),
}

var (
	positioned = lazyRE(`^(.*?):([0-9]+):([0-9]+): (.*)$`)
	origin     = lazyRE(` \([a-z0-9]+\.go:[0-9]+:.*\)$`)
	syntaxErr  = lazyRE(`^unexpected (?:'(.*)'|([^,]*)), expected (.*)$`)
	undefined  = lazyRE(`^undefined: (.*)$`)
	errorLine  = lazyRE(`^\s*#\s*error\b`)
	noMember   = lazyRE(`^type (?s:(.*)) has no member (?:named )?(\S+)$`)
	// An initialiser that does not fit is something that the parser has left to do.
	initialised = lazyRE(`TODO \*cc\.\w+ <- val .*, t (.*), exprT (.*?)(?: \([a-z0-9]+\.go:[0-9]+:.*)?(?:\n|$)`)
	redeclared  = lazyRE(`^(?:redeclaration of|multiple definitions of|conflicting types for|incompatible redeclaration of(?: enumerator)?) '(.*?)'.*? (?:at )?(\S+):([0-9]+):([0-9]+):.*$`)
)

// rewrite turns the parser's error into diagnostics: one a line, and nothing
// after the first syntax error, where it has lost its way.
func (t *translation) rewrite(err error) Diagnostics {
	if diags := t.messages(err); len(diags) > 0 {
		return diags
	}
	if d := t.brokenCondition(); d != nil {
		return Diagnostics{*d}
	}
	if diags := t.culprits(); len(diags) > 0 {
		return diags
	}
	if m := initialised().FindStringSubmatch(err.Error()); m != nil {
		d := t.senseless(fmt.Sprintf("incompatible types in initialisation: want '%s', got '%s'", cType(m[1]), cType(m[2])))
		d.ID = "type"
		return Diagnostics{d}
	}
	return Diagnostics{t.senseless("cannot make sense of this: something in it is not C, or not supported")}
}

// messages rewrites the messages that have a place.
func (t *translation) messages(err error) (diags Diagnostics) {
	seen := map[string]bool{}
	for _, msg := range strings.Split(err.Error(), "\n") {
		m := positioned().FindStringSubmatch(origin().ReplaceAllString(msg, ""))
		if m == nil || m[1] != endName && t.sources.files[m[1]] == nil {
			continue // a complaint of the parser about itself
		}
		line, _ := strconv.Atoi(m[2])
		col, _ := strconv.Atoi(m[3])
		at := fmt.Sprintf("%s:%d", m[1], line)
		if seen[m[4]] || seen[at] && !undefined().MatchString(m[4]) {
			continue
		}
		d, last := t.message(model.Pos{File: m[1], Line: line, Col: col}, m[4])
		if d.Text == "" || d.name != "" && seen[d.name] {
			continue
		}
		seen[at], seen[d.name] = true, true
		seen[m[4]] = undefined().MatchString(m[4]) // report a name once
		if diags = append(diags, d); last {
			break
		}
	}
	return diags
}

// message rewrites one message; last says that no other should follow.
func (t *translation) message(at model.Pos, text string) (d Diagnostic, last bool) {
	d = Diagnostic{Pos: at, Text: text, ID: "c"}
	if m := syntaxErr().FindStringSubmatch(text); m != nil {
		t.syntax(&d, m[1]+m[2], m[3])
		return d, true
	}
	if text == "LHS must be unary-expression" { // of an assignment, or so the parser thinks
		d.Text, d.ID = "cannot assign to this expression", "assign"
		t.blamed(&d)
		return d, true
	}
	if m := undefined().FindStringSubmatch(text); m != nil {
		d.Text, d.ID, d.Len, d.name = fmt.Sprintf("'%s' undeclared", m[1])+DidYouMean(m[1], t.namesAt(at)), "undeclared", len(m[1]), m[1]
		if h := t.missing(m[1]); h != "" {
			d.Text = fmt.Sprintf("'%s' is declared in <%s>, which is not included", m[1], h)
		}
		return d, false
	}
	if m := noMember().FindStringSubmatch(text); m != nil {
		d.Text = fmt.Sprintf("'%s' has no member named '%s'", cType(m[1]), m[2]) + DidYouMean(m[2], members(m[1]))
		d.ID = "member"
		if strings.HasSuffix(m[1], "{}") {
			t.noStruct(&d, cType(m[1]))
		} else {
			t.noMember(&d, cType(m[1]), m[2])
		}
		return d, false
	}
	if m := redeclared().FindStringSubmatch(text); m != nil {
		redeclaration(&d, m)
		return d, false
	}
	if line, _ := sourceLine(t.sources.files[at.File], at.Line); errorLine().MatchString(line) {
		d.Text, d.ID = "#error "+text, "user"
		return d, true
	}
	for _, r := range rules {
		if m := r.re().FindStringSubmatch(text); m != nil {
			d.Text, d.ID = r.expand(m), r.id
			if r.id == "include" {
				t.noHeader(&d, m[1])
			}
			return d, r.id == "macro" || r.id == "syntax"
		}
	}
	return d, false
}

// expand fills the groups of a match into the text of a rule.
func (r rule) expand(groups []string) string {
	text := r.text
	for i := len(groups) - 1; i > 0; i-- {
		text = strings.ReplaceAll(text, fmt.Sprintf("$T%d", i), "'"+cType(groups[i])+"'")
		text = strings.ReplaceAll(text, fmt.Sprintf("$%d", i), groups[i])
	}
	return text
}

// redeclaration blames the later one of two declarations.
func redeclaration(d *Diagnostic, m []string) {
	line, _ := strconv.Atoi(m[3])
	col, _ := strconv.Atoi(m[4])
	other := model.Pos{File: m[2], Line: line, Col: col}
	what := "redeclaration of"
	if strings.HasPrefix(m[0], "conflicting") {
		what = "conflicting types for"
	}
	if other.File == d.Pos.File && (other.Line > d.Pos.Line || other.Line == d.Pos.Line && other.Col > d.Pos.Col) {
		d.Pos, other = other, d.Pos
	}
	d.Text, d.ID, d.Len = fmt.Sprintf("%s '%s'", what, m[1]), "redeclaration", len(m[1])
	if thread, ok := strings.CutPrefix(m[1], "__mmcheck_task_"); ok {
		d.Text = fmt.Sprintf("two threads are called '%s'", thread)
	}
	if tag, _, ok := strings.Cut(m[1], " {"); ok {
		d.Text, d.Len = fmt.Sprintf("redefinition of '%s'", tag), len(tag)
	}
	d.Notes = []Diagnostic{{Pos: other, Severity: Note, Text: "previous declaration here", Len: d.Len}}
}

// cType writes the parser's description of a type the way C does.
func cType(s string) string {
	s = withoutBodies(s)
	stars := ""
	for {
		rest, ok := strings.CutPrefix(s, "pointer to ")
		if !ok {
			break
		}
		s, stars = rest, stars+"*"
	}
	if m := arrayType().FindStringSubmatch(s); m != nil && stars == "" {
		return cType(m[2]) + " [" + m[1] + "]"
	}
	if stars != "" {
		return s + " " + stars
	}
	return s
}

var arrayType = lazyRE(`^array of (?:([0-9]+) )?(.*)$`)

// withoutBodies removes the members from the description of a type.
func withoutBodies(s string) string {
	var b strings.Builder
	depth := 0
	for _, r := range s {
		switch {
		case r == '{':
			depth++
		case r == '}':
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(strings.ReplaceAll(b.String(), "  ", " "))
}

// members lists the members in the description of a struct.
func members(s string) []string {
	var names []string
	i, j := strings.IndexByte(s, '{'), strings.LastIndexByte(s, '}')
	if i < 0 || j < i {
		return nil
	}
	depth, start := 0, true
	for k := i + 1; k < j; k++ {
		switch c := s[k]; {
		case c == '{':
			depth++
		case c == '}':
			depth--
		case c == ';' && depth == 0:
			start = true
		case c != ' ' && start:
			name, _, _ := strings.Cut(s[k:], " ")
			names, start = append(names, name), false
		}
	}
	return names
}
