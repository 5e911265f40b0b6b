// SPDX-License-Identifier: MIT

// This file finds the page-table entries that a violation is about: each step
// that reads or writes one of them is worth a line, for a walk that comes too
// early and a copy that comes too late are seen by nothing else.

package report

import (
	"fmt"
	"slices"

	"mmcheck/model"
)

// entryWatch lists the entries, by their flags, that the violated check or the
// failed assertion looked at, and all that named the same folio on the way.
func (s *story) entryWatch() map[element]bool {
	watch := map[element]bool{}
	if s.bad == nil {
		return watch
	}
	for _, f := range s.facts {
		if s.find.Property.ID == "assert" && f.Thread == s.bad.Thread && sameCall(f.site, s.at) {
			mark(watch, f.entries())
		}
	}
	if s.find.Check.Bad != nil {
		for _, e := range entriesIn(s.find.Check.Bad, s.bad.Before) {
			if s.bad.Before[e.v.Off()+e.i] != 0 {
				watch[e] = true
			}
		}
	}
	for _, e := range s.sameFolio(watch) {
		watch[e] = true
	}
	return watch
}

func mark(set map[element]bool, es []element) {
	for _, e := range es {
		set[e] = true
	}
}

// sameFolio lists the entries that named, at some time, a folio which one of
// the given entries names in the end.
func (s *story) sameFolio(of map[element]bool) []element {
	named := map[int64]bool{}
	for e := range of {
		if folio := folioVar(e.v); folio != nil && s.bad.Before[folio.Off()+e.i] != 0 {
			named[s.bad.Before[folio.Off()+e.i]] = true
		}
	}
	var out []element
	for _, f := range s.facts {
		for _, e := range f.entries() {
			if folio := folioVar(e.v); folio != nil && (named[f.Before[folio.Off()+e.i]] || named[f.After[folio.Off()+e.i]]) {
				out = append(out, e)
			}
		}
	}
	return out
}

// folioVar is what the entries with the given flags name.
func folioVar(flags *model.Var) *model.Var {
	_, folio, _ := flags.Type.TableEntries()
	return folio
}

// entries lists the page-table entries that an operation on a page table reads
// or writes.
func (f *fact) entries() []element {
	if f.kind != "pgtable" {
		return nil
	}
	var out []element
	model.WalkStmts(f.alt.Body, func(st model.Stmt) {
		set, ok := st.(model.Set)
		if !ok {
			return
		}
		for _, x := range []model.Expr{set.X, model.Get{V: set.V, I: set.I}} {
			out = append(out, entriesIn(x, f.Before)...)
		}
	})
	return out
}

// entriesIn lists the page-table entries that an expression reads in a state.
func entriesIn(x model.Expr, st model.State) []element {
	var out []element
	model.WalkExpr(x, func(x model.Expr) {
		g, ok := x.(model.Get)
		if !ok || g.I == nil || g.V.Kind != model.Cell || g.V.Type == nil {
			return
		}
		flags, folio, n := g.V.Type.TableEntries()
		i := int(model.Eval(st, g.I))
		if flags == nil || g.V != flags && g.V != folio || i < n || i >= g.V.Len {
			return // not an entry, or one of NULL
		}
		if e := (element{flags, i}); !slices.Contains(out, e) {
			out = append(out, e)
		}
	})
	return out
}

// touchesEntry reports whether a step reads or writes an entry that the
// violation is about.
func (s *story) touchesEntry(f *fact) bool {
	return slices.ContainsFunc(f.entries(), func(e element) bool { return s.entry[e] })
}

// entrySays tells what an entry is after a step.
func (f *fact) entrySays() []string {
	var out []string
	for _, e := range f.entries() {
		in := instanceOf(e.v.Type, int64(e.i/e.v.Width))
		if in == nil {
			continue
		}
		text := fmt.Sprintf("%s[%d] ", in.Name, e.i%e.v.Width)
		folio := folioVar(e.v)
		switch at := f.After[folio.Off()+e.i]; {
		case f.After[e.v.Off()+e.i] == 0:
			text += "is empty"
		case at != 0:
			text += "names " + valueText(folio, at)
		default:
			text += "== " + valueText(e.v, f.After[e.v.Off()+e.i])
		}
		out = append(out, text)
	}
	return slices.Compact(out)
}
