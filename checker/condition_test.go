// SPDX-License-Identifier: MIT

// This file sees to it that each condition of the reductions is needed: for
// each there is a recorded program on which a search without it goes wrong. It
// also looks for such programs.

package checker

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mmcheck/checker/por"
	"mmcheck/model"
	"mmcheck/model/byhand"
	"mmcheck/model/random"
)

var hunt = flag.Duration("hunt", 0, "how long to look for programs for conditions that have none")

// file is where the program of a condition is recorded.
func file(c por.Condition) string { return filepath.Join("testdata", "conditions", c.String()+".txt") }

// questions are what is asked of the programs; one of them shows that a
// condition is needed.
var questions = []Options{
	{},
	{Only: []string{"deadlock", "assert", "use-after-free", "dangling-vma"}},
	{Find: FindRule},
	{Find: FindDangling},
}

// agreeReduced says how the reduced searches differ from the reference result,
// with the verdict of the search alone and with the schedule looked up.
func agreeReduced(want *Result, build func() *model.Program, o Options) string {
	for _, shorten := range []int64{0, shortenStates} {
		got, text := runMode(mode{run: whole(reducedAfter(0, shorten)), workers: 1}, build, o)
		if got == nil || !agreeIn(inVerdict, o.Find, want, got) {
			return fmt.Sprintf("reference: %s\nreduced: %s", summary(want), text)
		}
	}
	return ""
}

// needed lists those of some conditions without which a search goes wrong on a
// program; wrong says what is wrong even with all of them.
func needed(cs []por.Condition, build func() *model.Program, states int64) (shown []por.Condition, wrong string) {
	for _, o := range questions {
		o.MaxStates = states
		plain := o
		plain.NoReduce = true
		want, text := runMode(mode{run: whole(Reference)}, build, plain)
		if want == nil {
			return nil, text
		}
		if wrong = agreeReduced(want, build, o); wrong != "" {
			return nil, wrong
		}
		if cutShort(want) {
			continue
		}
		for _, c := range cs {
			o.without = c
			if !slices.Contains(shown, c) && agreeReduced(want, build, o) != "" {
				shown = append(shown, c)
			}
		}
	}
	return shown, ""
}

// For each condition there is a program that shows what goes wrong without it.
func TestConditions(t *testing.T) {
	noRaces(t)
	for c := por.Condition(1); c < por.Conditions; c++ {
		t.Run(c.String(), func(t *testing.T) {
			build := byHand[c]
			if build == nil {
				build, _ = recorded(t, file(c))
			}
			shown, wrong := needed([]por.Condition{c}, build, 0)
			switch {
			case wrong != "":
				t.Error(wrong)
			case len(shown) == 0:
				t.Error("a search without it finds the same")
			}
		})
	}
}

// Look for programs that show what goes wrong without a condition, on all
// processors, and record them.
func TestHuntConditions(t *testing.T) {
	if *hunt == 0 {
		t.Skip("only with -hunt")
	}
	h := &hunter{t: t}
	for c := por.Condition(1); c < por.Conditions; c++ {
		if _, err := os.Stat(file(c)); errors.Is(err, fs.ErrNotExist) && byHand[c] == nil {
			h.missing = append(h.missing, c)
		}
	}
	var next atomic.Uint64
	var all sync.WaitGroup
	start := time.Now()
	for range 3 {
		all.Go(func() {
			for time.Since(start) < *hunt {
				h.try(random.Draw(random.NewSource(*randomSeed + next.Add(1))))
			}
		})
	}
	all.Wait()
	t.Logf("%d programs tried; none for %v", next.Load(), h.missing)
}

// hunter looks for programs for the missing conditions.
type hunter struct {
	t       *testing.T
	mu      sync.Mutex
	missing []por.Condition
}

// huntStates bounds the programs that are looked at.
const huntStates = 2000

