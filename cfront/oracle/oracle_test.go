// SPDX-License-Identifier: MIT

// This file asks both.

package oracle

import (
	"flag"
	"fmt"
	"io/fs"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"mmcheck/cfront"
	"mmcheck/checker"
	"mmcheck/specs"
)

var (
	first = flag.Int64("first", 1, "the seed of the first program")
	many  = flag.Int64("programs", 60, "the number of programs")
)

// What the explorer knows of. Other properties are another matter.
var known = []string{"use-after-free", "null-deref", "bad-free", "lock-misuse", "deadlock", "lock-leak", "assert", "data-race"}

const maxStates = 20000

func TestOracle(t *testing.T) {
	verdicts := map[string]int{}
	for seed := *first; seed < *first+*many; seed++ {
		p := Draw(seed)
		ans := p.Explore(maxStates)
		if ans.Cut {
			verdicts["too many states"]++
			continue
		}
		what, bad := compare(p, ans)
		verdicts[what]++
		if bad != "" {
			t.Errorf("seed %d: %s; by itself: %v, %d states, %d ends\n%s", seed, bad, ans.Violated, ans.States, len(ans.Ends), p.Text())
		}
	}
	t.Log(verdicts)
	if *many >= 300 && (verdicts["holds"] == 0 || verdicts["deadlock"] == 0 || verdicts["use-after-free"] == 0 || verdicts["data-race"] == 0) {
		t.Errorf("programs of some verdict are missing: %v", verdicts)
	}
}

// compare asks mmcheck what the explorer has answered.
func compare(p *Program, ans *Answer) (verdict, bad string) {
	if only := asked(p); len(only) < len(known) {
		delete(ans.Violated, "data-race")
	}
	verdict = ask(p.Text(), asked(p))
	return verdict, compareText(p.Text(), p, ans)
}

// asked lists the properties to ask for: what an ATOMIC block accesses is neither
// marked nor plain.
func asked(p *Program) []string {
	if strings.Contains(p.Text(), "ATOMIC {") {
		return known[:len(known)-1]
	}
	return known
}

// compareText asks mmcheck about a text that is to be that of p.
func compareText(text string, p *Program, ans *Answer) (bad string) {
	if got := ask(text, asked(p)); !allowed(got, ans.Violated) {
		return "mmcheck says " + got
	}
	if len(ans.Violated) > 0 {
		return ""
	}
	with := func(ends ...[]int64) string { return text + p.Final(ends...) }
	return compareEnds(p, ans, with)
}

// allowed says whether got may be the verdict: an error if there are any, which
// of several is left open.
func allowed(got string, violated map[string]bool) bool {
	race := violated["data-race"]
	errors := len(violated)
	if race {
		errors--
	}
	switch {
	case got == "holds":
		return errors == 0 && !race
	case got == "data-race":
		return errors == 0 && race
	case violated[selfLock] && strings.Contains(selfLock, got):
		return true
	}
	return violated[got]
}

// compareEnds asks for some ends that there are, and for some that there are not.
func compareEnds(p *Program, ans *Answer, with func(...[]int64) string) string {
	rnd := rand.New(rand.NewSource(p.Seed))
	for range 2 {
		if len(ans.Ends) == 0 {
			return ""
		}
		end := ans.Ends[rnd.Intn(len(ans.Ends))]
		if got := ask(with(end), asked(p)); got != "assert" {
			return fmt.Sprintf("mmcheck does not come to the end %v: %s", end, got)
		}
	}
	var others [][]int64
	for range 8 {
		o := slices.Clone(ans.Ends[rnd.Intn(len(ans.Ends))])
		i := rnd.Intn(cellSlot)
		o[i] = p.Cells[i].Type.cut(ans.Ends[rnd.Intn(len(ans.Ends))][i] + int64(rnd.Intn(3)) - 1)
		if !slices.ContainsFunc(ans.Ends, func(e []int64) bool { return slices.Equal(e, o) }) {
			others = append(others, o)
		}
	}
	if got := ask(with(others...), asked(p)); len(others) > 0 && got != "holds" {
		return fmt.Sprintf("mmcheck comes to one of the ends %v: %s", others, got)
	}
	return ""
}

// ask is the verdict of mmcheck on a spec.
func ask(src string, only []string) string {
	include, err := fs.Sub(specs.Files, "include")
	if err != nil {
		panic(err)
	}
	prog, files, diags := cfront.Compile(cfront.Config{FS: include}, "t.c", []byte(src))
	if diags.HasErrors() {
		var b strings.Builder
		diags.Print(&b, files)
		return "an error: " + b.String()
	}
	r, err := checker.Check(prog, checker.Options{Only: only, Workers: 1, MaxStates: 1_000_000})
	switch {
	case err != nil:
		return "an error: " + err.Error()
	case r.Verdict == checker.Violated:
		return r.Finding.Property.ID
	}
	return string(r.Verdict)
}

// A spec that is not quite the program is told from it: a lock or an unlock left
// out, another operator, another value. Some changes do change nothing.
func TestOracleNotices(t *testing.T) {
	for _, change := range [][2]string{
		{"_unlock(&lock0);", "_unlock(&lock0), spin_unlock(&lock0);"},
		{" += ", " = "},
		{" = ++", " = "},
		{" && ", " || "},
		{"break;", ";"},
		{"kfree(", "(void)("},
	} {
		tried, noticed := 0, 0
		for seed := int64(1); noticed == 0 && tried < 60; seed++ {
			p := Draw(seed)
			text := p.Text()
			other := strings.Replace(text, change[0], change[1], 1)
			ans := p.Explore(maxStates)
			if other == text || ans.Cut {
				continue
			}
			tried++
			if compareText(other, p, ans) != "" {
				noticed++
			}
		}
		if noticed == 0 {
			t.Errorf("%q instead of %q was not noticed in %d programs", change[1], change[0], tried)
		}
	}
}
