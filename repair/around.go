// SPDX-License-Identifier: MIT

// This file has the rules about accesses that nothing protects: take a lock around
// them, mark them.

package repair

import (
	"fmt"
	"regexp"
	"strings"
)

// maxAround is how many statements a new section holds at most.
const maxAround = 8

// lockAround takes a lock that the spec has around statements that the report names.
func lockAround(p *Place) (out []*Proposal) {
	for _, pair := range p.pairs() {
		p.each(func(first *Stmt) {
			i := first.index()
			if i < 0 || first.Kind == Jump || first.Kind == Declaration {
				return
			}
			near := false
			for n, last := range first.Parent.Kids[i:] {
				if n == maxAround || last.Kind == Jump || last.Kind == Declaration {
					break
				}
				if near = near || p.near(last); near && first.Func.knows(pair.lock) && !first.Func.locks(pair.lock) {
					out = append(out, &Proposal{"take " + pair.name, fmt.Sprintf("around lines %d to %d", first.Line(), last.lastLine()),
						[]Edit{first.before(pair.take), last.after(pair.give)}})
				}
			}
		})
	}
	return out
}

// section is how a lock of the spec is taken and given up; "" where that is not known.
type section struct{ name, lock, take, give string }

func (op lockOp) section(read bool) section {
	f := op.family
	s := section{name: f.name(op.lock), lock: op.lock}
	take, give := f.Lock, f.Unlock
	if read {
		take, give = f.Read, f.ReadUnlock
		s.name += " for reading"
	}
	if take != "" {
		s.take = fmt.Sprintf("%s(%s);", take, op.lock)
	}
	if give != "" {
		s.give = fmt.Sprintf("%s(%s);", give, op.lock)
	}
	return s
}

// pairs lists the locks that the functions of the spec take, each mode once, and the
// read section of RCU.
func (p *Place) pairs() (out []section) {
	seen := map[section]bool{}
	add := func(s section) {
		if s.take != "" && s.give != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	for _, f := range p.Source.Functions {
		for _, c := range p.Source.calls(f.Body.span) {
			if op, ok := lockOpOf(&c); ok && op.effect == locks {
				add(op.section(false))
				add(op.section(true))
			}
		}
	}
	if strings.Contains(p.Source.Text, "rcu") {
		add(lockOps["rcu_read_lock"].section(false))
	}
	return out
}

// locks reports whether a function takes a lock itself: then there are smaller changes.
func (f *Function) locks(lock string) bool {
	for _, c := range f.src.calls(f.Body.span) {
		if op, ok := lockOpOf(&c); ok && op.lock == lock {
			return true
		}
	}
	return false
}

var identifier = regexp.MustCompile(`(?:->|\.)?[A-Za-z_]\w*`)

// knows reports whether the names of an expression mean something in a function: they
// are its own, or of no function.
func (f *Function) knows(expr string) bool {
	for _, n := range identifier.FindAllString(expr, -1) {
		if strings.HasPrefix(n, ".") || strings.HasPrefix(n, "-") || n == "current" || f.typeOf(n) != "" {
			continue
		}
		for _, g := range f.src.Functions {
			if g.typeOf(n) != "" {
				return false
			}
		}
	}
	return true
}

var plainStore = regexp.MustCompile(`^([A-Za-z_][\w>.\[\]-]*) = (.*);$`)

// markAccess marks stores, and loads into variables, that the report names.
func markAccess(p *Place) (out []*Proposal) {
	p.each(func(st *Stmt) {
		if st.Kind != Simple || !p.near(st) {
			return
		}
		m := plainStore.FindStringSubmatch(st.text())
		if m == nil || strings.Contains(m[0], "_ONCE(") {
			return
		}
		if st.Func.typeOf(m[1]) == "" {
			out = append(out, &Proposal{"mark the store", fmt.Sprintf("in line %d", st.Line()), []Edit{st.replace(fmt.Sprintf("WRITE_ONCE(%s, %s);", m[1], m[2]))}})
		}
		out = append(out, &Proposal{"mark the load", fmt.Sprintf("in line %d", st.Line()), []Edit{st.replace(fmt.Sprintf("%s = READ_ONCE(%s);", m[1], m[2]))}})
	})
	return out
}
