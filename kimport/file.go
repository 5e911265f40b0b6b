// SPDX-License-Identifier: MIT

// This file cuts a C file into its top-level declarations.

package kimport

import (
	"regexp"
	"slices"
	"strings"
)

// Kind says what a declaration declares.
type Kind uint8

// The kinds of declarations.
const (
	Func Kind = iota // with a body
	Prototype
	Var
	Struct // or union
	Enum
	Typedef
	Macro
)

// Decl is one top-level declaration.
type Decl struct {
	Kind    Kind
	Names   []string // what it declares: of an enum, its constants, too
	Tag     string   // of a struct or enum
	Text    string   // verbatim
	Line    int      // where Text begins, from 1
	File    *File
	Toks    []Token // of Text; their places are those in the file
	conds   []condition
	Args    int  // of functions and macros: how many; -1 any number or not known
	hasArgs bool // of macros: is there a list of arguments
}

// File is a file of a tree.
type File struct {
	Path     string // from the root of the tree
	Src      string
	Includes []include
	Decls    []*Decl
}

// include is an #include: the name as written, with the brackets.
type include struct {
	name  string
	conds []condition
}

// parse cuts a file into declarations. What it does not understand, it passes over.
func parse(path, src string) *File {
	f := &File{Path: path, Src: src}
	p := &fileParser{File: f, toks: Lex(src)}
	p.run()
	return f
}

type fileParser struct {
	*File
	toks  []Token
	at    int
	conds conditions
}

func (p *fileParser) run() {
	for p.at < len(p.toks) {
		t := p.toks[p.at]
		switch {
		case t.Kind == Directive:
			p.directive(t)
			p.at++
		case t.Text == ";" || t.Text == "}":
			p.at++
		case t.Text == "extern" && p.text(p.at+1) == `"C"`:
			p.at += 3
		default:
			p.declaration()
		}
	}
}

// tok is token i, an empty mark if there is none.
func (p *fileParser) tok(i int) Token {
	if i >= 0 && i < len(p.toks) {
		return p.toks[i]
	}
	return Token{Kind: Mark}
}

func (p *fileParser) text(i int) string { return p.tok(i).Text }

func (p *fileParser) directive(t Token) {
	if p.conds.directive(t.Text) {
		return
	}
	word, rest := cutWord(t.Text)
	switch word {
	case "include":
		p.Includes = append(p.Includes, include{strings.TrimSpace(rest), p.conds.now()})
	case "define":
		name, body := cutWord(rest)
		d := p.add(Macro, p.at, p.at+1, name)
		if d.hasArgs = strings.HasPrefix(body, "("); d.hasArgs {
			list, _, _ := strings.Cut(body[1:], ")")
			d.Args = 0
			for _, a := range strings.Split(list, ",") {
				if a = strings.TrimSpace(a); strings.HasSuffix(a, "...") {
					d.Args = -1
					break
				} else if a != "" {
					d.Args++
				}
			}
		}
	}
}

// add notes a declaration that reaches from one token to before another.
func (p *fileParser) add(kind Kind, from, to int, names ...string) *Decl {
	if names = slices.DeleteFunc(names, func(n string) bool { return n == "" }); len(names) == 0 {
		names = []string{""}
	}
	first, last := p.toks[from], p.toks[to-1]
	d := &Decl{Kind: kind, Names: names, File: p.File, Line: first.Line, Toks: p.toks[from:to], Text: p.Src[first.From:last.To],
		conds: p.conds.now(), Args: -1}
	p.Decls = append(p.Decls, d)
	return d
}

// end is the index behind a declaration: behind its semicolon, or the body of a
// function; body is where that opens, -1 if there is none. Conditionals within are
// followed, so that of two heads of one function the first counts.
func (p *fileParser) end() (end, body int) {
	body = -1
	assigned := false
	for i := p.at; i < len(p.toks); i++ {
		switch t := p.toks[i]; t.Text {
		case "=":
			assigned = true
		case ";":
			return i + 1, body
		case "(", "[":
			i = skipBrackets(p.toks, i) - 1
		case "{":
			close := skipBrackets(p.toks, i)
			if !assigned && i > p.at && p.endsHead(i-1) {
				return close, i
			}
			i = close - 1
		}
	}
	return len(p.toks), body
}