// try records a program for each condition that it shows the need of.
func (h *hunter) try(s *random.Script) {
	h.mu.Lock()
	cs := slices.Clone(h.missing)
	h.mu.Unlock()
	shown, wrong := needed(cs, s.Build, huntStates)
	if wrong != "" {
		h.t.Errorf("%s\n%s", wrong, s)
	}
	for _, c := range shown {
		h.mu.Lock()
		i := slices.Index(h.missing, c)
		if i >= 0 {
			h.missing = slices.Delete(h.missing, i, i+1)
		}
		h.mu.Unlock()
		if i >= 0 {
			h.record(c, s)
		}
	}
}

// record writes a small program for a condition.
func (h *hunter) record(c por.Condition, s *random.Script) {
	small := random.Shrink(s, func(s *random.Script) bool {
		shown, _ := needed([]por.Condition{c}, s.Build, huntStates)
		return len(shown) > 0
	})
	if err := os.WriteFile(file(c), []byte(small.String()), 0o644); err != nil {
		h.t.Error(err)
	}
	h.t.Logf("%s:\n%s", c, small)
}

// byHand are the programs that scripts cannot express.
var byHand = map[por.Condition]func() *model.Program{por.ClearedBoth: setBetween, por.EndsOfThreads: joined, por.OwnAndFree: owned}

// joined is a thread that waits for the end of another one, and then looks at
// what a third one writes.
func joined() *model.Program {
	b := byhand.New(3)
	x, ends := b.V("x"), model.Eq(model.Ld(b.P.Threads[2].PC), model.Const(0))
	b.Thread(0)
	b.Write(x, 2)
	b.C.Exit()
	b.Thread(1)
	b.C.Wait(ends, nil, model.LockRef{})
	b.Forbid(model.Eq(model.Ld(x), model.Const(1)))
	b.C.Exit()
	b.Thread(2)
	b.Write(b.P.NewVar("y", model.Memory, 0), 1)
	b.C.Exit()
	return b.P
}

// owned is a thread that takes a lock of its own kind and looks twice whether it has
// it, while another one takes it from whoever has it.
func owned() *model.Program {
	b := byhand.New(2)
	owner := b.P.NewVar("owner", model.Cell, 0)
	owner.Names = model.ThreadValue
	b.Thread(0)
	b.C.Wait(model.Eq(model.Ld(owner), model.Const(0)), nil, model.LockRef{}, model.Set{V: owner, X: model.Const(1)})
	b.C.Step(model.Check{Prop: "assert", Bad: model.Ne(model.Ld(owner), model.Const(1)), Text: "not the owner"})
	b.C.Exit()
	b.Thread(1)
	b.C.Wait(model.Ne(model.Ld(owner), model.Const(0)), nil, model.LockRef{}, model.Set{V: owner, X: model.Const(2)})
	b.C.Exit()
	return b.P
}

// setBetween is a thread that takes a pointer for a good one, but leaves it as
// it is, while another one frees what it points to: whether it is dangling then
// depends on who comes first.
func setBetween() *model.Program {
	b := byhand.New(2)
	x := b.V("x")
	b.Thread(0)
	a := b.C.T.NewReg("a", b.P.TypeByName("item"))
	b.C.Do(model.Set{V: a, X: model.Const(1)}, model.Set{V: a.Life, X: model.Const(0)})
	b.C.Site = &model.Site{Text: "a lives"}
	b.C.Access(model.Set{V: b.P.NewVar("y", model.Memory, 0), X: model.Const(1)}, model.Set{V: a.Life, X: model.Const(0)})
	b.C.Wait(model.Eq(model.Ld(x), model.Const(2)), nil, model.LockRef{})
	b.Forbid(model.And(model.Eq(model.Ld(a), model.Const(1)), model.Eq(model.Ld(a.Life), model.Const(0))))
	b.C.Exit()
	b.Thread(1)
	it := b.Call("kzalloc", model.Value{X: model.Const(8)}, model.Value{X: model.Const(0)})
	b.Call("kfree", it)
	b.Write(x, 2)
	b.C.Exit()
	return b.P
}
