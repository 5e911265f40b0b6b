// SPDX-License-Identifier: MIT

// This file sets the scene of a spec: its header with what is open, INIT, and threads
// that call the functions with plausible arguments. All of that is a first guess, for
// the owner of the spec to edit.

package kimport

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// comment is the header of the spec.
func (im *importer) comment() string {
	var names []string
	for _, f := range im.Functions {
		_, name, _ := strings.Cut(f, ":")
		names = append(names, name+"()")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "/*\n * %s: what can go wrong in %s?\n *\n", strings.TrimSuffix(path.Base(im.Name), ".c"), strings.Join(names, " and "))
	b.WriteString(" * Imported by mmcheck. To be looked at:\n")
	for _, o := range im.open() {
		b.WriteString(wrapped(" * - ", " *   ", o))
	}
	b.WriteString(" *\n")
	if im.Kernel != "" {
		fmt.Fprintf(&b, " * Kernel: %s\n", im.Kernel)
	}
	if a := im.assumed(); len(a) > 0 {
		for i, n := range a {
			a[i] = n + "=" + im.kindOf(n)
		}
		for len(a) > 0 {
			n := min(3, len(a))
			fmt.Fprintf(&b, " * Assume: %s\n", strings.Join(a[:n], ", "))
			a = a[n:]
		}
	}
	b.WriteString(" */\n")
	return b.String()
}

// wrapped breaks a text into lines.
func wrapped(first, other, text string) string {
	var b strings.Builder
	line := first
	for _, w := range strings.Fields(text) {
		if len(line)+len(w) > 88 && line != first && line != other {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = other
		}
		line += w + " "
	}
	return b.String() + strings.TrimRight(line, " ") + "\n"
}

// assumed are the functions that have no body here, as the spec calls them.
func (im *importer) assumed() (names []string) {
	for _, d := range im.protos {
		if _, name, _ := signature(d, im.scope(d.File).Active(d)); !slices.Contains(im.pointedTo, name) {
			names = append(names, im.spelled(name))
		}
	}
	for _, n := range im.lost {
		if !strings.HasPrefix(n, "trace_") {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// embedded are structs that are part of others: one of its own leads nowhere.
var embedded = words("rb_node list_head hlist_node hlist_head llist_node hlist_bl_node interval_tree_node callback_head rcu_head")

// kindOf is the kind of assumption for a function: what gives error pointers is told by
// the test for them.
func (im *importer) kindOf(name string) string {
	name = strings.TrimPrefix(name, "tree_")
	if kind := im.asserted(name); kind != "" {
		return kind
	}
	for _, d := range im.protos {
		result, n, _ := signature(d, im.scope(d.File).Active(d))
		if n != name {
			continue
		}
		if !strings.HasPrefix(strings.TrimPrefix(result, "const "), "struct ") || !strings.HasSuffix(result, "*") {
			return "nondet"
		}
		if embedded[strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(result, "const "), "struct "), "*"))] {
			return "null"
		}
		test := regexp.MustCompile(`\b([\w>.-]+) = ` + name + `\(`)
		for _, f := range im.funcs {
			for _, m := range test.FindAllStringSubmatch(f.Text, -1) {
				if strings.Contains(f.Text, "IS_ERR("+m[1]+")") {
					return "errptr"
				}
			}
			if strings.Contains(f.Text, "IS_ERR("+name+"(") {
				return "errptr"
			}
		}
		if tag := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(result, "const "), "*")); im.known(tag) && !im.tested(name, 0) {
			return "object"
		}
	}
	return "nondet"
}

// known reports whether a struct has members in the spec.
func (im *importer) known(tag string) bool {
	m := im.model.Find(tag)
	return m != nil && m.Kind == Struct || m == nil && im.types.seen[tag] && im.wholeScope().Find(tag) != nil
}

// maxPassed is how far a result is followed that functions hand on.
const maxPassed = 3

