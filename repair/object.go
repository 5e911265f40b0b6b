// SPDX-License-Identifier: MIT

// This file has the rules about an object that may be gone: look it up again, hold a
// reference, write-lock the VMA, test before use.

package repair

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// uses are the statements of st's block from the one behind it on that name a variable,
// with what lies between.
func (st *Stmt) uses(name string) []*Stmt {
	rest := st.Parent.Kids[st.index()+1:]
	first, last := -1, -1
	for i, k := range rest {
		if k.Func.src.names(k.span, name) {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return nil
	}
	return rest[first : last+1]
}

// inside puts statements under a condition.
func inside(sts []*Stmt, cond string) (Edit, bool) {
	s, in := sts[0].Func.src, sts[0].indent()
	for _, st := range sts {
		if st.Kind == Jump || st.Kind == Declaration {
			return Edit{}, false
		}
	}
	from, to := s.toks[sts[0].from].From, s.toks[sts[len(sts)-1].to-1].To
	body := strings.ReplaceAll(s.Text[from:to], "\n", "\n\t")
	if len(sts) == 1 && sts[0].Kind == Simple {
		return edit(from, to, fmt.Sprintf("if (%s)\n%s\t%s", cond, in, body)), true
	}
	return edit(from, to, fmt.Sprintf("if (%s) {\n%s\t%s\n%s}", cond, in, body, in)), true
}

// lookUpAgain looks a VMA up again where a lock is taken, and goes on only if there is
// one, and it covers the range.
func lookUpAgain(p *Place) (out []*Proposal) {
	p.each(func(st *Stmt) {
		op, ok := lockOpOf(st.call())
		if !ok || op.effect != locks || st.index() < 0 {
			return
		}
		vmas := st.Func.vmas(st, op.lock)
		for _, v := range slices.Sorted(maps.Keys(vmas)) {
			lookup := vmas[v]
			used := st.uses(v)
			if used == nil {
				continue
			}
			what, where := fmt.Sprintf("look %s up again", v), fmt.Sprintf("behind line %d", st.Line())
			again := fmt.Sprintf("%s = %s;", v, lookup)
			for _, cond := range st.Func.covers(v) {
				if e, ok := inside(used, cond); ok {
					out = append(out, &Proposal{what, where, []Edit{st.after(again), e}})
				}
			}
			out = append(out, &Proposal{what, where, []Edit{st.after(again)}})
		}
	})
	return out
}

// vmas are the variables for VMAs that are known before st, with what finds them: the
// call that did, or one by the address that came with it.
func (f *Function) vmas(st *Stmt, lock string) map[string]string {
	s, out := f.src, map[string]string{}
	f.Body.each(func(k *Stmt) {
		if k.from >= st.from {
			return
		}
		for _, c := range s.calls(k.span) {
			if lookups[c.Name] && s.text(c.at.from-1) == "=" && s.isName(c.at.from-2) {
				out[s.text(c.at.from-2)] = s.words(c.at)
			}
		}
	})
	addr := f.argument("start", "addr", "address")
	for i := f.head.from; i < f.head.to; i++ {
		if n := s.text(i); s.isName(i) && s.text(i+1) != "*" && strings.HasPrefix(f.typeOf(n), "struct vm_area_struct *") && addr != "" && lock != "" {
			out[n] = fmt.Sprintf("vma_lookup(%s, %s)", lock, addr)
		}
	}
	return out
}

// argument is the first of some names that the function has an argument of, "" if none.
func (f *Function) argument(names ...string) string {
	for _, n := range names {
		if f.src.names(f.head, n) {
			return n
		}
	}
	return ""
}

// covers are conditions under which a VMA that was found again is the one wanted.
func (f *Function) covers(v string) []string {
	if end := f.argument("end"); end != "" {
		return []string{fmt.Sprintf("%s && %s <= %s->vm_end", v, end, v), v}
	}
	return []string{v}
}

// keepReference takes a reference before something is unlocked or called, and gives it
// up behind the last use.
func keepReference(p *Place) (out []*Proposal) {
	p.each(func(st *Stmt) {
		if st.index() < 0 || st.Kind != Simple {
			return
		}
		pointers := st.Func.pointers()
		for _, name := range slices.Sorted(maps.Keys(pointers)) {
			typ, used := pointers[name], st.uses(name)
			if used == nil || used[len(used)-1].Kind == Jump {
				continue
			}
			for _, r := range references {
				if r.Type != typ {
					continue
				}
				last := used[len(used)-1]
				out = append(out, &Proposal{fmt.Sprintf("hold a reference to %s", name), fmt.Sprintf("from line %d to line %d", st.Line(), last.lastLine()),
					[]Edit{st.before(fmt.Sprintf("%s(%s);", r.Get, name)), last.after(fmt.Sprintf("%s(%s);", r.Put, name))}})
			}
		}
	})
	return out
}

// pointers are the local variables and arguments that are pointers, with their types.
func (f *Function) pointers() map[string]string {
	out := map[string]string{}
	collect := func(p span) {
		for i := p.from; i < p.to; i++ {
			if f.src.isName(i) && f.src.text(i-1) == "*" {
				if t := f.typeOf(f.src.text(i)); strings.HasSuffix(t, "*") {
					out[f.src.text(i)] = t
				}
			}
		}
	}
	collect(f.head)
	f.Body.each(func(st *Stmt) {
		if st.Kind == Declaration {
			collect(st.span)
		}
	})
	return out
}

// startWrite write-locks a VMA before it is used.
func startWrite(p *Place) (out []*Proposal) {
	p.each(func(st *Stmt) {
		if st.index() < 0 || st.Kind != Simple && st.Kind != If {
			return
		}
		pointers := st.Func.pointers()
		for _, name := range slices.Sorted(maps.Keys(pointers)) {
			if typ := pointers[name]; typ == "struct vm_area_struct *" && p.Source.names(st.span, name) && !p.assigns(st, name) {
				out = append(out, &Proposal{fmt.Sprintf("write-lock %s", name), fmt.Sprintf("before line %d", st.Line()), []Edit{st.before(fmt.Sprintf("vma_start_write(%s);", name))}})
			}
		}
	})
	return out
}

// assigns reports whether a statement begins with an assignment to a variable.
func (p *Place) assigns(st *Stmt, name string) bool {
	return p.Source.text(st.from) == name && p.Source.text(st.from+1) == "="
}

// test uses a pointer only if it is not NULL.
func test(p *Place) (out []*Proposal) {
	p.each(func(st *Stmt) {
		name := p.Source.text(st.from)
		if st.index() < 0 || st.Kind != Simple || !p.assigns(st, name) || !strings.HasSuffix(st.Func.typeOf(name), "*") {
			return
		}
		if used := st.uses(name); used != nil {
			if e, ok := inside(used, name); ok {
				out = append(out, &Proposal{fmt.Sprintf("use %s only if it is not NULL", name), "", []Edit{e}})
			}
		}
	})
	return out
}
