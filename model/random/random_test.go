// SPDX-License-Identifier: MIT

package random

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"mmcheck/model"
)

// fromRapid lets rapid choose, so that it can shrink what fails.
type fromRapid struct{ t *rapid.T }

func (r fromRapid) Intn(n int) int { return rapid.IntRange(0, n-1).Draw(r.t, "choice") }

// Whatever is drawn is valid, survives its text form, and can be sealed.
func TestDraw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Draw(fromRapid{t})
		if err := s.validate(); err != nil {
			t.Fatalf("%v\n%s", err, s)
		}
		back, err := Parse(s.String())
		if err != nil || back.String() != s.String() {
			t.Fatalf("%v: read back as\n%s\nwant\n%s", err, back, s)
		}
		if err := s.Build().Seal(model.SealOptions{}); err != nil {
			t.Fatalf("%v\n%s", err, s)
		}
	})
}

// A seed gives the same program each time, another one another program.
func TestSeeds(t *testing.T) {
	texts := map[string]uint64{}
	for seed := range uint64(300) {
		s := Draw(NewSource(seed))
		if again := Draw(NewSource(seed)); !reflect.DeepEqual(s, again) {
			t.Fatalf("seed %d gives\n%s\nthen\n%s", seed, s, again)
		}
		texts[s.String()] = seed
		if s.Size() < 2 {
			t.Errorf("seed %d: next to nothing:\n%s", seed, s)
		}
	}
	if len(texts) < 290 {
		t.Errorf("300 seeds give only %d programs", len(texts))
	}
}

// Every statement and every native operation is drawn now and then.
func TestEveryOperationIsDrawn(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(12000) {
		Draw(NewSource(seed)).each(func(st *Stmt) {
			seen[st.Op] = true
			if st.Op == "with" {
				l := lockings[wordOf(st.Args[0]).tag][st.Args[1]]
				seen[l.take], seen[l.give], seen[l.mid] = true, true, true
			}
		})
	}
	for _, name := range model.OpNames() {
		if natives[name] == "" {
			t.Errorf("%s has no signature", name)
		}
		if !seen[name] {
			t.Errorf("%s is never drawn", name)
		}
	}
	for name := range ops {
		if !seen[name] {
			t.Errorf("%s is never drawn", name)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                                          "0 threads",
		"thread 1 {":                                "not closed",
		"thread 0 {\n}":                             "bad number of threads",
		"thread 9 {\n}":                             "bad number of threads",
		"set r0 1":                                  "want init, thread, irq, callback or final",
		"thread 1 {\nset r0\n}":                     "2 operands",
		"thread 1 {\nset r9 1\n}":                   "r9 cannot stand here",
		"thread 1 {\nset a g0\n}":                   "types differ",
		"thread 1 {\nup_read mu0\n}":                "mu0 cannot stand here",
		"thread 1 {\ngo\n}":                         "no such statement",
		"thread 1 {\nassert\n}":                     "no condition",
		"thread 1 {\nassert g0 == 1 g1\n}":          "bad condition",
		"thread 1 {\natomic {\nwait g0\n}\n}":       "within an atomic",
		"thread 1 {\nwith mu0 read {\n}\n}":         "no such lock",
		"thread 1 {\nchoose {\n}\n}":                "number of bodies",
		"thread 1 {\ng0 = mutex_trylock mu0\n}":     "cannot go to g0",
		"thread 1 {\nkmalloc 8 0\n}":                "cannot go to",
		"thread 1 {\n__mmcheck_call_rcu a.rcu 1\n}": "no such callback",
		"thread 1 {\n}\ncallback {\nexit\n}":        "would end its thread",
		"thread 1 {\nrmap_must_have_seen a 1\n}":    "a cannot stand here",
		"thread 1 {\nif g0 {\n} or {\n}\n}":         "want }",
		"thread 1 {\nv = mt_lookup mt 0x1000 1\n}":  "operands are to be",
	} {
		if s, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, %v, want %q", text, s, err, want)
		}
	}
}

// Shrinking leaves nothing that can be left out, and keeps what matters.
func TestShrink(t *testing.T) {
	uses := func(s *Script) bool {
		var got []string
		s.each(func(st *Stmt) { got = append(got, st.Op) })
		return slices.Contains(got, "assert") && len(s.Threads) > 1
	}
	tried := 0
	for seed := range uint64(200) {
		s := Draw(NewSource(seed))
		if !uses(s) {
			continue
		}
		tried++
		small := Shrink(s, uses)
		if !uses(small) || small.Size() != 1 || len(small.Threads) != 2 {
			t.Errorf("seed %d: shrunk to\n%s", seed, small)
		}
	}
	if tried < 20 {
		t.Errorf("only %d scripts were shrunk", tried)
	}
}

// A callback that nothing queues is left out, one that is queued stays.
func TestShrinkCallbacks(t *testing.T) {
	s, err := Parse("thread 1 {\n__mmcheck_call_rcu a.rcu 1\n}\ncallback {\nkfree a\n}\ncallback {\nkfree a\n}")
	if err != nil {
		t.Fatal(err)
	}
	small := Shrink(s, (*Script).queues)
	if want := "thread 1 {\n\t__mmcheck_call_rcu a.rcu 1\n}\ncallback {\n}\n"; small.String() != want {
		t.Errorf("shrunk to\n%s\nwant\n%s", small, want)
	}
}

// A script broken in one place is not what it was.
func TestSpoil(t *testing.T) {
	same := 0
	for seed := range uint64(500) {
		s := Disciplined(NewSource(seed))
		if spoil(NewSource(seed+1), s).String() == s.String() {
			same++
		}
	}
	if same > 10 {
		t.Errorf("%d of 500 scripts stay as they are", same)
	}
}
