// SPDX-License-Identifier: MIT

package vm

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"mmcheck/model"
)

// drawElement chooses what an element holds: values near each other, in
// strides, or anywhere.
func drawElement(t *rapid.T) *rapid.Generator[int64] {
	return rapid.SampledFrom([]*rapid.Generator[int64]{
		rapid.Int64Range(-4, 4),
		rapid.Map(rapid.Int64Range(-2, 9), func(i int64) int64 { return i << 12 }),
		rapid.Map(rapid.Int64Range(0, 3), func(i int64) int64 { return 5 + 48*i }),
		rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, -1, 0, 1 << 62, -1 << 62}),
		rapid.Int64(),
	}).Draw(t, "element")
}

func drawStates(t *rapid.T, size int) []model.State {
	out := make([]model.State, rapid.IntRange(1, 8).Draw(t, "states"))
	for i := range out {
		out[i] = make(model.State, size)
	}
	for i := range size {
		values := drawElement(t)
		for _, s := range out {
			s[i] = values.Draw(t, "value")
		}
	}
	return out
}

func rangesOf(states []model.State) []Range {
	seen := RangesOf(states[0])
	for _, s := range states[1:] {
		for i, x := range s {
			seen[i].Join(x)
		}
	}
	return seen
}

// What has been seen can be packed and comes back, whatever was in the words
// before.
func TestPackedStatesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		states := drawStates(t, rapid.IntRange(1, 12).Draw(t, "size"))
		l := NewLayout(rangesOf(states))
		words := make([]uint64, l.Words)
		got := append(model.State(nil), states[0]...)
		for _, s := range states {
			if !l.Pack(words, s) {
				t.Fatalf("%v does not fit", s)
			}
			l.Unpack(got, words)
			for i := range s {
				if got[i] != s[i] {
					t.Fatalf("element %d: packed %d, unpacked %d", i, s[i], got[i])
				}
			}
		}
	})
}

// Different states are different words, and equal ones equal words: the search
// compares nothing else.
func TestPackingIsOneToOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		states := drawStates(t, 3)
		l := NewLayout(rangesOf(states))
		at := map[[3]int64][]uint64{}
		for _, s := range states {
			words := make([]uint64, l.Words)
			l.Pack(words, s)
			at[[3]int64(s)] = words
		}
		seen := map[string]bool{}
		for _, w := range at {
			key := ""
			for _, x := range w {
				for range 8 {
					key += string([]byte{byte(x)})
					x >>= 8
				}
			}
			if seen[key] {
				t.Fatal("two states are packed alike")
			}
			seen[key] = true
		}
	})
}

// A value that was not seen either fits exactly or is refused; and what fits a
// layout fits every wider one.
func TestWideningKeepsWhatFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := drawElement(t)
		seen := RangesOf(model.State{values.Draw(t, "first")})
		l := NewLayout(seen)
		var stored []int64
		for range rapid.IntRange(1, 12).Draw(t, "values") {
			x := values.Draw(t, "x")
			words := make([]uint64, l.Words)
			if !l.Put(words, 0, x) {
				seen[0].Join(x)
				l = NewLayout(seen)
				words = make([]uint64, l.Words)
			}
			for _, y := range append(stored, x) {
				got := model.State{seen[0].first}
				if !l.Put(words, 0, y) {
					t.Fatalf("%#x fitted a narrower layout", y)
				}
				if l.Unpack(got, words); got[0] != y {
					t.Fatalf("packed %#x, unpacked %#x", y, got[0])
				}
			}
			stored = append(stored, x)
		}
	})
}

// A state that is packed anew into a wider layout has the words that it has
// when it is packed there at once.
func TestRepackedStates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		states := drawStates(t, rapid.IntRange(1, 12).Draw(t, "size"))
		n := rapid.IntRange(1, len(states)).Draw(t, "seen first")
		seen := rangesOf(states[:n])
		narrow := NewLayout(seen) // rounds what was seen
		for _, s := range states[n:] {
			for i, x := range s {
				seen[i].Join(x)
			}
		}
		wide := NewLayout(seen)
		src, got, want := make([]uint64, narrow.Words), make([]uint64, wide.Words), make([]uint64, wide.Words)
		for _, s := range states[:n] {
			narrow.Pack(src, s)
			wide.Repacker(narrow)(got, src)
			wide.Pack(want, s)
			if !slices.Equal(got, want) {
				t.Fatalf("%v is packed %#x, packed anew %#x", s, want, got)
			}
		}
	})
}

// Merge is Join of everything that the other has seen.
func TestMergeOfRanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawStates(t, 1), drawStates(t, 1)
		merged := rangesOf(a)
		merged[0].Merge(rangesOf(b)[0])
		l := NewLayout(merged)
		for _, s := range append(a, b...) {
			if !l.Pack(make([]uint64, l.Words), s) {
				t.Fatalf("%v does not fit", s)
			}
		}
	})
}

func TestLayoutIsTight(t *testing.T) {
	seen := rangesOf([]model.State{{7, 0, 0x1000, -3}, {7, 1, 0x4000, 4}})
	l := NewLayout(seen)
	// A constant takes nothing, a flag one bit, four page addresses two, and
	// -3..4 three.
	if l.Words != 1 || l.Bits != 0+1+2+3 {
		t.Errorf("%d bits in %d words", l.Bits, l.Words)
	}
}

// In a wide layout field i is all of word i, and changes between two states are
// what was seen.
func TestWideLayout(t *testing.T) {
	p := model.NewProgram("test", []string{"T"})
	v := p.NewVar("v", model.Memory, 0)
	v.Len, v.Init = 7, map[int]int64{1: 1, 2: -1}
	still := p.NewVar("still", model.Memory, 0)
	p.Place()
	p.Threads[0].Blocks = []*model.Block{{PC: 1, Body: []model.Stmt{model.Set{V: v, I: model.Const(2), X: model.Ld(still)}}}}
	l := WideLayout(p)
	if want := v.Len + 1; len(l.fields) != want { // and the program counter
		t.Errorf("%d fields, want %d", len(l.fields), want)
	}
	for i, f := range l.fields {
		if int(f.word) != i || f.mask != math.MaxUint64 {
			t.Errorf("field %d: word %d, mask %#x", i, f.word, f.mask)
		}
	}
	if l.Words != len(l.fields) || l.Words == 0 {
		t.Errorf("%d words for %d fields", l.Words, len(l.fields))
	}
	s := slices.Clone(p.Initial)
	before, now := make([]uint64, l.Words), make([]uint64, l.Words)
	l.Pack(before, s)
	for i, f := range l.fields {
		if i%3 != 1 {
			s[f.elem] += int64(i) - 5
		}
	}
	l.Pack(now, s)
	seen, want := RangesOf(p.Initial), RangesOf(p.Initial)
	l.JoinChanges(seen, now, before)
	for i := range want {
		want[i].Join(s[i])
	}
	if !slices.Equal(seen, want) || !slices.Equal(now, before) {
		t.Errorf("seen %v, want %v", seen, want)
	}
}
