// SPDX-License-Identifier: MIT

// This file renders outcomes as compilers print errors: one line each, which vim's
// quickfix, emacs' compilation-mode and their like open.

package report

import (
	"fmt"
	"io"

	"mmcheck/model"
)

// Terse writes a line for each outcome that did not pass. Places are lines from 1 on,
// also where a whole file is meant.
func Terse(w io.Writer, _ string, all []Outcome) error {
	p := &printer{w: w}
	for _, o := range all {
		severity := "error"
		switch {
		case o.State == Passed:
			continue
		case o.Verdict == "unknown" && o.Expected == "":
			severity = "warning"
		}
		variant := ""
		if o.Variant != "" {
			variant = " (" + o.Variant + ")"
		}
		p.write(fmt.Sprintf("%s:%d:%d: %s: %s%s\n", model.Printable(o.At.File), max(o.At.Line, 1), max(o.At.Col, 1), severity, model.Printable(o.Short), model.Printable(variant)))
	}
	return p.err
}
