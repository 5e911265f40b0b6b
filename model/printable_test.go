// SPDX-License-Identifier: MIT

package model

import "testing"

func TestPrintable(t *testing.T) {
	for _, c := range []struct{ text, whole, line string }{
		{"x = 1;", "x = 1;", "x = 1;"},
		{"é 漢", "é 漢", "é 漢"},
		{"a\tb", `a\tb`, "a\tb"},
		{"red\x1b[31m", `red\x1b[31m`, "red?[31m"},
		{"two\nlines\r", `two\nlines\r`, "two?lines?"},
		{"\x9b1m \xff", `\x9b1m \xff`, "?1m ?"},
		{"\u009b1m", `\u009b1m`, "?1m"},
		{"\u202eback", `\u202eback`, "?back"},
	} {
		if got := Printable(c.text); got != c.whole {
			t.Errorf("Printable(%q) = %q, want %q", c.text, got, c.whole)
		}
		if got := PrintableLine(c.text); got != c.line {
			t.Errorf("PrintableLine(%q) = %q, want %q", c.text, got, c.line)
		}
	}
}
