// SPDX-License-Identifier: MIT

// This file infers types from calls and from names.

package kimport

import (
	"regexp"
	"slices"
	"strings"
)

// understood are macros and functions whose meaning the inference knows: what they do
// with the types of their arguments, no text tells.
var understood = words(`READ_ONCE WRITE_ONCE rcu_dereference rcu_dereference_check rcu_dereference_protected rcu_dereference_raw rcu_access_pointer
	rcu_dereference_sched rcu_dereference_bh rcu_assign_pointer RCU_INIT_POINTER rcu_replace_pointer container_of container_of_const likely unlikely __builtin_expect
	IS_ERR IS_ERR_OR_NULL PTR_ERR PTR_ERR_OR_ZERO ERR_PTR ERR_CAST min max min_t max_t clamp clamp_t NULL true false current smp_load_acquire smp_store_release
	xchg cmpxchg try_cmpxchg xchg_relaxed cmpxchg_relaxed cmpxchg_acquire cmpxchg_release kfree kvfree vfree offsetof guard scoped_guard ARRAY_SIZE BIT BIT_ULL IS_ENABLED swap
	data_race __builtin_types_compatible_p __builtin_choose_expr BUILD_BUG_ON round_up round_down ALIGN ALIGN_DOWN DIV_ROUND_UP PAGE_ALIGN lockdep_is_held
	wait_event wait_event_interruptible wait_event_killable wait_event_timeout wait_event_interruptible_timeout wait_event_freezable
	kmalloc kzalloc kcalloc kvmalloc kvzalloc kmalloc_array kvmalloc_array kvcalloc kmem_cache_alloc kmem_cache_zalloc memset memcpy memcmp memmove kfree_rcu kvfree_rcu call_rcu
	current_thread_info get_user put_user __get_user __put_user INIT_WORK per_cpu_ptr this_cpu_ptr raw_cpu_ptr`)

var assertionRE = regexp.MustCompile(`^(?:VM_|MM_|RCU_|CHECK_)?(?:WARN|BUG)_ON(?:_ONCE|_MM|_VMA|_PAGE|_FOLIO|_VMG)*$|^VM_WARN_ON_ONCE\w*$|^lockdep_assert\w*$|^rwsem_assert_held\w*$|^assert_spin_locked$|^WARN(?:_ONCE)?$`)

// assertion reports whether a name is that of an assertion.
func assertion(name string) bool { return assertionRE.MatchString(name) }

// atomicRE are the functions of atomic numbers.
var atomicRE = regexp.MustCompile(`^(atomic|atomic64|atomic_long)_(?:read|set|add|sub|inc|dec|and|or|andnot|xor|xchg|cmpxchg|try_cmpxchg|fetch)(?:_\w+)?$`)

// callOf reads a call by a name.
func (r *reader) callOf(name Token) *typ {
	unused := r.unused == r.at
	r.unused = -1
	if understood[name.Text] || assertion(name.Text) || atomicRE.MatchString(name.Text) {
		return r.special(name.Text)
	}
	if ofLists(name.Text) && r.model.Find(name.Text) != nil {
		return r.listed(name.Text)
	}
	r.at++
	f := r.called(name.Text)
	if f == nil && !r.known(name.Text) && r.hasTypeArgument() {
		return r.entry(name)
	}
	if f == nil && !r.known(name.Text) {
		f = &typ{shape: functionType, to: &typ{hint: strings.ToLower(name.Text)}, name: name.Text}
		r.functions[name.Text] = f
		r.note(name.Text, name.Line)
		r.guessedFunctions = append(r.guessedFunctions, name.Text)
	}
	return r.call(f, &name, unused)
}

// hasTypeArgument reports whether one of the arguments that follow is a type.
func (r *reader) hasTypeArgument() bool {
	end := skipBrackets(r.toks[r.at:], 0)
	for _, a := range splitArgs(r.toks[r.at+1 : r.at+max(end-1, 1)]) {
		one := &reader{inference: r.inference, toks: a, blocks: r.blocks}
		if len(a) > 0 && one.isType() {
			return true
		}
	}
	return false
}

// entry reads a call such as foo_entry(pointer, struct bar, member), which is taken for
// container_of().
func (r *reader) entry(name Token) *typ {
	end := r.at + skipBrackets(r.toks[r.at:], 0)
	args := splitArgs(r.toks[r.at+1 : end-1])
	if len(args) == 3 && len(args[2]) == 1 && args[2][0].Kind == Name {
		r.note(name.Text, name.Line)
		r.entries[name.Text] = true
		return r.containerOf()
	}
	r.at = end
	return &typ{}
}

