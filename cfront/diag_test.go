// SPDX-License-Identifier: MIT

// This file tests printing of diagnostics, and suggestions.

package cfront

import (
	"fmt"
	"strings"
	"testing"

	"mmcheck/model"
)

func TestPrintCutsOff(t *testing.T) {
	var d Diagnostics
	for i := range 30 {
		d = append(d, Diagnostic{Pos: model.Pos{File: "a.c", Line: 30 - i, Col: 1}, Severity: Warning, Text: "w"})
	}
	d = append(d, Diagnostic{Pos: model.Pos{File: "a.c", Line: 99, Col: 1}, Text: "e", ID: "x"})
	var b strings.Builder
	d.Print(&b, nil)
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != maxPrinted+1 || lines[0] != "a.c:1:1: warning: w" || lines[maxPrinted-1] != "a.c:99:1: error: e [x]" || lines[maxPrinted] != "11 more" {
		t.Errorf("got %q", lines)
	}
}

func TestPrintCaret(t *testing.T) {
	files := map[string][]byte{"a.c": []byte("x\r\n\tint\té = \x1b[1m;\r\n")}
	d := Diagnostics{{Pos: model.Pos{File: "a.c", Line: 2, Col: 6}, Len: 2, Text: "here"}}
	d = append(d, d[0]) // said once only
	var b strings.Builder
	d.Print(&b, files)
	want := "a.c:2:6: error: here\n    2 | \tint\té = ?[1m;\n      | \t   \t^~\n"
	if b.String() != want {
		t.Errorf("got\n%q want\n%q", b.String(), want)
	}
	d[0].Pos.Line, d[1].Pos.Line = 7, 7 // no such line
	b.Reset()
	d.Print(&b, files)
	if b.String() != "a.c:7:6: error: here\n" {
		t.Errorf("got %q", b.String())
	}
}

func TestSuggest(t *testing.T) {
	known := []string{"down_read", "down_write", "up_read", "mm", "mmap_lock"}
	for _, c := range [][2]string{{"down_raed", "down_read"}, {"donw_write", "down_write"}, {"up_rea", "up_read"},
		{"kfree", ""}, {"m", ""}, {"mmm", "mm"}, {"mmap_lok", "mmap_lock"}, {"down_read", ""}} {
		if got := suggest(c[0], known); got != c[1] {
			t.Errorf("suggest(%q) = %q, want %q", c[0], got, c[1])
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"a", "", 1}, {"ab", "ba", 1}, {"abc", "acb", 1}, {"kitten", "sitting", 3}, {"same", "same", 0}} {
		if got := editDistance(c.a, c.b, 9); got != c.want {
			t.Errorf("%s, %s: got %d, want %d", c.a, c.b, got, c.want)
		}
		if got := editDistance(c.a, c.b, 1); got != min(c.want, 1) {
			t.Errorf("%s, %s limited: got %d", c.a, c.b, got)
		}
	}
}

func TestErrorIsOneLineEach(t *testing.T) {
	_, d := diagnose(testConfig(), "a.c", []byte("int x = y;\nint z = w;\n"))
	want := "a.c:1:9: error: 'y' undeclared; did you mean 'x'? [undeclared]\na.c:2:9: error: 'w' undeclared; did you mean 'x'? [undeclared]"
	want = strings.ReplaceAll(want, "; did you mean 'x'?", "")
	if d.Error() != want || !d.HasErrors() || fmt.Sprint(Error, Warning, Note) != "error warning note" {
		t.Errorf("got %s", d.Error())
	}
}
