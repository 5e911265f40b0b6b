// SPDX-License-Identifier: MIT

// This file turns what is asked for into a plan: the properties wanted, woven
// into the program, and what a search notes beside them.

package checker

import (
	"fmt"
	"slices"

	"mmcheck/checker/property"
	"mmcheck/model"
)

// plan is a sealed program with the properties to look for.
type plan struct {
	*property.Woven
	prefer  func(p *property.Property) bool // stop at the first level that breaks such a property; others are shown only if none does
	find    Find
	pairs   *property.RacingPairs // what may break a property together; nil: nothing
	order   *lockGraph            // nil: no circle of locks is possible
	passing []int                 // by thread, see notePassing
	known   map[cause]bool        // violations that are passed over, see causes.go; shared by the plans made of this one
	cut     *cut                  // what a part of a search goes on from; nil: the initial state
	walks   *walks                // through the program; nil until somebody asks what they see
}

// seal weaves the wanted properties into p and finishes it.
func seal(p *model.Program, o Options) (*plan, error) {
	props, err := selectProperties(o)
	if err != nil {
		return nil, err
	}
	pl := &plan{find: o.Find, prefer: preferred(o.Find)}
	if slices.Contains(props, property.LockOrder) {
		pl.order = newLockGraph(p)
	}
	pl.passing = notePassing(p)
	pl.Woven, err = property.Weave(p, props, property.WeaveOptions{Beside: pl.beside, KeepDead: o.NoReduce, Mutate: o.mutate, Sequences: o.sequences})
	pl.pairs = property.NewRacingPairs(pl.Woven)
	return pl, err
}

// beside notes for the whole search, at events: which locks are requested in which
// order, and that a thread has come to its end.
func (pl *plan) beside(t *model.Thread, e *model.Event) []model.Stmt {
	var out []model.Stmt
	if pl.order != nil {
		out = pl.order.expand(t, e)
	}
	if e.Kind == model.Exit && t.Num <= len(pl.passing) && pl.passing[t.Num-1] != none {
		out = append(out, model.Note{When: model.True, N: pl.passing[t.Num-1] + 1})
	}
	return out
}

func preferred(f Find) func(*property.Property) bool {
	switch f {
	case FindRule:
		return func(p *property.Property) bool { return p.Severity == property.Rule }
	case FindAny:
		return func(*property.Property) bool { return true }
	case FindDangling:
		return func(p *property.Property) bool { return p == property.DanglingVMA || p == property.UseAfterFree }
	}
	return func(p *property.Property) bool { return p.Severity == property.Error }
}

func selectProperties(o Options) ([]*property.Property, error) {
	for _, id := range slices.Concat(o.Only, o.Ignore) {
		if property.ByID(id) == nil {
			return nil, fmt.Errorf("unknown property %q", id)
		}
	}
	return Selected(o), nil
}

// Selected lists the properties that a check with these options looks for.
func Selected(o Options) []*property.Property {
	var out []*property.Property
	for _, p := range property.All {
		switch {
		case len(o.Only) > 0 && !slices.Contains(o.Only, p.ID),
			slices.Contains(o.Ignore, p.ID),
			o.Find == FindDangling && p.Severity == property.Rule:
			continue
		}
		out = append(out, p)
	}
	return out
}
