// SPDX-License-Identifier: MIT

// This file reads the code of functions, statement by statement, and tells the inference
// what it does with its values. What it does not understand it passes over.

package kimport

import (
	"regexp"
	"slices"
	"strings"
)

// reader reads the tokens of some code.
type reader struct {
	*inference
	toks     []Token
	at       int
	blocks   []map[string]*typ // what is declared, the innermost block last
	result   *typ              // of the function
	fresh    map[string]bool   // variables that have no value yet
	last     valuePlace        // what was read last
	name     string            // of the function
	switches []valuePlace      // the innermost last
}

// tok is the token n behind the one at hand.
func (r *reader) tok(n int) Token {
	if i := r.at + n; i >= 0 && i < len(r.toks) {
		return r.toks[i]
	}
	return Token{Kind: Mark}
}

func (r *reader) text(n int) string { return r.tok(n).Text }

// accept passes over a mark, if it is there.
func (r *reader) accept(mark string) bool {
	if r.at < len(r.toks) && r.text(0) == mark {
		r.at++
		return true
	}
	return false
}

// variable is the type of what a name stands for in the blocks around, nil if none
// declares it.
func (r *reader) variable(name string) *typ {
	for _, b := range slices.Backward(r.blocks) {
		if t := b[name]; t != nil {
			return t
		}
	}
	return nil
}

func (r *reader) declare(name string, t *typ) {
	if len(r.blocks) > 0 {
		r.blocks[len(r.blocks)-1][name] = t
	}
}

// fixedRE are names of types of a fixed size.
var fixedRE = regexp.MustCompile(`^(?:__)?(?:u|s|le|be)(?:8|16|32|64)$|^u?int(?:8|16|32|64)_t$`)

// typeName reads the words of a type, without the stars.
func (r *reader) typeName() (*typ, bool) {
	var list []string
	from := r.at
	for r.at < len(r.toks) {
		switch t := r.tok(0); {
		case t.Kind != Name:
		case t.Text == "typeof" || t.Text == "__typeof__" || t.Text == "__typeof":
			if len(list) > 0 {
				return r.named(strings.Join(list, " ")), true
			}
			r.at++
			end := r.at + skipBrackets(r.toks[r.at:], 0)
			inner := &reader{inference: r.inference, toks: r.toks[r.at+1 : max(end-1, r.at+1)], blocks: r.blocks}
			r.at = end
			if inner.isType() {
				t, _ := inner.typeName()
				return inner.stars(t), true
			}
			return inner.expression(), true
		case aggregate[t.Text] && len(list) == 0:
			r.at++
			for attributeWord(r.text(0)) {
				r.at++
			}
			name := ""
			if r.tok(0).Kind == Name {
				name = t.Text + " " + r.text(0)
				r.at++
			}
			if r.text(0) == "{" {
				r.at += skipBrackets(r.toks[r.at:], 0)
				if name == "" {
					return &typ{shape: structType, name: "?", members: map[string]*typ{}}, true
				}
			}
			for r.text(0) == "const" || markWords[r.text(0)] {
				r.at++
			}
			return r.named(name), true
		case storage[t.Text] || markWords[t.Text] || t.Text == "auto" || t.Text == "restrict" || t.Text == "__auto_type":
			r.at++
			continue
		case attributeWord(t.Text):
			if r.at++; r.text(0) == "(" {
				r.at += skipBrackets(r.toks[r.at:], 0)
			}
			continue
		case typeWords[t.Text]:
			list = append(list, t.Text)
			r.at++
			continue
		case len(list) == 0 && !keywords[t.Text]:
			r.at++
			for r.text(0) == "const" || r.text(0) == "volatile" {
				r.at++
			}
			return r.named(t.Text), true
		}
		break
	}
	if len(list) == 0 {
		return &typ{}, r.at > from
	}
	return r.named(strings.Join(list, " ")), true
}

// stars reads the stars behind a type.
func (r *reader) stars(t *typ) *typ {
	for {
		switch {
		case r.accept("*"):
			t = pointerTo(t)
		case r.text(0) == "const" || r.text(0) == "volatile" || markWords[r.text(0)]:
			r.at++
		default:
			return t
		}
	}
}

