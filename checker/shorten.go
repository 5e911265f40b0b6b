// SPDX-License-Identifier: MIT

// This file makes a schedule that was found by chance readable: it leaves out
// and joins what is not needed to break the property, as long as that goes
// (delta debugging, after Zeller and Hildebrandt). The result breaks the
// property, but nothing says that it is the shortest schedule that does.

package checker

import (
	"encoding/binary"
	"fmt"
	"slices"

	"mmcheck/checker/property"
	"mmcheck/model"
)

// shortenSteps bounds the steps that are executed to shorten a schedule.
const shortenSteps = 2_000_000

// shortened is a finding with a shorter schedule, or one with fewer context switches,
// if what it breaks is seen without a search.
func shortened(pl *plan, f *Finding) *Finding {
	sh := &shortener{pl: pl, prop: f.Property}
	if !sh.try(sh.moves(f.Trace.Steps)) {
		return f
	}
	sh.improve()
	short, err := sh.finding()
	if err != nil {
		return f
	}
	short.Shortest = f.Shortest
	return short
}

// shortener is a schedule being shortened.
type shortener struct {
	pl    *plan
	prop  *property.Property
	best  []TraceStep
	fired int // transitions so far
}

// shorten turns moves, which break prop, into a finding with fewer of them.
func shorten(pl *plan, moves []move, prop *property.Property) (*Finding, error) {
	sh := &shortener{pl: pl, prop: prop}
	if !sh.try(moves) {
		return nil, fmt.Errorf("internal error: the schedule does not break %s when it is executed again", prop.ID)
	}
	sh.improve()
	return sh.finding()
}

// improve shortens the best schedule as long as that goes.
func (sh *shortener) improve() {
	for before := -1; before != len(sh.best) && sh.fired < shortenSteps; {
		before = len(sh.best)
		sh.leaveOut()
		sh.join()
	}
}

// try executes moves and keeps what was done, up to the violation, if that is
// a better schedule.
func (sh *shortener) try(moves []move) bool {
	steps, _, ok := sh.replay(moves)
	if !ok {
		return false
	}
	steps = withoutLoops(steps)
	now, old := (Trace{Steps: steps}).Switches(), (Trace{Steps: sh.best}).Switches()
	if sh.best != nil && (len(steps) > len(sh.best) || len(steps) == len(sh.best) && now >= old) {
		return false
	}
	sh.best = steps
	return true
}

// replay executes moves until the property is broken: by a transition, whose
// outcome is returned, or by the state reached. Moves that are not possible are
// passed over.
func (sh *shortener) replay(moves []move) (steps []TraceStep, out *model.Outcome, ok bool) {
	s := sh.pl.Prog.Initial
	steps = []TraceStep{}
	if sh.wrong(s) {
		return steps, nil, true
	}
	for _, mv := range moves {
		t := sh.pl.Prog.Threads[mv.thread]
		b := t.Point(s)
		if b == nil || mv.alt >= len(b.Step.Alts) || !model.Enabled(s, &b.Step.Alts[mv.alt]) {
			continue
		}
		out := t.Fire(s, mv.alt, sh.pl.Fatal)
		sh.fired++
		steps = append(steps, TraceStep{t, b, mv.alt, s, out.Next})
		if slices.ContainsFunc(out.Broken, func(v model.Violation) bool { return sh.pl.shows(sh.prop, &v, b) }) {
			return steps, &out, true
		}
		if out.Fatal || out.Limit != nil {
			return nil, nil, false
		}
		if s = out.Next; sh.wrong(s) {
			return steps, nil, true
		}
	}
	return nil, nil, false
}

// wrong reports whether a state breaks the property by itself.
func (sh *shortener) wrong(s model.State) bool {
	return slices.ContainsFunc(judged(sh.pl, s), func(b broken) bool { return b.prop == sh.prop })
}

// withoutLoops leaves out what lies between two visits of the same state.
func withoutLoops(steps []TraceStep) []TraceStep {
	last := map[string]int{}
	keys := make([]string, len(steps))
	for i, st := range steps {
		keys[i] = keyOf(st.Before)
		last[keys[i]] = i
	}
	out := []TraceStep{}
	for i := 0; i < len(steps); i++ {
		i = last[keys[i]]
		out = append(out, steps[i])
	}
	return out
}

// keyOf is a state as text.
func keyOf(s model.State) string {
	var key []byte
	for _, x := range s {
		key = binary.AppendVarint(key, x)
	}
	return string(key)
}

// moves lists what the best schedule does in some of its parts.
func (sh *shortener) moves(parts ...[]TraceStep) []move {
	var out []move
	for _, st := range slices.Concat(parts...) {
		out = append(out, move{st.Thread.Num - 1, st.Alt})
	}
	return out
}

// leaveOut drops parts of the schedule, large ones first.
func (sh *shortener) leaveOut() {
	for size := (len(sh.best) + 1) / 2; size > 0; size /= 2 {
		for at := 0; at < len(sh.best) && sh.fired < shortenSteps; {
			b := sh.best
			if !sh.try(sh.moves(b[:at], b[min(at+size, len(b)):])) {
				at += size
			}
		}
	}
}

// join moves what a thread does next to what it did before, which saves context
// switches.
func (sh *shortener) join() {
	for at := 1; at < len(sh.best) && sh.fired < shortenSteps; at++ {
		b := sh.best
		if b[at].Thread == b[at-1].Thread {
			continue
		}
		to := at - 1
		for to > 0 && b[to-1].Thread != b[at].Thread {
			to--
		}
		end := at + 1
		for end < len(b) && b[end].Thread == b[at].Thread {
			end++
		}
		if to > 0 {
			sh.try(sh.moves(b[:to], b[at:end], b[to:at], b[end:]))
		}
	}
}

// finding executes the schedule once more and confirms what it breaks.
func (sh *shortener) finding() (*Finding, error) {
	steps, out, ok := sh.replay(sh.moves(sh.best))
	if !ok || len(steps) != len(sh.best) {
		return nil, fmt.Errorf("internal error: the shortened schedule does not break %s", sh.prop.ID)
	}
	f := &Finding{Property: sh.prop, Trace: Trace{Initial: sh.pl.Prog.Initial, Steps: steps}}
	if out != nil {
		last := steps[len(steps)-1]
		f.Thread, f.At = last.Thread, last.Point.Step.Site
		return f, f.confirm(sh.pl, *out)
	}
	s := f.Trace.Initial
	if len(steps) > 0 {
		s = steps[len(steps)-1].After
	}
	for _, b := range judged(sh.pl, s) {
		if b.prop == sh.prop {
			f.Text = b.text
		}
	}
	return f, (&explorer{pl: sh.pl}).confirmState(f, s)
}