// tested reports whether some code asks whether a function has given NULL. What does not
// ask relies on an object.
func (im *importer) tested(name string, depth int) bool {
	assigned := regexp.MustCompile(`\b(\w+) = ` + name + `\(`)
	direct := regexp.MustCompile(`(?:!\s*|if \(|while \(|&& |\|\| )` + name + `\(`)
	returned := regexp.MustCompile(`return ` + name + `\(`)
	for _, f := range im.funcs {
		if direct.MatchString(f.Text) {
			return true
		}
		for _, m := range assigned.FindAllStringSubmatch(f.Text, -1) {
			v := m[1]
			if regexp.MustCompile(`!\s*` + v + `\b|\(` + v + `\)|\b` + v + ` (?:&&|\|\||\?|[!=]= NULL)|(?:&&|\|\|) ` + v + `\b[^-]|IS_ERR\w*\(` + v + `\)|return ` + v + `;|; ` + v + `;`).MatchString(f.Text) {
				return true
			}
		}
		if returned.MatchString(f.Text) && !f.target && (depth >= maxPassed || im.tested(f.Names[0], depth+1)) {
			return true
		}
	}
	return false
}

// asserted is the kind for a function that assertions alone look at: that they hold. It
// is "" for others.
func (im *importer) asserted(name string) string {
	called := regexp.MustCompile(`\b` + name + `\(`)
	inside := regexp.MustCompile(`(?:BUG_ON|WARN_ON)\w*\(\s*(!?)\s*` + name + `\(`)
	calls, kind := 0, ""
	for _, f := range im.funcs {
		calls += len(called.FindAllString(f.Text, -1))
		for _, m := range inside.FindAllStringSubmatch(f.Text, -1) {
			k := "null"
			if calls--; m[1] == "!" {
				k = "fail"
			}
			if kind != "" && kind != k {
				return ""
			}
			kind = k
		}
	}
	if calls != 0 {
		return ""
	}
	return kind
}

// open lists what the owner of the spec has to look at.
func (im *importer) open() []string {
	out := []string{"INIT and the threads at the end: is that how the functions are called, and who else runs? Which locks does the caller hold?"}
	if a := im.assumed(); len(a) > 0 {
		out = append(out, "functions that were not followed, of which something is assumed: "+strings.Join(a, ", ")+"; the verdict lists those that were come by")
	}
	var vars []string
	for _, d := range im.vars {
		vars = append(vars, d.Names[0])
	}
	if len(vars) > 0 {
		out = append(out, "variables of the tree that begin with 0, or with the number that they have there: "+strings.Join(vars, ", "))
	}
	if u := im.unmet(); len(u) > 0 {
		out = append(out, "taken to hold, since which lock is meant is not known: "+strings.Join(u, ", "))
	}
	if len(im.configs) > 0 {
		out = append(out, "set, since the functions are there only then: "+strings.Join(slices.Sorted(maps.Keys(im.configs)), ", "))
	}
	if len(im.lost) > 0 {
		out = append(out, "not found in the tree, taken for functions that return an int, or for trace points: "+strings.Join(im.lost, ", "))
	}
	if len(im.renamed) > 0 {
		out = append(out, "from the tree, and not the model's functions of the same names: "+strings.Join(im.renamed, ", "))
	}
	var asked []string
	for _, n := range im.taken {
		if !slices.Contains(im.renamed, n) {
			asked = append(asked, n)
		}
	}
	if len(asked) > 0 {
		out = append(out, "taken from the tree in the place of the model's own: "+strings.Join(asked, ", "))
	}
	if len(im.drop) > 0 {
		var keys []string
		for k := range im.drop {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		out = append(out, "left out, since it could not be compiled: "+strings.Join(keys, ", "))
	}
	return out
}

// scene writes INIT and the threads.
func (im *importer) scene() string {
	s := &scene{importer: im, objects: map[string]string{}}
	var threads strings.Builder
	for i, d := range im.targets {
		threads.WriteString(s.thread(d, i))
	}
	if s.maps && s.sleeps {
		threads.WriteString("THREAD(munmap, &mm)\n{\n\tsys_munmap(IMPORT_ADDR, PAGE_SIZE);\n}\n")
	}
	for _, d := range im.protos {
		result, _, _ := signature(d, im.scope(d.File).Active(d))
		tag := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(result, "const "), "*"))
		if strings.HasSuffix(result, "*") && strings.HasPrefix(tag, "struct ") && !embedded[strings.TrimPrefix(tag, "struct ")] && tag != "struct vm_area_struct" && tag != "struct mm_struct" && tag != "struct task_struct" {
			s.object(tag)
		}
	}
	var init strings.Builder
	s.extras(&init, "struct mm_struct", "mm")
	for _, d := range im.vars {
		s.pointer(&init, d)
	}
	for i := 0; i < len(s.order); i++ { // grows
		for _, in := range initials {
			if f := s.model.Find(strings.SplitN(in.call, "(", 2)[0]); in.typ == typeOf(s.order[i]) && f != nil {
				fmt.Fprintf(&init, "\t"+in.call+";\n", s.objects[s.order[i]])
				s.header(f)
			}
		}
		init.WriteString(s.initial(s.order[i]))
	}
	var b strings.Builder
	b.WriteString("#define IMPORT_ADDR\t0x1000UL\n\nstatic struct mm_struct mm;\n")
	for _, tag := range s.order {
		fmt.Fprintf(&b, "static %s %s;\n", typeOf(tag), strings.Trim(s.objects[tag], "()"))
	}
	b.WriteString("\nINIT\n{\n\tmm_init(&mm);\n\tmm_map(&mm, IMPORT_ADDR, PAGE_SIZE, VM_ANON);\n")
	for _, tag := range s.order {
		if name := strings.Trim(s.objects[tag], "(*)"); s.allocates(typeOf(tag)) {
			fmt.Fprintf(&b, "\t%s = kzalloc(sizeof(*%s), GFP_KERNEL);\n", name, name)
		}
	}
	b.WriteString(init.String())
	b.WriteString("}\n\n")
	b.WriteString(threads.String())
	return b.String()
}

