// SPDX-License-Identifier: MIT

// This file keeps the results of a sweep: a directory with a copy of the plan and a small
// file for each check that was made, and the table of all. There are no times in them,
// so that shards put together are what one run gives, byte for byte.

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mmcheck/checker"
	"mmcheck/model"
	"mmcheck/report"
	"mmcheck/specs"
)

// sweepResult is what became of a check.
type sweepResult struct {
	Check   string   `json:"check"`
	Of      string   `json:"of"` // a hash of the spec, the headers and mmcheck itself
	Verdict string   `json:"verdict"`
	Error   bool     `json:"error,omitempty"` // an error was found, no mere rule break
	States  int64    `json:"states"`
	Title   string   `json:"title,omitempty"`   // what was found, or why there is no verdict
	Untried []string `json:"untried,omitempty"` // assertions that were never reached, and FINAL
	Report  string   `json:"report,omitempty"`  // as check prints it
}

// What is said of a check that has no verdict.
const (
	verdictRefused = "does not compile"
	verdictCrashed = "internal error"
)

// resultOf turns an answer into a result.
func resultOf(k *sweepCheck, of string, a answer) (*sweepResult, error) {
	r := &sweepResult{Check: k.command, Of: of}
	if a.res == nil {
		r.Verdict, r.Title = verdictRefused, wrongSpec(a.diags)
		return r, nil
	}
	r.Verdict, r.States = verdictOf(a.res), a.res.Stats.States
	var b bytes.Buffer
	if err := report.Text(&b, report.Meta{Spec: k.spec, Variant: k.question.variant(), Command: k.command}, a.res, a.source); err != nil {
		return nil, err
	}
	switch a.res.Verdict {
	case checker.Violated:
		r.Error, r.Report = a.res.Finding.Property.Severity == "error", b.String()
		r.Title, _, _ = strings.Cut(strings.TrimPrefix(r.Report, "BUG: mmcheck: "), "\n")
	case checker.Unknown:
		if a.res.PartHolds {
			r.Verdict = string(checker.Holds)
			break
		}
		if r.Report = b.String(); a.res.Limit != nil {
			r.Title = "stopped at " + a.res.Limit.What
		}
	}
	if c := a.res.Coverage; c != nil {
		if c.Final {
			r.Untried = append(r.Untried, "FINAL")
		}
		for _, s := range c.Never { // in FINAL, too: another part may come to that
			if !s.Own || s.Assert == "" {
				continue
			}
			r.Untried = append(r.Untried, fmt.Sprintf("%s at %s:%d", s.Assert, model.Printable(s.Pos.File), s.Pos.Line))
		}
	}
	return r, nil
}

// status is the exit status for a result.
func (r *sweepResult) status() exit {
	switch {
	case r.Verdict == verdictCrashed:
		return exitInternal
	case r.Verdict == verdictRefused:
		return exitUsage
	case r.Verdict == string(checker.Holds):
		return exitHolds
	case r.Verdict == string(checker.Unknown):
		return exitUnknown
	}
	return exitViolated
}

// hashOf is a hash of all that decides what a check of a spec says.
func hashOf(src []byte) (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%s%s %d %s", version, revision, len(src), src)
	err := fs.WalkDir(specs.Include, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(specs.Include, name)
		fmt.Fprintf(h, "%s %d %s", name, len(text), text)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)[:16]), err
}

// resultDir is a directory of results.
type resultDir struct {
	name   string
	checks []*sweepCheck
}

const planFile = "plan"

// openResults reads the plan in a directory of results.
func openResults(name string) (*resultDir, []byte, error) {
	text, err := os.ReadFile(filepath.Join(name, planFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("%s: no results of 'mmcheck sweep run' are there", name)
	} else if err != nil {
		return nil, nil, plainError(name, err)
	}
	checks, err := parsePlan(filepath.Join(name, planFile), text)
	return &resultDir{name, checks}, text, err
}

// makeResults makes a directory for the results of a plan, if it is not there.
func makeResults(name string, plan []byte, checks []*sweepCheck) (*resultDir, error) {
	if err := os.MkdirAll(name, 0o777); err != nil {
		return nil, err
	}
	switch old, err := os.ReadFile(filepath.Join(name, planFile)); {
	case err == nil && !bytes.Equal(old, plan):
		return nil, fmt.Errorf("%s: has results of another plan: remove it, or give another --output", name)
	case err != nil:
		if err := writeAtomically(filepath.Join(name, planFile), plan); err != nil {
			return nil, plainError(name, err)
		}
	}
	return &resultDir{name, checks}, nil
}

// file is where the result of check i is.
func (d *resultDir) file(i int) string { return filepath.Join(d.name, fmt.Sprintf("%05d.json", i+1)) }

// read gives the result of check i, nil if there is none.
func (d *resultDir) read(i int) (*sweepResult, error) {
	text, err := os.ReadFile(d.file(i))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, plainError(d.file(i), err)
	}
	r := &sweepResult{}
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("%s: damaged: %w; remove it and run the sweep again", d.file(i), err)
	}
	if r.Check != d.checks[i].command {
		return nil, fmt.Errorf("%s: is the result of another check; remove it and run the sweep again", d.file(i))
	}
	return r, nil
}

