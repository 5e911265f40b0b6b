// SPDX-License-Identifier: MIT

// This file weaves the properties that are looked for into a program, as checks,
// and asks them about its states.

package property

import (
	"slices"

	"mmcheck/model"
)

// Woven is a sealed program with the properties that are looked for in it.
type Woven struct {
	Prog  *model.Program
	Props []*Property // in the order of All
	byID  map[string]*Property
	o     WeaveOptions
}

// WeaveOptions say what else goes into the program.
type WeaveOptions struct {
	// Beside gives what an event of a thread notes beside the checks; nil: nothing.
	Beside    func(t *model.Thread, e *model.Event) []model.Stmt
	KeepDead  bool               // leave registers as they are that nobody reads any more
	Mutate    func(*model.Check) // for tests: spoils checks
	Sequences model.Sequences
}

// Weave makes checks of some properties in p and finishes it. It returns an error if
// INIT breaks something; what is returned then can only tell what it consists of.
func Weave(p *model.Program, props []*Property, o WeaveOptions) (*Woven, error) {
	w := &Woven{Prog: p, Props: props, byID: map[string]*Property{}, o: o}
	for _, pr := range props {
		w.byID[pr.ID] = pr
	}
	err := p.Seal(model.SealOptions{
		Expand: w.expand,
		Keep: func(c *model.Check) bool {
			wanted := w.byID[c.Prop] != nil
			if wanted && o.Mutate != nil {
				o.Mutate(c)
			}
			return wanted
		},
		KeepUses:  slices.ContainsFunc(props, func(p *Property) bool { return p.Pair != nil }),
		Fatal:     func(string) bool { return true },
		KeepDead:  o.KeepDead,
		Sequences: o.Sequences,
	})
	return w, err
}

// With is w for a program that differs in its initial state.
func (w *Woven) With(p *model.Program) *Woven {
	v := *w
	v.Prog = p
	return &v
}

// Fatal reports whether a transition ends where it breaks the property of an id.
func (w *Woven) Fatal(id string) bool {
	p := w.byID[id]
	return p != nil && p.Severity == Error
}

// expand gives the checks that all properties make of an event.
func (w *Woven) expand(p *model.Program, t *model.Thread, e *model.Event) []model.Stmt {
	var out []model.Stmt
	for _, pr := range w.Props {
		if pr.Expand == nil {
			continue
		}
		for _, c := range pr.Expand(p, t, e) {
			c.Prop = pr.ID
			if c.At == nil {
				c.At = e.At
			}
			if c.Type == nil && e.Type != nil {
				c.Type, c.Obj, c.Life, c.Fld, c.Mode = e.Type, e.Obj, e.Life, e.Fld, e.Mode
			}
			if c.Lock.Type == nil {
				c.Lock = e.Lock
			}
			out = append(out, c)
		}
	}
	if w.o.Beside != nil {
		out = append(out, w.o.Beside(t, e)...)
	}
	if w.o.Mutate != nil {
		out = model.EditChecks(out, w.o.Mutate)
	}
	return out
}

// Wants reports whether a property is looked for.
func (w *Woven) Wants(p *Property) bool { return slices.Contains(w.Props, p) }

// Judgement is what is wrong with a state by itself.
type Judgement struct {
	*Property
	Text string
}

// Judge lists what a state breaks by itself: one in which the threads of blocked (bit
// t-1) have no enabled step while those of running do.
func (w *Woven) Judge(s model.State, blocked, running uint64) (out []Judgement) {
	for _, p := range w.Props {
		text := ""
		switch {
		case blocked != 0 && p.Stuck != nil:
			text = p.Stuck(w.Prog, s, blocked, running)
		case blocked|running == 0 && p.Final != nil:
			text = p.Final(w.Prog, s)
		}
		if w.Broken(p, text) {
			out = append(out, Judgement{p, text})
		}
	}
	return out
}

// Broken says whether the text with which a property judged a state is a
// violation.
func (w *Woven) Broken(p *Property, text string) bool {
	c := model.Check{Prop: p.ID, Text: text, Bad: model.True}
	if text != "" && w.o.Mutate != nil {
		w.o.Mutate(&c)
	}
	return text != "" && c.Bad != model.Expr(model.False)
}