// pointer has a variable of the tree that is a pointer lead to an object.
func (s *scene) pointer(b *strings.Builder, d *Decl) {
	toks := plainType(s.scope(d.File).Active(d))
	if i := slices.IndexFunc(toks, func(t Token) bool { return t.Text == "=" || t.Text == ";" }); i >= 0 {
		toks = toks[:i]
	}
	text := joined(toks)
	if m := pointerRE.FindStringSubmatch(text); m != nil && !s.chained(m[1]) && m[1] != "struct kmem_cache" && m[1] != "struct task_struct" && m[1] != "struct vm_area_struct" && !s.drop["variable "+d.Names[0]] {
		if o := s.object(m[1]); o != "" {
			fmt.Fprintf(b, "\t%s = &%s;\n", m[2], o)
		}
	}
}

var pointerRE = regexp.MustCompile(`^(?:const )?(struct \w+) \*(\w+)$`)

// scene collects what the threads need.
type scene struct {
	*importer
	objects map[string]string // by type: the object there is
	order   []string
	maps    bool // a VMA or an address is among the arguments
	sleeps  bool // mmap_lock is taken, by somebody
}

// object is the object of a struct, "" if the struct is not known.
func (s *scene) object(tag string) string {
	if n, ok := s.objects[tag]; ok {
		return n
	}
	if base, nr, more := strings.Cut(tag, " #"); more { // a second one
		first := s.object(base)
		if first == "" {
			return ""
		}
		s.objects[tag] = strings.TrimSuffix(first, ")") + "_" + nr + strings.Repeat(")", strings.Count(first, ")"))
		s.order = append(s.order, tag)
		return s.objects[tag]
	}
	if !s.complete(tag) {
		return ""
	}
	n := "the_" + strings.TrimPrefix(strings.TrimPrefix(tag, "struct "), "union ")
	if s.allocates(tag) {
		n = "(*" + n + ")"
	}
	s.objects[tag] = n
	s.order = append(s.order, tag)
	return n
}

// typeOf is the type of an object that is not the first of its type.
func typeOf(key string) string { typ, _, _ := strings.Cut(key, " #"); return typ }

// isObject reports whether a typedef is one of a struct.
func (s *scene) isObject(typedef string) bool {
	d := s.model.Find(typedef)
	for i := 0; d == nil && i < len(s.files); i++ {
		d = s.scope(s.files[i]).Find(typedef)
	}
	return d != nil && d.Kind == Typedef && slices.ContainsFunc(d.Toks, func(t Token) bool { return t.Text == "struct" || t.Text == "union" }) && !slices.ContainsFunc(d.Toks, func(t Token) bool { return t.Text == "*" })
}

// complete reports whether a struct is defined in the spec or by the model.
func (s *scene) complete(tag string) bool {
	if s.isObject(tag) {
		return true
	}
	if m := s.model.Find(tag); m != nil {
		return m.Kind == Struct
	}
	for _, f := range s.files {
		if d := s.scope(f).Find(tag); d != nil {
			return d.Kind == Struct && s.types.seen[tag]
		}
	}
	return false
}

