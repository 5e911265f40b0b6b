// SPDX-License-Identifier: MIT

// This file sets the scene of a spec: its objects, with the first values of their
// members, and INIT. With the threads (thread.go) it is a first guess, for the owner of
// the spec to edit.

package kimport

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

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
		if c := s.choice(d.Names[0]); c != "" && s.guessedFrom[d.Names[0]] > 0 {
			s.choosing += fmt.Sprintf("\t%s = %s;\n", d.Names[0], c)
		}
		s.pointer(&init, d)
		s.heads(&init, d)
		s.parts(&init, d)
	}
	if s.findsTask() {
		init.WriteString("\tthe_task.mm = &mm;\n\trefcount_set(&the_task.usage, 1);\n\tspin_lock_init(&the_task.alloc_lock);\n")
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
	text := strings.Replace(threads.String(), choicesHere, map[bool]string{true: "\timport_choose();\n"}[s.choosing != ""], 1)
	s.assumes = append(s.assumes, s.chosenText()...)
	var b strings.Builder
	b.WriteString("#define IMPORT_ADDR\t0x1000UL\n\nstatic struct mm_struct mm;\n")
	if s.findsTask() {
		b.WriteString("static struct task_struct the_task;\n")
	}
	for _, tag := range s.order {
		fmt.Fprintf(&b, "static %s %s;\n", typeOf(tag), strings.Trim(s.objects[tag], "()"))
	}
	if strings.Contains(init.String(), "import_work") { // which function it is, other code says
		b.WriteString("\nstatic void import_work(struct work_struct *work)\n{\n\t(void)work;\n}\n")
		s.assumes = append(s.assumes, "work items of the objects in INIT do nothing")
	}
	b.WriteString("\nINIT\n{\n\tmm_init(&mm);\n\tmm_map(&mm, IMPORT_ADDR, PAGE_SIZE, VM_ANON);\n")
	for _, tag := range s.order {
		if name := strings.Trim(s.objects[tag], "(*)"); s.allocates(typeOf(tag)) {
			fmt.Fprintf(&b, "\t%s = kzalloc(sizeof(*%s), GFP_KERNEL);\n", name, name)
		}
	}
	b.WriteString(init.String())
	b.WriteString("}\n\n")
	b.WriteString(s.choose())
	b.WriteString(text)
	return b.String()
}

// findsTask reports whether a function of which something is assumed gives a task: it is
// one that has the mm.
func (s *scene) findsTask() bool {
	return slices.ContainsFunc(s.protos, func(d *Decl) bool {
		result, _, _ := signature(d, s.scope(d.File).Active(d))
		return result == "struct task_struct *"
	})
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

var headsRE = regexp.MustCompile(`^(wait_queue_head_t|struct wait_queue_head|struct list_head) (\w+)(\[.+\])?;$`)

// heads has a variable of the tree that is the head of a list, or an array of them, begin
// empty.
func (s *scene) heads(b *strings.Builder, d *Decl) {
	m := headsRE.FindStringSubmatch(joined(plainType(s.scope(d.File).Active(d))))
	if m == nil || m[1] != "struct list_head" && s.world["MM_WAIT_ENTRIES"] == "" {
		return
	}
	call := "init_waitqueue_head"
	if m[1] == "struct list_head" {
		call = "INIT_LIST_HEAD"
	}
	if m[3] == "" {
		fmt.Fprintf(b, "\t%s(&%s);\n", call, m[2])
		return
	}
	fmt.Fprintf(b, "\tfor (int i = 0; i < sizeof(%s) / sizeof(%s[0]); i++)\n\t\t%s(&%s[i]);\n", m[2], m[2], call, m[2])
}

// parts has the members of a variable of the tree that is a struct begin as those of
// objects do.
func (s *scene) parts(b *strings.Builder, d *Decl) {
	toks := plainType(s.scope(d.File).Active(d))
	if i := slices.IndexFunc(toks, func(t Token) bool { return t.Text == "=" || t.Text == ";" }); i >= 0 {
		toks = toks[:i]
	}
	if len(toks) != 3 || toks[0].Text != "struct" || toks[2].Text != d.Names[0] || s.drop["variable "+d.Names[0]] {
		return
	}
	tag := "struct " + toks[1].Text
	if _, has := s.objects[tag]; s.model.Find(tag) != nil || !s.complete(tag) || has {
		return
	}
	s.objects[tag] = d.Names[0]
	b.WriteString(s.initial(tag))
}

var pointerRE = regexp.MustCompile(`^(?:const )?(struct \w+) \*(\w+)$`)

// scene collects what the threads need.
type scene struct {
	*importer
	objects  map[string]string // by type: the object there is
	order    []string
	maps     bool            // a VMA or an address is among the arguments
	sleeps   bool            // mmap_lock is taken, by somebody
	chosen   map[string]bool // places whose first value is any that matters
	choosing string          // the statements that choose them
	seenTo   map[string]bool // locks that the function at hand says itself its caller holds
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
	if d == nil || d.Kind != Typedef {
		return false
	}
	toks := d.Toks
	if open := slices.IndexFunc(toks, func(t Token) bool { return t.Text == "{" }); open >= 0 {
		toks = slices.Delete(slices.Clone(toks), open, skipBrackets(toks, open))
	}
	return slices.ContainsFunc(toks, func(t Token) bool { return t.Text == "struct" || t.Text == "union" }) && !slices.ContainsFunc(toks, func(t Token) bool { return t.Text == "*" })
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
			return d.Kind == Struct && (s.types.seen[tag] || s.defined[tag])
		}
	}
	return false
}

