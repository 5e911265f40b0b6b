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
		if c == nil || !(ok && op.effect != locks) && !giveBack[c.Name] || st.index() < 0 {
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
