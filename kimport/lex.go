// SPDX-License-Identifier: MIT

// This file splits C into tokens. A preprocessor line is one token, and so is a string;
// comments are none.

package kimport

import "strings"

// Token is a word, a number, a string, a mark or a whole preprocessor line of a file.
type Token struct {
	Text     string
	From, To int // in bytes
	Line     int // from 1
	Kind     TokenKind
}

// TokenKind says what a token is.
type TokenKind uint8

// The kinds of tokens.
const (
	Name TokenKind = iota
	Number
	String // and characters
	Mark
	Directive // without the #, and with lines joined
)

// marks are those of more than one character that matter to a reader of declarations
// and conditions.
var marks = []string{"...", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "##"}

// Lex splits a file.
func Lex(src string) []Token {
	toks := make([]Token, 0, len(src)/5)
	line, lineStart := 1, true
	for i := 0; i < len(src); {
		c := src[i]
		switch {
		case c == '\n':
			line, lineStart, i = line+1, true, i+1
			continue
		case c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\\':
			i++
			continue
		case strings.HasPrefix(src[i:], "/*"), strings.HasPrefix(src[i:], "//"):
			end := endOfComment(src, i)
			line += strings.Count(src[i:end], "\n")
			i = end
			continue
		}
		t := Token{From: i, Line: line}
		switch {
		case c == '#' && lineStart:
			t.Kind, t.To = Directive, endOfDirective(src, i)
			t.Text = directive(src[i+1 : t.To])
		case isLetter(c):
			t.Kind, t.To = Name, i+1
			for t.To < len(src) && (isLetter(src[t.To]) || isDigit(src[t.To])) {
				t.To++
			}
		case isDigit(c):
			t.Kind, t.To = Number, i+1
			for t.To < len(src) && (isLetter(src[t.To]) || isDigit(src[t.To]) || src[t.To] == '.') {
				t.To++
			}
		case c == '"' || c == '\'':
			t.Kind, t.To = String, endOfString(src, i)
		default:
			t.Kind, t.To = Mark, i+1
			for _, m := range marks {
				if strings.HasPrefix(src[i:], m) {
					t.To = i + len(m)
					break
				}
			}
		}
		if t.Kind != Directive {
			t.Text = src[i:t.To]
		}
		line += strings.Count(src[i:t.To], "\n")
		lineStart = false
		toks = append(toks, t)
		i = t.To
	}
	return toks
}

func isLetter(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

func endOfComment(src string, i int) int {
	end, skip := "\n", 0
	if src[i+1] == '*' {
		end, skip = "*/", 2
	}
	n := strings.Index(src[i+2:], end)
	if n < 0 {
		return len(src)
	}
	return i + 2 + n + skip
}

func endOfString(src string, i int) int {
	for j := i + 1; j < len(src) && src[j] != '\n'; j++ {
		switch src[j] {
		case '\\':
			j++
		case src[i]:
			return j + 1
		}
	}
	return min(i+1, len(src))
}

// endOfDirective is the end of a preprocessor line with those that continue it.
func endOfDirective(src string, i int) int {
	for i < len(src) {
		switch {
		case strings.HasPrefix(src[i:], "/*"):
			i = endOfComment(src, i)
		case src[i] == '"':
			i = endOfString(src, i)
		case src[i] == '\\' && i+1 < len(src) && src[i+1] == '\n':
			i += 2
		case src[i] == '\n':
			return i
		default:
			i++
		}
	}
	return len(src)
}

// directive is the text of a preprocessor line in one line and without comments.
func directive(text string) string {
	text = strings.ReplaceAll(text, "\\\n", " ")
	for {
		i := strings.Index(text, "/*")
		if j := strings.Index(text, "//"); j >= 0 && (i < 0 || j < i) && !strings.Contains(text[:j], `"`) {
			return strings.TrimSpace(text[:j])
		}
		if i < 0 {
			return strings.TrimSpace(text)
		}
		text = text[:i] + " " + text[endOfComment(text, i):]
	}
}

// cutWord splits the first word off a preprocessor line.
func cutWord(text string) (word, rest string) {
	text = strings.TrimLeft(text, " \t")
	i := 0
	for i < len(text) && (isLetter(text[i]) || isDigit(text[i])) {
		i++
	}
	return text[:i], text[i:]
}

// skipBrackets is the index behind the bracket that closes the one at i.
func skipBrackets(toks []Token, i int) int {
	depth := 0
	for ; i < len(toks); i++ {
		if toks[i].Kind != Mark {
			continue
		}
		switch toks[i].Text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			if depth--; depth <= 0 {
				return i + 1
			}
		}
	}
	return i
}