var freesRE = regexp.MustCompile(`\b(kfree|kvfree|kfree_rcu|kmem_cache_free|folio_put|put_page|fput)\(`)

// allocates reports whether objects of a type have to come from the heap: some function
// may free them.
func (s *scene) allocates(tag string) bool {
	return strings.HasPrefix(tag, "struct ") && slices.ContainsFunc(s.funcs, func(f *followed) bool { return freesRE.MatchString(f.Text) })
}

// isObjectOf reports whether an argument is the address of an object of the scene.
func isObjectOf(arg string) bool {
	return strings.HasPrefix(arg, "&the_") || strings.HasPrefix(arg, "&(*the_")
}

// initials are how objects of types begin that zero is no value of.
var initials = []struct{ typ, call string }{
	{"spinlock_t", "spin_lock_init(&%s)"},
	{"struct mutex", "mutex_init(&%s)"},
	{"struct rw_semaphore", "init_rwsem(&%s)"},
	{"struct list_head", "INIT_LIST_HEAD(&%s)"},
	{"refcount_t", "refcount_set(&%s, 1)"},
	{"struct kref", "kref_init(&%s)"},
	{"rwlock_t", "rwlock_init(&%s)"},
	{"wait_queue_head_t", "init_waitqueue_head(&%s)"},
}

// initial gives the members of an object their first values: locks are ready, lists are
// empty, and pointers that are followed lead to an object.
func (s *scene) initial(tag string) string {
	var b strings.Builder
	object := s.objects[tag]
	tag = typeOf(tag)
	if m := s.model.Find(tag); m == nil {
		for _, f := range s.files {
			if d := s.scope(f).Find(tag); d != nil {
				toks := s.scope(f).Active(d)
				if i := slices.IndexFunc(toks, func(x Token) bool { return x.Text == "{" }); i >= 0 {
					s.members(&b, tag, object, toks[i+1:len(toks)-1])
				}
				break
			}
		}
	} else if toks := s.model.Active(m); len(toks) > 3 {
		s.members(&b, tag, object, toks[3:len(toks)-1])
	}
	s.extras(&b, tag, object)
	return b.String()
}

// extras gives the members that were added to a struct of the model their first values.
func (s *scene) extras(b *strings.Builder, tag, object string) {
	for _, m := range s.extra[tag] {
		s.member(b, tag, object, s.memberLine(tag, m))
	}
}

// members does that for the members among some tokens.
func (s *scene) members(b *strings.Builder, tag, object string, toks []Token) {
	from := 0
	for i := 0; i < len(toks); i++ {
		switch toks[i].Text {
		case "{", "(", "[":
			i = skipBrackets(toks, i) - 1
		case ";":
			line := slices.DeleteFunc(slices.Clone(toks[from:i]), func(x Token) bool { return x.Kind == Directive })
			from = i + 1
			if open := slices.IndexFunc(line, func(x Token) bool { return x.Text == "{" }); open >= 0 && aggregate[line[0].Text] {
				if end := skipBrackets(line, open); len(plainType(line[end:])) == 0 {
					s.members(b, tag, object, line[open+1:end-1])
				}
				continue
			}
			s.member(b, tag, object, line)
		}
	}
}

// countRE are the names of members that count references: somebody has one.
var countRE = regexp.MustCompile(`ref|usage|users|^f_count$|^i_count$`)

