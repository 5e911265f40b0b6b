// SPDX-License-Identifier: MIT

// This file tells what of the code a search has not executed: nothing was shown
// about that.
//
// With reductions too, a search executes what some schedule executes. Every
// transition that a schedule takes is taken in a schedule that is like it but
// for the order of independent steps; a Note is such that its thread alone
// decides whether it comes by it; and threads whose places are changed have the
// same code, so that each has executed what the other has.

package checker

import (
	"cmp"
	"slices"

	"mmcheck/model"
)

// Coverage tells what no schedule that was tried has executed.
type Coverage struct {
	Own, Headers Executed
	// Never lists the statements that were not executed, by file and line; those
	// of the spec itself come first.
	Never []model.Statement
	// Final is set if there is a FINAL and it was never reached.
	Final bool
	// Waiting are the threads that never got beyond the first lock that they may
	// have to wait for, nor to their end.
	Waiting []*model.Thread
}

// Executed counts the statements of some functions.
type Executed struct{ All, Never int }

// Assertions lists those of the spec itself that were never reached; those in a
// FINAL that was not are left to that.
func (c *Coverage) Assertions() (out []model.Statement) {
	for _, s := range c.Never {
		if s.Own && s.Assert != "" && !(s.Final && c.Final) {
			out = append(out, s)
		}
	}
	return out
}

// coverage is what a set of facts leaves out.
func (pl *plan) coverage(noted []uint64) *Coverage {
	c := &Coverage{}
	met := pl.met(noted)
	final := Executed{}
	count := func(e *Executed, never bool) {
		e.All++
		if never {
			e.Never++
		}
	}
	for i, s := range pl.Prog.Statements {
		if s.Assumes != "" || s.Order != "" {
			continue // no code: see assumed, ordered
		}
		never := !hasFact(met, i)
		of := &c.Headers
		if s.Own {
			of = &c.Own
		}
		count(of, never)
		if s.Final {
			count(&final, never)
		}
		if never {
			c.Never = append(c.Never, s)
		}
	}
	c.Final = final.All > 0 && final.All == final.Never
	slices.SortFunc(c.Never, compareStatements)
	for i, t := range pl.Prog.Threads {
		if n := pl.passing[i]; n != none && !hasFact(met, n) && !hasFact(met, n+1) {
			c.Waiting = append(c.Waiting, t)
		}
	}
	return c
}

func compareStatements(a, b model.Statement) int {
	switch {
	case a.Own && !b.Own:
		return -1
	case b.Own && !a.Own:
		return 1
	}
	return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col))
}

// none is in the place of a fact that there is not.
const none = -1

// notePassing has each thread that may wait for a lock note when it got beyond
// one; the next fact is that it came to its end. It returns the first of these
// facts for each thread, or none.
func notePassing(p *model.Program) []int {
	var facts []int
	for _, t := range p.Threads {
		n := none
		waits := waitSites(t)
		for _, b := range t.Blocks {
			if b.Step == nil || !waits[b.Step.Site] {
				continue
			}
			if n == none {
				n = p.NewFacts(2)
			}
			for i := range b.Step.Alts {
				if a := &b.Step.Alts[i]; !waits[siteBehind(t, a.Next)] {
					a.Body = append(slices.Clip(a.Body), model.Note{When: model.True, N: n})
				}
			}
		}
		facts = append(facts, n)
	}
	return facts
}

// waitSites are the sources of the steps in which a thread waits for a lock. Its
// request may be a step before that, of the same source.
func waitSites(t *model.Thread) map[*model.Site]bool {
	sites := map[*model.Site]bool{}
	for _, b := range t.Blocks {
		if s := b.Step; s != nil && s.Lock.Type != nil && !s.Init && !s.Tail {
			sites[s.Site] = true
		}
	}
	return sites
}

// siteBehind is the source of the step that certainly comes next, nil if there
// is none, as in a loop that does nothing.
func siteBehind(t *model.Thread, b *model.Block) *model.Site {
	for range t.Blocks {
		switch {
		case b == nil || b.Step == nil && b.Cond != nil:
			return nil
		case b.Step != nil:
			return b.Step.Site
		}
		b = b.Then
	}
	return nil
}

// shareNotes adds to a set of facts what threads that may change places have
// noted for each other.
func shareNotes(p *model.Program, facts []uint64, threads []int) []uint64 {
	var notes [][]int
	for _, t := range threads {
		notes = append(notes, p.Threads[t-1].Notes())
	}
	for i := range notes[0] {
		met := slices.ContainsFunc(notes, func(of []int) bool { return hasFact(facts, of[i]) })
		for _, of := range notes {
			if met {
				facts = joinFacts(facts, factSet(of[i]))
			}
		}
	}
	return facts
}

func hasFact(set []uint64, n int) bool { return n/64 < len(set) && set[n/64]>>(n%64)&1 != 0 }
