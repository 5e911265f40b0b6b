// SPDX-License-Identifier: MIT

// This file writes one transition: an alternative of a scheduling point with
// its effects and the register work behind it, as one d_step.

package promela

import (
	"fmt"
	"slices"

	"mmcheck/model"
)

// option writes one alternative as a d_step.
func (w *writer) option(t *model.Thread, b *model.Block, alt int) {
	a := &b.Step.Alts[alt]
	test := w.simplify(a.Guard)
	if test == model.Expr(model.False) {
		return // never enabled
	}
	o := &option{writer: w, t: t, shared: sharedBlocks(a.Next)}
	o.straight = len(o.shared) == 0 && !branches(a.Next)
	w.labels++
	o.id = w.labels
	w.put("\t/* %s */", comment(siteText(b, a)))
	guard := fmt.Sprintf("stop == 0 && %s == %d", w.pc(t), b.PC)
	if test != nil && test != model.Expr(model.True) {
		guard += " && " + w.expr(test)
	}
	w.lines[w.line] = Firing{t.Num, b.PC, alt}
	w.put("\t:: d_step { %s ->", guard)
	w.depth += 2
	o.body(a.Body)
	o.chain(a.Next)
	for len(o.queue) > 0 {
		next := o.queue[0]
		o.queue = o.queue[1:]
		w.put("%s: skip;", o.label(next))
		o.block(next)
	}
	if o.jumps {
		w.put("done_%d:", o.id)
	}
	w.put("skip }")
	w.depth -= 2
}

// branches reports whether the register work behind b has a two-way jump.
func branches(b *model.Block) bool {
	for ; b != nil && b.Step == nil; b = b.Then {
		if b.Cond != nil {
			return true
		}
	}
	return false
}

func siteText(b *model.Block, a *model.Alt) string {
	text := fmt.Sprintf("%d", b.PC)
	if s := b.Step.Site; s != nil {
		text += fmt.Sprintf(" %s:%d: %s", s.Pos.File, s.Pos.Line, s.Text)
	}
	if a.Label != "" {
		text += ": " + a.Label
	}
	return text
}

// option is one d_step being written.
type option struct {
	*writer
	t        *model.Thread
	id       int
	shared   map[*model.Block]bool
	straight bool           // the end is reached without a jump
	jumps    bool           // some path jumps to the end
	seen     []*model.Block // shared blocks, in the order met
	queue    []*model.Block
}

// sharedBlocks finds the blocks of register work behind b that several paths
// lead to; they are written once and jumped to.
func sharedBlocks(b *model.Block) map[*model.Block]bool {
	seen, shared := map[*model.Block]bool{}, map[*model.Block]bool{}
	var walk func(b *model.Block)
	walk = func(b *model.Block) {
		switch {
		case b == nil || b.Step != nil:
			return
		case seen[b]:
			shared[b] = true
			return
		}
		seen[b] = true
		walk(b.Then)
		if b.Cond != nil {
			walk(b.Else)
		}
	}
	walk(b)
	return shared
}

func (o *option) label(b *model.Block) string { return fmt.Sprintf("join_%d_%d", o.id, b.ID) }

// done jumps to the end of the d_step.
func (o *option) done() string {
	o.jumps = true
	return fmt.Sprintf("goto done_%d;", o.id)
}

// arrive sets the program counter, at the end of a path.
func (o *option) arrive(pc int) {
	if o.straight {
		o.put("%s = %d;", o.pc(o.t), pc)
		return
	}
	o.put("%s = %d; %s", o.pc(o.t), pc, o.done())
}

// chain writes the way from b to the next scheduling point; it ends in a jump.
func (o *option) chain(b *model.Block) {
	switch {
	case b == nil:
		o.arrive(0)
	case b.Step != nil:
		o.arrive(b.PC)
	case o.shared[b]:
		if !slices.Contains(o.seen, b) {
			o.seen, o.queue = append(o.seen, b), append(o.queue, b)
		}
		o.put("goto %s;", o.label(b))
	default:
		o.block(b)
	}
}

func (o *option) block(b *model.Block) {
	o.body(b.Body)
	if b.Cond == nil {
		o.chain(b.Then)
		return
	}
	o.choice(b.Cond, func() { o.chain(b.Then) }, func() { o.chain(b.Else) })
}