// containerOf reads the arguments of container_of().
func (r *reader) containerOf() *typ {
	end := r.at + skipBrackets(r.toks[r.at:], 0)
	r.at++
	inner := r.assignment()
	r.accept(",")
	outer, _ := r.typeName()
	outer = r.stars(outer)
	if r.accept(",") && r.tok(0).Kind == Name {
		m := r.uses(r.member(outer, r.text(0)), outer, r.tok(0))
		r.at++
		for r.accept(".") {
			m = r.uses(r.member(m, r.text(0)), m, r.tok(0))
			r.at++
		}
		r.assign(inner, pointerTo(m))
	}
	r.at = end
	return pointerTo(outer)
}

// call reads the arguments of a call of a function, or a pointer to one.
func (r *reader) call(f *typ, name *Token, unused bool) *typ {
	end := r.at + skipBrackets(r.toks[r.at:], 0)
	if f != nil && f.is(pointerType) {
		f = f.root().to
	}
	if f != nil && f.is(unknownType) && name == nil { // a pointer to a function
		x := f.root()
		x.shape, x.to = pointerType, &typ{shape: functionType, to: &typ{}, name: "*"}
		f = x.to
	}
	var args []*typ
	r.at++
	for r.at < end-1 {
		start := r.at
		if v := r.text(1); name != nil && r.text(0) == "&" && (r.text(2) == "," || r.text(2) == ")") && r.variable(v) != nil && !r.isParameter(v) {
			r.written = append(r.written, writtenPlace{valuePlace{nil, r.name + "::" + v, r.variable(v)}, name.Text, len(args) + 1})
		}
		args = append(args, r.assignment())
		r.accept(",")
		if r.at == start {
			r.at++
		}
	}
	r.at = end
	r.last = valuePlace{}
	if f == nil || f.root().shape != functionType {
		return &typ{}
	}
	f = f.root()
	open := f.name == "*" || name != nil && r.guesses(name.Text)
	if open && !f.counted { // the first call
		f.counted = true
		for range args {
			f.params = append(f.params, &typ{})
		}
	}
	if open && len(args) != len(f.params) {
		f.negative = true // any number of arguments
		f.params = f.params[:min(len(f.params), len(args))]
	}
	for i, a := range args {
		if i < len(f.params) {
			r.assign(f.params[i], a)
		}
	}
	if !unused {
		f.tested = true
	}
	return f.to
}

// guesses reports whether a function is one that nothing declares.
func (in *inference) guesses(name string) bool { return slices.Contains(in.guessedFunctions, name) }

// called is what is known of a function, nil if nothing declares one of this name.
func (in *inference) called(name string) *typ {
	if f := in.functions[name]; f != nil {
		return f
	}
	var d *Decl
	s := in.scope
	if d = s.Find(name); d == nil && in.known(name) {
		s = in.model
		d = s.Find(name)
	}
	if d == nil || d.Kind != Func && d.Kind != Prototype {
		return nil
	}
	result, _, params := signature(d, s.Active(d))
	f := &typ{shape: functionType, to: in.parsed(result)}
	for _, p := range params {
		f.params = append(f.params, in.parsed(p.Type))
	}
	in.functions[name] = f
	return f
}

