// SPDX-License-Identifier: MIT

// This file judges the search for circles of locks by a plain one: every schedule,
// with all that was requested on it, which it reads off the states.

package checker

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mmcheck/checker/property"
	"mmcheck/model"
	"mmcheck/model/random"
)

// TestCirclesAgree compares the two on random programs that take locks within locks.
func TestCirclesAgree(t *testing.T) {
	found, none := 0, 0
	// What is requested by mistake is not obtained, and the plain search does not
	// see it, nor that a thread requests what it holds already.
	mistakes := Options{Only: []string{"lock-misuse", "recursive-read"}}
	last := uint64(400)
	if testing.Short() {
		last = 120
	}
	for seed := range last {
		program := func() *model.Program { return nestedLocks(t, rand.New(rand.NewPCG(seed, 1))) }
		o := Options{Only: []string{property.LockOrder.ID}, Workers: 1}
		ref, err := Reference(program(), o)
		if err != nil || ref.Verdict == Violated && ref.Finding.Order == nil {
			continue // another rule is broken
		}
		if m, err := Reference(program(), mistakes); err != nil || m.Verdict != Holds {
			continue
		}
		want, ok := plainCircle(program(), 4000)
		if !ok {
			continue
		}
		for name, search := range map[string]searcher{"reference": Reference, "search": Check, "reduced": reducedAfter(0, 0)} {
			r, err := search(program(), o)
			if err != nil {
				t.Fatalf("seed %d, %s: %v", seed, name, err)
			}
			if got := r.Verdict == Violated && r.Finding.Order != nil; got != want {
				t.Errorf("seed %d, %s: a circle of locks: %v, want %v", seed, name, got, want)
			}
		}
		if want {
			found++
		} else {
			none++
		}
	}
	t.Logf("%d programs with a circle and %d without", found, none)
	if found < 2 || none < 2 {
		t.Errorf("%d programs with a circle and %d without", found, none)
	}
}

// nestedLocks is a program of which each thread takes some locks within each other,
// now and then under a condition that another thread makes true.
func nestedLocks(t *testing.T, rnd *rand.Rand) *model.Program {
	locks := []string{"rw0", "rw1", "mu0", "mu1", "sp0", "sp1", "rl0", "rl1"}
	rnd.Shuffle(len(locks), func(i, j int) { locks[i], locks[j] = locks[j], locks[i] })
	locks = locks[:2+rnd.IntN(2)]
	var b strings.Builder
	for range 2 {
		fmt.Fprint(&b, "thread 1 {\n")
		for range 1 + rnd.IntN(2) {
			depth := 1 + rnd.IntN(len(locks))
			for _, i := range rnd.Perm(len(locks))[:depth] {
				how := []string{"write", "write", "try-write", "write-nested"}
				if locks[i][0] == 'r' {
					how = append(how, "read", "try-read")
				}
				fmt.Fprintf(&b, "with %s %s {\n", locks[i], how[rnd.IntN(len(how))])
			}
			fmt.Fprint(&b, []string{"set g0 1\n", "once g0 1\n", "set r0 g0\n"}[rnd.IntN(3)], strings.Repeat("}\n", depth))
			if rnd.IntN(4) == 0 {
				fmt.Fprint(&b, "if g0 {\nset r0 1\n}\n")
			}
		}
		fmt.Fprint(&b, "}\n")
	}
	s, err := random.Parse(b.String())
	if err != nil {
		t.Fatal(err)
	}
	return s.Build()
}

// plainCircle reports whether some schedule requests locks in a circle; it gives
// up at some number of states.
func plainCircle(p *model.Program, most int) (circle, ok bool) {
	pl, err := seal(p, Options{Only: []string{"assert"}})
	if err != nil {
		return false, false
	}
	type node struct {
		s     model.State
		edges []string
	}
	todo, seen := []node{{s: p.Initial}}, map[string]bool{}
	for ; len(todo) > 0; todo = todo[1:] {
		n := todo[0]
		for _, t := range p.Threads {
			b := t.Point(n.s)
			for i := 0; b != nil && i < len(b.Step.Alts); i++ {
				if !model.Enabled(n.s, &b.Step.Alts[i]) {
					continue
				}
				out := t.Fire(n.s, i, func(string) bool { return false })
				if out.Limit != nil {
					return false, false
				}
				next := node{out.Next, slices.Clone(n.edges)}
				for _, e := range requests(pl.Prog, t, b, i, n.s, out.Next) {
					if !slices.Contains(next.edges, e) {
						next.edges = append(next.edges, e)
					}
				}
				slices.Sort(next.edges)
				if closed(next.edges) {
					return true, true
				}
				if k := fmt.Sprint(next.s, next.edges); !seen[k] {
					seen[k] = true
					todo = append(todo, next)
				}
				if len(seen) > most {
					return false, false
				}
			}
		}
	}
	return false, true
}

// requests lists what a transition requests while what is held, as "held > wanted".
func requests(p *model.Program, t *model.Thread, b *model.Block, alt int, before, after model.State) (out []string) {
	if strings.Contains(b.Step.Site.Op, "trylock") || strings.HasSuffix(b.Step.Site.Op, "_read") && strings.HasPrefix(b.Step.Site.Op, "__mmcheck_acquire") {
		return nil
	}
	level := int64(0)
	if strings.HasSuffix(b.Step.Site.Op, "_nested") {
		level = 1
	}
	var held, wanted []*model.Instance
	p.EachLock(func(typ *model.Type, in *model.Instance) {
		has := model.Holds(typ, model.Int(in.Num), t.Num)
		if model.Eval(before, has) != 0 {
			held = append(held, in)
		} else if model.Eval(after, has) != 0 {
			wanted = append(wanted, in)
		}
	})
	if b.Step.Alts[alt].Label == "queued" {
		l := t.Point(after).Step.Lock
		wanted = append(wanted, l.Type.Instances[model.Eval(after, l.Inst)-1])
	}
	for _, w := range wanted {
		for _, h := range held {
			at := model.Eval(before, model.Subclass(h.Type, model.Int(h.Num), t.Num))
			if a, b := fmt.Sprint(h.LockClass(), "/", at), fmt.Sprint(w.LockClass(), "/", level); a != b && h != w {
				out = append(out, a+" > "+b)
			}
		}
	}
	return out
}

// closed reports whether edges make a circle.
func closed(edges []string) bool {
	next := map[string][]string{}
	for _, e := range edges {
		from, to, _ := strings.Cut(e, " > ")
		next[from] = append(next[from], to)
	}
	var reaches func(from, to string, seen map[string]bool) bool
	reaches = func(from, to string, seen map[string]bool) bool {
		for _, n := range next[from] {
			if n == to {
				return true
			}
			if !seen[n] {
				seen[n] = true
				if reaches(n, to, seen) {
					return true
				}
			}
		}
		return false
	}
	for from := range next {
		if reaches(from, from, map[string]bool{}) {
			return true
		}
	}
	return false
}
