// SPDX-License-Identifier: MIT

package cfront

import (
	"strings"
	"testing"
)

// Only what is short and reads no file of the user's is tried at once.
func TestSmall(t *testing.T) {
	for _, c := range []struct {
		name string
		t    translation
		want bool
	}{
		{"short", translation{text: "#include <linux/mm.h>\nint x;\n"}, true},
		{"quoted include", translation{text: "# include \"mine.h\"\n"}, false},
		{"include by macro", translation{text: "#include HEADER\n"}, false},
		{"with -I", translation{text: "int x;\n", dirs: true}, false},
		{"long", translation{text: strings.Repeat("int x;\n", smallText/7+1)}, false},
		{"long -D", translation{defines: strings.Repeat("x", smallText+1)}, false},
	} {
		if got := c.t.small(); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
