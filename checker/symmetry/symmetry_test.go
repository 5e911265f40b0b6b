// SPDX-License-Identifier: MIT

// This file judges symmetry by searches that are plain: over all states, over
// representatives, and over orbits computed by trying every renaming.

package symmetry

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mmcheck/cfront"
	"mmcheck/checker/property"
	"mmcheck/model"
	"mmcheck/model/random"
	"mmcheck/specs"
	"mmcheck/specs/sample"
)

// compileSpec reads a spec with the given -D macros.
func compileSpec(t testing.TB, file, kernel string, defines ...string) *model.Program {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p, _, diags := cfront.Compile(cfront.Config{FS: specs.Include, Define: defines, Variants: specs.Variants(src), Kernel: kernel}, filepath.Base(file), src)
	if p == nil {
		t.Fatalf("%s %v: %v", file, defines, diags)
	}
	return p
}

// notShort skips what takes too long in short runs.
func notShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("only in full runs")
	}
}

// woven weaves all properties into a program but for some.
func woven(t testing.TB, p *model.Program, o property.WeaveOptions, without ...string) *property.Woven {
	t.Helper()
	props := slices.DeleteFunc(slices.Clone(property.All), func(p *property.Property) bool { return slices.Contains(without, p.ID) })
	w, err := property.Weave(p, props, o)
	if err != nil {
		t.Skip(err) // INIT breaks something: there is no search
	}
	return w
}

func stateKey(s model.State) string {
	var b []byte
	for _, x := range s {
		b = binary.AppendVarint(b, x)
	}
	return string(b)
}

// space of a test: the states found, and what they broke.
type found struct {
	states []model.State
	broken map[string]bool // properties
	cut    bool            // not all states were visited
}