// member does that for one declaration of members.
func (s *scene) member(b *strings.Builder, tag, object string, line []Token) {
	line = plainType(line)
	names, pointer := memberNames(line)
	if len(names) != 1 || s.drop[tag+"."+names[0]] || slices.ContainsFunc(line, func(x Token) bool { return x.Text == "[" || x.Text == "(" || x.Text == ":" }) {
		return
	}
	name := names[0]
	typ := strings.TrimPrefix(joined(line[:len(line)-1]), "const ")
	switch {
	case typ == "atomic_t" && countRE.MatchString(name) && s.model.Find("atomic_set") != nil:
		fmt.Fprintf(b, "\tatomic_set(&%s, 1);\n", of(object, name))
	case typ == "int" && name == "_refcount":
		fmt.Fprintf(b, "\t%s = 1;\n", of(object, name))
	case !s.types.members[name]:
	case typ == "void *":
		if o := s.meantBy(name); o != "" {
			fmt.Fprintf(b, "\t%s = &%s;\n", of(object, name), o)
		}
	case pointer && strings.HasPrefix(typ, "struct ") && strings.Count(typ, "*") == 1:
		switch to := strings.TrimSpace(strings.TrimSuffix(typ, "*")); {
		case to == "struct mm_struct":
			fmt.Fprintf(b, "\t%s = &mm;\n", of(object, name))
		case to == "struct task_struct" && tag == to:
			fmt.Fprintf(b, "\t%s = current;\n", of(object, name))
		case to == tag && (strings.HasSuffix(name, "root") || strings.HasSuffix(name, "parent")):
			fmt.Fprintf(b, "\t%s = &%s;\n", of(object, name), object)
		case to != tag && to != "struct vm_area_struct" && to != "struct task_struct" && (s.types.followed[name] || s.model.Find(to) != nil || s.types.seen[to] && !s.chained(to) || s.around(to) != ""):
			if in := s.around(to); in != "" {
				fmt.Fprintf(b, "\t%s = %s;\n", of(object, name), in)
			} else if o := s.object(to); o != "" {
				fmt.Fprintf(b, "\t%s = &%s;\n", of(object, name), o)
			}
		}
	case !pointer:
		for _, in := range initials {
			if f := s.model.Find(strings.SplitN(in.call, "(", 2)[0]); in.typ == typ && f != nil {
				fmt.Fprintf(b, "\t"+in.call+";\n", of(object, name))
				s.header(f)
			}
		}
		if strings.HasPrefix(typ, "struct ") && s.model.Find(typ) != nil {
			s.extras(b, typ, of(object, name))
		} else if strings.HasPrefix(typ, "struct ") { // locks within
			outer := s.objects[typ]
			s.objects[typ] = of(object, name)
			if text := s.initial(typ); !strings.Contains(b.String(), text) {
				b.WriteString(text)
			}
			if s.objects[typ] = outer; outer == "" {
				delete(s.objects, typ)
			}
		}
	}
}

var (
	takesLock   = regexp.MustCompile(`mmap_(read|write)_(try)?lock|down_(read|write)(_killable|_trylock)?\(&mm->mmap_(lock|sem)|lock_vma_under_rcu|lock_mm_and_find_vma`)
	assertsLock = regexp.MustCompile(`mmap_assert_(write_)?locked|(lockdep_assert_held\w*|rwsem_assert_held\w*)\(&\w+->mmap_lock\)|_nest_lock\([^;]*&\w+->mmap_lock\)`)
	walksVMAs   = regexp.MustCompile(`for_each_vma|find_vma|vma_lookup|vma_next\(|vma_prev\(|VMA_ITERATOR|vma_iter_|mas_(walk|find|for_each|prev|next)|find_extend_vma|->vm_next|mm->mmap\b`)
	needsWrite  = regexp.MustCompile(`mmap_assert_write_locked|vma_assert_write_locked|_nest_lock|_held_write\(&\w+->mmap_lock|vma_start_write|vm_flags_(set|clear|mod|reset|init)|vma_merge|vma_modify|split_vma|mmap_write_(unlock|downgrade)|vma_adjust|vma_iter_(store|clear)|vma_expand`)
	firstDrop   = regexp.MustCompile(`(?:mmap_|up_)(read|write)`)
	dropsLock   = regexp.MustCompile(`mmap_(read|write)_unlock|up_(read|write)\(&mm->mmap_(lock|sem)`)
)

// contract is what a function and those that it calls say of mmap_lock.
type contract struct {
	takes, drops bool
	vmaLocked    bool   // the caller holds the lock of the VMA for writing
	dropsFirst   bool   // it begins with giving the lock up
	held         string // by the caller: "read", "write" or ""
	last         string // the mode in which the lock is held when the function returns
}

var wordRE = regexp.MustCompile(`\W`)

