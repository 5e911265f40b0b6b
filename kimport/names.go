// SPDX-License-Identifier: MIT

// This file tells which names a declaration relies on, and which members it uses.

package kimport

import (
	"slices"
	"strings"
)

// uses is what some code names.
type uses struct {
	names    []use
	seen     map[string]bool
	members  map[string]bool // behind . and ->
	followed map[string]bool // members that something follows: x->y->
	accessed map[string]bool // members that functions of the model give
	pointed  map[string]bool // structs to which there are pointers only
}

// use is one name that some code relies on: "struct tag" for a tag.
type use struct {
	name string
	args int // of a call; -1 if it is none
}

func newUses() *uses {
	return &uses{seen: map[string]bool{}, members: map[string]bool{}, followed: map[string]bool{}, accessed: map[string]bool{}, pointed: map[string]bool{}}
}

var (
	keywords = words(`auto break case char const continue default do double else enum extern float for goto if inline int long
		register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while
		_Bool _Static_assert __attribute__ __typeof__ typeof __typeof asm __asm__ __inline __inline__ __volatile__ volatile
		__func__ __FILE__ __LINE__ defined __VA_ARGS__ __VA_OPT__ __COUNTER__ __extension__ _Alignof __alignof__ offsetof __auto_type __label__ __FUNCTION__`)
	typeWords = words("char double float int long short signed unsigned void _Bool bool const volatile struct union enum static register __auto_type")
)

// add notes a use once. That something is called counts more than that it is named.
func (u *uses) add(name string, args int) {
	if !u.seen[name] {
		u.seen[name] = true
		u.names = append(u.names, use{name, args})
		return
	}
	if i := slices.IndexFunc(u.names, func(x use) bool { return x.name == name }); u.names[i].args < 0 {
		u.names[i].args = args
	}
}

// collect adds what tokens name, but for what is declared among them.
func (u *uses) collect(toks []Token, local map[string]bool) {
	for i, t := range toks {
		text := func(i int) string {
			if i < 0 || i >= len(toks) {
				return ""
			}
			return toks[i].Text
		}
		if t.Kind != Name {
			continue
		}
		switch before := text(i - 1); {
		case before == "->" || before == "." && text(i-2) != "..":
			u.members[t.Text] = true
			if next := text(i + 1); next == "->" || next == "." || next == "[" {
				u.followed[t.Text] = true
			}
		case aggregate[before]:
			tag := before + " " + t.Text
			u.add(tag, -1)
		case before == "goto" || text(i+1) == ":" && (before == ";" || before == "}" || before == "{" || before == ")"):
		case keywords[t.Text] || typeWords[t.Text] || local[t.Text] || strings.HasPrefix(t.Text, "__builtin_"):
		default:
			args := -1
			if text(i+1) == "(" {
				args = countArgs(toks, i+1)
			}
			u.add(t.Text, args)
			if args >= 0 && (t.Text == "container_of" || strings.HasSuffix(t.Text, "free_rcu") || strings.Contains(t.Text, "for_each_entry") || strings.HasSuffix(t.Text, "_entry") || strings.Contains(t.Text, "list_") || strings.Contains(t.Text, "offsetof")) {
				u.lastArgument(toks, i+1)
			}
		}
	}
}

// lastArgument notes the name that is the last argument of container_of() and the like:
// it is a member.
func (u *uses) lastArgument(toks []Token, open int) {
	end := skipBrackets(toks, open) - 1
	if end > open && end < len(toks) && toks[end-1].Kind == Name && toks[end-2].Text == "," {
		u.members[toks[end-1].Text] = true
	}
}

func countArgs(toks []Token, open int) int {
	end := skipBrackets(toks, open)
	if end == open+2 {
		return 0
	}
	n := 1
	for j := open + 1; j < end-1; j++ {
		switch toks[j].Text {
		case "(", "[", "{":
			j = skipBrackets(toks, j) - 1
		case ",":
			n++
		}
	}
	return n
}

