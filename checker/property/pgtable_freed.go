// SPDX-License-Identifier: MIT

// This file checks that a page table is empty when it is freed.

package property

import "mmcheck/model"

// PgtableFreed: a page table is freed while it has entries.
var PgtableFreed = &Property{
	ID:       "pgtable-freed",
	Severity: Error,
	Short:    "a page table is freed while it has entries",
	Doc: `A table of page-table entries (struct ptdesc) is freed while one of its
entries is not empty: somebody filled it after it was emptied, or it was
never emptied. What the entry named stays accounted as mapped, and the
hardware walks memory that is handed out again. Freeing a table whose lock
is held is reported as bad-free, using one after it was freed as
use-after-free.

Not judged: an empty table under a vma that still covers it, which may be freed
(retract_page_tables), as long as nobody is inside.

Source: Documentation/mm/process_addrs.rst, on freeing page tables;
free_pgtables() in mm/memory.c.`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		if e.Kind != model.Freeing {
			return nil
		}
		var out []model.Check
		for _, f := range e.Type.Fields {
			pte, _, n := f.Sub.TableEntries()
			if pte == nil {
				continue
			}
			filled := model.Expr(model.False)
			table := f.Member(e.Obj, model.Const(0))
			for i := 0; i < n; i++ {
				entry := model.At(pte, model.Add(model.Mul(table, model.Int(n)), model.Int(i)))
				filled = model.Or(filled, model.Ne(entry, model.Const(0)))
			}
			out = append(out, model.Check{Bad: model.And(alive(e), filled), Text: "page table freed while it has entries"})
		}
		return out
	},
}
