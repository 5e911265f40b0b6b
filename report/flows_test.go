// SPDX-License-Identifier: MIT

package report

import "testing"

// TestTableOfFlows renders the tables of schedules that turn on what one thread
// has written and another one has read, or read too early: both must be in them.
func TestTableOfFlows(t *testing.T) {
	for _, c := range []tabled{
		{"bugs/vma_lock_anon_vma.c", []string{"BREAK"}, ""},
		{"bugs/remap_file_pages_lsm.c", []string{"NO_COMPARE", "OTHER_FILE"}, ""},
		{"bugs/vma_refcnt_mm.c", []string{"BREAK", "RACE"}, "6.15"},
	} {
		c.check(t, "flows")
	}
}

// TestTableOfThreads renders tables in which the thread that invokes callbacks
// has none to invoke: it waits for nobody, and has no column.
func TestTableOfThreads(t *testing.T) {
	for _, c := range []tabled{
		{"bugs/remap_file_pages_lsm.c", []string{"BREAK"}, ""},
		{"rules/typesafe.c", []string{"NOTEST"}, ""},
		{"rules/rcu.c", []string{"LOCK", "SYNC"}, ""},
	} {
		c.check(t, "threads")
	}
}
