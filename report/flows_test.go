// SPDX-License-Identifier: MIT

package report

import "testing"

// TestTableOfFlows renders the tables of schedules that turn on what one thread
// has written and another one has read, or read too early: both must be in them.
func TestTableOfFlows(t *testing.T) {
	for _, c := range []tabled{
		{"bugs/vma_lock_anon_vma.c", []string{"BREAK"}, "6.12"},
		{"bugs/remap_file_pages_lsm.c", []string{"NO_COMPARE", "OTHER_FILE"}, "6.12"},
		{"bugs/vma_refcnt_mm.c", []string{"BREAK", "RACE"}, "6.15"},
		{"rules/lock_array.c", []string{"RACE"}, ""}, // both read what one of them counts up
	} {
		c.check(t, "flows")
	}
}

// TestTableOfThreads renders tables in which the thread that invokes callbacks
// has none to invoke: it waits for nobody, and has no column.
func TestTableOfThreads(t *testing.T) {
	for _, c := range []tabled{
		{"bugs/remap_file_pages_lsm.c", []string{"BREAK"}, "6.12"},
		{"rules/typesafe.c", []string{"NOTEST"}, ""},
	} {
		c.check(t, "threads")
	}
}

// TestTableOfMacros renders tables with accesses that are made within macros:
// they read as in the source, not as what the macros expand to.
func TestTableOfMacros(t *testing.T) {
	for _, c := range []tabled{
		{"rules/rcu.c", []string{"LOCK", "SYNC"}, ""},
		{"rules/data_race.c", []string{"MARKED"}, ""},
	} {
		c.check(t, "macros")
	}
}
