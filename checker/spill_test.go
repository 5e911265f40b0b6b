// SPDX-License-Identifier: MIT

package checker

import (
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mmcheck/model"
	"mmcheck/model/random"
)

// runStates is the number of states after whose expansion a run is written.
const runStates = 100

// onDisk searches without reduction, on a disk from the first level on,
// whatever memory there is, and with many runs for each level.
func onDisk(build func() *model.Program, o Options) (*Result, error) {
	dir, err := os.MkdirTemp("", "spilled")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	pl, err := seal(build(), o)
	if err != nil {
		return nil, err
	}
	e := newExplorer(pl, o, &alwaysSpilled{search: newSearch(pl, o.workers()), dir: dir})
	defer e.free()
	e.explore(everything)
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		return nil, fmt.Errorf("%d files are left", len(left))
	}
	return e.result()
}

// alwaysSpilled is a search that moves to a disk as soon as it starts.
type alwaysSpilled struct {
	*search
	disk *spilled
	dir  string
}

// movedToDisk moves a search to a disk, with a limit for its memory.
func movedToDisk(sh *search, dir string, limit int64) (*spilled, error) {
	sh.bound(limit)
	disk, err := sh.toDisk(dir)
	if err != nil {
		return nil, err
	}
	return disk.(*spilled), nil
}

func (a *alwaysSpilled) hangs(levels int, found *findings, stop func() *LimitHit) *LimitHit {
	return a.disk.hangs(levels, found, stop)
}

func (a *alwaysSpilled) reset() {
	a.search.reset()
	var err error
	if a.disk, err = movedToDisk(a.search, a.dir, 0); err != nil {
		panic(err)
	}
}

func (a *alwaysSpilled) expand(f *findings, stop func() *LimitHit) *LimitHit {
	d := a.disk
	return d.expandBy(f, func(chunk []uint64) *LimitHit {
		for part := range slices.Chunk(chunk, runStates*d.layout.Words) {
			if hit := d.visit(part, stop); hit != nil {
				return hit
			}
			if d.set.size() == 0 {
				continue
			}
			if d.err = d.flush(); d.err != nil {
				return d.diskLimit()
			}
		}
		return nil
	})
}

func (a *alwaysSpilled) widen() func([]uint64) []uint64        { return a.disk.widen() }
func (a *alwaysSpilled) levels() int                           { return a.disk.levels() }
func (a *alwaysSpilled) size(level int) int64                  { return a.disk.size(level) }
func (a *alwaysSpilled) each(level int, f func([]uint64) bool) { a.disk.each(level, f) }
func (a *alwaysSpilled) edges(level int, to ways) []edge {
	return a.disk.edges(level, to)
}
func (a *alwaysSpilled) stats() Stats { return a.disk.stats() }
func (a *alwaysSpilled) free() {
	if a.disk != nil {
		a.disk.free()
	}
}

// A search on a disk finds what one in memory finds, in every figure and every
// step.
func TestSpilledAgrees(t *testing.T) {
	n := int64(40)
	if testing.Short() {
		n = 15
	}
	compare := func(what string, o Options, build func() *model.Program) {
		t.Helper()
		want, err := Check(build(), o)
		if err != nil {
			t.Fatal(err)
		}
		for _, workers := range []int{1, 3} {
			o.Workers = workers
			got, err := onDisk(build, o)
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if summary(got) != summary(want) {
				t.Fatalf("%s:\nin memory: %s\non disk:   %s", what, summary(want), summary(got))
			}
		}
	}
	for seed := range n {
		o := Options{Find: []Find{FindDefault, FindRule, FindAny, FindDangling}[seed%4], NoReduce: true, MaxStates: 5000}
		compare(fmt.Sprint("random ", seed), o, func() *model.Program { return random.Program(uint64(seed)) })
	}
	compare("large", Options{MaxStates: 20000, NoReduce: true}, large)
}

