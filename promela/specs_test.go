// SPDX-License-Identifier: MIT

package promela

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mmcheck/cfront"
	"mmcheck/checker"
	"mmcheck/model"
	"mmcheck/specs"
	"mmcheck/specs/sample"
)

// compile reads a spec with the given -D macros and --kernel.
func compile(t *testing.T, file, kernel string, defines ...string) *model.Program {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p, _, diags := cfront.Compile(cfront.Config{FS: specs.Include, Define: defines, Variants: specs.Variants(src), Kernel: kernel}, filepath.Base(file), src)
	if p == nil {
		t.Fatalf("%v: %v", defines, diags)
	}
	return p
}

// both runs the reference search on a spec and compares with SPIN. noReduce
// keeps dead registers.
func both(t *testing.T, p *model.Program, noReduce bool) *Comparison {
	t.Helper()
	res, err := checker.Reference(p, checker.Options{NoReduce: noReduce})
	if err != nil {
		t.Fatal(err)
	}
	c, err := Run(context.Background(), res, RunOptions{MaxStates: specStates})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range c.Differences {
		t.Error(d)
	}
	t.Logf("%s, %d states, %d stopped, SPIN %d; %v %s", c.Spin, c.States, c.Stopped, c.SpinStates, c.Confirmed, c.NotCompared)
	return c
}

// variant is one Result: line of a spec.
type variant struct {
	file, kernel string
	defines      []string
}

// readVariant reads the words of a variant; ok is false if it has flags other than
// --kernel.
func readVariant(file, kernel string, r *specs.Result) (v variant, ok bool) {
	v = variant{file, kernel, r.Macros()}
	for _, w := range r.Flags() {
		era, isEra := strings.CutPrefix(w, "--kernel=")
		if !isEra {
			return v, false
		}
		v.kernel = era
	}
	return v, true
}

// variants lists those of all specs that are asked for without other flags than
// --kernel, without the matrix of operations: none of it is small.
func variants(t *testing.T) (out []variant) {
	t.Helper()
	err := filepath.WalkDir("../specs", func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".c" {
			return err
		}
		src, err := os.ReadFile(path)
		if filepath.Base(filepath.Dir(path)) == "ops" {
			return err
		}
		h := specs.ReadHeader(src)
		for _, r := range h.Results {
			if v, ok := readVariant(path, h.Kernel, &r); ok {
				out = append(out, v)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// specStates bounds the specs that are compared here.
const specStates = 100_000

// smallText bounds the exports that are compared here: gcc takes seconds for
// each of the others. 'mmcheck crosscheck' compares any.
const smallText = 40 << 10

// specShares are the variants that are compared here; 'mmcheck crosscheck' compares all.
var specShares = sample.Shares{"rules": 3, "questions": 12, "seeds": 12, "bugs": 12}

// incomparable is what SPIN does not judge as mmcheck does, as Comparison says it.
var incomparable = []string{"of a final state", "data-race", "hang in loops", "SPIN's 32 bits"}

// TestSpecs compares variants of the small specs with SPIN.
func TestSpecs(t *testing.T) {
	needSpin(t)
	all := variants(t)
	if len(all) < 20 {
		t.Errorf("only %d variants of specs found", len(all))
	}
	large := map[string]bool{} // by file, as the first variant here is: all have the same headers
	for _, v := range all {
		name := strings.Join(v.defines, " ") + " " + v.kernel
		if !specShares.Has(t.Name(), v.file, name) {
			continue
		}
		if _, seen := large[v.file]; !seen {
			large[v.file] = exportSize(t, v) > 2*smallText
		}
		if large[v.file] {
			continue
		}
		t.Run(filepath.Base(v.file)+" "+name, func(t *testing.T) {
			t.Parallel()
			if exportSize(t, v) > smallText {
				t.Skip("takes seconds: left to mmcheck crosscheck")
			}
			c := both(t, compile(t, v.file, v.kernel, v.defines...), false)
			if c.NotCompared != "" && !slices.ContainsFunc(incomparable, func(s string) bool { return strings.Contains(c.NotCompared, s) }) {
				t.Errorf("not compared: %s", c.NotCompared)
			}
		})
	}
}

// exportSize is the length of the export, 0 where SPIN has no values as wide.
func exportSize(t *testing.T, v variant) int {
	t.Helper()
	res, err := checker.Reference(compile(t, v.file, v.kernel, v.defines...), checker.Options{MaxStates: 1})
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(res.Program, Options{MaxStates: 1})
	if wide := (*WidthError)(nil); errors.As(err, &wide) {
		return 0
	} else if err != nil {
		t.Fatal(err)
	}
	return len(e.Text)
}

// TestDeadRegisters compares where registers keep their values after their
// last use: more states, the same verdict.
func TestDeadRegisters(t *testing.T) {
	needSpin(t)
	for _, v := range []variant{
		{"../specs/rules/lost_update.c", "", []string{"BREAK"}},
		{"../specs/rules/trylock.c", "", []string{"KEEP"}},
		{"../specs/rules/use_after_free.c", "", []string{"BREAK"}},
	} {
		t.Run(filepath.Base(v.file), func(t *testing.T) {
			t.Parallel()
			few := both(t, compile(t, v.file, v.kernel, v.defines...), false)
			many := both(t, compile(t, v.file, v.kernel, v.defines...), true)
			if many.States < few.States || many.Spin != few.Spin {
				t.Errorf("%s with %d states, with dead registers kept %s with %d", few.Spin, few.States, many.Spin, many.States)
			}
		})
	}
}

// TestPopulate compares the number of states of the benchmark family with the
// hand-written Promela model's.
func TestPopulate(t *testing.T) {
	needSpin(t)
	for _, f := range []struct {
		name    string
		states  int64
		verdict checker.Verdict
		defines []string
	}{
		{"S0", 131, checker.Holds, []string{"NP=1", "NU=1", "NM=1", "K=1"}},
		{"S1", 22464, checker.Holds, []string{"NP=2", "NU=1", "NM=1", "NF=1"}},
		{"VVWM", 38130, checker.Holds, []string{"NV=2", "NW=1", "NM=1"}},
		{"bug", 0, checker.Violated, []string{"NB=1", "NU=1", "NM=1", "K=1"}},
	} {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			c := both(t, compile(t, "../bench/populate.c", "", f.defines...), true)
			if c.Spin != f.verdict || f.states > 0 && c.SpinStates != f.states {
				t.Errorf("SPIN: %s, %d states; want %s, %d", c.Spin, c.SpinStates, f.verdict, f.states)
			}
		})
	}
}
