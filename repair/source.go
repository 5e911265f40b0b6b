// SPDX-License-Identifier: MIT

// This file cuts the compiled part of a spec into functions and statements, by its
// tokens: as much structure as moving a statement needs.

package repair

import (
	"regexp"
	"strings"

	"mmcheck/kimport"
)

// Source is a spec.
type Source struct {
	Name      string
	Text      string // as it is
	Functions []*Function

	toks []kimport.Token // of what is compiled
}

// Function is one with a body: of C, or a thread.
type Function struct {
	Name   string
	Thread bool
	Body   *Stmt

	src  *Source
	head span // its arguments
}

// span is tokens, from the first to before the second.
type span struct{ from, to int }

// Kind says what a statement is.
type Kind uint8

// The kinds of statements.
const (
	Simple Kind = iota // an expression
	Declaration
	Jump  // return, goto, break, continue, and labels
	Block // Kids are its statements
	If    // Kids are one or two
	Loop  // Kids is its body; also switch, and macros with a body
)

// Stmt is a statement.
type Stmt struct {
	span
	Kind   Kind
	Kids   []*Stmt
	Parent *Stmt
	Func   *Function

	cond span // of If and Loop
}

// Parse cuts a spec; active is what is compiled of it, with blanks for the rest.
func Parse(name, text, active string) *Source {
	s := &Source{Name: name, Text: text, toks: kimport.Lex(active)}
	for i := 0; i < len(s.toks); {
		i = s.external(i)
	}
	return s
}

// text is token i, "" if there is none.
func (s *Source) text(i int) string {
	if i < 0 || i >= len(s.toks) {
		return ""
	}
	return s.toks[i].Text
}

// words is a part of the source as it is written.
func (s *Source) words(p span) string {
	if p.from >= p.to {
		return ""
	}
	return s.Text[s.toks[p.from].From:s.toks[p.to-1].To]
}