// accessed is the member that a function does nothing but give, "" if it does more.
func accessed(d *Decl) string {
	if d.Kind != Func {
		return ""
	}
	_, body := head(d.Toks)
	if len(body) == 7 && body[1].Text == "return" && body[3].Text == "->" {
		return body[4].Text
	}
	return ""
}

// head splits the tokens of a function into head and body.
func head(toks []Token) (head, body []Token) {
	for i := 0; i < len(toks); i++ {
		if toks[i].Text == "{" {
			return toks[:i], toks[i:]
		}
		if toks[i].Text == "(" {
			i = skipBrackets(toks, i) - 1
		}
	}
	return toks, nil
}

// Param is a parameter of a function.
type Param struct {
	Type string // without the name, such as "struct mm_struct *"
	Name string // "" if it has none
}

// signature reads the head of a function or a prototype: the type of its result, its
// name and its parameters.
func signature(d *Decl, toks []Token) (result, name string, params []Param) {
	h, _ := head(toks)
	if len(h) > 3 && syscallRE.MatchString(h[0].Text) {
		list := h[2 : len(h)-1]
		parts := splitArgs(list)
		for i := 1; i+1 < len(parts); i += 2 {
			params = append(params, Param{joined(parts[i]), joined(parts[i+1])})
		}
		return "long", d.Names[0], params
	}
	at := slices.IndexFunc(h, func(t Token) bool { return slices.Contains(d.Names, t.Text) })
	for at >= 0 && (at+1 >= len(h) || h[at+1].Text != "(") {
		next := slices.IndexFunc(h[at+1:], func(t Token) bool { return slices.Contains(d.Names, t.Text) })
		if next < 0 {
			return "", "", nil
		}
		at += 1 + next
	}
	if at < 0 {
		return "", "", nil
	}
	end := max(skipBrackets(h, at+1)-1, at+2)
	for _, p := range splitArgs(h[min(at+2, len(h)):min(end, len(h))]) {
		if joined(p) != "void" {
			params = append(params, param(p))
		}
	}
	return joined(plainType(h[:at])), h[at].Text, params
}

// plainType drops the words of a head that say nothing of the type.
func plainType(toks []Token) (out []Token) {
	for i := 0; i < len(toks); i++ {
		t := toks[i]
		if t.Kind == Directive || storage[t.Text] && t.Text != "const" && t.Text != "volatile" || t.Text == "__always_inline" {
			continue
		}
		if attributeOnly[t.Text] || strings.HasPrefix(t.Text, "__") && i+1 < len(toks) && toks[i+1].Text == "(" && t.Text != "__typeof__" {
			i = skipBrackets(toks, i+1) - 1
			continue
		}
		if strings.HasPrefix(t.Text, "__") && attributeWord(t.Text) || markWords[t.Text] {
			continue
		}
		out = append(out, t)
	}
	return out
}

// markWords are words of types that are for other tools.
var markWords = words("__user __iomem __percpu __rcu __force __kernel __bitwise __nocast __private __sched __latent_entropy __noreturn noinline_for_stack __malloc __pure __attribute_const__ __lockfunc __meminit __net_init __net_exit __ref __refdata asmlinkage __section __init __exit __initdata __exitdata __cpuidle noinstr __hot nokprobe_inline __deprecated __bpf_kfunc __rust_helper __flatten __init_or_module __no_kcsan __no_sanitize_address __randomize_layout __no_randomize_layout __weak __kprobes")

// param reads one parameter.
func param(toks []Token) Param {
	toks = plainType(toks)
	for i, t := range toks { // a pointer to a function
		if t.Text == "(" && i+2 < len(toks) && toks[i+1].Text == "*" {
			p := Param{Type: joined(toks[:i+2]) + ")" + joined(toks[min(skipBrackets(toks, i), len(toks)):])}
			if toks[i+2].Kind == Name {
				p.Name = toks[i+2].Text
			}
			return p
		}
	}
	star := ""
	if i := slices.IndexFunc(toks, func(t Token) bool { return t.Text == "[" }); i >= 0 {
		toks, star = toks[:i], " *"
	}
	last := len(toks) - 1
	if last > 0 && toks[last].Kind == Name && !typeWords[toks[last].Text] && !aggregate[toks[last-1].Text] {
		return Param{joined(toks[:last]) + star, toks[last].Text}
	}
	return Param{Type: joined(toks) + star}
}

