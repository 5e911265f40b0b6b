// SPDX-License-Identifier: MIT

// This file has the rules about the mode in which a lock is held: downgrade it where it
// was dropped and taken again, do not downgrade it, take it for writing.

package repair

import "fmt"

// downgrade makes of an unlock, and the request for reading that follows, a downgrade.
func downgrade(p *Place) (out []*Proposal) {
	p.each(func(st *Stmt) {
		c := st.call()
		op, ok := lockOpOf(c)
		if !ok || op.effect != unlocks || op.read || op.family.Downgrade == "" || st.index() < 0 {
			return
		}
		s, f := p.Source, op.family
		what := fmt.Sprintf("downgrade %s in %s() instead of dropping it", f.name(op.lock), st.Func.Name)
		down := s.rename(*c, f.Downgrade)
		unlock := fmt.Sprintf("%s(%s);", f.ReadUnlock, op.lock)
		rest := st.Parent.Kids[st.index()+1:]
		for _, next := range rest {
			if again := p.relock(next, f); again != nil {
				edits := []Edit{down, again.remove()}
				if e, ok := next.otherwise(again, unlock); ok {
					edits = append(edits, e...)
				}
				out = append(out, &Proposal{what, "", edits})
				break
			}
		}
		for _, last := range rest {
			if last.Kind == Jump {
				out = append(out, &Proposal{what, fmt.Sprintf("until line %d", last.Line()), []Edit{down, last.before(unlock)}})
				break
			}
			out = append(out, &Proposal{what, fmt.Sprintf("until line %d", last.lastLine()), []Edit{down, last.after(unlock)}})
		}
	})
	return out
}

// name names a lock for people.
func (f *family) name(lock string) string {
	switch f.Lock {
	case "mmap_write_lock":
		return "mmap_lock"
	case "i_mmap_lock_write":
		return "i_mmap_rwsem"
	case "anon_vma_lock_write":
		return "the anon_vma lock"
	case "rcu_read_lock":
		return "the RCU read section"
	}
	if lock == "" {
		return f.Lock
	}
	return lock
}

// relock is the statement that asks for a lock for reading in st, or in what it calls.
func (p *Place) relock(st *Stmt, f *family) (again *Stmt) {
	st.each(func(k *Stmt) {
		c := k.call()
		if again != nil || c == nil {
			return
		}
		if op, ok := lockOpOf(c); ok && op.family == f && op.effect == locks && op.read && op.plain {
			again = k
		} else if callee := p.local(c.Name); callee != nil && callee != st.Func {
			for _, in := range callee.Body.Kids {
				if again = p.relock(in, f); again != nil {
					break
				}
			}
		}
	})
	return again
}

// otherwise gives an if without else, in which a lock is asked for, the other arm, in
// which it is unlocked.
func (st *Stmt) otherwise(again *Stmt, unlock string) ([]Edit, bool) {
	if st.Kind != If || len(st.Kids) != 1 {
		return nil, false
	}
	s := st.Func.src
	end := s.toks[st.to-1].To
	if then := st.Kids[0]; then.Kind == Block {
		return []Edit{edit(end, end, " else {\n"+st.indent()+"\t"+unlock+"\n"+st.indent()+"}")}, true
	}
	return []Edit{edit(end, end, "\n"+st.indent()+"else\n"+st.indent()+"\t"+unlock)}, true
}

// noDowngrade leaves a downgrade out: what was unlocked for reading is for writing then.
func noDowngrade(p *Place) (out []*Proposal) {
	p.each(func(st *Stmt) {
		op, ok := lockOpOf(st.call())
		if !ok || op.effect != downgrades {
			return
		}
		edits := []Edit{st.remove()}
		p.each(func(other *Stmt) {
			if c := other.call(); c != nil && c.Name == op.family.ReadUnlock {
				edits = append(edits, p.Source.rename(*c, op.family.Unlock))
			}
		})
		out = append(out, &Proposal{fmt.Sprintf("do not downgrade %s in %s()", op.family.name(op.lock), st.Func.Name), "", edits})
	})
	return out
}

// forWriting takes a lock for writing in one function, and in all.
func forWriting(p *Place) (out []*Proposal) {
	for _, f := range families {
		if f.Read == "" || f.Lock == "" {
			continue
		}
		to := map[string]string{f.Read: f.Lock, f.ReadUnlock: f.Unlock}
		for i, n := range f.AlsoRead {
			if i < len(f.Also) {
				to[n] = f.Also[i]
			}
		}
		var all []Edit
		for _, fn := range p.Functions {
			var edits []Edit
			for _, c := range p.Source.calls(fn.Body.span) {
				if name := to[c.Name]; name != "" {
					edits = append(edits, p.Source.rename(c, name))
				}
			}
			if len(edits) > 0 {
				out = append(out, &Proposal{fmt.Sprintf("take %s for writing in %s()", f.name(""), fn.Name), "", edits})
				all = append(all, edits...)
			}
		}
		if len(all) > 0 {
			out = append(out, &Proposal{fmt.Sprintf("take %s for writing", f.name("")), "", all})
		}
	}
	return out
}
