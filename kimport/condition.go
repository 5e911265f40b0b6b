// SPDX-License-Identifier: MIT

// This file decides upon the conditions of #if, #ifdef and the like.

package kimport

import (
	"strconv"
	"strings"
)

// condition is one #if around a declaration: it stands where the text is true, or, in
// an #else, where it is false.
type condition struct {
	text string // an expression
	not  bool
}

// conditions keeps track of the #if lines around a place.
type conditions struct {
	stack [][]condition // by nesting: the branches before, negated, and the one at hand
}

// directive follows a preprocessor line; it reports whether that is a conditional.
func (c *conditions) directive(text string) bool {
	word, rest := cutWord(text)
	rest = strings.TrimSpace(rest)
	top := len(c.stack) - 1
	switch word {
	case "ifdef":
		c.stack = append(c.stack, []condition{{text: "defined(" + firstWord(rest) + ")"}})
	case "ifndef":
		c.stack = append(c.stack, []condition{{text: "defined(" + firstWord(rest) + ")", not: true}})
	case "if":
		c.stack = append(c.stack, []condition{{text: rest}})
	case "elif", "else", "elifdef", "elifndef":
		if top < 0 {
			return true
		}
		branch := append([]condition(nil), c.stack[top]...)
		last := &branch[len(branch)-1]
		last.not = !last.not
		switch word {
		case "elif":
			branch = append(branch, condition{text: rest})
		case "elifdef":
			branch = append(branch, condition{text: "defined(" + firstWord(rest) + ")"})
		case "elifndef":
			branch = append(branch, condition{text: "defined(" + firstWord(rest) + ")", not: true})
		}
		c.stack[top] = branch
	case "endif":
		if top >= 0 {
			c.stack = c.stack[:top]
		}
	default:
		return false
	}
	return true
}

func firstWord(text string) string { w, _ := cutWord(text); return w }

// now lists all conditions of the place.
func (c *conditions) now() []condition {
	var all []condition
	for _, branch := range c.stack {
		all = append(all, branch...)
	}
	return all
}

// evaluator evaluates conditions. value gives the value of a macro.
type evaluator struct {
	value func(name string) (value string, defined bool)
	deep  int
}

// holds reports whether all of some conditions hold.
func (e *evaluator) holds(all []condition) bool {
	for _, c := range all {
		if (e.number(c.text) != 0) == c.not {
			return false
		}
	}
	return true
}

// maxDeep is how deep macros may nest in conditions.
const maxDeep = 10

// number is the value of an expression; what makes no sense is 0.
func (e *evaluator) number(text string) int64 {
	p := &expression{toks: Lex(text), evaluator: e}
	return p.ternary()
}

// expression is a cursor in an expression of the preprocessor.
type expression struct {
	*evaluator
	toks []Token
	at   int
}

func (p *expression) text() string {
	if p.at < len(p.toks) {
		return p.toks[p.at].Text
	}
	return ""
}

func (p *expression) take(text string) bool {
	if p.text() != text {
		return false
	}
	p.at++
	return true
}

func (p *expression) ternary() int64 {
	c := p.binary(0)
	if !p.take("?") {
		return c
	}
	a := p.ternary()
	p.take(":")
	if b := p.ternary(); c == 0 {
		return b
	}
	return a
}

// levels are the binary operators, those that bind least first.
var levels = [][]string{{"||"}, {"&&"}, {"|"}, {"^"}, {"&"}, {"==", "!="}, {"<", ">", "<=", ">="}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "%"}}

func (p *expression) binary(level int) int64 {
	if level == len(levels) {
		return p.unary()
	}
	a := p.binary(level + 1)
	for {
		op := p.text()
		found := false
		for _, o := range levels[level] {
			found = found || o == op
		}
		if !found {
			return a
		}
		p.at++
		a = apply(op, a, p.binary(level+1))
	}
}

func apply(op string, a, b int64) int64 {
	truth := func(t bool) int64 {
		if t {
			return 1
		}
		return 0
	}
	switch op {
	case "||":
		return truth(a != 0 || b != 0)
	case "&&":
		return truth(a != 0 && b != 0)
	case "|":
		return a | b
	case "^":
		return a ^ b
	case "&":
		return a & b
	case "==":
		return truth(a == b)
	case "!=":
		return truth(a != b)
	case "<":
		return truth(a < b)
	case ">":
		return truth(a > b)
	case "<=":
		return truth(a <= b)
	case ">=":
		return truth(a >= b)
	case "<<":
		return a << (uint64(b) & 63)
	case ">>":
		return a >> (uint64(b) & 63)
	case "+":
		return a + b
	case "-":
		return a - b
	case "*":
		return a * b
	case "/", "%":
		if b == 0 {
			return 0
		}
		if op == "/" {
			return a / b
		}
		return a % b
	}
	return 0
}

func (p *expression) unary() int64 {
	switch {
	case p.take("!"):
		if p.unary() == 0 {
			return 1
		}
		return 0
	case p.take("-"):
		return -p.unary()
	case p.take("+"):
		return p.unary()
	case p.take("~"):
		return ^p.unary()
	case p.take("("):
		v := p.ternary()
		p.take(")")
		return v
	}
	if p.at >= len(p.toks) {
		return 0
	}
	t := p.toks[p.at]
	p.at++
	switch t.Kind {
	case Number:
		n, _ := strconv.ParseUint(strings.TrimRight(strings.ToLower(t.Text), "ul"), 0, 64)
		return int64(n)
	case Name:
		return p.name(t.Text)
	}
	return 0
}

// name is the value of a word, or of what it is applied to.
func (p *expression) name(word string) int64 {
	switch word {
	case "defined":
		open := p.take("(")
		arg := p.text()
		p.at++
		if open {
			p.take(")")
		}
		if _, ok := p.value(arg); ok {
			return 1
		}
		return 0
	case "IS_ENABLED", "IS_BUILTIN", "IS_REACHABLE", "IS_MODULE":
		p.take("(")
		arg := p.text()
		p.at++
		p.take(")")
		if v, ok := p.value(arg); ok && v == "1" && word != "IS_MODULE" {
			return 1
		}
		return 0
	}
	if word == "KERNEL_VERSION" && p.take("(") {
		n := p.ternary()
		for p.take(",") {
			n = n<<8 + p.ternary()
		}
		p.take(")")
		return n
	}
	v, ok := p.value(word)
	if p.text() == "(" { // a macro with arguments
		p.at = skipBrackets(p.toks, p.at)
		return 0
	}
	if !ok || p.deep >= maxDeep || v == word {
		return 0
	}
	inner := &evaluator{value: p.value, deep: p.deep + 1}
	return inner.number(v)
}
