// SPDX-License-Identifier: MIT

package report

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mmcheck/cfront"
	"mmcheck/checker"
	"mmcheck/specs"
)

// TestTableOfEntries renders the tables of violations that are about page-table
// entries: who visited which one, and who moved it, must be in them.
func TestTableOfEntries(t *testing.T) {
	for _, c := range []tabled{
		{"seeds/copy_vma.c", []string{"NO_RMAP_LOCKS", "MERGE_BELOW"}, ""},
		{"seeds/copy_vma.c", []string{"MIGRATE_NO_SYNC", "ANON"}, ""},
		{"bugs/gup_fast_fork.c", []string{"BREAK"}, ""},
		{"rules/page_freed.c", []string{"PAGE"}, ""},
		{"rules/tlb_flush.c", []string{"PUT_FIRST"}, ""},
		{"rules/tlb_batch.c", []string{"NO_PENDING"}, ""}, // that the entry is empty is why there is no flush
		{"rules/tlb_flush.c", []string{"NO_FLUSH"}, ""},
	} {
		c.check(t, "entries")
	}
}

// tabled is a variant of a spec of which the table is looked at.
type tabled struct {
	spec    string
	defines []string
	kernel  string // the default one if there is none
}

func (c *tabled) check(t *testing.T, kind string) {
	t.Helper()
	src, err := os.ReadFile("../specs/" + c.spec)
	if err != nil {
		t.Fatal(err)
	}
	p, _, diags := cfront.Compile(cfront.Config{FS: specs.Include, Define: c.defines, Variants: specs.Variants(src), Kernel: c.kernel}, c.spec, src)
	if p == nil {
		t.Fatal(diags)
	}
	r, err := checker.Check(p, checker.Options{Workers: 1})
	if err != nil || r.Finding == nil {
		t.Fatal(err, c.spec, c.defines)
	}
	name := kind + "_" + strings.TrimSuffix(filepath.Base(c.spec), ".c") + "_" + strings.ToLower(strings.Join(c.defines, "_")) + ".txt"
	golden(t, name, []byte(strings.Join(newStory(r, false).table(), "\n")+"\n"))
}