// isType reports whether a type stands here.
func (r *reader) isType() bool {
	t := r.tok(0)
	switch {
	case t.Kind != Name || r.variable(t.Text) != nil:
		return false
	case typeWords[t.Text] || aggregate[t.Text] || storage[t.Text] && t.Text != "__init" || fixedRE.MatchString(t.Text) || strings.HasPrefix(t.Text, "__typeof") || t.Text == "typeof":
		return true
	case keywords[t.Text]:
		return false
	}
	for _, s := range []*Scope{r.model, r.scope} {
		if d := s.Find(t.Text); d != nil {
			return d.Kind == Typedef
		}
	}
	return r.types[t.Text] != nil || strings.HasSuffix(t.Text, "_t") && r.text(1) != "("
}

// isDeclaration reports whether a declaration stands here: of a type, or of a name that
// looks like one.
func (r *reader) isDeclaration() bool {
	if r.isType() {
		return true
	}
	if t := r.tok(0); t.Kind != Name || keywords[t.Text] || r.variable(t.Text) != nil {
		return false
	}
	n := 1
	for r.text(n) == "*" {
		n++
	}
	if t := r.tok(n); t.Kind != Name || keywords[t.Text] {
		return false
	}
	next := r.text(n + 1)
	return next == "=" || next == ";" || next == "," || next == "[" || next == ":" && n > 1 || strings.HasPrefix(next, "__")
}

// function reads a function.
func (in *inference) function(d *Decl) {
	toks := in.scope.Active(d)
	_, body := head(toks)
	result, name, params := signature(d, toks)
	r := &reader{inference: in, toks: in.expand(body, map[string]bool{}), blocks: []map[string]*typ{{}}, fresh: map[string]bool{}, name: d.Names[0]}
	f := in.called(name)
	if f == nil {
		f = &typ{shape: functionType, to: in.parsed(result)}
		for _, p := range params {
			f.params = append(f.params, in.parsed(p.Type))
		}
		in.functions[name] = f
	}
	r.result = f.to
	for i, p := range params {
		if i < len(f.params) {
			r.declare(p.Name, f.params[i])
		}
	}
	r.statement()
}

// statement reads a statement.
func (r *reader) statement() {
	start := r.at
	defer func() {
		if r.at == start { // whatever that is
			r.at++
		}
	}()
	switch word := r.text(0); word {
	case "{":
		r.at++
		r.blocks = append(r.blocks, map[string]*typ{})
		for r.at < len(r.toks) && r.text(0) != "}" {
			r.statement()
		}
		r.at++
		r.blocks = r.blocks[:len(r.blocks)-1]
	case ";":
		r.at++
	case "if", "while", "switch":
		r.at++
		r.condition(word != "switch")
		r.switches = append(r.switches, r.last)
		r.statement()
		r.switches = r.switches[:len(r.switches)-1]
		if word == "if" && r.accept("else") {
			r.statement()
		}
	case "do":
		r.at++
		r.statement()
		if r.accept("while") {
			r.condition(true)
		}
		r.accept(";")
	case "for":
		r.at++
		end := r.at + skipBrackets(r.toks[r.at:], 0)
		r.at++
		r.blocks = append(r.blocks, map[string]*typ{})
		if r.isDeclaration() {
			r.declaration()
		} else {
			r.optional()
			r.accept(";")
		}
		if r.text(0) != ";" {
			r.tests(r.expression())
		}
		r.accept(";")
		r.optional()
		r.at = end
		r.statement()
		r.blocks = r.blocks[:len(r.blocks)-1]
	case "return":
		if r.at++; r.text(0) != ";" {
			r.assign(r.result, r.expression())
		}
		r.accept(";")
	case "goto":
		r.skipTo(";")
	case "case":
		r.at++
		r.constant(r.tok(0))
		from := r.at
		r.at++
		if v := r.valueOf(from); v != "" && len(r.switches) > 0 && r.text(0) == ":" {
			r.last = r.switches[len(r.switches)-1]
			r.matters(v)
		}
		r.skipTo(":")
	case "default":
		r.skipTo(":")
	case "break", "continue":
		r.skipTo(";")
	case "asm", "__asm__":
		r.skipTo(";")
	default:
		switch {
		case r.tok(0).Kind == Name && r.text(1) == ":" && r.text(2) != ":":
			r.at += 2
		case guardRE.MatchString(word) && r.text(1) == "(":
			r.guard()
		case r.isIterator():
			r.iterator()
		case r.isDeclaration():
			r.declaration()
		default:
			r.ignored()
			r.accept(";")
		}
	}
}

