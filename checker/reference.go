// SPDX-License-Identifier: MIT

// This file is the plain space: unpacked states in a map, expanded one after
// the other by the interpreter of package model. It is meant to be read, and
// it is what the production search is judged by.

package checker

import (
	"encoding/binary"

	"mmcheck/checker/property"
	"mmcheck/model"
)

type reference struct {
	pl          *plan
	states      []model.State
	seen        map[string]bool
	starts      []int // of the levels among the states
	transitions int64
	facts       []uint64
	most        int64 // bytes that it may hold; 0: any number
}

func newReference(pl *plan) *reference { return &reference{pl: pl} }

func (r *reference) reset() {
	r.states, r.seen, r.starts, r.transitions = nil, map[string]bool{}, []int{0}, 0
	for _, s := range r.pl.starts() {
		r.add(s)
	}
}

// key makes a state comparable.
func key(words []uint64) string {
	var b []byte
	for _, x := range words {
		b = binary.LittleEndian.AppendUint64(b, x)
	}
	return string(b)
}

// wordsOf is how a plain state is handed around: one word an element.
func wordsOf(s model.State) []uint64 {
	words := make([]uint64, len(s))
	for i, x := range s {
		words[i] = uint64(x)
	}
	return words
}

func (r *reference) add(s model.State) {
	if k := key(wordsOf(s)); !r.seen[k] {
		r.states, r.seen[k] = append(r.states, s), true
	}
}

// level returns the states of a level.
func (r *reference) level(n int) []model.State {
	if n == len(r.starts)-1 {
		return r.states[r.starts[n]:]
	}
	return r.states[r.starts[n]:r.starts[n+1]]
}

// each calls f on the states of a level.
func (r *reference) each(level int, f func([]uint64) bool) {
	for _, s := range r.level(level) {
		if !f(wordsOf(s)) {
			return
		}
	}
}

func (r *reference) expand(found *findings, stop func() *LimitHit) *LimitHit {
	end := len(r.states)
	for _, s := range r.level(len(r.starts) - 1) {
		if hit := stop(); hit != nil {
			return hit
		}
		r.visit(s, found)
	}
	if len(r.states) > end {
		r.starts = append(r.starts, end)
	}
	return nil
}

// visit judges a state and adds its successors.
func (r *reference) visit(s model.State, found *findings) {
	blocked, running := r.pl.Prog.Waiting(s)
	found.turns = true
	if !found.judge(wordsOf(s), s, blocked, running) {
		return
	}
	var next []property.RaceSide
	r.fire(s, func(t *model.Thread, alt int, out model.Outcome) {
		r.transitions++
		next = append(next, property.Sides(t, alt, out)...)
		for _, n := range out.Noted {
			r.facts = joinFacts(r.facts, factSet(n))
		}
		for i := range out.Broken {
			found.transition(wordsOf(s), t.Num, alt, t.Point(s), &out.Broken[i].Check, nil)
		}
		found.limits(out.Limit)
		if !out.Fatal && out.Limit == nil {
			r.add(out.Next)
		}
	})
	if p, _ := r.pl.racesOf(s, next); p != nil {
		found.race(wordsOf(s), p)
	}
}

// fire calls f on what every enabled alternative of every thread does in s.
func (r *reference) fire(s model.State, f func(t *model.Thread, alt int, out model.Outcome)) {
	for _, t := range r.pl.Prog.Threads {
		b := t.Point(s)
		for i := 0; b != nil && i < len(b.Step.Alts); i++ {
			if model.Enabled(s, &b.Step.Alts[i]) {
				f(t, i, t.Fire(s, i, r.pl.Fatal))
			}
		}
	}
}

func (r *reference) edges(level int, states ways) (out []edge) {
	wanted := states.has()
	for _, s := range r.level(level) {
		r.fire(s, func(t *model.Thread, alt int, o model.Outcome) {
			if to := wordsOf(o.Next); !o.Fatal && o.Limit == nil && wanted(to) {
				out = append(out, edge{from: wordsOf(s), to: to, thread: t.Num, alt: alt})
			}
		})
	}
	return out
}

func (r *reference) state(words []uint64) model.State {
	s := make(model.State, len(words))
	for i, x := range words {
		s[i] = int64(x)
	}
	return s
}

func (r *reference) pack(s model.State) ([]uint64, bool) { return wordsOf(s), true }
func (r *reference) widen() func([]uint64) []uint64      { return nil }
func (r *reference) levels() int                         { return len(r.starts) }
func (r *reference) size(level int) int64                { return int64(len(r.level(level))) }
func (r *reference) noted() []uint64                     { return r.facts }
func (r *reference) free()                               {}
func (r *reference) bound(bytes int64)                   { r.most = bytes }
func (r *reference) over() bool                          { return r.most > 0 && r.stats().Memory > r.most }
func (r *reference) toDisk(string) (portable, error)     { return nil, nil }
func (r *reference) fingerprints() *Fingerprints         { return nil }

func (r *reference) stats() Stats {
	n := int64(len(r.states))
	return Stats{States: n, Transitions: r.transitions, Memory: n * int64(16*r.pl.Prog.Size+64)}
}
