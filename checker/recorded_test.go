// SPDX-License-Identifier: MIT

// This file replays recorded programs: small ones on which the searches once
// differed, or would differ if some condition were left out.

package checker

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mmcheck/model"
	"mmcheck/model/random"
)

var update = flag.Bool("update", false, "rewrite the recorded results")

// recordedResult is the line that says what the reference finds, with nothing
// reduced.
var recordedResult = regexp.MustCompile(`(?m)^# Result: .*\n`)

// gist is a result in few words.
func gist(r *Result) string {
	if r.Finding == nil {
		return string(r.Verdict)
	}
	return fmt.Sprintf("%s, %s: %s, after %d steps", r.Verdict, r.Finding.Property.ID, r.Finding.Text, len(r.Finding.Trace.Steps))
}

// recorded returns what builds the program of a file in testdata/random.
func recorded(t *testing.T, file string) (build func() *model.Program, text string) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := random.Parse(string(src))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return s.Build, string(src)
}

// The searches agree on the recorded programs, each with the result it has had
// when it was recorded.
func TestRecordedPrograms(t *testing.T) {
	noRaces(t)
	files, err := filepath.Glob("testdata/random/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded programs: %v", err)
	}
	for i, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			build, text := recorded(t, file)
			if _, differ := judge(build, Options{Only: []string{"data-race"}, Seed: uint64(i + 1)}); differ != "" {
				t.Errorf("data-race: %s", differ)
			}
			for _, find := range []Find{FindDefault, FindRule, FindAny} {
				r, differ := judge(build, Options{Find: find, Seed: uint64(i + 1)})
				if differ != "" {
					t.Errorf("find %q: %s", find, differ)
				}
				if find == FindDefault && r != nil {
					checkRecorded(t, file, text, "# Result: "+gist(r)+"\n")
				}
			}
		})
	}
}

func checkRecorded(t *testing.T, file, text, want string) {
	t.Helper()
	got := recordedResult.FindString(text)
	if got == want {
		return
	}
	if !*update {
		t.Errorf("recorded %q, now %q", got, want)
		return
	}
	if err := os.WriteFile(file, []byte(want+recordedResult.ReplaceAllString(text, "")), 0o644); err != nil {
		t.Fatal(err)
	}
}

// noRaces skips a test in short runs, which look for data races: it needs but
// one goroutine, or there are others like it.
func noRaces(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("only in full runs")
	}
}