func (d *resultDir) write(i int, r *sweepResult) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return err
	}
	return writeAtomically(d.file(i), b.Bytes())
}

// sweepRow is a line of the table: a check, or all parts of one that was cut.
type sweepRow struct {
	title   string
	parts   []*sweepResult // nil where one is missing
	missing []string
}

// rowsOf puts the parts of checks together. What was said of a spec that has changed
// in the meantime is no part of anything.
func rowsOf(checks []*sweepCheck, results []*sweepResult) (rows []*sweepRow, err error) {
	at, of := map[string]*sweepRow{}, map[string]string{}
	for i, k := range checks {
		if r := results[i]; r != nil {
			if of[k.spec] != "" && of[k.spec] != r.Of {
				return nil, fmt.Errorf("%s: some results are of another text of it, or by another mmcheck: run the sweep again", k.spec)
			}
			of[k.spec] = r.Of
		}
		title := k.title()
		row := at[title]
		if row == nil {
			row = &sweepRow{title: title}
			at[title], rows = row, append(rows, row)
		}
		if row.parts = append(row.parts, results[i]); results[i] == nil {
			row.missing = append(row.missing, k.command)
		}
	}
	return rows, nil
}

// merged is the result of a row, nil if it has none: what is found in a part is a
// verdict, and all of them have to hold for holds.
func (row *sweepRow) merged() *sweepResult {
	var sum *sweepResult
	for _, p := range row.parts {
		switch {
		case p == nil:
			continue
		case sum == nil:
			one := *p
			sum = &one
			continue
		}
		states := sum.States + p.States
		untried := slices.DeleteFunc(slices.Clone(sum.Untried), func(u string) bool { return !slices.Contains(p.Untried, u) })
		if p.weight() > sum.weight() {
			one := *p
			sum = &one
		}
		sum.States, sum.Untried = states, untried
	}
	if row.missing != nil && sum != nil && sum.status() != exitViolated {
		return nil
	}
	return sum
}

// weight says which of the results of parts is that of all.
func (r *sweepResult) weight() int {
	switch r.status() {
	case exitInternal:
		return 5
	case exitUsage:
		return 4
	case exitViolated:
		if r.Error {
			return 3
		}
		return 2
	case exitUnknown:
		return 1
	}
	return 0
}

// table writes what became of checks, and gives the exit status.
func table(w io.Writer, checks []*sweepCheck, results []*sweepResult) (exit, error) {
	rows, err := rowsOf(checks, results)
	if err != nil {
		return exitUsage, err
	}
	status, counts, missing := exitHolds, map[exit]int{}, []string(nil)
	fmt.Fprintf(w, "%-28s %12s  %s\n", "verdict", "states", "check")
	for _, row := range rows {
		r := row.merged()
		title := model.Printable(row.title)
		if n := len(row.parts); n > 1 {
			title += fmt.Sprintf(" in %d parts", n)
		}
		if missing = append(missing, row.missing...); r == nil {
			status = worse(status, exitUnknown)
			fmt.Fprintf(w, "%-28s %12s  %s\n", "missing", "", title)
			continue
		}
		counts[r.status()]++
		status = worse(status, r.status())
		states := thousands(r.States)
		switch r.status() {
		case exitUnknown:
			states = ">" + states
		case exitUsage, exitInternal:
			states = ""
		}
		fmt.Fprintf(w, "%-28s %12s  %s\n", r.Verdict, states, title)
		if r.Title != "" {
			fmt.Fprintf(w, "    %s\n", r.Title)
		}
		if r.status() == exitHolds && r.Untried != nil {
			fmt.Fprintf(w, "    never reached: %s\n", strings.Join(r.Untried, ", "))
		}
	}
	fmt.Fprintf(w, "%s: %d hold, %d violated, %d unknown", count(len(rows), "check", "checks"), counts[exitHolds], counts[exitViolated], counts[exitUnknown])
	if n := counts[exitUsage]; n > 0 {
		fmt.Fprintf(w, ", %d do not compile", n)
	}
	if n := counts[exitInternal]; n > 0 {
		fmt.Fprintf(w, ", %s", count(n, "internal error", "internal errors"))
	}
	if len(missing) > 0 {
		fmt.Fprintf(w, "; %d missing:", len(missing))
		status = worse(status, exitUnknown)
	}
	fmt.Fprintln(w)
	for _, m := range missing {
		fmt.Fprintln(w, "    "+m)
	}
	return status, nil
}
