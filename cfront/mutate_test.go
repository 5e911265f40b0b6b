// SPDX-License-Identifier: MIT

// This file edits good specs at random: whatever comes out, the front end must
// neither panic nor run on. Longer runs: go test ./cfront -run Mutations -mutate=60s

package cfront

import (
	"flag"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

var mutateFor = flag.Duration("mutate", 0, "how long to test mutations; 0 is a fixed small number")

// shortMutations is how many mutants an ordinary run tries.
const shortMutations = 300

var wordRE = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*|[0-9]+|\s+|.`)

// mutate makes one to three edits of bytes, tokens or lines.
func mutate(r *rand.Rand, src string) string {
	for range 1 + r.IntN(3) {
		sep := [3]string{"", "", "\n"}[r.IntN(3)]
		var parts []string
		if sep == "" && r.IntN(2) == 0 {
			parts = wordRE.FindAllString(src, -1)
		} else {
			parts = strings.Split(src, sep)
		}
		if len(parts) == 0 {
			continue
		}
		i, j := r.IntN(len(parts)), r.IntN(len(parts))
		switch r.IntN(6) {
		case 0: // drop
			parts = append(parts[:i:i], parts[i+1:]...)
		case 1: // double
			parts = append(parts[:i+1:i+1], parts[i:]...)
		case 2: // swap
			parts[i], parts[j] = parts[j], parts[i]
		case 3: // copy over another
			parts[i] = parts[j]
		case 4: // cut off
			parts = parts[:i]
		case 5: // insert
			parts[i] += []string{"{", "}", "(", ")", ";", "*", "#", "\"", "int", "struct", "=", "\\", "/*"}[r.IntN(13)]
		}
		src = strings.Join(parts, sep)
	}
	return src
}

func TestMutations(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	var specs []string
	for _, f := range []string{"good.c", "calls.c", "types.c", "flow.c", "unsupported.c"} {
		src, err := os.ReadFile("testdata/" + f)
		if err != nil {
			t.Fatal(err)
		}
		specs = append(specs, string(src))
	}
	seed := uint64(1)
	start := time.Now()
	var n, internal int
	for ; n < shortMutations && *mutateFor == 0 || time.Since(start) < *mutateFor; n++ {
		r := rand.New(rand.NewPCG(seed, uint64(n)))
		src := mutate(r, specs[n%len(specs)])
		_, diags := diagnose(testConfig(), "spec.c", []byte(src))
		for _, d := range diags {
			switch d.ID {
			case "gave-up":
				t.Fatalf("mutant %d: %s\n%s", n, d.Text, src)
			case "internal":
				internal++
				if d.Pos.Line == 0 {
					t.Errorf("mutant %d: %s has no place\n%s", n, d.Text, src)
				}
				if testing.Verbose() {
					t.Logf("mutant %d: %s", n, d.Text)
				}
			}
		}
	}
	t.Logf("%d mutants, %d times the parser panicked or made no sense", n, internal)
}
