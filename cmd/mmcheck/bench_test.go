// SPDX-License-Identifier: MIT

package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkAsk answers questions of the kinds that users ask, from the text of the
// spec to the result: of these, most of the time goes into what comes before the search.
func BenchmarkAsk(b *testing.B) {
	for _, c := range []struct{ name, spec, kernel, defines string }{
		{"pair", "ops/v7_1.c", "6.15", "A=munmap B=mprotect"},
		{"seed", "seeds/mm_populate_vma.c", "", "DROP"},
		{"bug", "bugs/stackrot.c", "", ""},
		{"rule", "rules/data_race.c", "", "MARKED"},
	} {
		b.Run(c.name, func(b *testing.B) {
			sp, _, err := readSpec(filepath.Join("../../specs", c.spec))
			if err != nil {
				b.Fatal(err)
			}
			q := question{defines: strings.Fields(c.defines), kernel: c.kernel}
			b.ReportAllocs()
			for b.Loop() {
				if a, err := ask(b.Context(), sp, &q, &search{workers: 1}, nil); err != nil || a.res == nil {
					b.Fatal(err, a.diags)
				}
			}
		})
	}
}
