// SPDX-License-Identifier: MIT

// This file keeps what a search finds wrong: of the violations that are
// wanted, and of the others, those that may have to be shown.

package checker

import (
	"cmp"
	"slices"

	"mmcheck/checker/property"
	"mmcheck/model"
)

// broken is a violation met by the search: a transition out of a state, or,
// with thread 0, the state itself.
type broken struct {
	at     []uint64 // the state as its space stores it
	thread int
	alt    int
	prop   *property.Property
	text   string
	length int    // of the schedule that shows it, in expansions
	path   []move // with reductions: the transitions from the state, the violating one last
}

// steps is how many transitions from its state show a violation.
func (b *broken) steps() int {
	switch {
	case b.prop.Pair != nil:
		return 2
	case b.thread != 0:
		return 1
	}
	return 0
}

// level is that of its state.
func (b *broken) level() int { return b.length - b.steps() }

// findings are the violations of a level, or of a search: the shortest ones of
// the property that comes first, wanted ones and others apart. They do not
// depend on the order in which they are noted.
type findings struct {
	pl      *plan
	depth   int  // of the level at hand
	settled bool // a shorter one that is not wanted is known
	wanted  []broken
	other   []broken
	limit   *model.Limit // a bound of the model that was met
	ended   bool         // a state was met in which all threads have ended
	turns   bool         // one was met in which all that can go on are in loops
	passed  bool         // an error that is known (causes.go) ended a path
}

// level returns empty findings for the level at some depth.
func (f *findings) level(depth int) *findings {
	return &findings{pl: f.pl, depth: depth, settled: len(f.other) > 0}
}

// shown are the violations of which one is to be shown.
func (f *findings) shown() []broken {
	if len(f.wanted) > 0 {
		return f.wanted
	}
	return f.other
}

// transition notes what alternative alt of a thread broke in a state; point is the
// step that did.
func (f *findings) transition(at []uint64, thread, alt int, point *model.Block, c *model.Check, path []move) {
	p := property.ByID(c.Prop)
	if f.pl.knows(func() cause { return causeOfCheck(c, point) }) {
		f.pass(p)
		return
	}
	f.note(broken{at: at, thread: thread, alt: alt, prop: p, text: c.Text, length: f.depth + 1, path: path})
}

// pass goes by a violation that is known.
func (f *findings) pass(p *property.Property) { f.passed = f.passed || p.Severity == property.Error }

// judge notes what a state breaks by itself, and reports whether the search
// may go on from it.
func (f *findings) judge(at []uint64, s model.State, blocked, running uint64) bool {
	f.ended = f.ended || blocked|running == 0
	goOn := true
	for _, j := range f.pl.Judge(s, blocked, running) {
		goOn = goOn && j.Severity != property.Error
		if len(f.pl.known) > 0 && f.pl.knowsAll(causesOfState(f.pl, j, s, blocked)) {
			f.pass(j.Property)
			continue
		}
		f.note(broken{at: at, prop: j.Property, text: j.Text, length: f.depth})
	}
	return goOn
}

// race notes that two accesses that may be made next, in a state, break a
// property together.
func (f *findings) race(at []uint64, p *property.Property) {
	b := broken{at: at, prop: p, text: property.TextOfRace}
	b.length = f.depth + b.steps()
	if f.pl.Broken(p, b.text) {
		f.note(b)
	}
}

// hang notes that a state of some level belongs to a hang of some threads in loops.
func (f *findings) hang(at []uint64, threads uint64, text string, level int) {
	if f.pl.knows(func() cause { return causeOfHang(f.pl.Prog.ThreadsOf(threads), text) }) {
		return
	}
	f.note(broken{at: at, prop: property.Deadlock, text: text, length: level})
}

// fatal reports whether some step ended its path.
func (f *findings) fatal() bool {
	return f.passed || slices.ContainsFunc(f.shown(), func(b broken) bool { return b.prop.Severity == property.Error })
}

// late reports whether a race that is found now would not be kept.
func (f *findings) late(p *property.Property) bool {
	list := f.other
	if f.pl.prefer(p) {
		list = f.wanted
	} else if f.settled {
		return true
	}
	b := broken{prop: p}
	return len(list) > 0 && list[0].length < f.depth+b.steps()
}

func (f *findings) note(b broken) {
	switch {
	case f.pl.prefer(b.prop):
		f.keep(&f.wanted, b)
	case !f.settled:
		f.keep(&f.other, b)
	}
}

// keep adds b to a list unless something shorter, or of a better rank, is in
// it.
func (f *findings) keep(list *[]broken, b broken) {
	if len(*list) > 0 {
		c := cmp.Or(cmp.Compare(b.length, (*list)[0].length), cmp.Compare(property.Rank(b.prop), property.Rank((*list)[0].prop)))
		if c > 0 {
			return
		}
		if c < 0 {
			*list = (*list)[:0]
		}
	}
	b.at, b.path = slices.Clone(b.at), slices.Clone(b.path)
	*list = append(*list, b)
}

// limits remembers a bound that was met, always the same one of several.
func (f *findings) limits(l *model.Limit) {
	if l != nil && (f.limit == nil || l.What < f.limit.What) {
		f.limit = l
	}
}

// merge adds what another worker found in the same level.
func (f *findings) merge(o *findings) {
	for _, b := range slices.Concat(o.wanted, o.other) {
		f.note(b)
	}
	f.limits(o.limit)
	f.ended, f.turns, f.passed = f.ended || o.ended, f.turns || o.turns, f.passed || o.passed
}

// take adds what was found in the next level.
func (f *findings) take(o *findings) {
	bound := f.limit
	f.merge(o)
	if bound != nil {
		f.limit = bound
	}
}

// repack follows states into a wider form.
func (f *findings) repack(wider func([]uint64) []uint64) {
	for _, list := range [][]broken{f.wanted, f.other} {
		for i := range list {
			list[i].at = wider(list[i].at)
		}
	}
}
