// SPDX-License-Identifier: MIT

package cfront

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"mmcheck/model"
)

func TestFunctions(t *testing.T) {
	src := `int declared(void);
/* What it does.  In two
 * lines.
 *
 * And why. */
static int one(void) { return 1; }

/* Not of two. */

int two(void) { return 2; }
#define MAKE(name) int name(void) { return 3; }
/*
 * By a macro.
 */
MAKE(three)
`
	got, diags := Functions(Config{}, "x.c", []byte(src))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	want := []Function{
		{"one", model.Pos{File: "x.c", Line: 6, Col: 1}, "What it does. In two lines."},
		{"two", model.Pos{File: "x.c", Line: 10, Col: 1}, ""},
		{"three", model.Pos{File: "x.c", Line: 15, Col: 1}, "By a macro."},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if _, diags := Functions(Config{}, "x.c", []byte("int f(void) {")); !diags.HasErrors() {
		t.Error("no complaint about half a function")
	}
}