// skipTo passes over all up to a mark, and that.
func (r *reader) skipTo(mark string) {
	for r.at < len(r.toks) && r.text(0) != mark && r.text(0) != "}" {
		if t := r.text(0); t == "(" || t == "{" || t == "[" {
			r.at += skipBrackets(r.toks[r.at:], 0)
		} else {
			r.at++
		}
	}
	r.accept(mark)
}

// optional reads an expression, if there is one.
func (r *reader) optional() {
	if t := r.text(0); t != ";" && t != ")" {
		r.ignored()
	}
}

// ignored reads expressions whose values nobody looks at.
func (r *reader) ignored() {
	for {
		if r.text(0) == "(" && r.text(1) == "void" && r.text(2) == ")" {
			r.at += 3
		}
		before := r.unused
		r.unused = r.at
		r.assignment()
		r.unused = before
		if !r.accept(",") {
			return
		}
	}
}

// condition reads a condition in brackets, or what a switch is about.
func (r *reader) condition(tests bool) {
	end := r.at + skipBrackets(r.toks[r.at:], 0)
	r.last = valuePlace{}
	if r.accept("(") {
		if t := r.expression(); tests {
			r.tests(t)
		}
	}
	r.at = end
}

// tests notes that a value is a condition.
func (r *reader) tests(t *typ) *typ {
	t.root().tested = true
	if !t.is(pointerType) {
		r.matters("1")
	}
	return t
}

// declaration reads one, up to its semicolon.
func (r *reader) declaration() {
	base, _ := r.typeName()
	for r.at < len(r.toks) && r.text(0) != ";" && r.text(0) != "}" {
		start := r.at
		name := ""
		t := r.stars(base)
		if r.text(0) == "(" && r.text(1) == "*" { // a pointer to a function
			name := r.text(2)
			r.at += skipBrackets(r.toks[r.at:], 0)
			t = r.functionPointer(base, r.toks[r.at:])
			r.at += skipBrackets(r.toks[r.at:], 0)
			r.declare(name, t)
		} else if r.tok(0).Kind == Name {
			name = r.text(0)
			if t.root().hint == "" && t.is(unknownType) {
				t.root().hint = name
			}
			for r.at++; r.text(0) == "["; {
				inner := &reader{inference: r.inference, toks: r.toks[r.at+1 : r.at+skipBrackets(r.toks[r.at:], 0)-1], blocks: r.blocks}
				if len(inner.toks) > 0 {
					inner.expression()
				}
				r.at += skipBrackets(r.toks[r.at:], 0)
				t = pointerTo(t)
				t.array = true
			}
			r.declare(name, t)
		}
		for attributeWord(r.text(0)) || strings.HasPrefix(r.text(0), "__") {
			if r.at++; r.text(0) == "(" {
				r.at += skipBrackets(r.toks[r.at:], 0)
			}
		}
		if r.text(0) == ";" || r.text(0) == "," {
			if name := r.text(-1); r.fresh != nil {
				r.fresh[name] = true
			}
		}
		if r.accept("=") {
			if r.text(0) == "{" {
				r.initialiser(t)
			} else {
				r.assign(t, r.assignment())
				r.handsOn(valuePlace{nil, r.name + "::" + name, t})
			}
		}
		if !r.accept(",") && r.text(0) != ";" || r.at == start {
			r.skipTo(";")
			return
		}
	}
	r.accept(";")
}

// initialiser reads one in braces.
func (r *reader) initialiser(t *typ) {
	end := r.at + skipBrackets(r.toks[r.at:], 0)
	r.at++
	for r.at < end-1 {
		start := r.at
		to := t
		for r.text(0) == "." || r.text(0) == "[" {
			if r.accept(".") {
				to = r.member(to, r.text(0))
				r.at++
			} else {
				r.at += skipBrackets(r.toks[r.at:], 0)
				to = r.pointer(to)
			}
		}
		r.accept("=")
		if r.text(0) == "{" {
			if to == t && t.is(pointerType) {
				to = r.pointer(to)
			}
			r.initialiser(to)
		} else if v := r.assignment(); to != t {
			r.assign(to, v)
		} else if t.is(pointerType) {
			r.assign(r.pointer(t), v)
		}
		r.accept(",")
		if r.at == start {
			r.at++
		}
	}
	r.at = end
}

// guardRE are the words of locks that are given up at the end of a block.
var guardRE = regexp.MustCompile(`^(scoped_)?guard$`)

