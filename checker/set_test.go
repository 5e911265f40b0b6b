// SPDX-License-Identifier: MIT

package checker

import (
	"math/rand"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// put adds states to a set, all from one log, with hashes of the caller's if
// there are any.
func put(t *testing.T, s *set, log int, states [][]uint64, h func([]uint64) uint64) {
	t.Helper()
	b := newBatch(s.words)
	for i, w := range states {
		copy(b.words[b.n*s.words:], w)
		if h != nil {
			b.hashes[b.n] = h(w)
			b.asked++
		}
		if b.n++; b.n == batchSize || i == len(states)-1 {
			if !s.add(b, log) {
				t.Error("no memory")
				return
			}
		}
	}
}

// stored counts how often each state lies in the logs.
func stored(s *set) map[string]int {
	out := map[string]int{}
	for log, l := range s.logs {
		for i := range int(l.n.Load()) {
			out[key(s.span(log, i, i+1))]++
		}
	}
	return out
}

// draw makes states of few different values, so that many are equal.
func draw(seed int64, n int, f form, values int) [][]uint64 {
	words := f.words
	rnd := rand.New(rand.NewSource(seed))
	out := make([][]uint64, n)
	for i := range out {
		out[i] = make([]uint64, words)
		out[i][rnd.Intn(words)] = uint64(rnd.Intn(values))
		out[i][words-1] ^= uint64(rnd.Intn(values)) << 50
		out[i][0] ^= uint64(rnd.Intn(values)) << 30
		out[i][words-1] &= 1<<(64-f.spare) - 1
	}
	return out
}

// Whatever several workers add at once, the set holds each state exactly once,
// in tables that had to grow several times, also when repacked.
func TestSetIsExact(t *testing.T) {
	for _, f := range []form{{1, 0}, {1, 5}, {2, 63}, {2, 60}, {2, 58}, {2, 0}, {3, 60}, {4, 0}, {6, 1}} {
		const workers = 4
		words := f.words
		s := newSet(f, workers)
		want := map[string]int{}
		var wg sync.WaitGroup
		for log := range workers {
			states := draw(int64(log), 12000, f, 300)
			for _, w := range states {
				want[key(w)] = 1
			}
			wg.Go(func() { put(t, s, log, states, nil) })
		}
		wg.Wait()
		if len(s.table) <= firstTable {
			t.Error("the table did not grow: the test says little")
		}
		same := func(what string, s *set, want map[string]int) {
			t.Helper()
			got := stored(s)
			for k := range want {
				if got[k] != 1 {
					t.Fatalf("%+v: %s: a state is stored %d times", f, what, got[k])
				}
			}
			if len(got) != len(want) || s.size() != int64(len(want)) {
				t.Fatalf("%+v: %s: %d states, size %d, want %d", f, what, len(got), s.size(), len(want))
			}
		}
		same("added", s, want)
		for log := range workers { // all are known by now
			put(t, s, log, draw(int64(log+1)%workers, 12000, f, 300), nil)
		}
		same("added again", s, want)

		// Wider, and without what was found last.
		half := []int{}
		for _, l := range s.logs {
			half = append(half, int(l.n.Load())/2)
		}
		wide := s.repack(form{words: words + 1}, half, func(dst, src []uint64) { copy(dst[1:], src) })
		kept := map[string]int{}
		if n := stored(wide); len(n) != half[0]+half[1]+half[2]+half[3] {
			t.Errorf("%d states are left", len(n))
		}
		for log, end := range half {
			var again [][]uint64
			for i := range end {
				w := append([]uint64{0}, s.span(log, i, i+1)...)
				kept[key(w)] = 1
				again = append(again, w)
			}
			put(t, wide, workers-1-log, again, nil)
		}
		same("repacked", wide, kept)
		s.free()
		wide.free()
	}
}

// Workers that add the same states at the same moment store each once: who
// comes second finds what the other added, in the very entry.
func TestSetRaces(t *testing.T) {
	for _, f := range []form{{words: 1}, {words: 2, spare: 40}, {words: 2}} {
		const workers, rounds = 4, 600
		s := newSet(f, workers)
		var ready atomic.Int64
		var wg sync.WaitGroup
		for log := range workers {
			wg.Go(func() {
				b := newBatch(f.words)
				for round := range rounds {
					for b.n = 0; b.n < batchSize; b.n++ {
						b.words[b.n*f.words] = uint64(round*batchSize + b.n)
					}
					ready.Add(1)
					for int(ready.Load()) < workers*(round+1) {
						runtime.Gosched()
					}
					s.add(b, log)
				}
			})
		}
		wg.Wait()
		if n := len(stored(s)); n != rounds*batchSize || s.size() != int64(n) {
			t.Errorf("%+v: %d states, %d stored, want %d", f, n, s.size(), rounds*batchSize)
		}
		s.free()
	}
}

// States that crowd together in a table of quotients make it grow before it is
// full: entries cannot tell how far from home they are.
func TestSetIsCrowded(t *testing.T) {
	f := form{words: 2, spare: 64 - (13 - distanceBits)} // that many for firstTable
	s := newSet(f, 1)
	defer s.free()
	rnd := rand.New(rand.NewSource(1))
	want := map[string]int{}
	var states [][]uint64
	for len(states) < 1<<distanceBits+200 {
		w := []uint64{rnd.Uint64(), rnd.Uint64() >> f.spare}
		if _, h := s.quotient(firstTwo(w)); h>>s.shift < 50 {
			states = append(states, w)
			want[key(w)] = 1
		}
	}
	put(t, s, 0, states, nil)
	if len(s.table) == firstTable {
		t.Error("the table did not grow")
	}
	put(t, s, 0, states, nil)
	if d := cmp.Diff(want, stored(s)); d != "" {
		t.Errorf("- want, + stored:\n%s", d)
	}
}

// What a home and a quotient tell is the whole state.
func TestQuotientsAreOneToOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := homing{shift: rapid.IntRange(30, 51).Draw(t, "shift"), step: 1}
		draw := func(name string) []uint64 {
			return []uint64{rapid.Uint64().Draw(t, name), rapid.Uint64Max(1<<(64-m.shift)-1).Draw(t, name)}
		}
		v := draw("state")
		w := slices.Clone(v)
		w[rapid.IntRange(0, 1).Draw(t, "word")] ^= 1 << rapid.IntRange(0, 63-m.shift).Draw(t, "bit")
		q, h := m.quotient(firstTwo(v))
		r, i := m.quotient(firstTwo(w))
		if (q == r && h>>m.shift == i>>m.shift) != slices.Equal(v, w) {
			t.Errorf("%x and %x", v, w)
		}
	})
}