// contractOf guesses the contract of a function from its text and that of the functions
// that are followed.
func (s *scene) contractOf(d *Decl, vma, locked bool) contract {
	text := d.Text
	for _, f := range s.funcs {
		if !f.target && !strings.HasSuffix(f.File.Path, ".h") {
			text += f.Text
		}
	}
	c := contract{takes: takesLock.MatchString(text), drops: dropsLock.MatchString(text), vmaLocked: strings.Contains(text, "vma_assert_write_locked(")}
	first, drop := takesLock.FindStringIndex(d.Text), dropsLock.FindStringIndex(d.Text)
	c.dropsFirst = drop != nil && (first == nil || drop[0] < first[0])
	switch {
	case c.takes && !c.dropsFirst && !(vma && c.drops && first == nil) && !assertsLock.MatchString(d.Text):
	case vma, locked, c.dropsFirst, assertsLock.MatchString(text), walksVMAs.MatchString(text) && !strings.Contains(text, "rcu_read_lock("), strings.Contains(d.Names[0], "_locked"):
		if c.held = "read"; needsWrite.MatchString(text) {
			c.held = "write"
		}
		if c.last = c.held; c.dropsFirst {
			if m := takesLock.FindAllStringSubmatch(d.Text, -1); len(m) > 0 && m[len(m)-1][1] != "" {
				c.last = m[len(m)-1][1]
			}
			c.held = firstDrop.FindStringSubmatch(d.Text)[1]
		}
	}
	return c
}

// thread writes a thread that calls a function.
func (s *scene) thread(d *Decl, n int) string {
	scope := s.scope(d.File)
	result, name, params := signature(d, scope.Active(d))
	name = s.spelled(name)
	var locals, args []string
	vma, locked := false, ""
	for i, p := range params {
		if p.Type == "..." {
			continue
		}
		a := s.argument(p, i, &locals)
		if isObjectOf(a) && slices.Contains(args, a) && !strings.Contains(a, ".") {
			key := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(p.Type, "const "), "*")) + " #2"
			if o := s.object(key); o != "" {
				a = "&" + o // not the same one twice
			}
		}
		if strings.HasPrefix(a, "vma") {
			vma = true
		}
		if strings.HasPrefix(a, "&") && p.Name == "locked" {
			locked = strings.TrimPrefix(a, "&")
		}
		args = append(args, a)
	}
	s.maps = s.maps || vma || slices.Contains(args, "IMPORT_ADDR")
	c := s.contractOf(d, vma, locked != "")
	s.sleeps = s.sleeps || c.held != "" || c.takes || walksVMAs.MatchString(d.Text)
	var b strings.Builder
	for _, l := range locals {
		b.WriteString("\t" + l + "\n")
	}
	if vma {
		b.WriteString("\tstruct vm_area_struct *vma;\n")
	}
	if len(locals) > 0 || vma {
		b.WriteString("\n")
	}
	s.extras(&b, "struct task_struct", "current->")
	before, after := s.otherLocks(d, params, args)
	call := name + "(" + strings.Join(args, ", ") + ")"
	calls := before + "\t" + call + ";\n" + after
	switch {
	case c.held != "":
		s.assumes = append(s.assumes, fmt.Sprintf("the caller of %s() holds mmap_lock for %s", d.Names[0], map[string]string{"read": "reading", "write": "writing"}[c.held]))
		calls = s.calledLocked(c, vma, locked, result, before, call, after)
	case before == "" && after == "" && !endsLife.MatchString(d.Names[0]):
		calls += calls // what the first call leaves behind
	}
	thread := wordRE.ReplaceAllString(strings.TrimPrefix(d.Names[0], "sys_"), "_") + "_caller"
	if slices.Contains(s.targets[:n], d) {
		thread += fmt.Sprint(n + 1)
	}
	return fmt.Sprintf("THREAD(%s, &mm)\n{\n%s%s}\n\n", thread, b.String(), calls)
}

// calledLocked are the steps of a thread that calls a function with mmap_lock held.
func (s *scene) calledLocked(c contract, vma bool, locked, result, before, call, after string) string {
	text := fmt.Sprintf("\tmmap_%s_lock(&mm);\n", c.held)
	unlock := fmt.Sprintf("mmap_%s_unlock(&mm);\n", c.last)
	steps := before + "\t" + call + ";\n" + after
	if vma {
		text += "\tvma = find_vma(&mm, IMPORT_ADDR);\n"
		if c.vmaLocked {
			before = "\tvma_start_write(vma);\n" + before
			steps = before + "\t" + call + ";\n" + after
		}
		steps = "\tif (vma) {\n" + strings.ReplaceAll("\t"+strings.TrimSuffix(steps, "\n"), "\n", "\n\t") + "\n\t}\n"
	}
	switch {
	case locked != "":
		return text + steps + "\tif (" + locked + ")\n\t\t" + unlock
	case c.drops && !c.takes: // it gives the lock up
		return text + steps
	case c.dropsFirst && result == "bool" && !vma: // and says whether it has it again
		return text + before + "\tif (" + call + ")\n\t\t" + unlock + after
	}
	return text + steps + "\t" + unlock
}

