// SPDX-License-Identifier: MIT

// This file cuts a source file into tokens as it is written, without macros: what
// there is to look at when the parser has failed.

package cfront

import (
	"slices"
	"strings"

	"mmcheck/model"
)

// token is a word, a number, a literal or another character of a file, outside of
// comments, preprocessor lines and #if 0. Of a literal the text is the quote.
type token struct {
	text string
	pos  model.Pos
}

// lex returns the tokens of a file that precheck has passed.
func lex(name string, src []byte) (toks []token) {
	c := &scanner{name: name, src: src, line: 1, lineStart: true}
	for c.pos < len(src) {
		b, at, start := src[c.pos], c.here(), c.pos
		blank := strings.IndexByte(" \t\r\n\f\v\\", b) >= 0 || c.has("//") || c.has("/*") || b == '#' && c.lineStart
		if !blank && isWord(b) {
			c.lineStart = false
			for c.pos < len(src) && isWord(src[c.pos]) {
				c.pos++
			}
		} else if c.step(); c.pos == start {
			return toks
		}
		if blank || c.directive || c.dead() {
			continue
		}
		text := string(b)
		if isWord(b) {
			text = string(src[start:c.pos])
		}
		toks = append(toks, token{text, at})
	}
	return toks
}

// before compares positions in one file.
func before(a, b model.Pos) bool {
	return a.Line < b.Line || a.Line == b.Line && a.Col < b.Col
}

// opener is the index of the bracket that toks[i] closes, or -1.
func opener(toks []token, i int) int {
	depth := 0
	for ; i >= 0; i-- {
		switch toks[i].text {
		case ")", "]", "}":
			depth++
		case "(", "[", "{":
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// closer is the index of the bracket that closes toks[i], or -1.
func closer(toks []token, i int) int {
	depth := 0
	for ; i < len(toks); i++ {
		switch toks[i].text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// openAt lists the indices of the brackets open before toks[i], outermost first.
func openAt(toks []token, i int) (open []int) {
	for k, t := range toks[:i] {
		switch t.text {
		case "(", "[", "{":
			open = append(open, k)
		case ")", "]", "}":
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		}
	}
	return open
}

// definedByLooks lists the functions and types that a file declares, as far as that
// can be told without parsing it.
func definedByLooks(toks []token) (names []string) {
	depth := 0
	for i, t := range toks {
		switch {
		case t.text == "{":
			depth++
		case t.text == "}":
			depth--
		case t.text == "typedef":
			if end := slices.IndexFunc(toks[i:], func(t token) bool { return t.text == ";" }); end > 0 {
				names = append(names, typedefName(toks[i:i+end]))
			}
		case depth == 0 && t.text == "(" && i > 1 && isName(toks[i-1].text) && typeBefore(toks, i-1):
			if end := closer(toks, i); end > 0 && end+1 < len(toks) && strings.Contains("{;", toks[end+1].text) {
				names = append(names, toks[i-1].text)
			}
		}
	}
	return names
}

// typeBefore reports whether what stands before token i looks like a type alone.
func typeBefore(toks []token, i int) bool {
	for i--; i > 0 && toks[i].text == "*"; i-- {
	}
	if i < 0 || !isName(toks[i].text) {
		return false
	}
	if i == 0 || typeKeywords[toks[i].text] {
		return true
	}
	return strings.Contains(";}", toks[i-1].text) || qualifiers[toks[i-1].text] || beginsOperand[toks[i-1].text]
}

// typedefName is the name that a typedef gives, from its tokens: the last one outside
// of brackets.
func typedefName(toks []token) string {
	for i := len(toks) - 1; i > 0; i-- {
		switch toks[i].text {
		case ")", "]", "}":
			i = max(opener(toks, i), 1)
		default:
			if isName(toks[i].text) {
				return toks[i].text
			}
		}
	}
	return ""
}

// isName reports whether a token is a word that begins as names do.
func isName(text string) bool { return text != "" && isWord(text[0]) && !isDigit(text[0]) }
