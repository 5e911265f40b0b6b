// SPDX-License-Identifier: MIT

// This file turns what is asked for into a plan: the properties wanted, woven
// into the program as checks, and what the searches ask the properties.

package checker

import (
	"fmt"
	"slices"

	"mmcheck/model"
)

// plan is a sealed program with the properties to look for.
type plan struct {
	prog    *model.Program
	props   []*Property            // looked for, in Properties order
	fatal   func(prop string) bool // ends a transition: errors
	prefer  func(p *Property) bool // stop at the first level that breaks such a property; others are shown only if none does
	find    Find
	mutate  func(*model.Check) // for tests; nil: none
	clash   *clashes           // what may break a property together; nil: nothing
	order   *lockGraph         // nil: no circle of locks is possible
	passing []int              // by thread, see notePassing
	walks   *walks             // through prog; nil until somebody asks what they see
}

// seal weaves the wanted properties into p and finishes it.
func seal(p *model.Program, o Options) (*plan, error) {
	props, err := selectProperties(o)
	if err != nil {
		return nil, err
	}
	pl := &plan{prog: p, props: props, find: o.Find, prefer: preferred(o.Find), mutate: o.mutate}
	wanted := map[string]bool{}
	deadly := map[string]bool{}
	for _, pr := range props {
		wanted[pr.ID] = true
		deadly[pr.ID] = pr.Severity == Error
	}
	if wanted[lockOrder.ID] {
		pl.order = newLockGraph(p)
	}
	pl.passing = notePassing(p)
	pl.fatal = func(id string) bool { return deadly[id] }
	err = p.Seal(model.SealOptions{
		Expand: pl.expand,
		Keep: func(c *model.Check) bool {
			if wanted[c.Prop] && o.mutate != nil {
				o.mutate(c)
			}
			return wanted[c.Prop]
		},
		KeepUses: slices.ContainsFunc(props, func(p *Property) bool { return p.Pair != nil }),
		Fatal:    func(string) bool { return true },
		KeepDead: o.NoReduce,
	})
	pl.clash = newClashes(pl)
	return pl, err
}

func preferred(f Find) func(*Property) bool {
	switch f {
	case FindRule:
		return func(p *Property) bool { return p.Severity == Rule }
	case FindAny:
		return func(*Property) bool { return true }
	case FindDangling:
		return func(p *Property) bool { return p == danglingVMA || p == useAfterFree }
	}
	return func(p *Property) bool { return p.Severity == Error }
}

func selectProperties(o Options) ([]*Property, error) {
	for _, id := range slices.Concat(o.Only, o.Ignore) {
		if PropertyByID(id) == nil {
			return nil, fmt.Errorf("unknown property %q", id)
		}
	}
	return Selected(o), nil
}

// Selected lists the properties that a check with these options looks for.
func Selected(o Options) []*Property {
	var out []*Property
	for _, p := range Properties {
		switch {
		case len(o.Only) > 0 && !slices.Contains(o.Only, p.ID),
			slices.Contains(o.Ignore, p.ID),
			o.Find == FindDangling && p.Severity == Rule:
			continue
		}
		out = append(out, p)
	}
	return out
}

// expand gives the checks that all wanted properties make of an event.
func (pl *plan) expand(p *model.Program, t *model.Thread, e *model.Event) []model.Stmt {
	var out []model.Stmt
	for _, pr := range pl.props {
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
	if pl.order != nil {
		out = append(out, pl.order.expand(t, e)...)
	}
	if e.Kind == model.Exit && t.Num <= len(pl.passing) && pl.passing[t.Num-1] != none {
		out = append(out, model.Note{When: model.True, N: pl.passing[t.Num-1] + 1})
	}
	return out
}

// wants reports whether a property is looked for.
func (pl *plan) wants(p *Property) bool { return slices.Contains(pl.props, p) }

// rank is the place of a property in Properties; the lower is shown first.
func (pl *plan) rank(id string) int {
	return slices.IndexFunc(Properties, func(p *Property) bool { return p.ID == id })
}

// final judges a state in which all threads have ended.
func (pl *plan) final(s model.State) (*Property, string) {
	for _, p := range pl.props {
		if p.Final == nil {
			continue
		}
		if text := p.Final(pl.prog, s); pl.broken(p, text) {
			return p, text
		}
	}
	return nil, ""
}

// stuck judges a state in which the threads of blocked cannot go on.
func (pl *plan) stuck(s model.State, blocked, running uint64) (*Property, string) {
	for _, p := range pl.props {
		if p.Stuck == nil {
			continue
		}
		if text := p.Stuck(pl.prog, s, blocked, running); pl.broken(p, text) {
			return p, text
		}
	}
	return nil, ""
}

// broken says whether the text with which a property judged a state is a
// violation.
func (pl *plan) broken(p *Property, text string) bool {
	c := model.Check{Prop: p.ID, Text: text, Bad: model.True}
	if text != "" && pl.mutate != nil {
		pl.mutate(&c)
	}
	return text != "" && c.Bad != model.Expr(model.False)
}
