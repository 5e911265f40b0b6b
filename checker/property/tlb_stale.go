// SPDX-License-Identifier: MIT

// This file checks that translations are flushed in time.

package property

import "mmcheck/model"

// TLBStale: a CPU can still reach a page through its TLB that it must not reach any more.
var TLBStale = &Property{
	ID:       "tlb-stale",
	Severity: Error,
	Short:    "a CPU can still reach a page through its TLB that it must not reach any more",
	Doc: `A folio is freed, its reference count having come down to zero, while some CPU
still has a translation to it: user mode goes on to read and write what
belongs to somebody else by now. What is taken out of a page table must be
flushed before the reference that the entry held is given up, and before the
page-table lock is dropped that keeps others from giving it up (mremap).

Or all threads have ended, and some CPU has a translation that permits more
than the page table does, or to another folio: a flush is missing.

Not judged: translations that outlive their entry until the flush that the
operation does later, as fork does after it has protected the pages of the
parent. An entry that comes to permit more needs no flush, hardware faults
and looks again. TLBs are part of the model where a spec defines MM_TLB.
Source: Documentation/core-api/cachetlb.rst; CVE-2018-18281.`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		if e.Kind != model.Freeing || e.Type.Name != model.FolioTag {
			return nil
		}
		return []model.Check{{Bad: model.And(alive(e), p.InTLB(e.Obj)), Text: "folio freed while a CPU has a translation to it"}}
	},
	Final: func(p *model.Program, s model.State) string {
		if p.StaleTranslation(s) {
			return "a CPU has a translation that its page table does not give any more"
		}
		return ""
	},
}
