// SPDX-License-Identifier: MIT

// This file reduces a script to a small one that shows the same.

package random

// Shrink returns a script made from s by leaving out threads and statements
// for which keeps still holds, and from which nothing more can be left out.
// keeps must hold for s.
func Shrink(s *Script, keeps func(*Script) bool) *Script {
	for again := true; again; {
		again = false
		for _, c := range smaller(s) {
			if c.validate() == nil && keeps(c) {
				s, again = c, true
				break
			}
		}
	}
	return s
}

// smaller lists the scripts that are one cut away, the greatest cuts first.
func smaller(s *Script) []*Script {
	out := cutThreads(s)
	n := len(s.bodies())
	for at := range n {
		for i := range *s.bodies()[at] {
			out = append(out, edit(s, at, i, nil))
		}
	}
	for at := range n {
		for i, st := range *s.bodies()[at] {
			if len(st.Bodies) == 0 {
				continue
			}
			out = append(out, edit(s, at, i, then(st.Bodies...)))
			if len(st.Bodies) > 1 {
				one := st
				one.Bodies = st.Bodies[:1]
				out = append(out, edit(s, at, i, list(one)))
			}
		}
	}
	return out
}

// cutThreads leaves out FINAL, the last callback, threads, or copies of them.
func cutThreads(s *Script) []*Script {
	var out []*Script
	if len(s.Final) > 0 {
		c := s.clone()
		c.Final = nil
		out = append(out, c)
	}
	if n := len(s.Callbacks); n > 0 {
		c := s.clone()
		c.Callbacks = c.Callbacks[:n-1]
		out = append(out, c)
	}
	for i, t := range s.Threads {
		c := s.clone()
		c.Threads = append(c.Threads[:i:i], c.Threads[i+1:]...)
		out = append(out, c)
		if t.Copies > 1 {
			c := s.clone()
			c.Threads[i].Copies--
			out = append(out, c)
		}
	}
	return out
}

// edit puts others in the place of statement i of a body.
func edit(s *Script, at, i int, by []Stmt) *Script {
	c := s.clone()
	replace(c.bodies()[at], i, cloneBody(by)...)
	return c
}
