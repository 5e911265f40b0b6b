// SPDX-License-Identifier: MIT

// This file lists the rules by which proposals are made.

package repair

import "slices"

// Place is what there is to repair.
type Place struct {
	Source    *Source
	Functions []*Function // that may be changed
	Lines     []int       // that the report names, the violation first
}

// rules lists the rules, each with one kind of change.
var rules = []func(*Place) []*Proposal{
	downgrade,
	noDowngrade,
	keepLocked,
	later,
	earlier,
	unlockBefore,
	onceOnly,
	lockFirst,
	forWriting,
	lookUpAgain,
	addressOrder,
	keepReference,
	startWrite,
	test,
	swap,
	lockAround,
	markAccess,
}

// Propose lists what might repair a place, small changes first, none twice.
func Propose(p *Place) []*Proposal { return p.propose(rules) }

func (p *Place) propose(rules []func(*Place) []*Proposal) []*Proposal {
	var out []*Proposal
	seen := map[string]bool{}
	for _, rule := range rules {
		for _, c := range rule(p) {
			text := c.Apply(p.Source.Text)
			if text == "" || text == p.Source.Text || seen[text] {
				continue
			}
			seen[text] = true
			out = append(out, c)
		}
	}
	return out
}

// each calls f on all statements that may be changed.
func (p *Place) each(f func(*Stmt)) {
	for _, fn := range p.Functions {
		fn.Body.each(f)
	}
}

// local is the function that may be changed of a name, nil if there is none.
func (p *Place) local(name string) *Function {
	i := slices.IndexFunc(p.Functions, func(f *Function) bool { return f.Name == name })
	if i < 0 {
		return nil
	}
	return p.Functions[i]
}

// near reports whether the report names a line of a statement.
func (p *Place) near(st *Stmt) bool {
	return slices.ContainsFunc(p.Lines, func(l int) bool { return st.Line() <= l && l <= st.lastLine() })
}