// Under a fraction of the memory that it needs, a search is unknown, or with a
// disk goes on as if there were enough. A checkpoint from either can be gone on
// from in the other.
func TestSpillWhenMemoryIsFull(t *testing.T) {
	o := Options{NoReduce: true, MaxStates: 150_000}
	want, err := Check(large(), o)
	if err != nil {
		t.Fatal(err)
	}
	o.MaxMemory = want.Stats.Memory / 4
	file := filepath.Join(t.TempDir(), "check")
	small := o
	small.Checkpoint = file
	r, err := Check(large(), small)
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict != Unknown || r.Limit.Raise != "--max-memory" || r.Stats.States == 0 || r.Stats.Memory > o.MaxMemory {
		t.Errorf("%s, %+v, %d bytes", summary(r), r.Limit, r.Stats.Memory)
	}
	o.Spill = t.TempDir()
	if r, err = Check(large(), o); err != nil || summary(r) != summary(want) || r.Stats.Disk == 0 {
		t.Errorf("%v\nin memory: %s\nspilled:   %s, %d bytes on the disk", err, summary(want), summary(r), r.Stats.Disk)
	}
	small.Spill, small.MaxStates = o.Spill, 100_000
	if r, err = Check(large(), small); err != nil || r.Limit.Raise != "--max-states" || r.Stats.Disk == 0 {
		t.Errorf("%v %s", err, summary(r))
	}
	again := Options{NoReduce: true, MaxStates: 150_000, Checkpoint: file}
	if r, err = Check(large(), again); err != nil || summary(r) != summary(want) {
		t.Errorf("%v\nat once:   %s\nin pieces: %s", err, summary(want), summary(r))
	}
	if left, _ := os.ReadDir(o.Spill); len(left) > 0 {
		t.Errorf("%d files are left", len(left))
	}
}

// A disk that does not take more makes the verdict unknown.
func TestSpillFails(t *testing.T) {
	o := Options{NoReduce: true, MaxStates: 150_000, MaxMemory: 1 << 20, Spill: filepath.Join(t.TempDir(), "nowhere")}
	r, err := Check(large(), o)
	if err != nil || r.Verdict != Unknown || !strings.Contains(r.Limit.What, "nowhere (no such file or directory)") || r.Stats.States == 0 {
		t.Errorf("%v %s", err, summary(r))
	}
	pl, err := seal(large(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	sh := newSearch(pl, 2)
	sh.reset()
	disk, err := movedToDisk(sh, t.TempDir(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	e := &explorer{pl: pl, o: Options{MaxStates: 1 << 40}, space: disk, ctx: t.Context(), found: &findings{pl: pl}}
	defer disk.free()
	for e.depth < 20 {
		e.expand()
		e.depth++
	}
	disk.file.Close() // every write fails from now on
	e.explore(everything)
	if r, err = e.result(); err != nil || r.Verdict != Unknown || !strings.HasPrefix(r.Limit.What, "the disk of ") || r.Stats.States == 0 {
		t.Errorf("%v %s", err, summary(r))
	}
}

// Runs of states come out sorted, each state once, without those of others.
func TestRuns(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	for words := 1; words <= 4; words++ {
		draw := func(n int) []uint64 {
			out := make([]uint64, n*words)
			for i := range out {
				out[i] = uint64(rnd.Intn(6))
			}
			sortStates(out, words)
			return out
		}
		name := func(w []uint64) string { return fmt.Sprintf("%x", w) }
		var parts, others []*source
		want := map[string]bool{}
		for range 5 {
			all := draw(rnd.Intn(60))
			parts = append(parts, fromMemory(all, words))
			for w := range slices.Chunk(all, words) {
				want[name(w)] = true
			}
		}
		known := draw(40)
		others = append(others, fromMemory(known[:20*words], words), fromMemory(known[20*words:], words))
		for w := range slices.Chunk(known, words) {
			delete(want, name(w))
		}
		file, err := unnamedFile(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		run, err := writeRun(file, 16, merge(parts), merge(others))
		if err != nil || run.n != int64(len(want)) {
			t.Fatalf("%d words: %d states, %v, want %d", words, run.n, err, len(want))
		}
		src, err := fromFile(run, words, 64)
		last := []uint64(nil)
		for ; err == nil && src.head != nil; err = src.advance() {
			if !want[name(src.head)] || slices.Compare(last, src.head) >= 0 {
				t.Errorf("%d words: %x after %x", words, src.head, last)
			}
			last = slices.Clone(src.head)
		}
		if err != nil {
			t.Error(err)
		}
	}
}
