// SPDX-License-Identifier: MIT

// This file checks a symmetry on given states: what a renamed state does must
// be the renamed of what the state does. The derivation from the code
// (code.go) is meant to make this true by construction; this is the
// second opinion.

package symmetry

import (
	"fmt"
	"slices"

	"mmcheck/checker/property"
	"mmcheck/model"
)

// generators are exchanges of two neighbours; all renamings are made of them.
func (y *Symmetry) generators() []*renaming {
	var out []*renaming
	for _, g := range y.groups {
		for i := range g.members[1:] {
			r := identity(y.prog)
			r.swapThreads(g.members[i], g.members[i+1])
			out = append(out, r)
		}
	}
	for _, q := range y.pools {
		for n := q.typ.PoolFirst; n+1 < q.typ.PoolFirst+q.typ.Pool; n++ {
			r := identity(y.prog)
			r.swapObjects(q.typ, n, n+1)
			out = append(out, r)
		}
	}
	return out
}

// verify returns what tells a renamed state from the original, for the given
// states and all generators; nil if nothing does.
func (y *Symmetry) verify(w *property.Woven, states []model.State) error {
	for _, g := range y.generators() {
		for _, s := range states {
			if err := y.equivariant(w, g, s); err != nil {
				return fmt.Errorf("threads %v, objects %v: %w", g.thread, g.inst, err)
			}
		}
	}
	return nil
}

// equivariant compares the steps of s with those of the renamed s.
func (y *Symmetry) equivariant(w *property.Woven, g *renaming, s model.State) error {
	r := g.state(s)
	for i, t := range y.prog.Threads {
		u := y.prog.Threads[g.thread[i+1]-1]
		b, c := t.Point(s), u.Point(r)
		switch {
		case (b == nil) != (c == nil) || b != nil && len(b.Step.Alts) != len(c.Step.Alts):
			return fmt.Errorf("%s and %s are at different places", t.Name, u.Name)
		case b == nil:
			continue
		case g.set(int64(property.WaitMask(s, t))) != int64(property.WaitMask(r, u)):
			return fmt.Errorf("%s and %s wait for different threads", t.Name, u.Name)
		}
		for alt := range b.Step.Alts {
			if err := y.sameStep(w, g, s, r, t, u, alt); err != nil {
				return fmt.Errorf("%s and %s, alternative %d: %w", t.Name, u.Name, alt, err)
			}
		}
	}
	bs, rs := y.prog.Waiting(s)
	br, rr := y.prog.Waiting(r)
	same := func(a, b property.Judgement) bool { return a.Property == b.Property }
	if !slices.EqualFunc(w.Judge(s, bs, rs), w.Judge(r, br, rr), same) {
		return fmt.Errorf("one of the states breaks a property")
	}
	if w.Racing(s) != w.Racing(r) {
		return fmt.Errorf("only one of the states has a race")
	}
	return nil
}

func (y *Symmetry) sameStep(w *property.Woven, g *renaming, s, r model.State, t, u *model.Thread, alt int) error {
	on := model.Enabled(s, &t.Point(s).Step.Alts[alt])
	if on != model.Enabled(r, &u.Point(r).Step.Alts[alt]) {
		return fmt.Errorf("only one is enabled")
	}
	if !on {
		return nil
	}
	a, b := t.Fire(s, alt, w.Fatal), u.Fire(r, alt, w.Fatal)
	switch {
	case a.Fatal != b.Fatal || (a.Limit == nil) != (b.Limit == nil) || !slices.Equal(brokenIDs(a), brokenIDs(b)):
		return fmt.Errorf("different violations: %v and %v", brokenIDs(a), brokenIDs(b))
	case a.Fatal || a.Limit != nil:
		return nil
	case !y.sameUpToObjects(g.state(a.Next), b.Next):
		return fmt.Errorf("different successors")
	}
	return nil
}

func brokenIDs(o model.Outcome) []string {
	var out []string
	for _, v := range o.Broken {
		out = append(out, v.Check.Prop)
	}
	return out
}

// sameUpToObjects reports whether some renaming of heap objects makes a of b:
// an allocation may have chosen another free object.
func (y *Symmetry) sameUpToObjects(a, b model.State) bool {
	y.forgetDead(a)
	y.forgetDead(b)
	if slices.Equal(a, b) {
		return true
	}
	found := false
	y.eachNaming(identity(y.prog), 0, func(h *renaming) {
		if !found {
			c := h.state(a)
			y.forgetDead(c)
			found = slices.Equal(c, b)
		}
	})
	return found
}

// eachNaming calls f with every permutation of the objects of pools i and above.
func (y *Symmetry) eachNaming(g *renaming, i int, f func(*renaming)) {
	if i == len(y.pools) {
		f(g)
		return
	}
	q := y.pools[i]
	y.permute(g, q.typ.Pool, 0, func(a, b int) { g.swapObjects(q.typ, q.typ.PoolFirst+a, q.typ.PoolFirst+b) },
		func() { y.eachNaming(g, i+1, f) })
}

// permute runs f under every order of n things, of which the first k are in
// place; swap exchanges two.
func (y *Symmetry) permute(g *renaming, n, k int, swap func(a, b int), f func()) {
	if k >= n {
		f()
		return
	}
	for j := k; j < n; j++ {
		if j != k {
			swap(k, j)
		}
		y.permute(g, n, k+1, swap, f)
		if j != k {
			swap(k, j)
		}
	}
}
