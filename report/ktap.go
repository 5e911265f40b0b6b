// SPDX-License-Identifier: MIT

// This file renders outcomes as KTAP, version 1, the format of the kernel's own tests
// (Documentation/dev-tools/ktap.rst): a test for each spec, with a subtest for each
// variant.

package report

import (
	"fmt"
	"io"
	"strings"

	"mmcheck/model"
)

// KTAP writes outcomes. KTAP knows "ok" and "not ok"; what gave no verdict did not pass,
// and its diagnostics say so.
func KTAP(w io.Writer, version string, all []Outcome) error {
	p := &printer{w: w}
	specs := bySpec(all)
	p.write(fmt.Sprintf("KTAP version 1\n# mmcheck %s\n1..%d\n", version, len(specs)))
	for i, of := range specs {
		p.write(fmt.Sprintf("  KTAP version 1\n  1..%d\n", len(of)))
		ok := true
		for k := range of {
			o := &of[k]
			for line := range strings.Lines(diagnosticsOf(o)) {
				p.write("  # " + model.Printable(strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\t", "        ")) + "\n")
			}
			name := o.Variant
			if name == "" {
				name = "as it is"
			}
			p.write("  " + ktapLine(o.State == Passed, k+1, name))
			ok = ok && o.State == Passed
		}
		p.write(ktapLine(ok, i+1, of[0].Spec))
	}
	return p.err
}

// diagnosticsOf is what stands in front of an outcome that did not pass.
func diagnosticsOf(o *Outcome) string {
	switch {
	case o.State == Passed:
		return ""
	case o.Report != "":
		return o.Report
	}
	return o.Short
}

// ktapLine is the result of one test. A '#' would begin a directive there.
func ktapLine(ok bool, n int, name string) string {
	word := map[bool]string{true: "ok", false: "not ok"}[ok]
	return fmt.Sprintf("%s %d %s\n", word, n, strings.ReplaceAll(model.Printable(name), "#", "_"))
}

// bySpec divides outcomes by the spec; those of one follow each other.
func bySpec(all []Outcome) (out [][]Outcome) {
	for i, o := range all {
		if i == 0 || all[i-1].Spec != o.Spec {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], o)
	}
	return out
}