// guarded are the types of the locks that guards are about.
var guarded = map[string]string{
	"mutex": "struct mutex", "spinlock": "spinlock_t", "spinlock_irq": "spinlock_t", "spinlock_irqsave": "spinlock_t", "spinlock_bh": "spinlock_t",
	"raw_spinlock": "raw_spinlock_t", "raw_spinlock_irq": "raw_spinlock_t", "raw_spinlock_irqsave": "raw_spinlock_t",
	"rwsem_read": "struct rw_semaphore", "rwsem_write": "struct rw_semaphore", "read_lock": "rwlock_t", "write_lock": "rwlock_t",
}

// guard reads guard(mutex)(&lock); or scoped_guard(mutex, &lock) { ... }
func (r *reader) guard() {
	scoped := r.text(0) == "scoped_guard"
	class := r.text(2)
	r.at += 3
	if !scoped {
		r.accept(")")
		r.accept("(")
	} else {
		r.accept(",")
	}
	if r.text(0) != ")" {
		if t := r.assignment(); guarded[class] != "" {
			r.same(t, pointerTo(r.named(guarded[class])))
		}
	}
	r.accept(")")
	if !scoped {
		r.accept(";")
	} else {
		r.statement()
	}
}

// isIterator reports whether a macro stands here that a statement follows.
func (r *reader) isIterator() bool {
	t := r.tok(0)
	if t.Kind != Name || keywords[t.Text] || understood[t.Text] || r.text(1) != "(" {
		return false
	}
	next := r.toks[min(r.at+1+skipBrackets(r.toks[r.at+1:], 0), len(r.toks)-1)]
	return next.Text == "{" || next.Kind == Name && next.Text != "else" && !attributeWord(next.Text)
}

// iterator reads one that nobody declares. What it goes through is what its position is
// of: the first of its arguments that is a local variable, and rather one without a value.
func (r *reader) iterator() {
	name := r.tok(0)
	if ofLists(name.Text) && r.model.Find(name.Text) != nil {
		r.listed(name.Text)
		r.statement()
		return
	}
	r.at++
	end := r.at + skipBrackets(r.toks[r.at:], 0)
	var args []*typ
	position, isFresh := -1, false
	r.at++
	for r.at < end-1 {
		start := r.at
		alone := r.tok(0).Kind == Name && (r.text(1) == "," || r.text(1) == ")")
		if v := r.text(0); alone && r.variable(v) != nil && !r.isParameter(v) && (position < 0 || r.fresh[v] && !isFresh) {
			position, isFresh = len(args), r.fresh[v]
		}
		args = append(args, r.assignment())
		r.accept(",")
		if r.at == start {
			r.at++
		}
	}
	r.at = end
	if !r.known(name.Text) {
		r.iterates(name, position, args)
	}
	r.statement()
}

// isParameter reports whether a name is one of the parameters of the function.
func (r *reader) isParameter(name string) bool { return len(r.blocks) > 0 && r.blocks[0][name] != nil }

// expression reads one, with commas.
func (r *reader) expression() *typ {
	t := r.assignment()
	for r.accept(",") {
		t = r.assignment()
	}
	return t
}

// assignment reads an expression without commas.
func (r *reader) assignment() *typ {
	if r.text(1) == "=" {
		delete(r.fresh, r.text(0))
	}
	t := r.binary(0)
	switch {
	case r.text(0) == "?":
		r.tests(t)
		r.at++
		yes := t
		if r.text(0) != ":" {
			yes = r.expression()
		}
		r.accept(":")
		no := r.assignment()
		r.compare(yes, no)
		if yes.is(unknownType) || yes == r.zero {
			yes = no
		}
		return yes
	case r.accept("="):
		to := r.last
		v := r.assignment()
		r.assign(t, v)
		r.handsOn(to)
	case r.compound():
		t.root().counted = true
		if v := r.assignment(); v != nil {
			v.root().counted = true
		}
	}
	return t
}

// compound passes over an operator such as +=.
func (r *reader) compound() bool {
	if strings.Contains("+ - * / % & | ^ << >>", r.text(0)) && r.text(0) != "" && r.text(1) == "=" && r.tok(0).To == r.tok(1).From {
		r.at += 2
		return true
	}
	return false
}

// precedence are the binary operators, the weakest first.
var precedence = [][]string{{"||"}, {"&&"}, {"|"}, {"^"}, {"&"}, {"==", "!="}, {"<", ">", "<=", ">="}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "%"}}

