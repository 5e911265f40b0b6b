// SPDX-License-Identifier: MIT

// This file tests that hostile input ends in an error and does not hang.

package cfront

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// bomb is a macro that expands to 10^n tokens.
func bomb(n int) string {
	var b strings.Builder
	b.WriteString("#define M0 x\n")
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "#define M%d%s\n", i, strings.Repeat(fmt.Sprintf(" M%d", i-1), 10))
	}
	fmt.Fprintf(&b, "int x = M%d;\n", n)
	return b.String()
}

func TestHostileInput(t *testing.T) {
	const mib = 1 << 20
	fill := func(s string) string { return strings.Repeat(s, (mib-100)/len(s)) }
	for _, c := range []struct{ name, src, want string }{
		{"macro bomb", bomb(10), "statement is too long"},
		{"too long", fill("int x;\n") + strings.Repeat("\n", 200), "file is longer than 1 MiB"},
		{"declarations", fill("int x;\n"), "spec is too long"},
		{"identifiers", fill("x "), "expected ';' at end of file"},
		{"identifiers;", fill("x ") + ";", "statement is too long"},
		{"minus", "int x = " + fill("- ") + "1;", "statement is too long"},
		{"stars", "int " + fill("*") + "x;", "statement is too long"},
		{"macro of minus", "#define M1" + strings.Repeat(" -", 1000) + "\n#define M2 " + strings.Repeat(" M1", 900) + "\nint x = M2 1;", "statement is too long"},
		{"macro of brackets", "#define M1" + strings.Repeat(" (", 100) + "\n#define M2 " + strings.Repeat(" M1", 900) + "\nint x = M2 1;", "brackets nest more than 1000 deep"},
		{"else if", "void f(int x) { " + fill("if (x) ; else ") + ";}", "more than 1000 'else'"},
		{"brackets", fill("("), "brackets nest more than 256 deep"},
		{"braces", "void f(void) " + fill("{"), "brackets nest more than 256 deep"},
		{"unterminated comment", "/*" + fill("x "), "unterminated comment"},
		{"if", fill("#if 1\n"), "unterminated #if"},
		{"NUL", "int x;\x00", "spec.c:1:7: error: NUL byte"},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			_, diags := diagnose(testConfig(), "spec.c", []byte(c.src))
			t.Logf("%v: %.200s", time.Since(start), diags.Error())
			// On a slow machine the watchdog may come first.
			if text := diags.Error(); !strings.Contains(text, c.want) && !strings.Contains(text, "gave up") {
				t.Errorf("want an error like %q, got %.300q", c.want, text)
			}
			if d := time.Since(start); d > 20*time.Second {
				t.Errorf("took %v", d)
			}
		})
	}
}
