// SPDX-License-Identifier: MIT

// This file checks that a page is not freed while it is mapped.

package property

import "mmcheck/model"

// PageFreedMapped: a page is freed while a page table still names it.
var PageFreedMapped = &Property{
	ID:       "page-freed-mapped",
	Severity: Error,
	Short:    "a page is freed while a page table still names it",
	Doc: `A folio is freed, its reference count having come down to zero, while some
page-table entry names it, be it present, swapped or under migration; or
while its _mapcount is above zero. Or an entry is made that names a folio
which was freed before. The memory is handed out again, and the process
with the entry reads and writes what belongs to somebody else; a migration
entry makes it wait for ever.

Not judged: a page that others have references to (the page cache, GUP). They
keep the count above zero, and then nothing is freed.

Source: the checks of a page that is freed in mm/page_alloc.c (bad_page(), such
as "nonzero mapcount").`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		if e.Kind != model.Freeing || e.Type.Name != model.FolioTag {
			return nil
		}
		named := model.Expr(model.False)
		for _, typ := range p.Types {
			pte, folio, n := typ.TableEntries()
			for i := n; pte != nil && i < pte.Len; i++ {
				names := model.Eq(model.At(folio, model.Int(i)), e.Obj)
				named = model.Or(named, model.And(names, model.Ne(model.At(pte, model.Int(i)), model.Const(0))))
			}
		}
		out := []model.Check{{Bad: model.And(alive(e), named), Text: "folio freed while a page table names it"}}
		if f := e.Type.Field("_mapcount"); f != nil {
			mapped := model.Lt(model.Const(0), model.At(f.Var, e.Obj))
			out = append(out, model.Check{Bad: model.And(alive(e), mapped), Text: "folio freed while its _mapcount is not zero"})
		}
		return out
	},
}
