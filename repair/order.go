// SPDX-License-Identifier: MIT

// This file has the rules about where a lock is taken and given up.

package repair

import "fmt"

// keepLocked leaves out an unlock and the request of the same lock that follows.
func keepLocked(p *Place) (out []*Proposal) {
	p.each(func(st *Stmt) {
		op, ok := lockOpOf(st.call())
		if !ok || op.effect != unlocks || st.index() < 0 {
			return
		}
		for _, next := range st.Parent.Kids[st.index()+1:] {
			again, ok := lockOpOf(next.call())
			if ok && again.family == op.family && again.effect == locks && again.read == op.read && again.lock == op.lock {
				out = append(out, &Proposal{fmt.Sprintf("keep %s in %s()", op.family.name(op.lock), st.Func.Name), "", []Edit{st.remove(), next.remove()}})
				break
			}
		}
	})
	return out
}

// later moves what gives something up behind some of the statements that follow it.
func later(p *Place) (out []*Proposal) {
	p.each(func(st *Stmt) {
		c := st.call()
		op, ok := lockOpOf(c)
		if c == nil || !(ok && op.effect != locks) && !giveBack[c.Name] && !givesBack.MatchString(c.Name) || st.index() < 0 {
			return
		}
		for _, last := range st.Parent.Kids[st.index()+1:] {
			if last.Kind == Jump {
				break
			}
			out = append(out, &Proposal{fmt.Sprintf("move %s", st.text()), fmt.Sprintf("behind line %d", last.lastLine()), []Edit{st.remove(), last.after(st.text())}})
		}
	})
	return out
}

// earlier moves a request before some of the statements that come before it.
func earlier(p *Place) (out []*Proposal) {
	p.each(func(st *Stmt) {
		c := st.call()
		op, ok := lockOpOf(c)
		if c == nil || !(ok && op.effect == locks) && !isGet(c.Name) || st.index() < 0 {
			return
		}
		for i := st.index() - 1; i >= 0; i-- {
			first := st.Parent.Kids[i]
			if first.Kind == Jump || first.Kind == Declaration && i > 0 && st.Parent.Kids[i-1].Kind == Declaration {
				break
			}
			out = append(out, &Proposal{fmt.Sprintf("move %s", st.text()), fmt.Sprintf("before line %d", first.Line()), []Edit{st.remove(), first.before(st.text())}})
		}
	})
	return out
}

func isGet(name string) bool {
	for _, r := range references {
		if r.Get == name {
			return true
		}
	}
	return false
}

// swap lets neighbours, and two requests for locks, change places.
func swap(p *Place) (out []*Proposal) {
	exchange := func(a, b *Stmt) {
		out = append(out, &Proposal{fmt.Sprintf("put %s before %s", b.text(), a.text()), "", []Edit{a.replace(b.text()), b.replace(a.text())}})
	}
	p.each(func(st *Stmt) {
		i := st.index()
		if i < 0 || st.Kind != Simple {
			return
		}
		rest := st.Parent.Kids[i+1:]
		if len(rest) > 0 && rest[0].Kind == Simple {
			exchange(st, rest[0])
		}
		op, ok := lockOpOf(st.call())
		for k, other := range rest {
			if to, isOp := lockOpOf(other.call()); ok && isOp && k > 0 && op.effect == locks && to.effect == locks {
				exchange(st, other)
			}
		}
	})
	return out
}

// addressOrder asks for two locks of one kind in the order of their addresses.
func addressOrder(p *Place) (out []*Proposal) {
	p.each(func(st *Stmt) {
		op, ok := lockOpOf(st.call())
		if !ok || op.effect != locks || st.index() < 0 || st.index()+1 == len(st.Parent.Kids) {
			return
		}
		next := st.Parent.Kids[st.index()+1]
		to, ok := lockOpOf(next.call())
		if !ok || to.effect != locks || to.family != op.family || to.lock == op.lock {
			return
		}
		in := st.indent()
		text := fmt.Sprintf("if (%s < %s) {\n%s\t%s\n%s\t%s\n%s} else {\n%s\t%s\n%s\t%s\n%s}", op.lock, to.lock, in, st.text(), in, next.text(), in, in, swapArgs(next, st), in, swapArgs(st, next), in)
		out = append(out, &Proposal{fmt.Sprintf("take %s and %s in the order of their addresses", op.lock, to.lock), "", []Edit{st.replace(text), next.remove()}})
	})
	return out
}

// swapArgs is the request of st with the lock of other: the first one stays the one
// without a level of nesting.
func swapArgs(st, other *Stmt) string {
	mine, theirs := st.call(), other.call()
	s := st.Func.src
	return fmt.Sprintf("%s(%s%s;", theirs.Name, mine.arg(0), s.Text[s.toks[theirs.at.from+1].From+1+len(theirs.arg(0)):s.toks[theirs.at.to-1].To])
}

// unlockBefore gives a lock of the function up before it is left.
func unlockBefore(p *Place) (out []*Proposal) {
	for _, f := range p.Functions {
		for _, s := range f.sections() {
			f.Body.each(func(st *Stmt) {
				if st.Kind == Jump && (p.Source.text(st.from) == "return" || p.Source.text(st.from) == "goto") {
					out = append(out, &Proposal{"give up " + s.name, fmt.Sprintf("before line %d", st.Line()), []Edit{st.first(s.give)}})
				}
			})
		}
	}
	return out
}

// sections are the locks that a function takes, each mode once.
func (f *Function) sections() (out []section) {
	seen := map[section]bool{}
	for _, c := range f.src.calls(f.Body.span) {
		op, ok := lockOpOf(&c)
		if !ok || op.effect != locks {
			continue
		}
		s := op.section(op.read)
		if s.give != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// onceOnly leaves out an unlock. (A reference that is not given up is seen by no
// property, so that to leave that out would always help.)
func onceOnly(p *Place) (out []*Proposal) {
	p.each(func(st *Stmt) {
		if op, ok := lockOpOf(st.call()); ok && op.effect == unlocks {
			out = append(out, &Proposal{"leave out " + st.text(), fmt.Sprintf("in line %d", st.Line()), []Edit{st.remove()}})
		}
	})
	return out
}

// lockFirst takes what a function gives up when it begins.
func lockFirst(p *Place) (out []*Proposal) {
	p.each(func(st *Stmt) {
		op, ok := lockOpOf(st.call())
		if !ok || op.effect != unlocks {
			return
		}
		s := op.section(op.read)
		for _, first := range st.Func.Body.Kids {
			if first.Kind != Declaration && s.take != "" {
				out = append(out, &Proposal{"take " + s.name, fmt.Sprintf("before line %d", first.Line()), []Edit{first.before(s.take)}})
				break
			}
		}
	})
	return out
}
