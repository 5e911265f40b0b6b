// SPDX-License-Identifier: MIT

// This file lists what may be left out of a spec to see whether anything notices: the
// locks, references, tests and barriers of the code under test.

package repair

import (
	"fmt"
	"regexp"
)

// protects are calls that keep something from happening at the wrong time, beside locks
// and references.
var protects = regexp.MustCompile(`^(smp_\w+|barrier|flush_tlb\w*|tlb_flush\w*|synchronize_\w+|mmu_notifier_invalidate_range_(start|end)|vma_start_write\w*|vma_mark_detached|vma_mark_attached|complete|wake_up\w*|refcount_(inc|dec)\w*|atomic_(inc|dec)\w*|\w+_assert_\w+|lockdep_assert_\w+)$`)

// Mutant is a change by which something should go wrong.
type Mutant struct {
	*Proposal
	Lines []int // where it begins, and the statements that it lets run
}

// Mutants lists the changes of a place, in the order of the text.
func Mutants(p *Place) (out []*Mutant) {
	add := func(st *Stmt, what string, edits ...Edit) {
		lines := []int{st.Line()}
		for _, k := range st.Kids {
			if k.Kind == Block && len(k.Kids) > 0 {
				k = k.Kids[0]
			}
			lines = append(lines, k.Line())
		}
		out = append(out, &Mutant{&Proposal{what, "", edits}, lines})
	}
	p.each(func(st *Stmt) {
		c := st.call()
		op, isLock := lockOpOf(c)
		switch {
		case isLock:
			add(st, "without "+st.text(), st.remove())
			if op.effect == locks && !op.read && op.family.Read != "" {
				if e := st.Func.forReading(op.family, op.lock); e != nil {
					add(st, fmt.Sprintf("%s taken for reading", op.family.name(op.lock)), e...)
				}
			}
		case c != nil && (isGet(c.Name) || giveBack[c.Name] && c.Name != "complete" || protects.MatchString(c.Name)):
			add(st, "without "+st.text(), st.remove())
		case st.Kind == Simple && p.looksUp(st):
			add(st, "without "+st.text(), st.remove())
		case st.Kind == If && st.isTest():
			add(st, fmt.Sprintf("without if (%s)", p.Source.words(st.cond)), st.remove())
		case st.Kind == If:
			s := p.Source
			add(st, fmt.Sprintf("always if (%s)", s.words(st.cond)), edit(s.toks[st.cond.from].From, s.toks[st.cond.to-1].To, "1"))
		}
	})
	return out
}

// looksUp reports whether a statement finds a VMA.
func (p *Place) looksUp(st *Stmt) bool {
	if p.Source.text(st.from+1) != "=" {
		return false
	}
	for _, c := range p.Source.calls(st.span) {
		if lookups[c.Name] {
			return true
		}
	}
	return false
}

// isTest reports whether an if only keeps what follows from happening: it ends in a
// jump.
func (st *Stmt) isTest() bool {
	if len(st.Kids) != 1 {
		return false
	}
	body := st.Kids[0]
	if body.Kind == Block && len(body.Kids) > 0 {
		body = body.Kids[len(body.Kids)-1]
	}
	return body.Kind == Jump
}

// forReading takes a lock of a function for reading instead of writing; nil if it is
// not given up there.
func (f *Function) forReading(fam *family, lock string) (edits []Edit) {
	to := map[string]string{fam.Lock: fam.Read, fam.Unlock: fam.ReadUnlock}
	for i, n := range fam.Also {
		if i < len(fam.AlsoRead) {
			to[n] = fam.AlsoRead[i]
		}
	}
	unlocked := false
	for _, c := range f.src.calls(f.Body.span) {
		if name := to[c.Name]; name != "" && c.arg(0) == lock {
			edits = append(edits, f.src.rename(c, name))
			unlocked = unlocked || c.Name == fam.Unlock
		}
	}
	if !unlocked {
		return nil
	}
	return edits
}
