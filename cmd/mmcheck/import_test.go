// SPDX-License-Identifier: MIT

package main

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mmcheck/specs"
)

// imported are functions of the trees in testdata, and what is true of them: "holds", or
// the property that their mistake breaks.
var imported = []struct{ tree, functions, verdict string }{
	{"v6.12", "mm/keepsake.c:keepsake_add", "holds"},
	{"v6.12", "mm/keepsake.c:keepsake_exit", "holds"},
	{"v6.12", "mm/keepsake.c:keepsake_add mm/keepsake.c:keepsake_exit", "holds"},
	{"v6.12", "mm/keepsake.c:keepsake_room", "holds"},
	{"v6.12", "mm/keepsake.c:keepsake_freeze", "holds"},
	{"v6.12", "mm/keepsake.c:keepsake_try_freeze", "holds"},
	{"v6.12", "mm/keepsake.c:keepsake_debug", "holds"},
	{"v6.12", "mm/keepsake.c:sys_keepsake", "holds"},
	{"v6.12", "mm/keepsake.c:keepsake_end", "dangling-vma"},
	{"v6.12", "mm/keepsake.c:keepsake_register", "lock-leak"},
	{"v6.12", "fs/notebook.c:notebook_turn", "holds"},
	{"v6.12", "fs/notebook.c:notebook_turn_twice", "holds"},
	{"v6.12", "fs/notebook.c:notebook_open", "holds"},
	{"v6.12", "fs/notebook.c:notebook_close", "atomic-sleep"},
	{"v6.12", "fs/notebook.c:notebook_lock_clean", "holds"},
	{"v6.12", "fs/notebook.c:notebook_doze", "holds"},
	{"v6.12", "fs/notebook.c:notebook_wait", "holds"},
	{"v6.12", "fs/notebook.c:notebook_nap", "holds"},
	{"v6.12", "fs/notebook.c:notebook_lines", "holds"},
	{"v6.12", "fs/notebook.c:notebook_leave", "holds"},
	{"v6.12", "fs/notebook.c:notebook_oversleep", "use-after-free"},
	{"v6.12", "fs/notebook.c:notebook_flip", "lock-misuse"},
	{"v6.12", "fs/notebook.c:notebook_scribble", "lock-misuse"},
	{"v6.12", "drivers/char/qbuf.c:qbuf_start", "holds"},
	{"v6.12", "drivers/char/qbuf.c:qbuf_check", "holds"},
	{"v6.12", "drivers/char/qbuf.c:qbuf_reset", "holds"},
	{"v6.12", "drivers/char/qbuf.c:qbuf_check drivers/char/qbuf.c:qbuf_reset", "deadlock"},
	{"v6.12", "arch/x86/mm/angle.c:angle_fault", "holds"},
	{"v6.12", "arch/x86/mm/angle.c:angle_peek", "lock-misuse"},
	{"v5.10", "mm/stamp.c:stamp_range", "holds"},
	{"v5.10", "mm/stamp.c:stamp_charge_one", "lock-misuse"},
	{"v5.10", "mm/stamp.c:stamp_total", "holds"},
	{"v5.10", "mm/stamp.c:stamp_trylock", "holds"},
	{"v5.10", "mm/stamp.c:stamp_again", "lock-misuse"},
	{"v5.10", "mm/stamp.c:stamp_count", "holds"},
	{"v5.10", "drivers/misc/book.c:book_use", "holds"},
	{"v5.10", "drivers/misc/book.c:book_void", "holds"},
	{"v5.10", "drivers/misc/book.c:book_use drivers/misc/book.c:book_void", "holds"},
	{"v5.10", "drivers/misc/book.c:book_void drivers/misc/book.c:book_is_used", "data-race"},
	{"v5.10", "drivers/misc/book.c:book_count", "holds"},
	{"v5.10", "drivers/misc/book.c:book_new", "atomic-sleep"},
	{"v5.10", "drivers/misc/book.c:book_of", "holds"},
	{"v5.10", "arch/x86/mm/step.c:step_fault", "holds"},
	{"v7.0", "fs/ledger.c:ledger_add", "holds"},
	{"v7.0", "fs/ledger.c:ledger_balance", "holds"},
	{"v7.0", "fs/ledger.c:ledger_add fs/ledger.c:ledger_balance", "holds"},
	{"v7.0", "fs/ledger.c:ledger_close fs/ledger.c:ledger_close", "data-race"},
	{"v7.0", "fs/ledger.c:ledger_page_lines", "holds"},
	{"v7.0", "fs/ledger.c:ledger_post", "holds"},
	{"v7.0", "fs/ledger.c:ledger_peek", "dangling-vma"},
	{"v7.0", "fs/ledger.c:ledger_users", "holds"},
	{"v7.0", "fs/ledger.c:ledger_swap", "lock-misuse"},
	{"v7.0", "kernel/tally.c:tally_add", "holds"},
	{"v7.0", "kernel/tally.c:tally_mark", "holds"},
	{"v7.0", "kernel/tally.c:tally_boot", "holds"},
	{"v7.0", "kernel/tally.c:tally_drop", "lock-leak"},
}

// TestImport imports functions without an edit: the verdict is the right one, and gcc
// can compile the spec.
func TestImport(t *testing.T) {
	for _, f := range imported {
		t.Run(f.functions, func(t *testing.T) {
			t.Parallel()
			root := filepath.Join("testdata/tree", f.tree)
			spec := filepath.Join(t.TempDir(), "spec.c")
			args := append([]string{"import", "--tree", root, "-o", spec}, strings.Fields(f.functions)...)
			if out, err := mmcheck(args...); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			out, _ := mmcheck("check", "-q", spec)
			want := regexp.MustCompile(`(?m)^(BUG: mmcheck: )?` + f.verdict + `(:| in )`)
			if !want.Match(out) {
				t.Errorf("want %s, got %s", f.verdict, out)
			}
			needs(t, "gcc")
			version := specs.Nearest(strings.TrimPrefix(f.tree, "v"))
			major, minor, _ := strings.Cut(version, ".")
			gcc := exec.Command("gcc", "-std=gnu11", "-fsyntax-only", "-Wall", "-I", filepath.Join(specDir, "include"),
				"-DLINUX_VERSION_CODE=KERNEL_VERSION("+major+","+minor+",0)", spec)
			if out, err := gcc.CombinedOutput(); err != nil || len(out) > 0 {
				t.Errorf("gcc: %v\n%s", err, out)
			}
		})
	}
}

// mmcheck runs one command line and returns all that it prints.
func mmcheck(args ...string) ([]byte, error) {
	return exec.Command("mmcheck", args...).CombinedOutput()
}
