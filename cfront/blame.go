// SPDX-License-Identifier: MIT

// This file finds the unknown name that is to blame for a syntax error: C cannot be
// parsed without knowing which names are types and what macros stand for.

package cfront

import (
	"fmt"
	"slices"
	"strings"

	"mmcheck/model"
)

// use is the part that an unknown name seems to play.
type use uint8

const (
	asType        use = iota // foo_t x;
	asWord                   // int __foo x;
	asText                   // "a" FOO "b"
	asStatement              // foo(x) y = 1;
	asBlock                  // for_each_foo(x) { ... }
	asExpression             // foo(x, struct y)
	asMember                 // struct s { FOO(x); };
	asDeclaration            // DEFINE_FOO(x);
	asFunction               // FOO_DEFINE(x) { ... }
)

// stranger is a name that nothing declares.
type stranger struct {
	token
	use  use
	args bool   // it has arguments
	next string // the token behind it and them
}

// blamed makes of an error that of an unknown name, if one is to blame.
func (t *translation) blamed(d *Diagnostic) bool {
	s, ok := t.blame(d.Pos)
	if ok {
		*d = t.describe(s)
		t.standIn(s)
	}
	return ok
}

// blame returns what seems to make the parser fail at a position; ok is false if
// all names there are known.
func (t *translation) blame(at model.Pos) (s stranger, ok bool) {
	if at.File == endName {
		at = model.Pos{File: t.name, Line: 1 << 30}
	}
	toks := lex(at.File, t.sources.files[at.File])
	p, _ := slices.BinarySearchFunc(toks, at, func(k token, at model.Pos) int {
		if before(k.pos, at) {
			return -1
		}
		return 1
	})
	w := &wreck{toks: toks, at: p, known: t.vocabulary(toks), types: map[string]bool{"bool": true}}
	for _, name := range append(t.typeNames(), definedByLooks(toks)...) {
		w.types[name] = true
	}
	for _, look := range []func() (int, use){w.beside, w.behindArguments, w.around, w.earlier} {
		if i, use := look(); i >= 0 {
			return w.stranger(i, use), true
		}
	}
	return stranger{}, false
}

// wreck is a file in which the parser stopped at a token.
type wreck struct {
	toks  []token
	at    int
	known func(name string) bool
	types map[string]bool // names of types
}

// text is token i, "" if there is none.
func (w *wreck) text(i int) string {
	if i < 0 || i >= len(w.toks) {
		return ""
	}
	return w.toks[i].text
}

// strange reports whether token i is a name that nothing declares.
func (w *wreck) strange(i int) bool {
	return isName(w.text(i)) && !keywords[w.text(i)] && !w.known(w.text(i))
}

// stranger describes the unknown token i.
func (w *wreck) stranger(i int, use use) stranger {
	s := stranger{token: w.toks[i], use: use, args: w.text(i+1) == "(" && use != asType, next: w.text(i + 1)}
	if s.args {
		s.next = ""
		if end := closer(w.toks, i+1); end > 0 {
			s.next = w.text(end + 1)
		}
	}
	return s
}

var (
	keywords = wordSet(`auto break case char const continue default do double else enum extern float for goto if inline int long
		register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while
		_Bool _Generic _Static_assert __attribute__ __typeof__ typeof asm __asm__ __inline __inline__ __always_inline`)
	typeKeywords  = wordSet("char double float int long short signed unsigned void _Bool")
	qualifiers    = wordSet("const volatile static extern inline typedef register auto")
	beginsOperand = wordSet("struct union enum")
)

// begins reports whether a declaration or a statement may begin at token i, but for
// words such as static.
func (w *wreck) begins(i int) bool {
	before := w.text(i - 1)
	return before == "" || strings.Contains(";{}(,", before) || before == "else" || qualifiers[before] ||
		isName(before) && !keywords[before] && w.known(before) && !w.types[before] && w.begins(i-1)
}

// endsType reports whether token i is the last one of a type.
func (w *wreck) endsType(i int) bool {
	return typeKeywords[w.text(i)] || beginsOperand[w.text(i-1)] || w.text(i) == "*" && w.endsType(i-1) || w.begins(i) && isName(w.text(i)) && !keywords[w.text(i)] && w.known(w.text(i))
}