func splitArgs(toks []Token) (parts [][]Token) {
	from := 0
	for i := 0; i < len(toks); i++ {
		switch toks[i].Text {
		case "(", "[", "{":
			i = skipBrackets(toks, i) - 1
		case ",":
			parts = append(parts, toks[from:i])
			from = i + 1
		}
	}
	if from < len(toks) {
		parts = append(parts, toks[from:])
	}
	return parts
}

// joined writes tokens in one line.
func joined(toks []Token) string {
	var b strings.Builder
	for i, t := range toks {
		if t.Kind == Directive {
			continue
		}
		if i > 0 && t.Text != ")" && t.Text != "," && t.Text != ";" && t.Text != "]" && t.Text != "[" && toks[i-1].Text != "(" && toks[i-1].Text != "[" &&
			!(t.Text == "(" && toks[i-1].Kind == Name) && !(toks[i-1].Text == "*" && t.Text != "const") && t.Text != "." && toks[i-1].Text != "." {
			b.WriteByte(' ')
		}
		b.WriteString(t.Text)
	}
	return b.String()
}

// locals lists the parameters of a function, and what is declared in its body.
func locals(d *Decl, toks []Token) map[string]bool {
	names := map[string]bool{}
	_, _, params := signature(d, toks)
	for _, p := range params {
		names[p.Name] = true
	}
	_, body := head(toks)
	for i := 0; i < len(body); i++ {
		before := ""
		if i > 0 {
			before = body[i-1].Text
		}
		if before == "{" || before == ";" || before == "}" || before == ":" || before == "(" && i > 1 && body[i-2].Text == "for" {
			declared(body, i, names)
		}
	}
	return names
}

// declared notes what a declaration at token i of a body declares, if it is one.
func declared(toks []Token, i int, names map[string]bool) {
	start := i
	for i < len(toks) && (toks[i].Kind == Name && (typeWords[toks[i].Text] || i > start && aggregate[toks[i-1].Text]) || markWords[toks[i].Text]) {
		i++
	}
	if i == start { // perhaps a name of a type
		if i+1 >= len(toks) || toks[i].Kind != Name || keywords[toks[i].Text] {
			return
		}
		i++
	} else if i < len(toks) && toks[i].Kind == Name && i+1 < len(toks) && (toks[i+1].Kind == Name && !keywords[toks[i+1].Text] || toks[i+1].Text == "*") {
		i++ // const foo_t x
	}
	for {
		for i < len(toks) && (toks[i].Text == "*" || toks[i].Text == "const" || markWords[toks[i].Text]) {
			i++
		}
		if i+1 >= len(toks) || toks[i].Kind != Name || keywords[toks[i].Text] {
			return
		}
		switch toks[i+1].Text {
		case "=", ";", ",", "[", ":":
			names[toks[i].Text] = true
		default:
			if toks[i+1].Kind != Name { // "foo x __free(kfree) = ..."
				return
			}
			names[toks[i].Text] = true
		}
		for i++; i < len(toks) && toks[i].Text != "," && toks[i].Text != ";"; i++ {
			if toks[i].Text == "(" || toks[i].Text == "{" || toks[i].Text == "[" {
				i = skipBrackets(toks, i) - 1
			}
		}
		if i >= len(toks) || toks[i].Text == ";" {
			return
		}
		i++
	}
}

// macroParts are the parameters and the body of a macro.
func macroParts(d *Decl) (params map[string]bool, body []Token) {
	_, rest := cutWord(d.Toks[0].Text)
	_, rest = cutWord(rest)
	params = map[string]bool{}
	if d.hasArgs {
		list, after, _ := strings.Cut(rest[1:], ")")
		for _, p := range strings.Split(list, ",") {
			params[strings.TrimSuffix(strings.TrimSpace(p), "...")] = true
		}
		rest = after
	}
	return params, Lex(rest)
}