// binary reads an expression of operators of some level and stronger ones.
func (r *reader) binary(level int) *typ {
	if level == len(precedence) {
		return r.unary()
	}
	t := r.binary(level + 1)
	place := r.last
	for slices.Contains(precedence[level], r.text(0)) && !(r.text(1) == "=" && r.tok(0).To == r.tok(1).From) {
		op := r.text(0)
		r.at++
		from := r.at
		u := r.binary(level + 1)
		switch op {
		case "||", "&&":
			r.tests(u)
			r.last = place
			r.tests(t)
			t = number("int")
		case "==", "!=":
			r.last = place
			if v := r.valueOf(from); v != "" && !t.is(pointerType) {
				r.matters(v)
			}
			r.compare(t, u)
			t = number("int")
		case "<", ">", "<=", ">=":
			r.last = place
			if v := r.valueOf(from); v != "" && !t.is(pointerType) {
				r.matters(v)
			}
			if u.root() == r.zero && (op == "<" || op == ">=") {
				t.root().negative = true
			}
			r.compare(t, u)
			t = number("int")
		default:
			r.last = place
			if v := r.valueOf(from); v != "" && op == "&" {
				r.matters(v)
			} else if op == "&" && r.tok(from-r.at).Text == "(" {
				for i := from + 1; i < r.at; i++ { // a mask of several
					if x := r.toks[i]; x.Kind == Name && constantRE.MatchString(x.Text) {
						r.matters(x.Text)
					}
				}
			}
			for _, x := range []*typ{t, u} {
				if x.is(unknownType) {
					x.root().counted = true
				}
			}
			if op == "-" && t.is(pointerType) && u.is(pointerType) {
				t = number("long")
			} else if !t.is(pointerType) && u.is(pointerType) && op == "+" {
				t = u
			} else if !t.is(pointerType) {
				t = &typ{shape: numberType, name: "unsigned long"}
			}
		}
		r.last, place = valuePlace{}, valuePlace{}
	}
	return t
}

// compare notes that two values are of one type.
func (r *reader) compare(t, u *typ) { r.assign(t, u) }

// assign notes that a value becomes that of a variable.
func (r *reader) assign(to, from *typ) {
	switch to, from = to.root(), from.root(); {
	case from == r.zero || to == r.zero:
	case from.shape == voidType || to.shape == voidType:
	case from.shape == functionType && to.shape != functionType: // its address
		r.same(to, pointerTo(from))
	case from.shape == numberType && from.name == "" && to.shape == unknownType: // a plain number
		to.counted, to.negative = true, to.negative || from.negative
	case to.shape == numberType && to.name == "" && from.shape == unknownType:
		from.counted, from.negative = true, from.negative || to.negative
	case from.shape == pointerType && from.array && to.shape == unknownType: // its first element
		r.same(to, pointerTo(from.to))
	default:
		r.same(to, from)
	}
}

// unary reads an expression with the operators before it.
func (r *reader) unary() *typ {
	switch r.text(0) {
	case "&":
		r.at++
		t := r.unary()
		if t.is(functionType) {
			return t
		}
		return pointerTo(t)
	case "&&": // the address of a label
		r.at += 2
		return pointerTo(number("void"))
	case "*":
		r.at++
		t := r.unary()
		if t.is(functionType) {
			return t
		}
		return r.pointer(t)
	case "!":
		r.at++
		r.tests(r.unary())
		return number("int")
	case "-":
		r.at++
		t := r.unary()
		if t.root().shape == numberType && t.root().name == "" || t.is(unknownType) {
			return &typ{shape: numberType, negative: true}
		}
		return t
	case "+", "~":
		r.at++
		t := r.unary()
		t.root().counted = true
		return t
	case "++", "--":
		r.at++
		t := r.unary()
		t.root().counted = true
		return t
	case "sizeof", "_Alignof", "__alignof__":
		r.at++
		if r.text(0) == "(" {
			end := r.at + skipBrackets(r.toks[r.at:], 0)
			r.at++
			if !r.isType() {
				r.expression()
			} else {
				r.typeName()
			}
			r.at = end
		} else {
			r.unary()
		}
		return number("unsigned long")
	case "__extension__":
		r.at++
		return r.unary()
	case "(":
		if t, ok := r.cast(); ok {
			return t
		}
	}
	return r.postfix()
}