var freesRE = regexp.MustCompile(`\b(kfree|kvfree|kfree_rcu|kmem_cache_free)\(`)

// frees are the functions that may free an object of one type, by the type.
var frees = map[string]*regexp.Regexp{
	"struct folio": regexp.MustCompile(`\bfolio_put\(`), "struct page": regexp.MustCompile(`\bput_page\(`), "struct file": regexp.MustCompile(`\bfput\(`),
}

// allocates reports whether objects of a type have to come from the heap: some function
// may free them.
func (s *scene) allocates(tag string) bool {
	return strings.HasPrefix(tag, "struct ") && slices.ContainsFunc(s.funcs, func(f *followed) bool {
		return freesRE.MatchString(f.Text) || frees[tag] != nil && frees[tag].MatchString(f.Text)
	})
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
	{"struct wait_queue_head", "init_waitqueue_head(&%s)"},
	{"struct work_struct", "INIT_WORK(&%s, import_work)"},
}

// isInitial reports whether objects of a type begin with more than zero.
func isInitial(typ string) bool {
	for _, in := range initials {
		if in.typ == typ {
			return true
		}
	}
	return false
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

// arrayRE is a member that is a small array of structs, or of pointers to them.
var arrayRE = regexp.MustCompile(`^(struct \w+) (\*?)(\w+)\[([1-8])\]$`)

// elements gives those of an array their first values.
func (s *scene) elements(b *strings.Builder, object, typ string, pointers bool, name, length string) {
	to := ""
	if pointers {
		if to = s.object(typ); to == "" {
			return
		}
	}
	for i := range int(length[0] - '0') {
		element := fmt.Sprintf("%s[%d]", of(object, name), i)
		if pointers {
			fmt.Fprintf(b, "\t%s = &%s;\n", element, to)
			continue
		}
		outer := s.objects[typ]
		s.objects[typ] = element
		b.WriteString(s.initial(typ))
		if s.objects[typ] = outer; outer == "" {
			delete(s.objects, typ)
		}
	}
}

// countRE are the names of members that count references: somebody has one.
var countRE = regexp.MustCompile(`ref|usage|users|^f_count$|^i_count$`)

// member does that for one declaration of members.
func (s *scene) member(b *strings.Builder, tag, object string, line []Token) {
	line = plainType(line)
	names, pointer := memberNames(line)
	if m := arrayRE.FindStringSubmatch(joined(line)); m != nil && s.types.members[m[3]] && !s.drop[tag+"."+m[3]] {
		s.elements(b, object, m[1], m[2] != "", m[3], m[4])
		return
	}
	if len(names) != 1 || s.drop[tag+"."+names[0]] || slices.ContainsFunc(line, func(x Token) bool { return x.Text == "[" || x.Text == "(" || x.Text == ":" }) {
		return
	}
	name := names[0]
	typ := strings.TrimPrefix(joined(line[:len(line)-1]), "const ")
	if s.guessedFrom[tag+"."+name] > 0 && !pointer && s.types.members[name] {
		if c := s.choice(tag + "." + name); c != "" {
			s.choosing += fmt.Sprintf("\t%s = %s;\n", of(object, name), c)
			return
		}
	}
	switch {
	case typ == "atomic_t" && countRE.MatchString(name) && s.model.Find("atomic_set") != nil:
		fmt.Fprintf(b, "\tatomic_set(&%s, 1);\n", of(object, name))
	case typ == "int" && name == "_refcount":
		fmt.Fprintf(b, "\t%s = 1;\n", of(object, name))
	case !s.types.members[name] && !(s.types.accessed[name] && s.model.Find(tag) != nil):
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
