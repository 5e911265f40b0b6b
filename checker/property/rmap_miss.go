// SPDX-License-Identifier: MIT

// This file describes walks of the reverse mapping that overlook a mapping,
// which model/rmapwalk.go checks, and checks in the end that a walk would find all.

package property

import (
	"fmt"

	"mmcheck/model"
)

// RmapMiss: a walk that must find every mapping of a page misses one.
var RmapMiss = &Property{
	ID:       "rmap-miss",
	Severity: Error,
	Short:    "a walk that must find every mapping of a page misses one",
	Doc: `A walk of the reverse mapping that must not overlook an entry has ended, and
a vma that was linked in the tree during the whole walk still maps the page
through an entry of the kind that the walk was to remove: a migration entry
after remove_migration_ptes(), which nobody will ever resolve; a mapping
after the unmapping that truncation relies on.

Or all threads have ended, and no walk could find some entry: the vma that it
lies in is not linked in the tree of the file, or of the anon_vma, that the
folio belongs to, or covers another index of it there.

The usual cause: the walk visits vmas in the order of the interval tree
(vm_pgoff, equal keys in the order of insertion), and takes the page-table
lock at each. An entry that is moved or copied meanwhile from a vma that
comes later to one that the walk has passed is never seen, unless the mover
holds the rmap locks (need_rmap_locks). An entry moved or copied the other
way round is seen at its new place. A walk that skips what looks empty
without taking the page-table lock also misses an entry that is in flight.
Source: the comments on need_rmap_locks in mm/mremap.c and mm/vma.c.

Not judged: walks that may miss (reclaim, idle tracking), and mappings that
appear through a fault. A must-see walker holds the folio lock, so that
only moves and forks make mappings while it runs. Truncation walks twice and
is judged when all of it is over. A spec marks such a walk with
rmap_must_see() or anon_rmap_must_see(), and rmap_must_have_seen(). Entries of
pages that were written out, which are found without the reverse mapping.`,
	Final: func(p *model.Program, s model.State) string {
		if _, lost := p.Lost(s); len(lost) > 0 {
			return fmt.Sprintf("%s: the reverse mapping of what is mapped at %#x does not lead there", lost[0].MM.Name, lost[0].Addr)
		}
		return ""
	},
}