// list names the properties broken.
func (f *found) list() string {
	var out []string
	for id := range f.broken {
		out = append(out, id)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// walk searches breadth first, up to limit states; rep puts a state's
// representative in its place.
func walk(w *property.Woven, limit int, rep func(model.State)) *found {
	p := w.Prog
	f := &found{broken: map[string]bool{}}
	seen := map[string]bool{}
	add := func(s model.State) {
		s = slices.Clone(s)
		rep(s)
		if k := stateKey(s); !seen[k] {
			seen[k] = true
			f.states = append(f.states, s)
		}
	}
	add(p.Initial)
	for i := 0; i < len(f.states); i++ {
		s := f.states[i]
		if len(f.states) > limit {
			f.cut = true
			return f
		}
		blocked, running := p.Waiting(s)
		if broken := w.Judge(s, blocked, running); broken != nil {
			f.broken[broken[0].ID] = true
			if broken[0].Severity == property.Error {
				continue
			}
		}
		for _, t := range p.ThreadsOf(running) {
			for a := range t.Point(s).Step.Alts {
				if !model.Enabled(s, &t.Point(s).Step.Alts[a]) {
					continue
				}
				out := t.Fire(s, a, w.Fatal)
				for _, b := range out.Broken {
					f.broken[b.Check.Prop] = true
				}
				if out.Limit != nil {
					f.broken["limit"] = true
				}
				if !out.Fatal && out.Limit == nil {
					add(out.Next)
				}
			}
		}
	}
	return f
}

func asIs(model.State) {}

// orbitKey names the orbit of s: the least text of s under all renamings.
func (y *Symmetry) orbitKey(s model.State) string {
	best := ""
	var each func(g *renaming, i int)
	each = func(g *renaming, i int) {
		if i == len(y.groups) {
			y.eachNaming(g, 0, func(g *renaming) {
				r := g.state(s)
				y.forgetDead(r)
				if k := stateKey(r); best == "" || k < best {
					best = k
				}
			})
			return
		}
		ms := y.groups[i].members
		y.permute(g, len(ms), 0, func(a, b int) { g.composeSwap(ms[a], ms[b]) }, func() { each(g, i+1) })
	}
	each(identity(y.prog), 0)
	return best
}

// composeSwap exchanges the parts of threads a and b in g.
func (g *renaming) composeSwap(a, b int) {
	g.threads = true
	va, vb := owned(g.p, a), owned(g.p, b)
	for i := range va {
		x, y := g.variable(va[i]), g.variable(vb[i])
		g.vars[va[i]], g.vars[vb[i]] = y, x
	}
	g.thread[a], g.thread[b] = g.thread[b], g.thread[a]
	la, lb := locals(g.p, a), locals(g.p, b)
	for i := range la {
		g.swapInstances(la[i].Type, la[i].Num, lb[i].Num)
	}
}

// checkSymmetry looks for what there is to permute, nil if nothing, and
// compares.
func checkSymmetry(t *testing.T, w *property.Woven, limit int) *Symmetry {
	t.Helper()
	y := New(w.Prog)
	if y == nil {
		return nil
	}
	text, err := y.compare(w, limit)
	if err != nil {
		t.Error(err)
	}
	t.Log(text)
	return y
}

// compare compares the search over representatives with the full one.
func (y *Symmetry) compare(w *property.Woven, limit int) (string, error) {
	full := walk(w, limit, asIs)
	if err := y.verify(w, full.states[:min(len(full.states), 300)]); err != nil {
		return "", fmt.Errorf("not equivariant: %w", err)
	}
	if err := y.compareReps(full.states[:min(len(full.states), 1000)]); err != nil {
		return "", err
	}
	if full.cut {
		return "not compared", nil
	}
	reps := walk(w, limit, func(s model.State) { y.Canon(s) })
	if full.list() != reps.list() {
		return "", fmt.Errorf("full search breaks %q, representatives %q", full.list(), reps.list())
	}
	orbits := map[string]bool{}
	for _, s := range full.states {
		orbits[y.orbitKey(s)] = true
	}
	text := fmt.Sprintf("%d groups, %d pools: %d states, %d orbits, %d representatives", len(y.groups), len(y.pools), len(full.states), len(orbits), len(reps.states))
	if len(reps.states) != len(orbits) {
		return "", errors.New(text)
	}
	return text, nil
}

// compareReps checks that canon stays in the orbit, and changes nothing twice;
// the returned permutation is the one that was applied.
func (y *Symmetry) compareReps(states []model.State) error {
	for _, s := range states {
		r := slices.Clone(s)
		from := slices.Clone(y.Canon(r))
		if y.orbitKey(r) != y.orbitKey(s) {
			return fmt.Errorf("the representative is not in the orbit:\n%v\n%v", s, r)
		}
		again := slices.Clone(r)
		if y.Canon(again); !slices.Equal(again, r) {
			return fmt.Errorf("the representative of a representative is another:\n%v\n%v", r, again)
		}
		for i, th := range y.prog.Threads {
			u := y.prog.Threads[from[i]]
			if r[th.PC.Off()] != s[u.PC.Off()] {
				return fmt.Errorf("%s does not play the part of %s", th.Name, u.Name)
			}
		}
	}
	return nil
}

// symmetryShares are the variants of specs that are looked at for something to permute.
var symmetryShares = sample.Shares{"rules": 16, "questions": 16, "seeds": 16, "bugs": 16, "ops": 120}

func TestSymmetryOfSpecs(t *testing.T) {
	notShort(t)
	var files []string
	for _, pattern := range []string{"../../specs/*/*.c", "../../bench/*.c"} {
		fs, _ := filepath.Glob(pattern)
		files = append(files, fs...)
	}
	some := 0
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		h := specs.ReadHeader(src)
		for _, r := range h.Results {
			if len(r.Flags()) > 0 || !symmetryShares.Has(t.Name(), file, r.Variant()) {
				continue
			}
			t.Run(filepath.Base(file)+" "+r.Variant(), func(t *testing.T) {
				p := compileSpec(t, file, h.Kernel, r.Macros()...)
				if y := checkSymmetry(t, woven(t, p, property.WeaveOptions{}), 600); y != nil {
					some++
				}
			})
		}
	}
	if some == 0 {
		t.Error("no spec has anything to permute")
	}
}

// The family of bench/ has figures that were found by other checkers.
func TestSymmetryOfPopulate(t *testing.T) {
	notShort(t)
	for _, c := range []struct {
		defines    string
		full, reps int
	}{
		{"NP=2 NU=1 NM=1 NF=1", 22464, 12248},
		{"NP=2 NU=1 NM=1 NF=2", 239936, 70716},
	} {
		w := woven(t, compileSpec(t, "../../bench/populate.c", "", strings.Fields(c.defines)...), property.WeaveOptions{KeepDead: true})
		y := New(w.Prog)
		if y == nil {
			t.Fatal("nothing to permute")
		}
		reps := walk(w, c.full, func(s model.State) { y.Canon(s) })
		if len(reps.states) != c.reps || reps.list() != "" {
			t.Errorf("%s: %d representatives, want %d; %s", c.defines, len(reps.states), c.reps, reps.list())
		}
	}
}

func TestSymmetryOfRandomPrograms(t *testing.T) {
	notShort(t)
	const n = uint64(300)
	groups, pools := 0, 0
	for seed := range n {
		props := property.All
		if seed%2 == 0 {
			props = []*property.Property{property.ByID("deadlock"), property.ByID("assert")}
		}
		w, err := property.Weave(random.Program(seed), props, property.WeaveOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if y := checkSymmetry(t, w, 1500); y != nil {
			groups += min(1, len(y.groups))
			pools += min(1, len(y.pools))
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	t.Logf("%d programs with identical threads, %d with interchangeable objects", groups, pools)
	if groups == 0 || pools == 0 {
		t.Error("there is nothing to permute in them")
	}
}

func BenchmarkCanon(b *testing.B) {
	w := woven(b, compileSpec(b, "../../bench/populate.c", "", "NP=2", "NU=1", "NM=1", "NF=2"), property.WeaveOptions{})
	y := New(w.Prog)
	states := walk(w, 20000, asIs).states
	s := make(model.State, w.Prog.Size)
	b.ReportAllocs()
	b.ReportMetric(float64(w.Prog.Size), "elements")
	for i := 0; b.Loop(); i++ {
		copy(s, states[i%len(states)])
		y.Canon(s)
	}
}
