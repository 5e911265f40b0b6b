// SPDX-License-Identifier: MIT

// This file breaks a script in one place.

package random

// change is one way to break a statement list at position i; it reports whether
// it applies there.
type change func(src Source, body *[]Stmt, i int) bool

// changes lists them, the more telling ones several times.
var changes = []change{unwrap, unwrap, weaken, weaken, spill, spill, split, split, loosen, loosen, loosen, drop, exchange, invert, invert, mistake}

// spoil breaks a script in one place, if it finds one where it can.
func spoil(src Source, s *Script) *Script {
	for range 60 {
		c := s.clone()
		var threads []*[]Stmt
		for _, b := range c.bodies() {
			if b != &c.Init && b != &c.Final && len(*b) > 0 && !within(*b, c.Init) {
				threads = append(threads, b)
			}
		}
		if len(threads) == 0 {
			return s
		}
		body := oneOf(src, threads...)
		if oneOf(src, changes...)(src, body, src.Intn(len(*body))) && c.validate() == nil && !c.idle() {
			return c
		}
	}
	return s
}

// idle says whether some thread has nothing to do.
func (s *Script) idle() bool {
	for _, t := range s.Threads {
		if len(t.Body) == 0 {
			return true
		}
	}
	return false
}

// within says whether a statement list is part of another one.
func within(body, of []Stmt) bool {
	found := false
	eachStmt(of, func(s *Stmt) { found = found || s == &body[0] })
	return found
}

// replace puts others in the place of statement i.
func replace(body *[]Stmt, i int, by ...Stmt) {
	*body = append(append(append([]Stmt{}, (*body)[:i]...), by...), (*body)[i+1:]...)
}

// unwrap drops a lock, a condition or a loop around other statements.
func unwrap(_ Source, body *[]Stmt, i int) bool {
	s := (*body)[i]
	if len(s.Bodies) == 0 {
		return false
	}
	replace(body, i, then(s.Bodies...)...)
	return true
}

// weaken takes a lock for reading instead of writing.
func weaken(_ Source, body *[]Stmt, i int) bool {
	s := &(*body)[i]
	if s.Op != "with" || lockings[wordOf(s.Args[0]).tag]["read"].take == "" || s.Args[1] == "read" {
		return false
	}
	s.Args[1] = "read"
	*s = Stmt{Op: s.Op, Args: s.Args, Bodies: [][]Stmt{then(s.Bodies...)}}
	return true
}

// spill moves the first or last statement out of what encloses it.
func spill(src Source, body *[]Stmt, i int) bool {
	s := (*body)[i]
	if len(s.Bodies) != 1 || len(s.Bodies[0]) < 2 {
		return false
	}
	in := s.Bodies[0]
	n := len(in) - 1
	if chance(src, 40) {
		s.Bodies[0] = in[1:]
		replace(body, i, in[0], s)
	} else {
		s.Bodies[0] = in[:n]
		replace(body, i, s, in[n])
	}
	return true
}

// split drops a lock in the midst and takes it again.
func split(src Source, body *[]Stmt, i int) bool {
	s := (*body)[i]
	if s.Op == "choose" || len(s.Bodies) != 1 || len(s.Bodies[0]) < 2 {
		return false
	}
	in := s.Bodies[0]
	n := 1 + src.Intn(len(in)-1)
	a, b := s, s
	a.Bodies, b.Bodies = [][]Stmt{in[:n:n]}, [][]Stmt{in[n:]}
	replace(body, i, a, b)
	return true
}

// loosen makes several steps of an atomic statement.
func loosen(_ Source, body *[]Stmt, i int) bool {
	s := (*body)[i]
	switch s.Op {
	case "when":
		replace(body, i, then(list(Stmt{Op: "wait", Args: s.Args}), s.Bodies[0])...)
	case "atomic":
		replace(body, i, s.Bodies[0]...)
	default:
		return false
	}
	return true
}

// drop leaves out a statement.
func drop(_ Source, body *[]Stmt, i int) bool {
	if op := (*body)[i].Op; op == "assert" {
		return false
	}
	replace(body, i)
	return true
}

// exchange swaps neighbours.
func exchange(_ Source, body *[]Stmt, i int) bool {
	if i+1 >= len(*body) {
		return false
	}
	b := *body
	b[i], b[i+1] = b[i+1], b[i]
	return true
}

// invert takes two locks the other way round.
func invert(_ Source, body *[]Stmt, i int) bool {
	outer := &(*body)[i]
	found := false
	for _, b := range outer.Bodies {
		eachStmt(b, func(inner *Stmt) {
			if !found && outer.Op == "with" && inner.Op == "with" && isStatic(inner.Args[0]) {
				outer.Args, inner.Args = inner.Args, outer.Args
				found = true
			}
		})
	}
	return found
}

func isStatic(name string) bool { return wordOf(name).kind == object }

// mistake takes another lock of the same kind.
func mistake(_ Source, body *[]Stmt, i int) bool {
	s := &(*body)[i]
	other := map[string]string{"rw0": "rw1", "mu0": "mu1", "sp0": "sp1", "rl0": "rl1", "ra0": "ra1", "mmap": "rw0", "ptl": "sp0", "imap": "mmap"}
	for j, a := range s.Args {
		if o := other[a]; o != "" {
			s.Args[j] = o
			return true
		}
	}
	return false
}
