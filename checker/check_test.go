// SPDX-License-Identifier: MIT

package checker

import (
	"context"
	"strings"
	"testing"
	"time"

	"mmcheck/checker/property"
	"mmcheck/model"
	"mmcheck/model/byhand"
	"mmcheck/model/random"
)

// large has far more states than any limit of these tests.
func large() *model.Program {
	b := byhand.New(3)
	for i := range 3 {
		b.Thread(i)
		head := b.C.NewBlock()
		b.C.Goto(head)
		b.C.At(head)
		for range 14 {
			b.Add(1)
		}
		b.C.Goto(head)
	}
	return b.P
}

// How far a search goes plainly depends on the program and on its limits.
func TestFirstStates(t *testing.T) {
	for _, c := range []struct {
		o    Options
		want int64
	}{
		{Options{}, 84 * pointStates},
		{Options{MaxStates: 3000}, 3000},
		{Options{MaxStates: 100}, firstStates},
		{Options{MaxMemory: 768 << 10}, 768 << 10 / firstShare / 16 / 3},
		{Options{MaxMemory: 1}, firstStates},
	} {
		pl, err := seal(large(), c.o)
		if err != nil {
			t.Fatal(err)
		}
		e := newExplorer(pl, c.o, newSearch(pl, 1))
		if got := e.first(); got != c.want {
			t.Errorf("%+v: %d states, want %d", c.o, got, c.want)
		}
		e.free()
	}
}

// threeTimes is a program of three times n writes to one variable, which has some
// (n+1)^3 states, three times as many with who wrote last.
func threeTimes(n int) *model.Program {
	b := byhand.New(3)
	for i := range 3 {
		b.Thread(i)
		for range n {
			b.Write(b.V("x"), i)
		}
	}
	return b.P
}

// Where the levels shrink, the plain search goes on behind its first states, but not
// for ever.
func TestShrinkingLevels(t *testing.T) {
	for _, c := range []struct {
		o       Options
		n       int
		reduced bool
	}{
		{Options{}, 9, false},               // 2,701 states, of which the first 2,000 are more than half
		{Options{}, 15, true},               // 11,521 states: the first 2,880 are not
		{Options{MaxStates: 2650}, 9, true}, // with reductions it is 2,623
	} {
		r, err := Check(threeTimes(c.n), c.o)
		if err != nil {
			t.Fatal(err)
		}
		if r.Stats.Reduced != c.reduced {
			t.Errorf("%d steps, %+v: reduced %v, %d states", c.n, c.o, r.Stats.Reduced, r.Stats.States)
		}
	}
}

func TestLimits(t *testing.T) {
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		o           Options
		what, raise string
	}{
		{Options{MaxStates: 100}, "the limit of 100 states", "--max-states"},
		{Options{TimeLimit: time.Millisecond}, "the time limit of 1ms", "--time-limit"},
		{Options{MaxMemory: 1 << 20}, "the memory limit of 1024 KiB", "--max-memory"},
		{Options{Context: cancelled}, "an interrupt", ""},
	} {
		for _, e := range engines {
			o := c.o
			e.with(&o)
			r, err := e.run(large(), o)
			if err != nil {
				t.Fatal(err)
			}
			if r.Verdict != Unknown || r.Limit == nil || r.Limit.What != c.what || r.Limit.Raise != c.raise {
				t.Errorf("%s, %s: %s %+v", c.what, e.name, r.Verdict, r.Limit)
			}
			if r.Stats.States == 0 || r.Stats.Frontier == 0 {
				t.Errorf("%s, %s: no partial figures: %+v", c.what, e.name, r.Stats)
			}
		}
	}
	agree(t, "limit of states", Options{MaxStates: 100}, large)
}

// A pool that runs out is unknown, and names what raises it.
func TestPoolLimit(t *testing.T) {
	s := agree(t, "pool", Options{Ignore: []string{"leak"}}, func() *model.Program {
		b := byhand.New(1)
		b.Thread(0)
		for range 3 {
			b.Publish()
		}
		b.C.Exit()
		return b.P
	})
	if !strings.HasPrefix(s, "unknown") || !strings.Contains(s, "the pool of 2 struct item") {
		t.Error(s)
	}
}

// Of the shortest schedules the one with fewest switches is shown, and of
// those the first in order of threads.
func TestFewestSwitches(t *testing.T) {
	s := agree(t, "switches", Options{}, func() *model.Program {
		b := byhand.New(2)
		for i := range 2 {
			b.Thread(i)
			b.Add(1)
			if i == 1 {
				b.C.Site = &model.Site{Text: "check"}
				x := model.Ld(b.V("x"))
				b.C.Step(model.Check{Prop: "assert", Bad: model.Eq(x, model.Const(3)), Text: "x reached 3"})
			}
			b.C.Exit()
		}
		return b.P
	})
	if !strings.HasSuffix(s, "x reached 3 obj 0 1.0 1.0 2.0 2.0 2.0") {
		t.Error(s)
	}
}

// What is left to explore is told where a search ends with what it looked for,
// and nothing is where all was explored.
func TestFrontier(t *testing.T) {
	build := func() *model.Program {
		b := byhand.New(1)
		b.Thread(0)
		b.On("down_read")
		b.On("down_read")
		b.On("up_read")
		b.On("up_read")
		b.C.Exit()
		return b.P
	}
	for find, want := range map[Find]string{FindDefault: "5 states 4 transitions depth 4 frontier 0", FindAny: "3 states 2 transitions depth 1 frontier 1"} {
		if s := agree(t, string(find), Options{Find: find}, build); !strings.Contains(s, want) {
			t.Errorf("--find=%s: %s, want %s", find, s, want)
		}
	}
}

