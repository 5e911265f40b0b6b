// SPDX-License-Identifier: MIT

// This file writes results for machines (JSON) and as a page (RESULTS.md).

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
)

// schemaVersion changes when a reader of the JSON would have to.
const schemaVersion = 1

// jsonSection is a table for machines: by size, then by key of the column.
type jsonSection struct {
	ID      string                        `json:"id"`
	Title   string                        `json:"title"`
	Figures map[string]map[string]float64 `json:"figures"`
}

// writeJSON writes figures and the runs that they are computed from.
func writeJSON(w io.Writer, r *results) error {
	out := struct {
		Schema     int           `json:"schema"`
		Tool       string        `json:"tool"`
		Machine    machine       `json:"machine"`
		Missing    []string      `json:"missing"`
		Sections   []jsonSection `json:"sections"`
		Benchmarks []benchmark   `json:"benchmarks"`
		Family     []*measured   `json:"family"`
		Buggy      []*measured   `json:"buggy"`
	}{schemaVersion, "mmcheck bench", r.Machine, r.Missing, nil, r.Benchmarks, r.Family, r.Buggy}
	for i := range sections {
		out.Sections = append(out.Sections, figures(&sections[i], r))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

// figures computes a section for machines; what was not measured is not there.
func figures(s *section, r *results) jsonSection {
	js := jsonSection{s.id, s.title, map[string]map[string]float64{}}
	for _, m := range r.rows(s) {
		of := map[string]float64{}
		for _, c := range s.columns {
			if x := c.value(m); !math.IsNaN(x) && !math.IsInf(x, 0) {
				of[c.key] = x
			}
		}
		js.Figures[m.Name] = of
	}
	return js
}

// writePage writes bench/RESULTS.md.
func writePage(w io.Writer, r *results) {
	fmt.Fprintln(w, "# Results of `make bench`")
	fmt.Fprintln(w)
	fmt.Fprintln(w, "Written by `go run ./bench/measure --write bench/RESULTS.md`; `bench/README.md` says how to read it.")
	fmt.Fprintln(w, "Figures of one run on one machine: compare ratios, not seconds.")
	fmt.Fprintln(w)
	for _, f := range r.Machine.facts() {
		fmt.Fprintf(w, "- %s: %s\n", f[0], f[1])
	}
	fmt.Fprintln(w)
	fmt.Fprintln(w, "| size | `$SIZE` for mmcheck and SPIN | `$W` |")
	fmt.Fprintln(w, "|---|---|---|")
	for _, m := range append(append([]*measured{}, r.Family...), r.Buggy...) {
		fmt.Fprintf(w, "| %s | `-D%s` | %d |\n", m.Name, strings.Join(m.Defines, " -D"), m.Table)
	}
	fmt.Fprintln(w)
	fmt.Fprintln(w, "```")
	writeText(w, r)
	fmt.Fprintln(w, "```")
}
