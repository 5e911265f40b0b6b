// SPDX-License-Identifier: MIT

package checker

import (
	"fmt"
	"testing"
)

// BenchmarkSearch explores a program of three threads and some 100,000 states.
func BenchmarkSearch(b *testing.B) {
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			b.ReportAllocs()
			states := int64(0)
			for b.Loop() {
				r, err := Check(large(), Options{Workers: workers, MaxStates: 100000, NoReduce: true})
				if err != nil {
					b.Fatal(err)
				}
				states += r.Stats.States
			}
			b.ReportMetric(float64(states)/b.Elapsed().Seconds(), "states/s")
		})
	}
}

// BenchmarkStep expands states of that program, one after the other, without
// storing what comes out.
func BenchmarkStep(b *testing.B) {
	pl, err := seal(large(), Options{NoReduce: true})
	if err != nil {
		b.Fatal(err)
	}
	sh := newSearch(pl, 1)
	defer sh.free()
	newExplorer(pl, Options{}, sh).explore(10000)
	w := sh.workers[0]
	n, fired := int(sh.set.size()), 0
	w.wanted = func([]uint64) bool { fired++; return false }
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		w.collect(sh.set.span(0, i%n, i%n+1))
	}
	b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(fired), "ns/transition")
}

func BenchmarkHash(b *testing.B) {
	for _, words := range []int{1, 2, 4} {
		b.Run(fmt.Sprintf("words=%d", words), func(b *testing.B) {
			w := make([]uint64, words)
			for b.Loop() {
				w[0] = hash(w)
			}
		})
	}
}

// BenchmarkSet adds states of two words to a set of a million: some that are
// there (hit), and some that are not (miss).
func BenchmarkSet(b *testing.B) {
	const million = 1 << 20
	fill := func(s *set, out *batch, from uint64) {
		for out.n = 0; out.n < batchSize; out.n++ {
			w := out.words[2*out.n:][:2]
			w[0], w[1] = from+uint64(out.n), from
		}
		s.add(out, 0)
	}
	million2 := func() (*set, *batch) {
		s, out := newSet(form{words: 2}, 1), newBatch(2)
		for from := uint64(0); from < million; from += batchSize {
			fill(s, out, from)
		}
		return s, out
	}
	for name, first := range map[string]uint64{"hit": 0, "miss": million} {
		b.Run(name, func(b *testing.B) {
			s, out := million2()
			defer func() { s.free() }()
			b.ReportAllocs()
			n, from := 0, first
			for b.Loop() {
				if from == first+million {
					if from = first; name == "miss" {
						b.StopTimer()
						s.free()
						s, out = million2()
						b.StartTimer()
					}
				}
				fill(s, out, from)
				from += batchSize
				n += batchSize
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(n), "ns/state")
		})
	}
}