// choice writes a two-way branch; a nil els does nothing.
func (o *option) choice(cond model.Expr, then, els func()) {
	cond = o.simplify(cond)
	switch c, isConst := cond.(model.Const); {
	case isConst && c != 0:
		then()
	case !isConst:
		o.branch(o.expr(cond), then, els)
	case els != nil:
		els()
	}
}

func (o *option) branch(test string, then, els func()) {
	o.put("if")
	o.put(":: %s ->", test)
	o.depth++
	then()
	o.depth--
	if els == nil {
		o.put(":: else -> skip")
	} else {
		o.put(":: else ->")
		o.depth++
		els()
		o.depth--
	}
	o.put("fi;")
}

func (o *option) body(body []model.Stmt) {
	for _, st := range body {
		switch st := st.(type) {
		case model.Set:
			o.set(st)
		case model.If:
			o.either(st)
		case model.Check:
			o.stop(st.Bad, o.stops.ofCheck(st))
		case model.Limit:
			o.stop(st.When, o.stops.ofLimit(st))
		}
	}
}

// either writes an If, as a conditional value where it only decides on one.
func (o *option) either(st model.If) {
	cond := o.simplify(st.C)
	if set, ok := o.onlySet(st); ok && !isConst(cond) {
		o.put("%s = (%s -> %s : %s);", set, o.expr(cond), o.expr(o.simplify(st.Then[0].(model.Set).X)), set)
		return
	}
	arm := func(body []model.Stmt) func() {
		switch {
		case len(body) == 0:
			return func() { o.put("skip;") }
		case o.empty(body):
			return func() { o.put("skip;"); o.body(body) }
		}
		return func() { o.body(body) }
	}
	switch {
	case len(st.Else) > 0:
		o.choice(cond, arm(st.Then), arm(st.Else))
	case len(st.Then) > 0:
		o.choice(cond, arm(st.Then), nil)
	}
}

// onlySet returns the place that an If does no more than assign to, if its
// index cannot be out of range.
func (o *option) onlySet(st model.If) (place string, ok bool) {
	if len(st.Then) != 1 || len(st.Else) != 0 {
		return "", false
	}
	set, ok := st.Then[0].(model.Set)
	if !ok {
		return "", false
	}
	i, fixed := constIndex(o.simplify(set.I))
	return o.place(set.V, i), fixed && i >= 0 && i < int64(set.V.Len)
}

// empty reports whether a body may write nothing at all.
func (o *option) empty(body []model.Stmt) bool {
	for _, st := range body {
		if _, ok := st.(model.Set); ok {
			return false
		}
	}
	return true
}

// set writes an assignment; outside the array it does nothing.
func (o *option) set(st model.Set) {
	x := o.expr(o.simplify(st.X))
	index := o.simplify(st.I)
	if i, ok := constIndex(index); ok {
		if i >= 0 && i < int64(st.V.Len) {
			o.put("%s = %s;", o.place(st.V, i), x)
		} else {
			o.put("skip;")
		}
		return
	}
	i := o.expr(index)
	assign := func() { o.put("%s[%s] = %s;", o.array[st.V].name, i, x) }
	if test := o.inside(i, index, st.V.Len); test != "" {
		o.branch(test, assign, nil)
		return
	}
	assign()
}

func (o *option) place(v *model.Var, i int64) string {
	if x := o.array[v]; x != nil {
		return fmt.Sprintf("%s[%d]", x.name, i)
	}
	if x := o.elem[v][i]; x != nil {
		return x.name
	}
	return ""
}

// stop writes the end of a path, or the report of a broken rule.
func (o *option) stop(when model.Expr, s Stop) {
	act := func() {
		o.put("%s", o.report(s))
		if s.Fatal {
			o.put("stop = %d; %s", s.Num, o.done())
		}
	}
	o.choice(when, act, nil)
}

// report writes the assertion that fails with the number of the stop.
func (w *writer) report(s Stop) string {
	if len(w.o.Only) > 0 && !slices.Contains(w.o.Only, s.Prop) {
		return "skip;"
	}
	return fmt.Sprintf("assert(%d < 0);", s.Num)
}