// closer is the token behind the one that closes the bracket at i.
func (s *Source) closer(i int) int {
	depth := 0
	for ; i < len(s.toks); i++ {
		switch s.toks[i].Text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return i
}

var (
	syscallHead = regexp.MustCompile(`^SYSCALL_DEFINE[0-6]$`)
	threadHead  = map[string]bool{"THREAD": true, "THREADS": true, "IRQ": true}
)

// external reads a declaration at file level, and returns where the next one begins.
func (s *Source) external(i int) int {
	name, head, assigned := -1, span{}, false
	for ; i < len(s.toks); i++ {
		switch t := s.toks[i]; t.Text {
		case ";":
			return i + 1
		case "=":
			assigned = true
		case "(":
			if name < 0 {
				name, head = i-1, span{i + 1, s.closer(i) - 1}
			}
			i = s.closer(i) - 1
		case "[":
			i = s.closer(i) - 1
		case "{":
			if name >= 0 && !assigned {
				s.function(name, head, i)
				return s.closer(i)
			}
			if !assigned && (s.text(i-1) == "INIT" || s.text(i-1) == "FINAL") {
				return s.closer(i)
			}
			i = s.closer(i) - 1
		}
	}
	return i
}

func (s *Source) function(name int, head span, open int) {
	f := &Function{Name: s.text(name), src: s, head: head}
	switch {
	case threadHead[f.Name]:
		f.Name, f.Thread = s.text(head.from), true
	case syscallHead.MatchString(f.Name):
		f.Name = "sys_" + s.text(head.from)
	}
	f.Body, _ = f.stmt(open, nil)
	s.Functions = append(s.Functions, f)
}

// stmt reads the statement at token i.
func (f *Function) stmt(i int, parent *Stmt) (st *Stmt, next int) {
	s := f.src
	st = &Stmt{Parent: parent, Func: f, span: span{from: i}}
	end := func(n int) (*Stmt, int) {
		st.to = n
		return st, n
	}
	kid := func(i int) int {
		k, n := f.stmt(i, st)
		st.Kids = append(st.Kids, k)
		return n
	}
	switch t := s.text(i); {
	case t == "{":
		st.Kind = Block
		close := s.closer(i) - 1
		for i++; i < close; {
			i = kid(i)
		}
		return end(close + 1)
	case t == "if":
		st.Kind, st.cond = If, span{i + 2, s.closer(i+1) - 1}
		n := kid(st.cond.to + 1)
		if s.text(n) == "else" {
			n = kid(n + 1)
		}
		return end(n)
	case t == "do":
		st.Kind = Loop
		return end(s.semicolon(kid(i + 1)))
	case t == "while" || t == "for" || t == "switch":
		st.Kind, st.cond = Loop, span{i + 2, s.closer(i+1) - 1}
		return end(kid(st.cond.to + 1))
	case t == "return" || t == "goto" || t == "break" || t == "continue":
		st.Kind = Jump
		return end(s.semicolon(i))
	case t == "case" || t == "default" || s.isName(i) && s.text(i+1) == ":":
		st.Kind = Jump
		for s.text(i) != ":" && i < len(s.toks) {
			i++
		}
		return end(i + 1)
	case s.isName(i) && s.text(i+1) == "{":
		st.Kind = Loop
		return end(kid(i + 1))
	case s.isName(i) && s.text(i+1) == "(" && s.opensBody(s.closer(i+1)):
		st.Kind, st.cond = Loop, span{i + 2, s.closer(i+1) - 1}
		return end(kid(st.cond.to + 1))
	}
	if s.declares(i) {
		st.Kind = Declaration
	}
	return end(s.semicolon(i))
}

func (s *Source) isName(i int) bool {
	return i < len(s.toks) && s.toks[i].Kind == kimport.Name
}

// opensBody reports whether a statement begins at i, where an operator, or the end of
// the statement before, might as well be.
func (s *Source) opensBody(i int) bool { return s.text(i) == "{" || s.isName(i) }

// semicolon is where the simple statement at i ends.
func (s *Source) semicolon(i int) int {
	for i < len(s.toks) && s.text(i) != ";" {
		switch s.text(i) {
		case "(", "[", "{":
			i = s.closer(i)
		case "}":
			return i
		default:
			i++
		}
	}
	return min(i+1, len(s.toks))
}

var typeWords = map[string]bool{
	"struct": true, "union": true, "enum": true, "const": true, "unsigned": true, "signed": true, "int": true, "long": true,
	"short": true, "char": true, "void": true, "static": true, "bool": true, "_Bool": true, "volatile": true,
}

// declares reports whether a declaration begins at i: with a word that only types
// have, or with two words.
func (s *Source) declares(i int) bool {
	return typeWords[s.text(i)] || s.isName(i) && s.isName(i+1)
}

// Call is a call of a function by its name.
type Call struct {
	Name string
	Args []string
	at   span // from the name to the bracket
}

// arg is an argument, "" if there is none.
func (c *Call) arg(i int) string {
	if i >= len(c.Args) {
		return ""
	}
	return c.Args[i]
}

// calls lists the calls among some tokens, outer ones first.
func (s *Source) calls(p span) (out []Call) {
	for i := p.from; i < p.to; i++ {
		if !s.isName(i) || s.text(i+1) != "(" || s.text(i) == "if" || s.text(i) == "while" || s.text(i) == "for" || s.text(i) == "switch" {
			continue
		}
		close := s.closer(i+1) - 1
		c := Call{Name: s.text(i), at: span{i, close + 1}}
		from := i + 2
		for j := from; j <= close; j++ {
			switch s.text(j) {
			case "(", "[", "{":
				j = s.closer(j) - 1
			case ",", ")":
				if j > from {
					c.Args = append(c.Args, s.words(span{from, j}))
				}
				from = j + 1
			}
		}
		out = append(out, c)
	}
	return out
}

// call is the call that a statement consists of, nil if it is another one.
func (st *Stmt) call() *Call {
	if st.Kind != Simple {
		return nil
	}
	if cs := st.Func.src.calls(st.span); len(cs) > 0 && cs[0].at.from == st.from && cs[0].at.to == st.to-1 {
		return &cs[0]
	}
	return nil
}

// names reports whether a name is among some tokens.
func (s *Source) names(p span, name string) bool {
	for i := p.from; i < p.to; i++ {
		if s.text(i) == name && !before[s.text(i-1)] {
			return true
		}
	}
	return false
}

// index is the place of a statement in its block, -1 if it is in none.
func (st *Stmt) index() int {
	if st.Parent != nil && st.Parent.Kind == Block {
		for i, k := range st.Parent.Kids {
			if k == st {
				return i
			}
		}
	}
	return -1
}

// each calls f on all statements of a function, outer ones first.
func (st *Stmt) each(f func(*Stmt)) {
	f(st)
	for _, k := range st.Kids {
		k.each(f)
	}
}

// find is the function of a name, nil if the spec has none.
func (s *Source) find(name string) *Function {
	for _, f := range s.Functions {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Called lists the functions of a spec that some of its threads, all if there are no
// names, come to call, threads first.
func (s *Source) Called(threads ...string) (out []*Function) {
	seen := map[*Function]bool{}
	var visit func(f *Function)
	visit = func(f *Function) {
		if f == nil || seen[f] {
			return
		}
		seen[f] = true
		out = append(out, f)
		for _, c := range s.calls(f.Body.span) {
			visit(s.find(c.Name))
		}
	}
	for _, f := range s.Functions {
		if f.Thread && (len(threads) == 0 || contains(threads, f.Name)) {
			visit(f)
		}
	}
	return out
}

// contains reports whether a thread is among some, which may have numbers: "reader#2".
func contains(threads []string, name string) bool {
	for _, t := range threads {
		if base, _, _ := strings.Cut(t, "#"); base == name {
			return true
		}
	}
	return false
}

// before are words before a name that is none of a variable.
var before = map[string]bool{"->": true, ".": true, "struct": true, "union": true, "enum": true}

// typeOf is the type of a variable: the words before it where it is declared as an argument or a
// local variable, such as "struct file *"; "" if it is neither.
func (f *Function) typeOf(name string) string {
	s := f.src
	find := func(p span) string {
		for i := p.from; i < p.to; i++ {
			if s.text(i) != name || i == p.from || before[s.text(i-1)] {
				continue
			}
			from := i
			for from > p.from && (s.isName(from-1) || s.text(from-1) == "*") {
				from--
			}
			if text := s.words(span{from, i}); text != "" && text != "return" {
				return strings.TrimSpace(text)
			}
		}
		return ""
	}
	if t := find(f.head); t != "" {
		return t
	}
	out := ""
	f.Body.each(func(st *Stmt) {
		if st.Kind == Declaration && out == "" {
			if t := find(st.span); t != "" {
				out = t
			} else if s.names(st.span, name) { // further names of a declaration
				first := st.from
				for first < st.to && typeWords[s.text(first)] {
					first++
				}
				out = strings.TrimSpace(s.words(span{st.from, first + 1})) + " *"
			}
		}
	})
	return out
}