// beside looks at the names next to the place, and at a cast that ends there.
func (w *wreck) beside() (int, use) {
	p := w.at
	got, before := w.text(p), w.text(p-1)
	switch {
	case before == `"` && w.strange(p):
		return p, asText
	case got == `"` && w.strange(p-1):
		return p - 1, asText
	case (before == "if" || before == "while" || before == "for" || before == "switch") && w.strange(p):
		return p, asExpression
	case w.strange(p-1) && w.begins(p-1):
		return w.first(p - 1)
	case w.strange(p-1) && w.endsType(p-2):
		if got == "*" || isName(got) && !keywords[got] && (looksLikeWord(before) || w.text(p+1) == "(") {
			return p - 1, asWord
		}
	case before == ")" && w.text(p-3) == "(" && w.strange(p-2) && (!isName(w.text(p-4)) || keywords[w.text(p-4)]): // a cast
		return p - 2, asType
	}
	if w.strange(p) && (isName(before) && !keywords[before] || strings.Contains(")]}", before)) && looksLikeWord(got) {
		return p, asWord
	}
	i := p - 1
	if got == "=" && isName(before) {
		i--
	}
	last := i
	for w.text(i) == "*" {
		i--
	}
	switch {
	case i == last || !w.strange(i):
	case got == "=" && w.begins(i):
		return i, asType
	case got == ")" && (w.text(i-1) == "(" || w.text(i-1) == "," || w.text(i-1) == "const"):
		return i, asType
	}
	return -1, 0
}

// first tells what the unknown name i is with which a declaration or statement begins.
func (w *wreck) first(i int) (int, use) {
	switch got := w.text(i + 1); {
	case got == "{" && len(openAt(w.toks, i)) > 0:
		return i, asBlock
	case typeKeywords[got] || qualifiers[got] || beginsOperand[got]:
		return i, asWord
	case got == "*", got == "(" && w.text(i+2) == "*":
		return i, asType
	case !isName(got) || keywords[got]:
		return -1, 0
	case isName(w.text(i+2)) && !(w.strange(i+2) && looksLikeWord(w.text(i+2))), w.text(i+2) == "*" && isName(w.text(i+3)) && (w.text(i+4) == "(" || w.text(i+4) == ";"):
		return i, asWord
	case strings.ToUpper(w.text(i)) == w.text(i):
		return i, asStatement
	}
	return i, asType
}

// looksLikeWord reports whether a name looks like that of a macro which says something
// about a declaration.
func looksLikeWord(name string) bool {
	return strings.HasPrefix(name, "_") || strings.ToUpper(name) == name
}

// behindArguments looks at the name before arguments that end at the place.
func (w *wreck) behindArguments() (int, use) {
	if w.text(w.at-1) != ")" {
		return -1, 0
	}
	i := opener(w.toks, w.at-1) - 1
	switch {
	case i < 0 || !w.strange(i):
		return -1, 0
	case w.text(i-1) == ")" && len(openAt(w.toks, i)) == 0 || w.endsType(i-1) && w.text(i-1) != "*":
		return i, asWord
	}
	return i, w.whole(i)
}

// whole is what the unknown name i with arguments is if they are all of a declaration
// or statement.
func (w *wreck) whole(i int) use {
	s := w.stranger(i, asStatement)
	open := openAt(w.toks, i)
	switch {
	case len(open) == 0 && s.next == "{":
		return asFunction
	case len(open) == 0:
		return asDeclaration
	case s.next == "{":
		return asBlock
	case w.inStruct(open[len(open)-1]):
		return asMember
	case !w.begins(i) || w.text(i-1) == "(" || w.text(i-1) == ",":
		return asExpression
	}
	return asStatement
}

// inStruct reports whether the bracket i holds the members of a struct.
func (w *wreck) inStruct(i int) bool {
	return w.text(i) == "{" && (beginsOperand[w.text(i-1)] || beginsOperand[w.text(i-2)])
}