// Equal hashes do not make states equal, and tables wrap around.
func TestSetComparesStates(t *testing.T) {
	for _, h := range []uint64{0, ^uint64(0), 1 << 63} {
		s := newSet(form{words: 2}, 2)
		var states [][]uint64
		for i := range 700 {
			states = append(states, []uint64{uint64(i) % 30, uint64(i) / 60})
		}
		put(t, s, 0, states, func([]uint64) uint64 { return h })
		put(t, s, 1, states, func([]uint64) uint64 { return h })
		if got := len(stored(s)); got != 360 || s.size() != 360 {
			t.Errorf("hash %x: %d states, size %d, want 360", h, got, s.size())
		}
		s.free()
	}
}

// A log that is full says so, and keeps what it has.
func TestSetRunsFull(t *testing.T) {
	s := newSet(form{words: 1}, 1)
	defer s.free()
	s.logs[0].max = 1000
	b := newBatch(1)
	for i := uint64(0); ; i++ {
		b.words[b.n] = i
		if b.n++; b.n == batchSize && !s.add(b, 0) {
			break
		}
		if i > 2000 {
			t.Fatal("never full")
		}
	}
	if n := s.size(); n < 1000 || n != int64(len(stored(s))) {
		t.Errorf("%d states are left", n)
	}
}

// A search without memory for more is unknown, and has figures.
func TestOutOfMemory(t *testing.T) {
	pl, err := seal(large(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	sh := newSearch(pl, 2)
	defer sh.free()
	e := newExplorer(pl, Options{Context: t.Context()}, tight{sh})
	e.explore(everything)
	r, err := e.result()
	if err != nil || r.Verdict != Unknown || r.Limit != outOfMemory || r.Stats.States < 3000 {
		t.Errorf("%+v, %v", r, err)
	}
}

// tight is a search with room for few states.
type tight struct{ *search }

func (s tight) expand(found *findings, stop func() *LimitHit) *LimitHit {
	for _, l := range s.set.logs {
		l.max = 3000
	}
	return s.search.expand(found, stop)
}
