// SPDX-License-Identifier: MIT

package report

import "testing"

// TestTableOfFlows renders the tables of schedules that turn on what one thread
// has written and another one has read, or read too early: both must be in them.
func TestTableOfFlows(t *testing.T) {
	for _, c := range []tabled{
		{"bugs/vma_lock_anon_vma.c", []string{"BREAK"}},
		{"bugs/remap_file_pages_lsm.c", []string{"NO_COMPARE", "OTHER_FILE"}},
	} {
		c.check(t, "flows")
	}
}