// around looks for an unknown name of which the place is among the arguments, where no
// function can have such ones.
func (w *wreck) around() (int, use) {
	got := w.text(w.at)
	if got == "" || strings.Contains(")];", got) {
		return -1, 0
	}
	for _, open := range slices.Backward(openAt(w.toks, min(w.at, len(w.toks)))) {
		if w.text(open) == "(" && w.strange(open-1) {
			return open - 1, w.whole(open - 1)
		}
	}
	return -1, 0
}

// earlier looks through the declarations that the parser may have taken for part of
// the one where it stopped: those behind the last function body.
func (w *wreck) earlier() (int, use) {
	start, depth := 0, 0
	for i, k := range w.toks[:min(w.at, len(w.toks))] {
		switch k.text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			if depth--; depth == 0 && k.text == "}" {
				start = i + 1
			}
		}
	}
	depth = 0
	for i := start; i < min(w.at, len(w.toks)); i++ {
		switch k := w.text(i); {
		case strings.Contains("([{", k):
			depth++
		case strings.Contains(")]}", k):
			depth--
		case depth > 0 || !w.strange(i):
		case w.text(i-1) == ")":
			return i, asWord
		case w.text(i+1) == "(" && w.begins(i):
			return i, w.whole(i)
		}
	}
	return -1, 0
}

// describe words the error about a stranger that the parser met.
func (t *translation) describe(s stranger) Diagnostic {
	near := t.macroNames
	if s.use == asType {
		near = t.typeNames
	}
	return s.diagnostic(t.missing(s.text), near)
}

// diagnostic words the error about a stranger, with what can be done about it: header is
// the one that declares it and is not included, near lists names that it may be meant
// to be.
func (s stranger) diagnostic(header string, near func() []string) Diagnostic {
	d := Diagnostic{Pos: s.pos, Len: len(s.text), ID: "macro", name: s.text}
	if s.use == asType {
		d.ID = "type"
	}
	if header != "" {
		d.Text = fmt.Sprintf("'%s' is declared in <%s>, which is not included", s.text, header)
		return d
	}
	name := s.text
	if s.args {
		name += "(...)"
	}
	d.Text = fmt.Sprintf("unknown macro '%s'", s.text)
	note := ""
	switch s.use {
	case asType:
		d.Text = fmt.Sprintf("unknown type name '%s'", s.text)
		note = fmt.Sprintf("declare it above, such as 'typedef unsigned long %s;'", s.text)
	case asWord:
		note = fmt.Sprintf("if the model can do without it, '#define %s' above leaves it out", name)
	case asText:
		note = fmt.Sprintf("define it above, such as '#define %s \"\"'", name)
	case asStatement:
		d.Text = fmt.Sprintf("no function or macro '%s', or a semicolon is missing behind it", s.text)
		note = fmt.Sprintf("if the model can do without it, '#define %s' above leaves it out", name)
	case asBlock:
		note = fmt.Sprintf("define it above; for a loop of any number of turns: '#define %s while (nondet(0, 1))'", name)
	case asExpression:
		note = fmt.Sprintf("define it above, such as '#define %s (nondet(0, 1))'", name)
	case asMember:
		note = "write out the member that it declares"
	case asDeclaration:
		note = fmt.Sprintf("write out what it declares; '#define %s' above leaves it out", name)
	case asFunction:
		note = "write out the head of the function that it begins"
	}
	d.Text += DidYouMean(s.text, near())
	d.Notes = []Diagnostic{{Pos: s.pos, Len: d.Len, Severity: Note, Text: note}}
	return d
}

// patch is a line with which the parser gets over a stranger.
func (s stranger) patch() string {
	name := s.text
	if s.args {
		name += "(...)"
	}
	text := ""
	switch s.use {
	case asType:
		return "typedef int " + name + ";"
	case asText:
		text = `""`
	case asBlock:
		if s.args {
			text = "while (0)"
		}
	case asStatement:
		text = ";"
	case asExpression:
		text = "(0)"
	case asMember:
		text = "int __unknown_" + s.text
	case asDeclaration:
		if s.next == ";" || s.next == "=" {
			text = "int __unknown_" + s.text
		}
	case asFunction:
		text = "static void __unknown_" + s.text + "(void)"
	}
	return "#define " + name + " " + text
}