// cast reads a type in brackets and what is behind it.
func (r *reader) cast() (*typ, bool) {
	start := r.at
	r.at++
	end := start + skipBrackets(r.toks[start:], 0)
	looks := r.isType()
	if !looks && r.tok(0).Kind == Name && r.variable(r.text(0)) == nil && !keywords[r.text(0)] && !r.known(r.text(0)) {
		n := 1
		for r.text(n) == "*" {
			n++
		}
		next := Token{Kind: Mark}
		if end < len(r.toks) {
			next = r.toks[end]
		}
		looks = r.at+n == end-1 && (n > 1 || next.Kind != Mark && !keywords[next.Text])
	}
	if !looks {
		r.at = start
		return nil, false
	}
	t, _ := r.typeName()
	t = r.stars(t)
	for r.text(0) == "[" {
		r.at += skipBrackets(r.toks[r.at:], 0)
		t = pointerTo(t)
	}
	if r.text(0) == "(" { // a pointer to a function
		t = &typ{}
	}
	r.at = end
	if r.text(0) == "{" {
		r.initialiser(t)
		return t, true
	}
	if from := r.unary(); from.is(unknownType) && !t.is(numberType) && t.is(pointerType) {
		from.root().shape, from.root().to = pointerType, &typ{shape: voidType, name: "void"}
	}
	return t, true
}

// postfix reads a primary expression with what follows it.
func (r *reader) postfix() *typ {
	first := r.at
	t := r.primary()
	for {
		switch {
		case r.text(0) == "->" && r.tok(1).Kind == Name:
			to := r.pointer(t)
			if to.is(unknownType) && to.root().hint == "" {
				to.root().hint = t.root().hint
			}
			t = r.uses(r.member(to, r.text(1)), to, r.tok(1))
			r.at += 2
		case r.text(0) == "." && r.tok(1).Kind == Name:
			t = r.uses(r.member(t, r.text(1)), t, r.tok(1))
			r.at += 2
		case r.text(0) == "[":
			r.at++
			if t.is(unknownType) {
				to := &typ{hint: t.root().hint}
				r.same(t, &typ{shape: pointerType, to: to, array: true})
			}
			t = r.pointer(t)
			i := r.expression()
			if i.is(unknownType) {
				i.root().counted = true
			}
			r.accept("]")
		case r.text(0) == "++" || r.text(0) == "--":
			t.root().counted = true
			r.at++
		case r.text(0) == "(":
			unused := r.unused == first
			r.unused = -1
			t = r.call(t, nil, unused)
		default:
			return t
		}
	}
}

// primary reads a name, a number, a string, or an expression in brackets.
func (r *reader) primary() *typ {
	t := r.tok(0)
	switch {
	case r.at >= len(r.toks):
	case t.Text == "(" && r.text(1) == "{":
		end := r.at + skipBrackets(r.toks[r.at:], 0)
		v := r.inBraces()
		r.at = end
		return v
	case t.Text == "(":
		end := r.at + skipBrackets(r.toks[r.at:], 0)
		r.at++
		v := r.expression()
		r.at = end
		return v
	case t.Kind == Number:
		if r.at++; strings.Trim(t.Text, "0xULul") == "" {
			return r.zero
		}
		return &typ{shape: numberType}
	case t.Kind == String:
		for r.tok(0).Kind == String {
			r.at++
		}
		if strings.HasPrefix(t.Text, "'") {
			return number("char")
		}
		return pointerTo(number("char"))
	case t.Kind == Name && r.text(1) == "(" && r.variable(t.Text) == nil:
		return r.callOf(t)
	case t.Kind == Name:
		r.at++
		return r.value(t)
	}
	return &typ{}
}

// inBraces reads "({ ... })", whose value is that of the last expression.
func (r *reader) inBraces() *typ {
	end := r.at + skipBrackets(r.toks[r.at:], 0)
	r.at += 2
	r.blocks = append(r.blocks, map[string]*typ{})
	defer func() { r.blocks = r.blocks[:len(r.blocks)-1] }()
	v := &typ{}
	for r.at < end-2 {
		last := r.at
		if !keywords[r.text(0)] && r.text(0) != "{" && !r.isIterator() && !r.isDeclaration() && !guardRE.MatchString(r.text(0)) {
			v = r.expression()
			r.accept(";")
		} else {
			r.statement()
		}
		if r.at == last {
			r.at++
		}
	}
	return v
}
