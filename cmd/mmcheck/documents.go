// SPDX-License-Identifier: MIT

// This file collects what is told of a whole run in one document.

package main

import (
	"slices"

	"mmcheck/checker"
	"mmcheck/report"
)

// sarif is the one document that has the schedules, too.
const sarif = "sarif"

// documents are what check knows when it comes to its end.
type documents struct {
	checked  []report.Checked // for SARIF
	outcomes []report.Outcome // for a list
}

// checkDocuments are the formats that are one document for all that check was asked;
// its JSON is one for each spec.
func checkDocuments() []string { return append(slices.DeleteFunc(testDocuments(), isJSON), sarif) }

func isJSON(format string) bool { return format == "json" }

// testDocuments are those of test, of which no schedules are told.
func testDocuments() (names []string) {
	for _, l := range report.Lists {
		names = append(names, l.Name)
	}
	return names
}

// add notes one check; r is nil if the spec was refused.
func (d *documents) add(format string, m report.Meta, r *checker.Result, src report.Source) error {
	if format == sarif {
		d.checked = append(d.checked, report.Checked{Meta: m, Result: r, Source: src})
		return nil
	}
	o, err := report.NewOutcome(m, r, src)
	d.outcomes = append(d.outcomes, o)
	return err
}

// write writes the document.
func (d *documents) write(s *session, format string) error {
	if format == sarif {
		return report.SARIF(s.out, version+revision, d.checked)
	}
	if format == "terse" {
		for i := range d.outcomes {
			d.outcomes[i].At.File = opened(d.outcomes[i].At.File)
		}
	}
	return report.ListByName(format).Write(s.out, version+revision, d.outcomes)
}
