// SPDX-License-Identifier: MIT

// This file finds the page-table entries that a violation is about, and what
// CPUs remember of them: each step that reads or writes one of them is worth a
// line, for a walk that comes too early and a copy or a flush that comes too
// late are seen by nothing else.

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
		s.watchTranslations(watch)
		s.watchLost(watch)
		s.watchCounted(watch)
		return watch
	}
	for _, f := range s.facts {
		if s.find.Property.ID == "assert" && f.Thread == s.bad.Thread && (sameCall(f.site, s.at) || askedBy(f.site, s.at)) {
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

// askedBy reports whether a site lies in a function that a statement calls itself, as an
// assertion does that asks what a user would read.
func askedBy(at, statement *model.Site) bool {
	n := len(statement.Stack)
	return len(at.Stack) > n && at.Stack[n].Call.File == statement.Pos.File && at.Stack[n].Call.Line == statement.Pos.Line &&
		sameCall(&model.Site{Stack: at.Stack[:n]}, statement)
}

// watchTranslations lists the translations that are left in the end, where one
// of them is wrong, and the entries that they come from.
func (s *story) watchTranslations(watch map[element]bool) {
	for _, f := range s.facts {
		for _, e := range f.entries() {
			if _, _, pages := e.v.Type.Translations(); pages > 0 && s.find.Property.ID == "tlb-stale" && s.facts[len(s.facts)-1].After[e.v.Off()+e.i] != 0 {
				mark(watch, append(f.entries(), e))
			}
		}
	}
}

// watchLost lists the entry that is left in the end, where no vma is or the
// reverse mapping does not lead.
func (s *story) watchLost(watch map[element]bool) {
	if m := s.lostMapping(); m != nil {
		watch[element{m.At.V, int(model.Eval(s.last(), m.At.I))}] = true
	}
}

// lostMapping is the entry that should not be as it is in the end, or nil.
func (s *story) lostMapping() *model.Mapping {
	nowhere, unfound := s.prog.Lost(s.last())
	switch {
	case s.find.Property.ID == "vma-tree" && len(nowhere) > 0:
		return &nowhere[0]
	case s.find.Property.ID == "rmap-miss" && len(unfound) > 0:
		return &unfound[0]
	}
	return nil
}

// tellLost tells where such an entry was written, by which look-up, and where its
// place ceased to be a vma's, or the vma to be linked.
func (s *story) tellLost() []note {
	m := s.lostMapping()
	if m == nil {
		return nil
	}
	at := m.At.V.Off() + int(model.Eval(s.last(), m.At.I))
	by := len(s.facts) - 1
	for by >= 0 && s.facts[by].Before[at] == m.Entry {
		by--
	}
	var out []note
	for i := by; i >= 0; i-- {
		if f := s.facts[i]; f.Thread == s.facts[by].Thread && f.found != nil {
			out = append(out, s.note(f, roleLookup, "%s found here by %s", f.found.Name, f.Thread.Name))
			break
		}
	}
	for _, f := range slices.Backward(s.facts) {
		gone := f.tree() == model.VMATree && slices.ContainsFunc(f.treeStore(), func(c change) bool { return c.new == 0 })
		if m.VMA == 0 && gone {
			out = append(out, s.note(f, roleNone, "taken out of the tree here"))
			break
		}
		if m.VMA != 0 && f.tree().Rmap() && len(f.treeStore()) > 0 {
			out = append(out, s.note(f, roleNone, "the interval tree was last changed here"))
			break
		}
	}
	if by >= 0 {
		out = append(out, s.note(s.facts[by], roleDrop, "the entry was written here by %s", s.facts[by].Thread.Name))
	}
	return out
}

// watchCounted lists the entries that the folio, which is counted wrong in the
// end, has had.
func (s *story) watchCounted(watch map[element]bool) {
	if s.find.Property.ID != "refcount" || s.obj == nil || s.obj.Type.Name != model.FolioTag {
		return
	}
	for _, f := range s.facts {
		for _, e := range f.entries() {
			folio := folioVar(e.v)
			if folio != nil && slices.Contains([]int64{f.Before[folio.Off()+e.i], f.After[folio.Off()+e.i]}, int64(s.obj.Num)) {
				watch[e] = true
			}
		}
	}
}

// tellCounted tells where the mappings of such a folio were last counted, and
// where one was last made or taken away.
func (s *story) tellCounted() []note {
	if s.obj == nil || s.obj.Type.Name != model.FolioTag {
		return nil
	}
	var out []note
	counted, changed := false, false
	for _, f := range slices.Backward(s.facts) {
		for _, c := range f.stores() {
			if c.owner() == s.obj && c.v.Name == s.obj.Type.Field("_mapcount").Var.Name && !counted {
				counted = true
				out = append(out, s.note(f, roleNone, "%s set to %s here", c.name(), c.value()))
			}
		}
		if !changed && s.touchesEntry(f) && slices.ContainsFunc(f.changes, func(c change) bool { return s.entry[element{c.v, c.i}] }) {
			changed = true
			out = append(out, s.note(f, roleDrop, "an entry was last changed here by %s", f.Thread.Name))
		}
	}
	return out
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

// entryVars gives the flags and the folios of page-table entries, or of
// translations, and the number of those of NULL.
func entryVars(t *model.Type) (flags, folio *model.Var, n int) {
	if pte, folio, _ := t.Translations(); pte != nil {
		return pte, folio, pte.Width
	}
	return t.TableEntries()
}

// folioVar is what the entries with the given flags name.
func folioVar(flags *model.Var) *model.Var {
	_, folio, _ := entryVars(flags.Type)
	return folio
}

// entries lists the entries that an operation on a page table or a TLB reads or
// writes, and those that a block of C changes. A flush writes those that it drops.
func (f *fact) entries() []element {
	if f.kind == nil {
		return f.entriesChanged()
	}
	if f.entriesOf() == model.NoEntries {
		return nil
	}
	var out []element
	model.WalkStmts(f.alt.Body, func(st model.Stmt) {
		set, ok := st.(model.Set)
		if !ok {
			return
		}
		out = append(out, entriesIn(set.X, f.Before)...)
		for _, e := range entriesIn(model.Get{V: set.V, I: set.I}, f.Before) {
			if f.entriesOf() != model.TLBEntries || f.Before[e.v.Off()+e.i] != f.After[e.v.Off()+e.i] {
				out = append(out, e)
			}
		}
	})
	return out
}

// entriesChanged lists the entries that a step changed.
func (f *fact) entriesChanged() (out []element) {
	for _, c := range f.changes {
		if c.v.Kind != model.Cell || c.v.Type == nil {
			continue
		}
		flags, folio, _ := entryVars(c.v.Type)
		if e := (element{flags, c.i}); flags != nil && (c.v == flags || c.v == folio) && !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
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
		flags, folio, n := entryVars(g.V.Type)
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
		if _, _, pages := e.v.Type.Translations(); pages > 0 {
			out = append(out, f.translationSays(e, pages))
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

// translationSays tells what becomes of a translation in a step.
func (f *fact) translationSays(e element, pages int) string {
	before, after, page := f.Before[e.v.Off()+e.i], f.After[e.v.Off()+e.i], e.i%pages
	switch {
	case after == 0:
		return fmt.Sprintf("page %d leaves the TLB", page)
	case before == after && f.Thread.Num == e.i%e.v.Width/pages:
		return fmt.Sprintf("page %d in the TLB", page)
	}
	return fmt.Sprintf("page %d enters the TLB", page)
}
