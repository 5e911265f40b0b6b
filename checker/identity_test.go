// SPDX-License-Identifier: MIT

package checker

import (
	"testing"

	"mmcheck/model"
	"mmcheck/model/byhand"
	"mmcheck/model/random"
)

func identityOf(t *testing.T, p *model.Program, o Options) [32]byte {
	t.Helper()
	pl, err := seal(p, o)
	if err != nil {
		t.Fatal(err)
	}
	return programHash(pl, o)
}

// The same program has the same identity each time it is built, others have
// others.
func TestIdentity(t *testing.T) {
	seen := map[[32]byte]int64{}
	for seed := range int64(300) {
		id := identityOf(t, random.Program(uint64(seed)), Options{})
		if again := identityOf(t, random.Program(uint64(seed)), Options{}); again != id {
			t.Errorf("seed %d: two identities of one program", seed)
		}
		if other, ok := seen[id]; ok && stepsOf(random.Program(uint64(seed))) != stepsOf(random.Program(uint64(other))) {
			t.Errorf("seeds %d and %d have the same identity", seed, other)
		}
		seen[id] = seed
	}
	if len(seen) < 200 {
		t.Errorf("only %d identities", len(seen))
	}
}

// stepsOf lists what the threads of a program do, by the text of their steps.
func stepsOf(p *model.Program) string {
	text := ""
	for _, th := range p.Threads {
		for _, b := range th.Blocks {
			if b.Step != nil && b.Step.Site != nil {
				text += b.Step.Site.Text + ";"
			}
		}
		text += "\n"
	}
	return text
}

// What is asked for is part of the identity, how it is searched for is not.
func TestIdentityOfOptions(t *testing.T) {
	plain := identityOf(t, random.Program(uint64(1)), Options{})
	for name, o := range map[string]Options{
		"find": {Find: FindRule}, "only": {Only: []string{"leak"}}, "ignore": {Ignore: []string{"leak"}}, "no reduction": {NoReduce: true},
	} {
		if identityOf(t, random.Program(uint64(1)), o) == plain {
			t.Errorf("%s makes no difference", name)
		}
	}
	for name, o := range map[string]Options{"workers": {Workers: 7}, "limits": {MaxStates: 1, MaxMemory: 1, TimeLimit: 1}} {
		if identityOf(t, random.Program(uint64(1)), o) != plain {
			t.Errorf("%s makes a difference", name)
		}
	}
}

// Every number in a program counts.
func TestIdentityOfDetails(t *testing.T) {
	build := func(n, limit int) *model.Program {
		b := byhand.New(1)
		b.Thread(0)
		b.Add(n)
		b.C.Step(model.Check{Prop: "assert", Bad: model.Eq(model.Ld(b.V("x")), model.Int(limit)), Text: "x"})
		b.C.Exit()
		return b.P
	}
	plain := identityOf(t, build(1, 5), Options{})
	if identityOf(t, build(2, 5), Options{}) == plain || identityOf(t, build(1, 6), Options{}) == plain {
		t.Error("a constant makes no difference")
	}
}
