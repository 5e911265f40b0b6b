// SPDX-License-Identifier: MIT

// This file finishes a Program: events become checks, INIT is run, what never
// changes is folded into constants, steps that touch nothing shared become
// register work, dead registers are cleared, and every thread is brought to
// its first scheduling point.

package model

import (
	"fmt"
	"slices"
)

// SealOptions say how to finish a Program.
type SealOptions struct {
	// Expand turns an event of thread t into the checks that are wanted; nil drops
	// events.
	Expand func(p *Program, t *Thread, e *Event) []Stmt
	// KeepUses keeps what the program says of its accesses.
	KeepUses bool
	// Keep says whether a check of a native cell is wanted, and may change it; nil
	// keeps all.
	Keep func(c *Check) bool
	// Fatal says whether a property ends a transition; nil: all do.
	Fatal func(prop string) bool
	// KeepDead leaves dead registers as they are (more states, same verdict).
	KeepDead  bool
	Sequences Sequences
}

// InitError says that INIT already breaks a property, meets a bound, or does
// not come to an end.
type InitError struct {
	Thread string
	Broken *Violation
	Limit  *Limit
	Site   *Site
}

func (e *InitError) Error() string {
	switch {
	case e.Broken != nil:
		return fmt.Sprintf("%s: %s: %s", e.Thread, e.Broken.Check.Prop, e.Broken.Check.Text)
	case e.Limit != nil && e.Limit.Hint == "":
		return fmt.Sprintf("%s: %s", e.Thread, e.Limit.What)
	case e.Limit != nil:
		return fmt.Sprintf("%s: %s is too small (%s)", e.Thread, e.Limit.What, e.Limit.Hint)
	}
	return e.Thread + ": blocks before any thread has started"
}

// maxInitSteps bounds INIT, which must come to an end.
const maxInitSteps = 100000

// Seal finishes p. The Program must not be built on afterwards.
func (p *Program) Seal(o SealOptions) error {
	if o.Fatal == nil {
		o.Fatal = func(string) bool { return true }
	}
	p.finishWork()
	p.finishRcu()
	p.weaveInterrupts()
	all := append([]*Thread{p.init}, p.Threads...)
	for _, t := range all {
		t.endLives()
	}
	for _, t := range all {
		p.instrument(t, o)
		t.breakLocalLoops()
		t.prune()
		t.dropFresh()
		t.markEnds()
	}
	p.sealed = true
	p.assignOffsets()
	p.runLate()
	p.frees = freed([]*Thread{p.init})
	p.expand(p.init, nil)
	p.fillContainers()
	p.init.number()
	p.Initial = p.firstState()
	if err := p.runInit(o.Fatal); err != nil {
		return err
	}
	p.fold()
	p.frees = freed(p.Threads)
	p.findKept()
	for _, t := range p.Threads {
		t.breakLocalLoops() // some had a step that folding took away
		t.prune()
		live := t.liveness()
		t.clearDead(live, func(v *Var) bool { return v.Temp || !o.KeepDead })
		p.expand(t, live.around)
		t.prune()
		t.number()
	}
	p.fillContainers()
	for _, t := range p.Threads {
		p.foldTables(t)
	}
	p.boundSequences(o.Sequences)
	p.start(o.Fatal)
	return nil
}

func (p *Program) runLate() {
	for _, f := range p.late {
		f()
	}
}

// Place gives each variable its elements, and makes the initial state that of
// before INIT.
func (p *Program) Place() {
	p.assignOffsets()
	p.Initial = p.firstState()
}

func (p *Program) assignOffsets() {
	p.Size = 0
	for _, v := range p.Vars {
		v.off = p.Size
		p.Size += v.Len
	}
}

func (p *Program) firstState() State {
	s := make(State, p.Size)
	for _, v := range p.Vars {
		for i, x := range v.Init {
			s[v.off+i] = x
		}
	}
	return s
}

// instrument turns events into checks and drops the checks not wanted.
func (p *Program) instrument(t *Thread, o SealOptions) {
	events := rewriter{stmt: func(st Stmt) ([]Stmt, bool) {
		switch st := st.(type) {
		case *Event:
			if o.Expand == nil {
				return nil, true
			}
			checks, _ := rewriter{}.Body(o.Expand(p, t, st)) // without those that cannot fail
			return checks, true
		case Use:
			return nil, !o.KeepUses
		case Check:
			if o.Keep == nil {
				return nil, false
			}
			if !o.Keep(&st) {
				return nil, true
			}
			return []Stmt{st}, true
		}
		return nil, false
	}}
	events.Thread(t)
	for _, b := range t.Blocks {
		if b.Step != nil && b.Step.Looks != nil {
			looks, _ := events.Body(b.Step.Looks)
			b.look(looks)
		}
	}
}

