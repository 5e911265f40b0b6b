// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"mmcheck/model"
)

func TestHeader(t *testing.T) {
	src := `// SPDX-License-Identifier: MIT
/*
 * name: a question?
 *
 * Kernel: 5.12
 * Result: DROP: violated dangling-vma
 * Result: DROP ADV=2 --find=rule --kernel=6.1: violated stale-vma, 12 states
 * Result: URL=a:b --ignore=leak,assert: unknown
 * Result: holds, 1,234 states
 */
/* Result: not in the first comment */
`
	h, diags := parseHeader("x.c", []byte(src))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	want := &header{question: "a question?", kernel: "5.12", results: []expected{
		{pos: model.Pos{File: "x.c", Line: 6, Col: 4}, question: question{defines: []string{"DROP"}},
			verdict: "violated", property: "dangling-vma", states: -1},
		{pos: model.Pos{File: "x.c", Line: 7, Col: 4},
			question: question{defines: []string{"DROP", "ADV=2"}, kernel: "6.1", find: "rule"},
			verdict:  "violated", property: "stale-vma", states: 12},
		{pos: model.Pos{File: "x.c", Line: 8, Col: 4},
			question: question{defines: []string{"URL=a:b"}, ignore: []string{"leak", "assert"}}, verdict: "unknown", states: -1},
		{pos: model.Pos{File: "x.c", Line: 9, Col: 4}, verdict: "holds", states: 1234},
	}}
	opts := cmp.Options{cmp.AllowUnexported(header{}, expected{}, question{}), cmpopts.EquateEmpty()}
	if d := cmp.Diff(want, h, opts); d != "" {
		t.Error(d)
	}
}

func TestHeaderComplaints(t *testing.T) {
	for line, want := range map[string]string{
		"Result: DROP: violatd stale-vma":            "x.c:1:4: error: want 'holds', 'violated PROPERTY' or 'unknown', with ', N states' behind it or not; got 'violatd stale-vma'",
		"Result:":                                    "got ''",
		"Result: holds, many states":                 "got 'holds, many states'",
		"Result: holds, 99999999999999999999 states": "is no number of states",
		"Result: DROP violated stale-vma":            "want 'holds'",
		"Result: DROP: violated stalevma":            "unknown property 'stalevma'; did you mean 'stale-vma'?",
		"Result: 1DROP: holds":                       "'1DROP' is not of the form NAME or NAME=value",
		"Result: --find=all: holds":                  "want one of dangling, rule, any",
		"Result: --workers=2: holds":                 "unknown flag",
		"Results: holds":                             "'Results:' is not read; did you mean 'Result:'?",
		"RESULT : holds":                             "'RESULT :' is not read; did you mean 'Result:'?",
		"Matrix: A=x,y:":                             "x.c:1:4: error: want 'holds'",
		"Matrix: A=x B=y: holds":                     "a Matrix needs a list of values, such as 'A=mmap,munmap'",
		"Matrix: A=x,y B=z: violated stalevma":       "unknown property 'stalevma'",
		"matrix: A=x,y: holds":                       "'matrix:' is not read; did you mean 'Matrix:'?",
		"Kernel: newest":                             "want 'Kernel: VERSION', such as 6.12 [kernel-line]",
	} {
		_, diags := parseHeader("x.c", []byte("/* "+line+" */\n"))
		if !strings.Contains(diags.Error(), want) {
			t.Errorf("%s: got %q, want %q", line, diags.Error(), want)
		}
	}
}

func TestHeaderTwice(t *testing.T) {
	_, diags := parseHeader("x.c", []byte("/*\n * Result: A: holds\n * Result: A: unknown\n */\n"))
	const want = "x.c:3:4: error: this variant already has a Result: in line 2 [result-line]"
	if diags.Error() != want {
		t.Errorf("got %q, want %q", diags.Error(), want)
	}
}

// A Matrix has a variant for each way to choose values, each pair of two equal lists
// once, and Result: lines below it are exceptions.
func TestMatrix(t *testing.T) {
	h, diags := parseHeader("x.c", []byte(`/*
 * Matrix: A=x,y,
 *           z B=x,y,z --kernel=6.1,6.12:
 *         holds
 *
 * Matrix: A=x B=v,w ANON: holds
 * Result: A=y B=y --kernel=6.12: violated assert
 * Result: A=u: unknown
 */`))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	var got []string
	for _, e := range h.results {
		got = append(got, fmt.Sprintf("%d %s: %s %s", e.pos.Line, e.question.variant(), e.verdict, e.property))
	}
	want := []string{
		"2 A=x B=x --kernel=6.1: holds ", "2 A=x B=x --kernel=6.12: holds ", "2 A=x B=y --kernel=6.1: holds ",
		"2 A=x B=y --kernel=6.12: holds ", "2 A=x B=z --kernel=6.1: holds ", "2 A=x B=z --kernel=6.12: holds ",
		"2 A=y B=y --kernel=6.1: holds ", "7 A=y B=y --kernel=6.12: violated assert", "2 A=y B=z --kernel=6.1: holds ",
		"2 A=y B=z --kernel=6.12: holds ", "2 A=z B=z --kernel=6.1: holds ", "2 A=z B=z --kernel=6.12: holds ",
		"6 A=x B=v ANON: holds ", "6 A=x B=w ANON: holds ", "8 A=u: unknown ",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	_, diags = parseHeader("x.c", []byte("/*\n * Result: A=x: unknown\n * Matrix: A=x,y: holds\n */"))
	if want := "x.c:3:4: error: variant 'A=x' already has a verdict, from line 2; exceptions stand below a Matrix"; !strings.Contains(diags.Error(), want) {
		t.Errorf("got %q, want %q", diags.Error(), want)
	}
}

func TestNoHeader(t *testing.T) {
	for _, src := range []string{"", "int x;\n/* Result: holds */", "/* Result: holds", "// Result: holds\n", "/* SPDX-License-Identifier: MIT */"} {
		if h, diags := parseHeader("x.c", []byte(src)); len(h.results) > 0 || len(diags) > 0 {
			t.Errorf("%q: got %v, %v", src, h.results, diags)
		}
	}
}
