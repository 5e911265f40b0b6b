// SPDX-License-Identifier: MIT

package report

import (
	"bytes"
	"testing"

	"mmcheck/checker"
	"mmcheck/model"
)

// refused is a spec that did not compile; what it says needs care in every format.
var refused = Meta{Spec: "a b.c", Variant: "X=#1 <&>", Messages: []Message{
	{Severity: "warning", Text: "a warning first", Pos: model.Pos{File: "a b.c", Line: 1, Col: 1}},
	{Severity: "error", ID: "syntax", Text: "unexpected ']]>' & \"more\"", Pos: model.Pos{File: "a b.c", Line: 3, Col: 7}, End: 9},
}}

// TestRuns renders a run of several checks as one document, in each such format.
// tools/formats has others read them.
func TestRuns(t *testing.T) {
	var outcomes []Outcome
	var checked []Checked
	note := func(m Meta, r *checker.Result, src Source) {
		o, err := NewOutcome(m, r, src)
		if err != nil {
			t.Fatal(err)
		}
		outcomes, checked = append(outcomes, o), append(checked, Checked{m, r, src})
	}
	for _, name := range []string{"dangling", "deadlock", "leak", "holds"} {
		sc := scenes[name]
		note(Meta{Spec: "brk.c", Variant: name}, sc.check(t), sc.source)
	}
	cut := *scenes["holds"].check(t)
	cut.Verdict, cut.Limit = checker.Unknown, &checker.LimitHit{What: "5 states", Raise: "--max-states"}
	note(Meta{Spec: "cut.c"}, &cut, scenes["holds"].source)
	note(refused, nil, nil)
	for _, l := range Lists {
		var b bytes.Buffer
		if err := l.Write(&b, "1.2.3", outcomes); err != nil {
			t.Fatal(err)
		}
		golden(t, "run."+l.Name+map[bool]string{true: "-list"}[l.Name == "json"], b.Bytes()) // *.json are checks
	}
	var b bytes.Buffer
	if err := SARIF(&b, "1.2.3", checked); err != nil {
		t.Fatal(err)
	}
	golden(t, "run.sarif", b.Bytes())
}