// special reads the arguments of what is understood.
func (r *reader) special(name string) *typ {
	r.at++
	if name == "container_of" || name == "container_of_const" {
		return r.containerOf()
	}
	end := r.at + skipBrackets(r.toks[r.at:], 0)
	defer func() { r.at = end }()
	var args []*typ
	r.at++
	for r.at < end-1 {
		start := r.at
		if r.isType() && name != "current" {
			t, _ := r.typeName()
			args = append(args, r.stars(t))
		} else if (name == "kfree_rcu" || name == "kvfree_rcu" || name == "offsetof") && len(args) == 1 && r.tok(0).Kind == Name {
			in := r.pointer(args[0])
			if name == "offsetof" {
				in = args[0]
			}
			m := r.uses(r.member(in, r.text(0)), in, r.tok(0))
			if name != "offsetof" {
				r.same(m, r.named("struct rcu_head"))
			}
			r.at++
			args = append(args, m)
		} else {
			args = append(args, r.assignment())
		}
		r.accept(",")
		if r.at == start {
			r.at++
		}
	}
	arg := func(i int) *typ {
		if i < len(args) {
			return args[i]
		}
		return &typ{}
	}
	switch {
	case atomicRE.MatchString(name):
		r.last = valuePlace{}
		for _, a := range args {
			if a.is(pointerType) {
				r.same(a.root().to, r.named(atomicRE.FindStringSubmatch(name)[1]+"_t"))
				break
			}
		}
	case assertion(name):
		if strings.HasPrefix(name, "lockdep_assert") {
			r.lock(arg(0))
			break
		}
		for _, a := range args {
			r.tests(a)
		}
	case name == "READ_ONCE" || strings.HasPrefix(name, "rcu_dereference") || name == "rcu_access_pointer" || name == "data_race":
		if strings.HasPrefix(name, "rcu_") {
			r.pointer(arg(0))
		}
		return arg(0)
	case name == "rcu_replace_pointer":
		r.assign(arg(0), arg(1))
		return arg(0)
	case name == "WRITE_ONCE" || name == "rcu_assign_pointer" || name == "RCU_INIT_POINTER" || name == "swap":
		r.assign(arg(0), arg(1))
	case name == "likely" || name == "unlikely" || name == "__builtin_expect":
		return r.tests(arg(0))
	case name == "IS_ERR" || name == "IS_ERR_OR_NULL" || name == "PTR_ERR" || name == "PTR_ERR_OR_ZERO":
		r.pointer(arg(0))
		return number("long")
	case name == "ERR_PTR" || name == "ERR_CAST":
		return pointerTo(&typ{})
	case name == "min_t" || name == "max_t" || name == "clamp_t":
		return arg(0)
	case name == "min" || name == "max" || name == "clamp":
		r.compare(arg(0), arg(1))
		return arg(0)
	case name == "smp_load_acquire":
		return r.pointer(arg(0))
	case name == "smp_store_release":
		r.assign(r.pointer(arg(0)), arg(1))
	case strings.HasPrefix(name, "xchg") || strings.HasPrefix(name, "cmpxchg"):
		to := r.pointer(arg(0))
		for _, a := range args[min(1, len(args)):] {
			r.assign(to, a)
		}
		return to
	case name == "try_cmpxchg":
		to := r.pointer(arg(0))
		r.assign(r.pointer(arg(1)), to)
		r.assign(to, arg(2))
		return number("bool")
	case strings.HasPrefix(name, "wait_event"):
		r.same(arg(0), r.named("wait_queue_head_t"))
		r.tests(arg(1))
		return number("int")
	case name == "kfree" || name == "kvfree" || name == "vfree" || name == "memset" || name == "memcpy" || name == "memmove":
		r.pointer(arg(0))
		return &typ{shape: voidType, name: "void"}
	case name == "INIT_WORK":
		r.same(arg(0), pointerTo(r.named("struct work_struct")))
	case name == "call_rcu":
		r.same(arg(0), pointerTo(r.named("struct rcu_head")))
	case strings.HasPrefix(name, "kmem_cache_"):
		r.same(arg(0), pointerTo(r.named("struct kmem_cache")))
		return pointerTo(&typ{})
	case strings.HasPrefix(name, "k"):
		return pointerTo(&typ{})
	case strings.HasSuffix(name, "_ptr"):
		return arg(0)
	case strings.HasSuffix(name, "_user"):
		return number("int")
	case name == "ARRAY_SIZE" || strings.HasPrefix(name, "BIT") || strings.Contains(name, "ALIGN") || strings.Contains(name, "ROUND") || strings.HasPrefix(name, "round"):
		return number("unsigned long")
	}
	return number("int")
}

// lock notes that something is the address of a lock, of which kind is not known yet.
func (in *inference) lock(t *typ) {
	in.locks = append(in.locks, in.pointer(t))
}

// constantRE are names of constants.
var constantRE = regexp.MustCompile(`^[A-Z_]*[A-Z][A-Z0-9_]*$`)