// look gives a step that waits for a condition an alternative in which its
// evaluation errs while it is false. The thread stays where it is then, unless
// the error ends the schedule.
func (b *Block) look(evaluated []Stmt) {
	b.Step.Looks = nil
	if errs := fails(evaluated); errs != Expr(False) {
		guard := And(Not(b.Step.Alts[0].Guard), errs)
		b.Step.Alts = append(b.Step.Alts, Alt{Guard: guard, Body: withoutUses(evaluated), Next: b, Label: errsLabel})
	}
}

const errsLabel = "the condition errs"

// dropLook drops that alternative where folding shows that nothing can err.
func (b *Block) dropLook() {
	if b.Step != nil {
		b.Step.Alts = slices.DeleteFunc(b.Step.Alts, func(a Alt) bool { return a.Label == errsLabel && a.Guard == Expr(False) })
	}
}

// fails says whether some check of a body that changes nothing finds something.
func fails(body []Stmt) Expr {
	found := Expr(False)
	for _, st := range body {
		switch st := st.(type) {
		case Check:
			found = Or(found, st.Bad)
		case Limit:
			found = Or(found, st.When)
		case If:
			found = Or(found, Cond(st.C, fails(st.Then), fails(st.Else)))
		}
	}
	return found
}

// breakLocalLoops puts a step into every loop of register work, so that a
// transition always ends.
func (t *Thread) breakLocalLoops() {
	const white, grey, black = 0, 1, 2
	colour := map[*Block]int{}
	var visit func(b *Block)
	visit = func(b *Block) {
		colour[b] = grey
		for _, s := range b.succs() {
			if colour[s] == grey && s.Step == nil && t.localPath(s, b) {
				t.interpose(b, s)
			} else if colour[s] == white {
				visit(s)
			}
		}
		colour[b] = black
	}
	if t.Entry != nil {
		visit(t.Entry)
	}
}

// localPath reports whether only register work lies between from and to.
func (t *Thread) localPath(from, to *Block) bool {
	seen := map[*Block]bool{}
	var walk func(b *Block) bool
	walk = func(b *Block) bool {
		if b.Step != nil || seen[b] {
			return false
		}
		seen[b] = true
		if b == to {
			return true
		}
		for _, s := range b.succs() {
			if walk(s) {
				return true
			}
		}
		return false
	}
	return walk(from)
}

// interpose puts an empty step on the edge from b to s.
func (t *Thread) interpose(b, s *Block) {
	n := &Block{ID: len(t.Blocks), Step: &Step{Site: &Site{Pos: t.Pos, Text: "loop"}, Alts: []Alt{{Next: s}}}, Ends: s.Ends}
	t.Blocks = append(t.Blocks, n)
	if b.Then == s {
		b.Then = n
	}
	if b.Else == s {
		b.Else = n
	}
}

// prune drops unreachable blocks and skips empty ones.
func (t *Thread) prune() {
	t.Entry = skipEmpty(t.Entry)
	seen := map[*Block]bool{}
	var order []*Block
	var visit func(b *Block)
	visit = func(b *Block) {
		if b == nil || seen[b] {
			return
		}
		seen[b] = true
		order = append(order, b)
		if v, ok := ConstOf(b.Cond); b.Cond != nil && ok {
			if v == 0 {
				b.Then = b.Else
			}
			b.Cond, b.Else = nil, nil
		}
		b.Then, b.Else = skipEmpty(b.Then), skipEmpty(b.Else)
		if b.Step != nil {
			for i := range b.Step.Alts {
				b.Step.Alts[i].Next = skipEmpty(b.Step.Alts[i].Next)
			}
		}
		for _, s := range b.succs() {
			visit(s)
		}
	}
	visit(t.Entry)
	for i, b := range order {
		b.ID = i
	}
	t.Blocks = order
}

// markEnds finds the blocks from which some way comes to the end of the thread.
// Folding may show that it is never taken; a loop that is left so was not meant to
// go on for ever.
func (t *Thread) markEnds() {
	from := t.predecessors()
	var ends []*Block
	for _, b := range t.Blocks {
		if b.last() {
			ends = append(ends, b)
		}
	}
	for len(ends) > 0 {
		b := ends[len(ends)-1]
		ends = ends[:len(ends)-1]
		if !b.Ends {
			b.Ends = true
			ends = append(ends, from[b]...)
		}
	}
}

