// SPDX-License-Identifier: MIT

// This file compares what random C functions compute when they are compiled by
// gcc, and when they are lowered and run by the plain interpreter, or by the
// packed search.

package cfront

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mmcheck/checker"
	"mmcheck/model"
)

var (
	differential = flag.Int("differential", 2000, "random C functions to compare with gcc")
	firstSeed    = flag.Uint64("differential-seed", 1, "seed of the first unit of random C functions")
)

const perUnit = 8 // functions in a spec

// TestDifferential runs random functions both ways. -differential N compares N.
func TestDifferential(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	gcc, err := exec.LookPath("gcc")
	if err != nil && os.Getenv("MMCHECK_CI") != "" {
		t.Fatal(err)
	} else if err != nil {
		t.Skip(err)
	}
	const perRun = 10 // units that gcc compiles at once
	units := (*differential + perUnit - 1) / perUnit
	compared := 0
	for done := 0; done < units; done += perRun {
		n := min(perRun, units-done)
		seed := *firstSeed + uint64(done)
		want := byGCC(t, gcc, seed, n)
		for i := range n {
			if want[i] != nil {
				compareUnit(t, seed+uint64(i), want[i], (done+i)%20 == 0)
				compared += len(want[i])
			}
		}
		t.Logf("%d functions compared", compared)
	}
}

// byGCC gives what the functions of n units return, nil for a unit on which gcc itself
// fails.
func byGCC(t *testing.T, gcc string, seed uint64, n int) (values [][]uint64) {
	t.Helper()
	dir, err := os.MkdirTemp("", "differential")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	exe := filepath.Join(dir, "units")
	args := []string{"-std=gnu11", "-w", "-O0", "-fwrapv", "-fno-strict-aliasing", "-o", exe}
	main := "int printf(const char *, ...);\n"
	calls := ""
	for i := range n {
		var b strings.Builder
		b.WriteString(randomUnit(seed+uint64(i), perUnit))
		fmt.Fprintf(&b, "int printf(const char *, ...);\nvoid unit%d(void)\n{\n", i)
		for f := range perUnit {
			fmt.Fprintf(&b, "\tprintf(\"%%lu\\n\", f%d());\n", f)
		}
		b.WriteString("}\n")
		main += fmt.Sprintf("void unit%d(void);\n", i)
		calls += fmt.Sprintf("\tunit%d();\n", i)
		name := filepath.Join(dir, fmt.Sprintf("unit%d.c", i))
		write(t, name, b.String())
		args = append(args, name)
	}
	write(t, filepath.Join(dir, "main.c"), main+"int main(void)\n{\n"+calls+"\treturn 0;\n}\n")
	if out, err := exec.Command(gcc, append(args, filepath.Join(dir, "main.c"))...).CombinedOutput(); err != nil {
		switch crashed := strings.Contains(string(out), "internal compiler error"); {
		case crashed && n > 1:
			half := byGCC(t, gcc, seed, n/2)
			return append(half, byGCC(t, gcc, seed+uint64(n/2), n-n/2)...)
		case crashed:
			t.Logf("seed %d: gcc has an internal error", seed)
			return [][]uint64{nil}
		}
		t.Fatalf("seed %d: %v\n%s", seed, err, out)
	}
	out, err := exec.Command(exe).Output()
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	var all []uint64
	for _, s := range strings.Fields(string(out)) {
		var v uint64
		fmt.Sscan(s, &v)
		all = append(all, v)
	}
	if len(all) != n*perUnit {
		t.Fatalf("seed %d: %d values, want %d", seed, len(all), n*perUnit)
	}
	return slices.Collect(slices.Chunk(all, perUnit))
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// compareUnit compares the functions of one unit; searched says to do so by the
// packed search, too.
func compareUnit(t *testing.T, seed uint64, want []uint64, searched bool) {
	t.Helper()
	code := randomUnit(seed, len(want)) + fmt.Sprintf("static unsigned long result[%d];\n\nTHREAD(all, NULL)\n{\n", len(want))
	asserts := ""
	for f := range want {
		code += fmt.Sprintf("\tresult[%d] = f%d();\n", f, f)
		asserts += fmt.Sprintf("\tassert(result[%d] == %dUL);\n", f, want[f])
	}
	src := []byte("#include <mmcheck.h>\n" + code + "}\n")
	for f, got := range runAlone(t, compileUnit(t, seed, src), "result") {
		if f < len(want) && got != want[f] {
			t.Errorf("seed %d, f%d: %d, gcc has %d:\n%s", seed, f, got, want[f], functionText(code, f))
			return
		}
	}
	if searched {
		res, err := checker.Check(compileUnit(t, seed, append(src, "FINAL\n{\n"+asserts+"}\n"...)), checker.Options{})
		if err != nil || res.Verdict != checker.Holds {
			t.Errorf("seed %d: the search says %v, %v", seed, res.Verdict, err)
		}
	}
}

// compileUnit compiles a unit; a helper that no function happens to call is all right.
func compileUnit(t *testing.T, seed uint64, src []byte) *model.Program {
	t.Helper()
	p, files, diags := Compile(Config{FS: os.DirFS("../specs/include")}, "unit.c", src)
	if p == nil {
		var b strings.Builder
		diags.Print(&b, files)
		t.Fatalf("seed %d: does not compile:\n%s", seed, b.String())
	}
	return p
}

// functionText is the source of function f of a unit, with its helper.
func functionText(code string, f int) string {
	end := strings.Index(code, fmt.Sprintf("static unsigned long f%d(void)", f+1))
	if end < 0 {
		end = len(code)
	}
	begin := strings.LastIndex(code[:end], fmt.Sprintf(" g%d(", f))
	if begin < 0 {
		begin = strings.LastIndex(code[:end], fmt.Sprintf("static unsigned long f%d(void)", f))
	}
	return code[begin:end]
}

// runAlone runs a program of one thread to its end, and returns array name.
func runAlone(t *testing.T, p *model.Program, name string) []uint64 {
	t.Helper()
	if err := p.Seal(model.SealOptions{}); err != nil {
		t.Fatal(err)
	}
	s, th := p.Initial, p.Threads[0]
	for th.Point(s) != nil {
		out := th.Fire(s, 0, func(string) bool { return true })
		if len(out.Broken) > 0 {
			t.Fatalf("%s", out.Broken[0].Check.Text)
		}
		s = out.Next
	}
	for _, v := range p.Vars {
		if v.Name == name {
			out := make([]uint64, v.Len)
			for i := range out {
				out[i] = uint64(s[v.Off()+i])
			}
			return out
		}
	}
	t.Fatalf("no variable %s", name)
	return nil
}
