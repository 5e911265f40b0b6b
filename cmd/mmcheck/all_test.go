// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mmcheck/checker"
	"mmcheck/report"
	"mmcheck/specs/sample"
)

// TestAllViolationsAgree lists all violations of broken variants of the rules with the
// plain interpreter and with the fast search: they must be the same.
func TestAllViolationsAgree(t *testing.T) {
	files, err := specFiles([]string{filepath.Join(specDir, "rules")})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		sp, _, err := readSpec(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range sp.head.results {
			if want.verdict != checker.Violated || !allShares.Has(t.Name(), "rules/"+filepath.Base(name), want.question.variant()) {
				continue
			}
			t.Run(filepath.Base(name)+" "+want.question.variant(), func(t *testing.T) {
				t.Parallel()
				plain := listOf(t, sp, &want.question, &search{all: 30, reference: true, maxStates: allStates})
				fast := listOf(t, sp, &want.question, &search{all: 30, workers: 1, maxStates: allStates})
				if d := cmp.Diff(plain, fast); plain != nil && fast != nil && d != "" {
					t.Fatalf("- plain, + fast:\n%s", d)
				}
			})
		}
	}
}

// allStates bounds the specs that are looked at.
const allStates = 2_000

var allShares = sample.Shares{"rules": 16}

// listOf are the first lines and places of all violations; nil if a bound came first.
func listOf(t *testing.T, sp *spec, q *question, h *search) (out []string) {
	a, err := ask(context.Background(), sp, q, h, nil)
	if err != nil || a.all == nil {
		t.Fatal(err, a.diags)
	}
	if a.all.Rest == nil || a.all.Rest.Verdict != checker.Holds {
		return nil
	}
	for _, r := range a.results() {
		var b bytes.Buffer
		if err := report.Text(&b, report.Meta{Spec: sp.name}, r, a.source); err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitN(b.String(), "\n", 4)
		out = append(out, fmt.Sprintf("%d steps: %s: %s", len(r.Finding.Trace.Steps), lines[0], lines[2]))
	}
	slices.Sort(out)
	return out
}