// An error is preferred to a shorter rule break, and the other way round on
// demand.
func TestPreference(t *testing.T) {
	build := func() *model.Program {
		b := byhand.New(2)
		b.Thread(0)
		b.On("down_read")
		b.On("down_read")
		b.On("up_read")
		b.On("up_read")
		b.C.Exit()
		b.Thread(1)
		b.On("down_write")
		b.On("up_write")
		b.C.Exit()
		return b.P
	}
	for find, want := range map[Find]string{FindDefault: "deadlock", FindRule: "recursive-read", FindAny: "recursive-read"} {
		if s := agree(t, string(find), Options{Find: find}, build); !strings.Contains(s, " "+want+": ") {
			t.Errorf("--find=%s: %s, want %s", find, s, want)
		}
	}
	if s := agree(t, "muted", Options{Ignore: []string{"deadlock"}}, build); !strings.Contains(s, "recursive-read") {
		t.Errorf("deadlock muted: %s", s)
	}
	if s := agree(t, "only", Options{Only: []string{"assert"}}, build); !strings.HasPrefix(s, "holds") {
		t.Errorf("only assertions: %s", s)
	}
	if _, err := Check(build(), Options{Only: []string{"nonsense"}}); err == nil {
		t.Error("an unknown property is accepted")
	}
}

// A rule break does not end the search for an error behind it.
func TestErrorBehindRule(t *testing.T) {
	s := agree(t, "behind", Options{}, func() *model.Program {
		b := byhand.New(1)
		b.Thread(0)
		b.On("down_read")
		b.On("down_read") // breaks a rule
		b.On("up_write")  // an error
		b.C.Exit()
		return b.P
	})
	if !strings.Contains(s, "lock-misuse") {
		t.Error(s)
	}
}

// A schedule that does not lead where it should is an internal error.
func TestDivergenceIsReported(t *testing.T) {
	b := byhand.New(1)
	b.Thread(0)
	b.On("up_read")
	b.C.Exit()
	pl, err := seal(b.P, Options{})
	if err != nil {
		t.Fatal(err)
	}
	e := newExplorer(pl, Options{}, newReference(pl))
	e.explore(everything)
	e.found.wanted[0].prop = property.Deadlock
	if _, err := e.result(); err == nil || !strings.Contains(err.Error(), "internal error") {
		t.Errorf("got %v", err)
	}
}

// A set stops before it outgrows its limit, also for the moment in which its
// table grows, and not long before.
func TestSetKeepsToItsLimit(t *testing.T) {
	const limit = 4 << 20
	s := newSet(form{words: 2}, 1)
	defer s.free()
	s.limit = limit
	b := newBatch(2)
	for n := uint64(0); ; {
		for ; b.n < batchSize; b.n++ {
			w := b.words[2*b.n : 2*b.n+2]
			w[0], w[1] = n, ^n
			b.hashes[b.n] = hash(w)
			n++
		}
		if !s.add(b, 0) {
			break
		}
		if s.bytes() > limit {
			t.Fatalf("%d bytes are held", s.bytes())
		}
	}
	if s.bytes() < limit/3 {
		t.Errorf("only %d bytes are held", s.bytes())
	}
}

// A plain search for a shorter schedule that is cut short may have come upon a
// broken rule only: the error that is known is shown.
func TestErrorIsKept(t *testing.T) {
	s, err := random.Parse(`init {
	v = kmem_cache_alloc 0 0x400
}
thread 1 {
	with imap try-read {
		mt_clear mt 0x1000 0x2000
		set t[0] r1
	}
	set t[1] -3
}
`)
	if err != nil {
		t.Fatal(err)
	}
	r, err := reduced(s.Build(), Options{MaxStates: 5}, 0, shortenStates)
	if err != nil || r.Finding == nil || r.Finding.Property.ID != "leak" {
		t.Errorf("%v, %s: want the leak", err, summary(r))
	}
}

// A hang whose confirmation an interrupt stops is unknown, and no error.
func TestUnconfirmedHang(t *testing.T) {
	defer func(n int) { sureStates = n }(sureStates)
	s, err := random.Parse("thread 1 {\nspin_lock sp0\nforever {\n}\n}\nthread 1 {\nwith sp0 write {\nset r0 g0\n}\n}")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	for _, sure := range []int{sureStates, 0} {
		sureStates = sure
		pl, err := seal(s.Build(), Options{})
		if err != nil {
			t.Fatal(err)
		}
		e := newExplorer(pl, Options{Context: ctx}, newReference(pl))
		if err := e.run(); err != nil {
			t.Fatal(err)
		}
		cancel()
		r, err := e.result()
		switch {
		case err != nil:
			t.Fatal(err)
		case sure > 0 && (r.Finding == nil || !r.Finding.Hang):
			t.Errorf("%s: want a hang", summary(r))
		case sure == 0 && (r.Verdict != Unknown || !strings.HasPrefix(r.Limit.What, "an interrupt, before a hang")):
			t.Errorf("%s: want unknown", summary(r))
		}
		ctx, cancel = context.WithCancel(context.Background())
	}
	cancel()
}

// Each property says where its rule is written, and what it does not judge.
func TestPropertiesAreDocumented(t *testing.T) {
	for _, p := range property.All {
		if !strings.Contains(p.Doc, "Source: ") {
			t.Errorf("%s does not say where the rule is written", p.ID)
		}
		if !strings.Contains(p.Doc, "Not judged: ") {
			t.Errorf("%s does not say what it does not judge", p.ID)
		}
	}
}