// endsLife are names of functions that are called once for an object.
var endsLife = regexp.MustCompile(`free|destroy|release|exit|close|put|remove|delete|unregister|cleanup|fini|kill|drop|teardown|unmap|detach|dispose|init|alloc|create`)

var (
	heldRE  = regexp.MustCompile(`(?:lockdep_assert_held|lockdep_assert_held_write|assert_spin_locked)\(&?(\w+)(?:->([\w.]+))?\)|__must_hold\(&?(\w+)(?:->([\w.]+))?\)`)
	dropRE  = regexp.MustCompile(`__releases\(&?(\w+)(?:->([\w.]+))?\)`)
	takeRE  = regexp.MustCompile(`__acquires\(&?(\w+)(?:->([\w.]+))?\)`)
	lockOps = map[string][2]string{
		"spinlock_t": {"spin_lock", "spin_unlock"}, "raw_spinlock_t": {"raw_spin_lock", "raw_spin_unlock"},
		"struct mutex": {"mutex_lock", "mutex_unlock"}, "struct rw_semaphore": {"down_write", "up_write"},
		"rwlock_t": {"write_lock", "write_unlock"},
	}
)

var assertsRE = regexp.MustCompile(`\b(lockdep_assert_held\w*|assert_spin_locked)\(&?([\w.>-]+(?:\(.*\))?)\)`)

// unmet are the assertions about locks in the functions asked for that the scene cannot
// see to: which lock is meant is not known where they are called.
func (im *importer) unmet() (macros []string) {
	for _, d := range im.targets {
		_, _, params := signature(d, im.scope(d.File).Active(d))
		for _, m := range assertsRE.FindAllStringSubmatch(d.Text, -1) {
			first, rest, _ := strings.Cut(m[2], "->")
			known := slices.ContainsFunc(params, func(p Param) bool { return p.Name == first }) && !strings.Contains(rest, "->") && !strings.Contains(m[2], "(")
			if !known && !strings.HasSuffix(m[2], "->mmap_lock") && !slices.Contains(macros, m[1]) {
				macros = append(macros, m[1])
			}
		}
	}
	return macros
}

// otherLocks are the steps before and after a call that take and release what the
// function says that its caller holds.
func (s *scene) otherLocks(d *Decl, params []Param, args []string) (before, after string) {
	seen := map[string]bool{}
	each := func(re *regexp.Regexp, take, drop bool) {
		for _, m := range re.FindAllStringSubmatch(d.Text, -1) {
			name, member := m[1], m[2]
			if name == "" {
				name, member = m[3], m[4]
			}
			i := slices.IndexFunc(params, func(p Param) bool { return p.Name == name })
			if i < 0 || i >= len(args) || !isObjectOf(args[i]) || seen[name+member] {
				continue
			}
			typ, lock := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(params[i].Type, "const "), "*")), args[i]
			if member != "" {
				line := s.memberLine(typ, member)
				if len(line) < 2 {
					continue
				}
				typ, lock = joined(line[:len(line)-1]), args[i]+"."+member
			}
			ops, ok := lockOps[typ]
			if !ok {
				continue
			}
			seen[name+member] = true
			if take {
				before += "\t" + ops[0] + "(" + lock + ");\n"
			}
			if drop {
				after = "\t" + ops[1] + "(" + lock + ");\n" + after
			}
		}
	}
	each(dropRE, true, strings.Contains(d.Text, "__acquires("))
	each(heldRE, true, true)
	each(takeRE, false, true)
	return before, after
}

// meantBy is an object of the struct that a void pointer in a member leads to, if some
// function says so: "struct foo *foo = x->private;".
func (s *scene) meantBy(member string) string {
	re := regexp.MustCompile(`(struct \w+) \*\s*\w+ = (?:\(struct \w+ \*\)\s*)?[\w.>-]+(?:->|\.)` + member + `;`)
	for _, f := range s.funcs {
		if m := re.FindStringSubmatch(f.Text); m != nil && m[1] != "struct vm_area_struct" && m[1] != "struct task_struct" {
			if m[1] == "struct mm_struct" {
				return "mm"
			}
			return s.object(m[1])
		}
	}
	return ""
}

