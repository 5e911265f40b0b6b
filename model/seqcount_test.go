// SPDX-License-Identifier: MIT

package model

import (
	"slices"
	"testing"
)

func TestSeqcount(t *testing.T) {
	write := []string{"write_seqcount_begin", "write_seqcount_end"}
	// The last result of the reader: 0 if the writer was before, or is behind.
	g := lockScript(t, "seqcount", []string{"read_seqcount_begin", "read_seqcount_retry"}, write)
	if !slices.Equal(g.ends, []string{"0 0", "0 1"}) || g.stuck != 0 || len(g.broken) != 0 {
		t.Errorf("reader against writer: %v, %d stuck, broken %v", g.ends, g.stuck, g.broken)
	}
	if g := lockScript(t, "seqcount", []string{"read_seqcount_begin"}, []string{"write_seqcount_begin"}); g.stuck == 0 {
		t.Error("a reader does not wait for a writer")
	}
	// raw_read_seqcount() shows the writer; the end of the write is a change too.
	g = lockScript(t, "seqcount", []string{"raw_read_seqcount", "read_seqcount_retry"}, write)
	if !slices.Equal(g.ends, []string{"0 0", "0 1", "1 0", "1 1"}) {
		t.Errorf("raw reader against writer: %v", g.ends)
	}
	if g := lockScript(t, "seqcount", []string{"read_seqcount_begin", "write_seqcount_invalidate", "read_seqcount_retry"}); !slices.Equal(g.ends, []string{"0 1"}) {
		t.Errorf("invalidated: %v", g.ends)
	}
	for want, script := range map[string][]string{
		"two writers of one sequence counter": {"write_seqcount_begin", "write_seqcount_begin"},
		"end of a write that was not begun":   {"write_seqcount_end"},
	} {
		if g := lockScript(t, "seqcount", script); len(g.broken) != 1 || !g.broken["lock-misuse: "+want] {
			t.Errorf("%v: broken %v, want %q", script, g.broken, want)
		}
	}
}