// value is what a name stands for that is not called.
func (r *reader) value(name Token) *typ {
	r.last = valuePlace{}
	if t := r.variable(name.Text); t != nil {
		if r.isParameter(name.Text) {
			r.last = valuePlace{nil, r.name + ":" + name.Text, t}
		} else {
			r.last = valuePlace{nil, r.name + "::" + name.Text, t}
		}
		return t
	}
	switch name.Text {
	case "NULL":
		return pointerTo(&typ{})
	case "true", "false":
		return number("bool")
	case "current":
		return pointerTo(r.named("struct task_struct"))
	case "__func__":
		return pointerTo(number("char"))
	}
	for _, s := range []*Scope{r.scope, r.model} {
		d := s.Find(name.Text)
		if d == nil {
			continue
		}
		switch d.Kind {
		case Func, Prototype:
			return r.called(name.Text)
		case Var:
			if r.values[name.Text] == nil {
				r.values[name.Text] = r.variableOf(d, s, name.Text)
			}
			return r.values[name.Text]
		}
		return number("int")
	}
	if strings.HasPrefix(name.Text, "__mmcheck") || strings.HasPrefix(name.Text, "__builtin") || keywords[name.Text] {
		return &typ{}
	}
	if constantRE.MatchString(name.Text) || r.constants[name.Text] != nil {
		r.at--
		r.constant(name)
		r.at++
		return &typ{shape: numberType}
	}
	if f := r.functions[name.Text]; f != nil {
		return f
	}
	if r.values[name.Text] == nil {
		r.values[name.Text] = &typ{hint: name.Text}
		r.variables = append(r.variables, name.Text)
		r.note(name.Text, name.Line)
	}
	r.last = valuePlace{nil, name.Text, r.values[name.Text]}
	return r.values[name.Text]
}

// variableOf is the type of a variable that is declared outside of functions.
func (in *inference) variableOf(d *Decl, s *Scope, name string) *typ {
	toks := s.Active(d)
	for _, t := range toks {
		for word, typ := range map[string]string{"SPINLOCK": "spinlock_t", "RAW_SPINLOCK": "raw_spinlock_t", "MUTEX": "struct mutex", "RWSEM": "struct rw_semaphore", "RWLOCK": "rwlock_t", "LIST_HEAD": "struct list_head", "WAIT_QUEUE_HEAD": "wait_queue_head_t"} {
			if t.Text == "DEFINE_"+word || t.Text == word || t.Text == "DECLARE_"+word {
				return in.named(typ)
			}
		}
		if t.Text == name {
			break
		}
	}
	return in.declaredAs(plainType(toks), name)
}

// constant notes a constant that nothing declares: a mask where it stands among bits.
func (r *reader) constant(name Token) {
	if name.Kind != Name || r.known(name.Text) || r.variable(name.Text) != nil || keywords[name.Text] || strings.HasPrefix(name.Text, "__") {
		return
	}
	c := r.constants[name.Text]
	if c == nil {
		c = &constantUse{}
		r.constants[name.Text] = c
		r.note(name.Text, name.Line)
	}
	before, next, other := r.text(-1), r.text(1), r.text(-2)
	isOp := func(s string) bool { return s == "|" || s == "&" || s == "~" || s == "^" }
	c.bit = c.bit || isOp(before) || isOp(next) || before == "=" && (other == "|" || other == "&")
	c.shift = c.shift || before == "<<" || before == ">>"
	c.count = c.count || before == "<" || before == "<=" || next == ">" || next == ">="
	c.index = c.index || before == "[" && next == "]"
	c.index = c.index || before == "(" && bitRE.MatchString(other)
	c.count = c.count || before == "" && next == "" // the length of an array
	c.errno = c.errno || before == "-" && strings.HasPrefix(name.Text, "E")
}

// bitRE are the functions of bits: their first argument is the number of one.
var bitRE = regexp.MustCompile(`^_*(?:test|set|clear|change|assign|test_and_\w+)_bit(?:_\w+)?$`)

// constantUse tells how a constant is used.
type constantUse struct{ bit, shift, count, index, errno bool }

// uses notes where a member is used.
func (r *reader) uses(m, structure *typ, name Token) *typ {
	r.seenMembers = append(r.seenMembers, memberUse{structure, name.Text, name.Line})
	r.last = valuePlace{structure, name.Text, m}
	return m
}

type memberUse struct {
	structure *typ
	name      string
	line      int
}

// note remembers where a name was first seen.
func (in *inference) note(name string, line int) {
	if _, known := in.from[name]; !known {
		in.from[name] = line
		in.order = append(in.order, name)
	}
}

// iterates notes an iterator, with the type of its position and its arguments.
func (in *inference) iterates(name Token, position int, args []*typ) {
	if position < 0 {
		return
	}
	it := in.iterators[name.Text]
	if it == nil {
		it = &iteratorUse{position: position, args: len(args), of: args[position]}
		in.iterators[name.Text] = it
		in.note(name.Text, name.Line)
	}
	if it.position == position {
		in.same(it.of, args[position])
	}
}

// iteratorUse is what is known of an iterator.
type iteratorUse struct {
	position, args int
	of             *typ
}