// predecessors gives for each block the blocks that may go on with it.
func (t *Thread) predecessors() map[*Block][]*Block {
	from := make(map[*Block][]*Block, len(t.Blocks))
	for _, b := range t.Blocks {
		for _, s := range b.succs() {
			from[s] = append(from[s], b)
		}
	}
	return from
}

// last reports whether the thread may end right behind b.
func (b *Block) last() bool {
	if b.Step == nil {
		return b.Then == nil || b.Cond != nil && b.Else == nil
	}
	return slices.ContainsFunc(b.Step.Alts, func(a Alt) bool { return a.Next == nil })
}

// skipEmpty follows jumps through blocks that do nothing.
func skipEmpty(b *Block) *Block {
	for n := 0; b != nil && b.Step == nil && len(b.Body) == 0 && b.Cond == nil && n < 1000; n++ {
		b = b.Then
	}
	return b
}

// number assigns program counters to the scheduling points.
func (t *Thread) number() {
	t.Points = nil
	for _, b := range t.Blocks {
		if b.Step != nil {
			t.Points = append(t.Points, b)
			b.PC = len(t.Points)
		}
	}
}

// runInit executes INIT to its end, alone.
func (p *Program) runInit(fatal func(string) bool) error {
	t := p.init
	if t.Entry == nil {
		return nil
	}
	out, site := p.settleAt(t, p.Initial, t.Entry, fatal), (*Site)(nil)
	for n := 0; ; n++ {
		p.begun = append(p.begun, out.Noted...)
		if len(out.Broken) > 0 || out.Limit != nil {
			e := &InitError{Thread: t.Name, Limit: out.Limit, Site: site}
			if len(out.Broken) > 0 {
				e.Broken = &out.Broken[0]
			}
			return e
		}
		p.Initial = out.Next
		b := t.Point(p.Initial)
		if b == nil {
			break
		}
		site = b.Step.Site
		alt := firstEnabled(p.Initial, b.Step)
		if alt < 0 || n > maxInitSteps {
			return &InitError{Thread: t.Name, Site: site}
		}
		out = t.Fire(p.Initial, alt, fatal)
	}
	for _, v := range p.Vars {
		if v.Thread == t.Num && v.Kind != Memory {
			for i := 0; i < v.Len; i++ {
				p.Initial[v.off+i] = 0
			}
		}
	}
	return nil
}

func firstEnabled(s State, st *Step) int {
	for i := range st.Alts {
		if Enabled(s, &st.Alts[i]) {
			return i
		}
	}
	return -1
}

// start brings every thread to its first scheduling point. A thread that
// breaks something on the way gets a step to break it in.
func (p *Program) start(fatal func(string) bool) {
	for _, t := range p.Threads {
		out := p.settleAt(t, p.Initial, t.Entry, fatal)
		if len(out.Broken) > 0 || out.Limit != nil {
			site := &Site{Pos: t.Pos, Text: "start of " + t.Name}
			t.Entry = &Block{Step: &Step{Site: site, Alts: []Alt{{Next: t.Entry}}}, Ends: true}
			t.prune()
			t.number()
			out = p.settleAt(t, p.Initial, t.Entry, fatal)
		}
		p.Initial = out.Next
		p.begun = append(p.begun, out.Noted...)
	}
}

func (p *Program) settleAt(t *Thread, s State, b *Block, fatal func(string) bool) Outcome {
	var out Outcome
	r := run{s: append(State(nil), s...), out: &out, fatal: fatal}
	r.settle(t, b)
	out.Next = r.s
	return out
}

// expand replaces Kill, Restab and Quiesce by the tests and writes they stand for.
// live, if not nil, gives the registers live around each block.
func (p *Program) expand(t *Thread, live map[*Block]regSet) {
	for _, b := range t.Blocks {
		mayLive := func(v *Var) bool { return live == nil || live[b].has(v) }
		rewriter{stmt: func(st Stmt) ([]Stmt, bool) {
			switch st := st.(type) {
			case Kill:
				return p.expandKill(st), true
			case Restab:
				return p.expandRestab(st, mayLive), true
			case Quiesce:
				return p.expandQuiesce(st, mayLive), true
			}
			return nil, false
		}}.Block(b)
	}
}