// endsHead reports whether token i ends the head of a function, so that a body follows:
// arguments, or words such as __acquires(x) behind them.
func (p *fileParser) endsHead(i int) bool {
	for ; i > p.at; i-- {
		switch t := p.toks[i]; {
		case t.Kind == Directive:
		case t.Text == ")":
			return p.openerOf(i) > p.at && !attributeOnly[p.text(p.openerOf(i)-1)]
		case t.Kind == Name && !aggregate[t.Text] && !aggregate[p.text(i-1)]:
		default:
			return false
		}
	}
	return false
}

var (
	aggregate     = words("struct union enum")
	attributeOnly = words("__attribute__ __aligned __packed")
	storage       = words("static extern inline const volatile register typedef __inline __inline__ __always_inline noinline __init __exit __user __must_check __maybe_unused __cold __ref __read_mostly __ro_after_init __initdata __weak __visible asmlinkage notrace")
)

func words(text string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(text) {
		set[w] = true
	}
	return set
}

func (p *fileParser) openerOf(i int) int {
	depth := 0
	for ; i >= p.at; i-- {
		switch p.toks[i].Text {
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

// declaration cuts out one declaration. Conditionals within it count for what follows.
func (p *fileParser) declaration() {
	from := p.at
	if end := p.macroAlone(); end > 0 {
		p.at = end
		return
	}
	end, body := p.end()
	defer func() {
		for _, t := range p.toks[from:end] {
			if t.Kind == Directive {
				p.within(t)
			}
		}
		p.at = end
	}()
	switch {
	case body >= 0:
		p.function(from, body, end)
	case p.text(from) == "typedef":
		name := p.typedefName(from, end)
		p.add(Typedef, from, end, name)
		p.aggregates(from, end)
	default:
		p.other(from, end)
	}
}

// macroAlone is the index behind a macro in capitals with which a line begins and ends,
// such as EXPORT_TRACEPOINT(x), 0 if there is none: no semicolon tells where it ends.
func (p *fileParser) macroAlone() int {
	t := p.tok(p.at)
	if t.Kind != Name || strings.ToUpper(t.Text) != t.Text || p.text(p.at+1) != "(" {
		return 0
	}
	end := skipBrackets(p.toks, p.at+1)
	if next := p.tok(end); end < len(p.toks) && next.Line > p.tok(end-1).Line && (next.Kind == Directive || next.Kind == Name) && !strings.HasPrefix(next.Text, "__") {
		return end
	}
	return 0
}

// within follows a preprocessor line in the midst of a declaration.
func (p *fileParser) within(t Token) {
	if !p.conds.directive(t.Text) {
		if word, rest := cutWord(t.Text); word == "define" {
			name, body := cutWord(rest)
			d := &Decl{Kind: Macro, Names: []string{name}, File: p.File, Line: t.Line, Toks: []Token{t}, Text: p.Src[t.From:t.To],
				conds: p.conds.now(), Args: -1, hasArgs: strings.HasPrefix(body, "(")}
			p.Decls = append(p.Decls, d)
		}
	}
}

var syscallRE = regexp.MustCompile(`^(?:COMPAT_)?SYSCALL_DEFINE([0-9])$`)

// function notes a function with a body, by the name before the first arguments that
// are none of an attribute.
func (p *fileParser) function(from, body, end int) {
	i := p.nameOfFunction(from, body)
	if i < 0 {
		return
	}
	name := p.text(i)
	if m := syscallRE.FindStringSubmatch(name); m != nil {
		d := p.add(Func, from, end, "sys_"+p.text(i+2), "SYSCALL_DEFINE_"+p.text(i+2))
		d.Args = int(m[1][0] - '0')
		return
	}
	d := p.add(Func, from, end, name)
	d.Args = p.count(i + 1)
}

// nameOfFunction is the token that is the name of a function.
func (p *fileParser) nameOfFunction(from, end int) int {
	for i := from; i < end; i++ {
		t := p.toks[i]
		if t.Kind != Name || p.text(i+1) != "(" {
			continue
		}
		if attributeOnly[t.Text] || t.Text == "__typeof__" || t.Text == "typeof" || strings.HasPrefix(t.Text, "__") && p.tok(skipBrackets(p.toks, i+1)).Kind == Name && !strings.HasPrefix(p.text(skipBrackets(p.toks, i+1)), "__") {
			i = skipBrackets(p.toks, i+1) - 1
			continue
		}
		return i
	}
	return -1
}

// count is the number of arguments in the brackets at i, -1 for any number.
func (p *fileParser) count(i int) int {
	end := skipBrackets(p.toks, i)
	if end == i+2 || end == i+3 && p.text(i+1) == "void" {
		return 0
	}
	n := 1
	for j := i + 1; j < end-1; j++ {
		switch p.text(j) {
		case "(", "[", "{":
			j = skipBrackets(p.toks, j) - 1
		case ",":
			n++
		case "...":
			return -1
		}
	}
	return n
}

// typedefName is the name that a typedef gives.
func (p *fileParser) typedefName(from, end int) string {
	name := ""
	for i := from + 1; i < end-1; i++ {
		switch t := p.toks[i]; {
		case t.Text == "(" && p.text(i+1) == "*" && p.tok(i+2).Kind == Name:
			return p.text(i + 2)
		case t.Text == "(" || t.Text == "{" || t.Text == "[":
			i = skipBrackets(p.toks, i) - 1
		case t.Kind == Name && !strings.HasPrefix(t.Text, "__a") && !strings.HasPrefix(t.Text, "__packed"):
			name = t.Text
		}
	}
	return name
}

// aggregates notes the structs and enums that are defined within a declaration.
func (p *fileParser) aggregates(from, end int) {
	for i := from; i < end; i++ {
		if !aggregate[p.text(i)] {
			continue
		}
		j := i + 1
		for j < end && (p.tok(j).Kind == Name && (strings.HasPrefix(p.text(j), "__") || p.text(j+1) == "{") || attributeOnly[p.text(j-1)] && p.text(j) == "(") {
			if p.text(j) == "(" {
				j = skipBrackets(p.toks, j)
			} else {
				j++
			}
		}
		if p.text(j) != "{" {
			continue
		}
		tag := ""
		if p.tok(j-1).Kind == Name && j-1 > i {
			tag = p.text(j - 1)
		}
		close := skipBrackets(p.toks, j)
		kind, names := Struct, []string(nil)
		if p.text(i) == "enum" {
			kind, names = Enum, p.constants(j+1, close-1)
		}
		if tag != "" || kind == Enum {
			if tag != "" {
				names = append([]string{p.text(i) + " " + tag}, names...)
			}
			p.add(kind, i, close, names...).Tag = tag
		}
		if kind == Struct {
			p.aggregates(j+1, close-1)
		}
		i = close - 1
	}
}

// constants lists the constants of an enum.
func (p *fileParser) constants(from, to int) (names []string) {
	first := true
	for i := from; i < to; i++ {
		switch t := p.toks[i]; {
		case t.Text == "(":
			i = skipBrackets(p.toks, i) - 1
		case t.Text == ",":
			first = true
		case t.Kind == Name && first:
			names, first = append(names, t.Text), false
		}
	}
	return names
}

var definesRE = regexp.MustCompile(`^(?:__)?(?:DEFINE_(?:SPIN|RAW|RW|MUTEX|SEM|PER|STATIC|SRCU|ID|IR|XA|HASH|WAIT|COMPL|TIMER|STATIC_SRCU|READ|SEQ|SIMPLE|RATELIMIT|FOLIO|MTREE|LOCAL)|DECLARE|LIST_HEAD|HLIST_HEAD|RADIX_TREE|RAW_NOTIFIER_HEAD|BLOCKING_NOTIFIER_HEAD|ATOMIC_NOTIFIER_HEAD|SRCU_NOTIFIER_HEAD|ATOMIC|EMPTY)`)

// other notes a declaration that is neither a function nor a typedef: variables,
// prototypes, structs, and macros that declare something.
func (p *fileParser) other(from, end int) {
	i := from
	for i < end && (storage[p.text(i)] || strings.HasPrefix(p.text(i), "__") && p.tok(i+1).Kind == Name) {
		i++
	}
	if p.text(i+1) == "(" && strings.ToUpper(p.text(i)) == p.text(i) && p.tok(i).Kind == Name { // a macro
		if definesRE.MatchString(p.text(i)) {
			p.add(Var, from, end, p.macroName(i, end))
		}
		return
	}
	p.aggregates(from, end)
	if aggregate[p.text(i)] { // only that, or a variable of that type, too
		for i < end && p.text(i) != "{" && p.text(i) != ";" && p.text(i) != "(" && p.text(i) != "=" {
			i++
		}
		if p.text(i) == "{" {
			if i = skipBrackets(p.toks, i); p.text(i) == ";" || strings.HasPrefix(p.text(i), "__") {
				return
			}
		} else if i == from+2 && p.text(i) == ";" {
			return // struct tag;
		}
		i = from
	}
	p.declarators(from, end)
}

// macroName is what a macro such as DEFINE_SPINLOCK(name) declares; of a per-CPU
// variable the type comes first.
func (p *fileParser) macroName(i, end int) string {
	open := i + 1
	close := skipBrackets(p.toks, open)
	at := open + 1
	if strings.Contains(p.text(i), "PER_CPU") {
		for at < close && p.text(at) != "," {
			at++
		}
		at++
	}
	return p.text(at)
}

// declarators notes variables and prototypes.
func (p *fileParser) declarators(from, end int) {
	var names []string
	kind, args := Var, -1
	last := ""
	for i := from; i < end; i++ {
		switch t := p.toks[i]; {
		case t.Kind == Directive:
		case t.Text == "{" || t.Text == "[":
			i = skipBrackets(p.toks, i) - 1
		case t.Text == "(" && p.text(i+1) == "*" && last != "" && p.tok(i+2).Kind == Name: // a function pointer
			last = p.text(i + 2)
			i = skipBrackets(p.toks, i) - 1
			i = skipBrackets(p.toks, i+1) - 1
		case t.Text == "(":
			if attributeOnly[last] || strings.HasPrefix(last, "__") && len(names) > 0 || last == "__typeof__" || last == "typeof" {
				i = skipBrackets(p.toks, i) - 1
				continue
			}
			if kind == Var && last != "" && names == nil {
				kind, args = Prototype, p.count(i)
				names = append(names, last)
			}
			i = skipBrackets(p.toks, i) - 1
		case t.Text == "=" || t.Text == "," || t.Text == ";":
			if kind == Var && last != "" && !slices.Contains(names, last) {
				names = append(names, last)
			}
			for t.Text == "=" && i < end-1 && p.text(i+1) != "," && p.text(i+1) != ";" {
				if i++; p.text(i) == "(" || p.text(i) == "{" || p.text(i) == "[" {
					i = skipBrackets(p.toks, i) - 1
				}
			}
		case t.Kind == Name && !(strings.HasPrefix(t.Text, "__") && storage[t.Text]) && !attributeWord(t.Text):
			last = t.Text
		}
	}
	if len(names) > 0 {
		p.add(kind, from, end, names...).Args = args
	}
}

// attributeWord reports whether a name is a word behind a declarator that says
// something of it.
func attributeWord(name string) bool {
	return attributeOnly[name] || strings.HasPrefix(name, "__") && (strings.HasPrefix(name, "__read") || strings.HasPrefix(name, "__ro_") || strings.HasPrefix(name, "__init") ||
		strings.HasPrefix(name, "__cacheline") || strings.HasPrefix(name, "____") || strings.HasPrefix(name, "__must") || strings.HasPrefix(name, "__maybe") || strings.HasPrefix(name, "__pure") ||
		strings.HasPrefix(name, "__mallo") || strings.HasPrefix(name, "__alloc") || strings.HasPrefix(name, "__printf") || strings.HasPrefix(name, "__acquires") || strings.HasPrefix(name, "__releases") || name == "__cold" || name == "__weak" || name == "__must_hold")
}