// of is a member of an object, or of what a pointer leads to: "current->".
func of(object, member string) string {
	if strings.HasSuffix(object, "->") {
		return object + member
	}
	return object + "." + member
}

var aroundRE = regexp.MustCompile(`(?:container_of|container_of_const)\([^,]+,\s*(struct \w+),\s*(\w+)\)`)

// around is the address of a struct within the object around it, if the code goes from
// the one to the other.
func (s *scene) around(tag string) string {
	texts := make([]string, 0, len(s.funcs)+len(s.macros))
	for _, f := range s.funcs {
		texts = append(texts, f.Text)
	}
	for _, d := range s.macros {
		texts = append(texts, d.Text)
	}
	for _, text := range texts {
		for _, m := range aroundRE.FindAllStringSubmatch(text, -1) {
			line := s.memberLine(m[1], m[2])
			if len(line) > 1 && joined(line[:len(line)-1]) == tag && s.model.Find(m[1]) == nil {
				if o := s.object(m[1]); o != "" {
					return "&" + o + "." + m[2]
				}
			} else if len(line) > 1 && joined(line[:len(line)-1]) == tag {
				switch m[1] {
				case "struct task_struct":
					return "&current->" + m[2]
				case "struct mm_struct":
					return "&mm." + m[2]
				}
			}
		}
	}
	return ""
}

// chained reports whether a struct has a pointer to its own kind, as elements of lists
// have: the first of them is rather NULL.
func (s *scene) chained(tag string) bool {
	name := strings.TrimPrefix(tag, "struct ")
	for _, f := range s.files {
		if d := s.scope(f).Find(tag); d != nil {
			_, body := head(d.Toks)
			return slices.ContainsFunc(body, func(t Token) bool { return t.Text == name })
		}
	}
	return false
}

// argument is a plausible argument, with the locals that it needs.
func (s *scene) argument(p Param, n int, locals *[]string) string {
	local := func(typ, value string) string {
		l := fmt.Sprintf("arg%d", n)
		*locals = append(*locals, strings.TrimSpace(typ)+" "+l+" = "+value+";")
		return "&" + l
	}
	typ := strings.TrimSpace(strings.TrimPrefix(p.Type, "const "))
	base, stars := strings.CutSuffix(typ, "*")
	base = strings.TrimSpace(base)
	switch {
	case strings.Contains(typ, "(*"):
		return "NULL"
	case typ == "struct mm_struct *":
		return "&mm"
	case typ == "struct vm_area_struct *":
		return "vma"
	case p.Name == "unlock" || p.Name == "do_unlock":
		return "1"
	case typ == "struct task_struct *":
		return "current"
	case strings.HasSuffix(base, "*"):
		if inner := strings.TrimSpace(strings.TrimSuffix(base, "*")); strings.HasPrefix(inner, "struct ") {
			return local(base, "NULL")
		}
		return "NULL"
	case stars && (strings.HasPrefix(base, "struct ") || strings.HasPrefix(base, "union ")):
		if in := s.around(base); in != "" {
			return in
		}
		if o := s.object(base); o != "" {
			return "&" + o
		}
		return "NULL"
	case stars && (base == "void" || base == "char" || base == "u8" || base == "unsigned char"):
		return "NULL"
	case stars && s.isObject(base):
		return "&" + s.object(base)
	case stars && p.Name == "locked":
		return local(base, "1")
	case stars:
		return local(base, "0")
	case strings.HasPrefix(typ, "struct "), s.isObject(typ):
		return s.objectByValue(typ)
	}
	switch name := strings.TrimLeft(p.Name, "_"); {
	case strings.Contains(name, "end"):
		return "IMPORT_ADDR + PAGE_SIZE"
	case strings.Contains(name, "len") || strings.Contains(name, "size"):
		return "PAGE_SIZE"
	case name == "start" || strings.Contains(name, "addr"):
		return "IMPORT_ADDR"
	}
	return "0"
}

func (s *scene) objectByValue(tag string) string {
	if o := s.object(tag); o != "" {
		return o
	}
	return "0"
}
