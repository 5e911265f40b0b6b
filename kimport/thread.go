// SPDX-License-Identifier: MIT

// This file writes the thread that calls an imported function: with which arguments, and
// under which locks.

package kimport

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

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
	keeps        bool   // it takes the lock and leaves that to somebody else to give up
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
		if m := takesLock.FindStringSubmatch(text); !dropsLock.MatchString(d.Text) && takesByName.MatchString(d.Names[0]) {
			if c.keeps, c.last = true, "read"; m[1] == "write" || m[3] == "write" {
				c.last = "write"
			}
		}
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

// choicesHere is where a thread makes the choices of the scene.
const choicesHere = "\t/* choices */\n"

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
		if c := s.choice(d.Names[0] + ":" + p.Name); c != "" && a == "0" {
			a = fmt.Sprintf("arg%d", i)
			locals = append(locals, fmt.Sprintf("%s %s = %s;", p.Type, a, c))
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
	if n == 0 {
		b.WriteString(choicesHere)
	}
	s.extras(&b, "struct task_struct", "current->")
	before, after := s.otherLocks(d, params, args)
	more, less := s.heldAround(d, params, args, s.seenTo)
	before, after = before+more, less+after
	call := name + "(" + strings.Join(args, ", ") + ")"
	calls := before + "\t" + call + ";\n" + after
	if o := s.counterpart(d); o != nil {
		undo := s.spelled(o.Names[0]) + "(" + strings.Join(args, ", ") + ");\n"
		if calls = before + "\t" + call + ";\n\t" + undo + less; result == "bool" {
			calls = before + "\tif (" + call + ")\n\t\t" + undo + less
		}
		s.assumes = append(s.assumes, fmt.Sprintf("what %s() leaves to be undone is undone by %s()", d.Names[0], o.Names[0]))
	}
	switch {
	case c.held != "":
		s.assumes = append(s.assumes, fmt.Sprintf("the caller of %s() holds mmap_lock for %s", d.Names[0], map[string]string{"read": "reading", "write": "writing"}[c.held]))
		calls = s.calledLocked(c, vma, locked, result, before, call, after)
	case c.keeps:
		s.assumes = append(s.assumes, d.Names[0]+"() may return with mmap_lock held")
		calls += fmt.Sprintf("\tif (lockdep_is_held(&mm.mmap_lock))\n\t\tmmap_%s_unlock(&mm);\n", c.last)
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
	s.seenTo = map[string]bool{}
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
			s.seenTo[strings.TrimSuffix(name+"->"+member, "->")] = true
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
