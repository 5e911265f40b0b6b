// SPDX-License-Identifier: MIT

// This file is the plain space: unpacked states in a map, expanded one after
// the other by the interpreter of package model. It is meant to be read, and
// it is what the production search is judged by.

package checker

import (
	"encoding/binary"

	"mmcheck/model"
)

type reference struct {
	pl          *plan
	states      []model.State
	seen        map[string]id
	transitions int64
	key         []byte
}

func newReference(pl *plan) *reference { return &reference{pl: pl} }

func (r *reference) reset() id {
	r.states, r.seen, r.transitions = nil, map[string]id{}, 0
	n, _ := r.add(r.pl.prog.Initial)
	return n
}

func (r *reference) text(s model.State) string {
	r.key = r.key[:0]
	for _, x := range s {
		r.key = binary.AppendVarint(r.key, x)
	}
	return string(r.key)
}

// add returns the state's name, and whether it is new.
func (r *reference) add(s model.State) (id, bool) {
	key := r.text(s)
	if n, ok := r.seen[key]; ok {
		return n, false
	}
	n := id(len(r.states))
	r.states, r.seen[key] = append(r.states, s), n
	return n, true
}

func (r *reference) expand(level []id, found *findings, stop func() *LimitHit) (next []id, complete bool) {
	for _, at := range level {
		if stop() != nil {
			return next, false
		}
		next = r.successors(at, found, next)
	}
	return next, true
}

// successors fires every enabled alternative of every thread in one state.
func (r *reference) successors(at id, found *findings, next []id) []id {
	s := r.states[at]
	blocked, running := blockedIn(r.pl.prog, s)
	if !found.judge(at, s, blocked, running) {
		return next
	}
	for _, t := range threadsOf(r.pl.prog, running) {
		b := t.Point(s)
		for i := range b.Step.Alts {
			if !model.Enabled(s, &b.Step.Alts[i]) {
				continue
			}
			r.transitions++
			out := t.Fire(s, i, r.pl.fatal)
			found.transition(at, t.Num, i, out.Broken, out.Limit)
			if out.Fatal || out.Limit != nil {
				continue
			}
			if n, isNew := r.add(out.Next); isNew {
				next = append(next, n)
			}
		}
	}
	return next
}

func (r *reference) widen() bool            { return false }
func (r *reference) state(n id) model.State { return r.states[n] }

func (r *reference) find(s model.State) (id, bool) {
	n, ok := r.seen[r.text(s)]
	return n, ok
}

func (r *reference) stats() Stats {
	n := int64(len(r.states))
	return Stats{States: n, Transitions: r.transitions, Memory: n * int64(16*r.pl.prog.Size+64)}
}
