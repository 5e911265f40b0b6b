// SPDX-License-Identifier: MIT

package specs

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

// TestOrders finds every row of the table of orders in the headers: the operation, and
// in what it says there the mark; and every mark in a row.
func TestOrders(t *testing.T) {
	marks := map[string]string{} // by operation
	all := ""
	mark := regexp.MustCompile(`__mmcheck_order\("([a-z ]+)"\)`)
	define := regexp.MustCompile(`^#define (\w+)\(`)
	function := regexp.MustCompile(`^(?:[a-z_].*?)?\b(\w+)\([^;]*$`)
	err := fs.WalkDir(Include, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(Include, name)
		all += string(text)
		op := ""
		for line := range strings.Lines(string(text)) {
			if m := define.FindStringSubmatch(line); m != nil {
				op = m[1]
			} else if m := function.FindStringSubmatch(line); m != nil && !strings.HasPrefix(line, "\t") {
				op = m[1]
			}
			op = plain(op)
			for _, m := range mark.FindAllStringSubmatch(line, -1) {
				marks[op] += "," + m[1]
			}
			for _, uses := range []struct{ call, order string }{{"smp_mb();", "full"}, {"smp_rmb();", "read fence"},
				{"smp_load_acquire(&", "acquire"}, {"rcu_assign_pointer(w->task, current)", "release"}} {
				if strings.Contains(line, uses.call) && strings.HasPrefix(line, "\t") {
					marks[op] += "," + uses.order
				}
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, o := range Orders {
		op := plain(o.Op)
		listed[op] = true
		if !regexp.MustCompile(`\b(prefix##)?_*` + op + `\b`).MatchString(all) {
			t.Errorf("%s is in no header", o.Op)
		}
		if o.Mark != "" && !strings.Contains(marks[op]+",", ","+o.Mark+",") {
			t.Errorf("%s has the marks %q, want %s", o.Op, marks[op], o.Mark)
		}
	}
	for op, m := range marks {
		if !listed[op] {
			t.Errorf("%s has the marks %q, and no row", op, m)
		}
	}
}

// plain is the name of an operation for all types of counters, and with __ before it.
func plain(op string) string { return strings.TrimPrefix(strings.TrimLeft(op, "_"), "atomic_") }
