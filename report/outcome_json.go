// SPDX-License-Identifier: MIT

// This file renders outcomes for programs; schema/test.json is what they can rely on.

package report

import "io"

type outcomeDocument struct {
	Schema  int           `json:"schema"`
	Tool    string        `json:"tool"`
	Version string        `json:"version"`
	Passed  int           `json:"passed"`
	Failed  int           `json:"failed"`
	Results []jsonOutcome `json:"results"`
}

type jsonOutcome struct {
	Outcome
	Location location `json:"location"`
}

// OutcomesJSON writes one object, with all outcomes in order.
func OutcomesJSON(w io.Writer, version string, all []Outcome) error {
	d := outcomeDocument{Schema: Schema, Tool: "mmcheck", Version: version, Results: []jsonOutcome{}}
	for _, o := range all {
		if o.State == Passed {
			d.Passed++
		} else {
			d.Failed++
		}
		d.Results = append(d.Results, jsonOutcome{o, location{File: o.At.File, Line: o.At.Line, Column: o.At.Col}})
	}
	return encode(w, d)
}
