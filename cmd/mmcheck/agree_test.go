// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"context"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mmcheck/report"
	"mmcheck/specs/sample"
)

// TestEnginesAgree runs variants of every spec with the plain interpreter
// and with the fast search, on one worker or more, some of them on a disk:
// verdict, figures and schedule must be the same to the byte, also where a bound cuts them short.
func TestEnginesAgree(t *testing.T) {
	files, err := specFiles([]string{specDir})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		sp, _, err := readSpec(name)
		if err != nil {
			t.Fatal(err)
		}
		rel, _ := filepath.Rel(specDir, sp.name)
		for i, want := range sp.head.results {
			if !agreeShares.Has(t.Name(), rel, want.question.variant()) {
				continue
			}
			t.Run(rel+" "+want.question.variant(), func(t *testing.T) {
				t.Parallel()
				q := want.question
				plain := jsonOf(t, sp, &q, &search{reference: true, noReduce: true, maxStates: agreeStates})
				workers := 1 + i%3
				fast := jsonOf(t, sp, &q, &search{workers: workers, noReduce: true, maxStates: agreeStates})
				if d := cmp.Diff(plain, fast); d != "" {
					t.Fatalf("%d workers, - plain, + fast:\n%s", workers, d)
				}
				if i%8 != 0 {
					return
				}
				disk := jsonOf(t, sp, &q, &search{workers: 2, maxMemory: 1, spill: t.TempDir(), noReduce: true, maxStates: agreeStates})
				if d := cmp.Diff(plain, disk); d != "" {
					t.Fatalf("- plain, + spilled:\n%s", d)
				}
			})
		}
	}
}

// agreeStates bounds the searches that are compared.
const agreeStates = 2_000

var agreeShares = sample.Shares{"rules": 6, "questions": 12, "seeds": 12, "bugs": 12, "ops": 120}

// jsonOf answers a question and returns the report that says most.
func jsonOf(t *testing.T, sp *spec, q *question, h *search) string {
	a, err := ask(context.Background(), sp, q, h, nil)
	if err != nil || a.res == nil {
		t.Fatal(err, a.diags)
	}
	var b bytes.Buffer
	if err := report.JSON(&b, report.Meta{Spec: sp.name}, a.res, a.source); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
