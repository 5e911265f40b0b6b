// SPDX-License-Identifier: MIT

// This file has the rules by which less is locked: what a spec that holds may do
// without.

package repair

import "fmt"

// Weaker lists changes after which less is held, or for a shorter time.
func Weaker(p *Place) []*Proposal {
	return p.propose([]func(*Place) []*Proposal{without, forReading, downgradeEarlier, unlockEarlier, lockLater})
}

// without leaves a lock, or a reference, of a function out.
func without(p *Place) (out []*Proposal) {
	for _, f := range p.Functions {
		done := map[string]bool{}
		f.Body.each(func(st *Stmt) {
			c := st.call()
			op, ok := lockOpOf(c)
			switch {
			case ok && op.effect == locks && !done[op.family.Lock+"("+op.lock]:
				done[op.family.Lock+"("+op.lock] = true
				edits := []Edit{}
				f.Body.each(func(k *Stmt) {
					if other, ok := lockOpOf(k.call()); ok && other.family == op.family && other.lock == op.lock {
						edits = append(edits, k.remove())
					}
				})
				out = append(out, &Proposal{fmt.Sprintf("leave %s out of %s()", op.family.name(op.lock), f.Name), "", edits})
			case c != nil && isGet(c.Name):
				edits := []Edit{st.remove()}
				f.Body.each(func(k *Stmt) {
					if put := k.call(); put != nil && put.arg(0) == c.arg(0) && putOf(c.Name) == put.Name {
						edits = append(edits, k.remove())
					}
				})
				out = append(out, &Proposal{fmt.Sprintf("take no reference to %s in %s()", c.arg(0), f.Name), "", edits})
			case c != nil && protects.MatchString(c.Name):
				out = append(out, &Proposal{fmt.Sprintf("leave %s out of %s()", st.text(), f.Name), "", []Edit{st.remove()}})
			}
		})
	}
	return out
}

// putOf gives back what a call gets.
func putOf(get string) string {
	for _, r := range references {
		if r.Get == get {
			return r.Put
		}
	}
	return ""
}

// forReading takes the locks of a function for reading.
func forReading(p *Place) (out []*Proposal) {
	p.each(func(st *Stmt) {
		for _, c := range p.Source.calls(st.span) {
			op, ok := lockOpOf(&c)
			if !ok || op.effect != locks || op.read || op.family.Read == "" || st.Kind == Block {
				continue
			}
			if edits := st.Func.forReading(op.family, op.lock); edits != nil {
				out = append(out, &Proposal{fmt.Sprintf("take %s for reading in %s()", op.family.name(op.lock), st.Func.Name), "", edits})
			}
		}
	})
	return out
}

// downgradeEarlier downgrades a lock behind some of the statements before it is given
// up, those farthest from there first.
func downgradeEarlier(p *Place) (out []*Proposal) {
	p.each(func(st *Stmt) {
		c := st.call()
		op, ok := lockOpOf(c)
		if !ok || st.index() < 0 || op.read || op.family.Downgrade == "" || op.effect == locks {
			return
		}
		gone := p.Source.rename(*c, op.family.ReadUnlock)
		if op.effect == downgrades {
			gone = st.remove()
		}
		down := fmt.Sprintf("%s(%s);", op.family.Downgrade, op.lock)
		for _, first := range st.Parent.Kids[:st.index()] {
			if first.Kind == Jump || first.Kind == Declaration {
				continue
			}
			out = append(out, &Proposal{fmt.Sprintf("downgrade %s in %s()", op.family.name(op.lock), st.Func.Name), fmt.Sprintf("before line %d", first.Line()), []Edit{first.before(down), gone}})
		}
	})
	return out
}

// unlockEarlier gives a lock up before some of the statements that come before that.
func unlockEarlier(p *Place) (out []*Proposal) {
	p.each(func(st *Stmt) {
		op, ok := lockOpOf(st.call())
		if !ok || op.effect != unlocks || st.index() < 0 {
			return
		}
		for _, first := range st.Parent.Kids[:st.index()] {
			if first.Kind != Jump && first.Kind != Declaration {
				out = append(out, &Proposal{fmt.Sprintf("give up %s in %s()", op.family.name(op.lock), st.Func.Name), fmt.Sprintf("before line %d", first.Line()), []Edit{st.remove(), first.before(st.text())}})
			}
		}
	})
	return out
}

// lockLater asks for a lock behind some of the statements that follow.
func lockLater(p *Place) (out []*Proposal) {
	p.each(func(st *Stmt) {
		op, ok := lockOpOf(st.call())
		if !ok || op.effect != locks || st.index() < 0 {
			return
		}
		rest := st.Parent.Kids[st.index()+1:]
		for i := len(rest) - 1; i >= 0; i-- {
			if rest[i].Kind != Jump && rest[i].Kind != Declaration {
				out = append(out, &Proposal{fmt.Sprintf("take %s in %s()", op.family.name(op.lock), st.Func.Name), fmt.Sprintf("behind line %d", rest[i].lastLine()), []Edit{st.remove(), rest[i].after(st.text())}})
			}
		}
	})
	return out
}
