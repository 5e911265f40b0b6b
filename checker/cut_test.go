// SPDX-License-Identifier: MIT

package checker

import (
	"maps"
	"slices"
	"testing"
	"time"

	"mmcheck/model"
	"mmcheck/model/random"
)

// cutInto searches parts one after the other, each of which goes on from about some
// states, and puts their verdicts together.
func cutInto(parts int, each int64, search planSearch) func(func() *model.Program, Options) (*Result, error) {
	return func(build func() *model.Program, o Options) (*Result, error) {
		var all *Result
		for n := 1; n <= parts; n++ {
			o.Part, o.startsEach = Part{n, parts}, each
			r, err := inOrder(build(), o, search)
			if err != nil {
				return nil, err
			}
			if all != nil && all.Verdict == Holds && r.Verdict == Holds {
				r.Coverage = neverIn(all.Coverage, r.Coverage)
			}
			if all == nil || r.Verdict == Holds && all.Verdict == Holds || worth(o.Find, r) > worth(o.Find, all) {
				all = r
			}
		}
		return all, nil
	}
}

// neverIn is what was executed in neither of two parts.
func neverIn(a, b *Coverage) *Coverage {
	both := *b
	both.Never = slices.DeleteFunc(slices.Clone(b.Never), func(s model.Statement) bool {
		return !slices.ContainsFunc(a.Never, func(t model.Statement) bool { return s.Pos == t.Pos })
	})
	both.Own.Never = len(both.Never)
	both.Waiting = slices.DeleteFunc(slices.Clone(b.Waiting), func(s *model.Thread) bool {
		return !slices.ContainsFunc(a.Waiting, func(t *model.Thread) bool { return s.Name == t.Name })
	})
	return &both
}

// worth says which result of a part is that of all.
func worth(f Find, r *Result) int {
	switch {
	case r.Verdict == Violated && preferred(f)(r.Finding.Property):
		return 3
	case r.Verdict == Violated:
		return 2
	case r.Verdict == Unknown:
		return 1
	}
	return 0
}

// Parts together store the states that the whole search stores, and no others.
func TestPartsAreAll(t *testing.T) {
	smaller := 0
	for seed := uint64(1); seed <= 150; seed++ {
		pl, err := seal(random.Program(seed), Options{Ignore: []string{"data-race"}})
		if err != nil {
			continue
		}
		o := Options{MaxStates: *randomStates, Workers: 1}
		stored := func(pl *plan, most int64) (map[string]bool, *explorer) {
			e, err := beginReduced(pl, o, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			if most == everything {
				e.explore(most)
			} else if e.exploreTo(most) {
				return nil, e
			}
			states := map[string]bool{}
			for level := range e.space.levels() {
				e.space.(levelled).each(level, func(words []uint64) bool {
					states[keyOf(e.space.state(words))] = true
					return true
				})
			}
			return states, e
		}
		whole, e := stored(pl, everything)
		e.free()
		if len(e.found.shown()) > 0 || e.limit != nil {
			continue
		}
		all, first := stored(pl, 6)
		for n := 1; n <= 3 && all != nil; n++ {
			first.o.Part = Part{n, 3}
			part := *pl
			part.cut = &cut{first.part(), nil, first.wayTo}
			states, e := stored(&part, everything)
			e.free()
			if len(states) < len(whole)*9/10 {
				smaller++
			}
			maps.Copy(all, states)
		}
		first.free()
		if all != nil && !maps.Equal(all, whole) {
			t.Errorf("seed %d: %d states, in parts %d", seed, len(whole), len(all))
		}
	}
	if smaller < 20 {
		t.Errorf("%d parts are smaller than the whole", smaller)
	}
	t.Logf("%d parts are smaller than the whole", smaller)
}

// What the last of the first levels leads to is not known there, and no hang.
func TestFirstLevelsDoNotHang(t *testing.T) {
	build, _ := recorded(t, "testdata/random/part_first_levels.txt")
	for name, search := range map[string]planSearch{"packed": searchAll, "plain": searchPlainly} {
		r, err := cutInto(3, 1, search)(build, Options{Only: []string{"deadlock"}, Workers: 1})
		if err != nil || r.Verdict != Holds {
			t.Errorf("%s: %v, %v", name, err, r)
		}
	}
}
