// SPDX-License-Identifier: MIT

// This file tells which assumptions about functions without a body a search came by:
// the verdict rests on those, and on no other.

package checker

import (
	"slices"

	"mmcheck/model"
)

// assumed lists what a program assumes anyway, and of functions whose code is among
// these facts.
func (pl *plan) assumed(noted []uint64) []string {
	all := slices.Clone(pl.Prog.Assumed)
	met := pl.met(noted)
	for i, s := range pl.Prog.Statements {
		if s.Assumes != "" && hasFact(met, i) && !slices.Contains(all, s.Assumes) {
			all = append(all, s.Assumes)
		}
	}
	return all
}

// notedBy are the facts that a schedule comes by.
func (pl *plan) notedBy(tr Trace) (noted []uint64) {
	if !slices.ContainsFunc(pl.Prog.Statements, func(s model.Statement) bool { return s.Assumes != "" }) {
		return nil
	}
	for _, step := range tr.Steps {
		for _, n := range step.Thread.Fire(step.Before, step.Alt, pl.Fatal).Noted {
			noted = joinFacts(noted, factSet(n))
		}
	}
	return noted
}

// ordered lists the places by which some thread came where the kernel says more of
// the order than relaxed. A thread that is alone takes nothing for granted.
func (pl *plan) ordered(noted []uint64) (all []model.Statement) {
	if len(pl.Prog.Threads) < 2 {
		return nil
	}
	met := pl.met(noted)
	for i, s := range pl.Prog.Statements {
		if s.Order != "" && s.Order != "relaxed" && hasFact(met, i) {
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, compareStatements)
	return all
}

// met are these facts and those that were noted before the first state.
func (pl *plan) met(noted []uint64) []uint64 {
	met := slices.Clone(noted)
	for _, n := range pl.Prog.Begun() {
		met = joinFacts(met, factSet(n))
	}
	return met
}
