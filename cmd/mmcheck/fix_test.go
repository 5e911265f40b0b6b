// SPDX-License-Identifier: MIT

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"mmcheck/checker"
	"mmcheck/repair"
)

// lockProgram is a small spec that keeps a discipline: each variable has a lock, and
// locks are taken in order.
type lockProgram struct {
	threads [][]string // statements
	vars    int
}

func drawProgram(r *rand.Rand) *lockProgram {
	p := &lockProgram{vars: 1 + r.IntN(2)}
	for range 2 {
		var body []string
		for range 1 + r.IntN(2) {
			first, last := r.IntN(p.vars), 0
			last = first + r.IntN(p.vars-first)
			for v := first; v <= last; v++ {
				body = append(body, fmt.Sprintf("spin_lock(&lock%d);", v))
			}
			for v := first; v <= last; v++ {
				body = append(body, fmt.Sprintf("old = count%d;", v), fmt.Sprintf("count%d = old + 1;", v))
			}
			for v := last; v >= first; v-- {
				body = append(body, fmt.Sprintf("spin_unlock(&lock%d);", v))
			}
			for v := first; v <= last; v++ {
				body = append(body, fmt.Sprintf("done%d++;", v))
			}
		}
		p.threads = append(p.threads, body)
	}
	return p
}

// String is the spec. What each thread has counted for itself is what was counted in
// all.
func (p *lockProgram) String() string {
	var b strings.Builder
	b.WriteString("#include <linux/spinlock.h>\n#include <mmcheck.h>\n\n")
	init, sum := "", ""
	for v := range p.vars {
		fmt.Fprintf(&b, "static spinlock_t lock%d;\nstatic int count%d, total%d[2];\n", v, v, v)
		init += fmt.Sprintf("\tspin_lock_init(&lock%d);\n", v)
		sum += fmt.Sprintf("\tassert(count%d == total%d[0] + total%d[1]);\n", v, v, v)
	}
	fmt.Fprintf(&b, "\nINIT\n{\n%s}\n", init)
	for i, body := range p.threads {
		fmt.Fprintf(&b, "\nTHREAD(t%d, NULL)\n{\n\tint old", i)
		for v := range p.vars {
			fmt.Fprintf(&b, ", done%d = 0", v)
		}
		fmt.Fprintf(&b, ";\n\n\t%s\n", strings.Join(body, "\n\t"))
		for v := range p.vars {
			fmt.Fprintf(&b, "\ttotal%d[%d] = done%d;\n", v, i, v)
		}
		b.WriteString("}\n")
	}
	fmt.Fprintf(&b, "\nFINAL\n{\n%s}\n", sum)
	return b.String()
}

// breakProgram moves an unlock or a lock, or lets two locks change places.
func (p *lockProgram) breakProgram(r *rand.Rand) {
	body := p.threads[r.IntN(len(p.threads))]
	for {
		i := r.IntN(len(body) - 1)
		a, b := body[i], body[i+1]
		lock := func(s string) bool { return strings.HasPrefix(s, "spin_lock") }
		unlock := func(s string) bool { return strings.HasPrefix(s, "spin_unlock") }
		if lock(a) && !unlock(b) || unlock(b) && !lock(a) {
			body[i], body[i+1] = b, a
			return
		}
	}
}

func askFix(t *testing.T, text string) (*fixCommand, string) {
	t.Helper()
	var out bytes.Buffer
	c := &fixCommand{said: map[string]bool{}}
	c.session = &session{ctx: t.Context(), out: bufio.NewWriter(&out), err: &out}
	c.most, c.shown = 400, 1
	c.sp = &spec{name: "drawn.c", src: []byte(text), head: &header{}}
	var err error
	if c.answer, err = ask(t.Context(), c.sp, &c.question, &search{workers: 1}, nil); err != nil || c.answer.res == nil {
		t.Fatal(err, c.answer.diags, text)
	}
	return c, text
}

// A program that keeps a discipline holds; broken in one place, it is repaired, and the
// plain interpreter says so.
func TestFixRestores(t *testing.T) {
	broken, restored := 0, 0
	for seed := range uint64(24) {
		r := rand.New(rand.NewPCG(seed, 1))
		p := drawProgram(r)
		if c, text := askFix(t, p.String()); c.answer.res.Verdict != checker.Holds {
			t.Fatalf("%s: %s", verdictOf(c.answer.res), text)
		}
		p.breakProgram(r)
		c, text := askFix(t, p.String())
		if c.answer.res.Verdict != checker.Violated {
			continue
		}
		broken++
		var found []*attempt
		for _, c.threads = range c.inTurn() {
			place, err := c.place()
			if err != nil {
				t.Fatal(err)
			}
			place.Lines = linesOf(c.answer.res.Finding, c.sp.name)
			if _, found = c.look(place); len(found) > 0 {
				break
			}
		}
		if len(found) == 0 {
			t.Errorf("nothing repairs %s in\n%s", verdictOf(c.answer.res), text)
			continue
		}
		if !c.confirmed(found[0]) {
			t.Errorf("not confirmed: %s in\n%s", found[0].Proposal, text)
		}
		restored++
	}
	t.Logf("%d of %d restored", restored, broken)
	if broken < 8 {
		t.Errorf("only %d programs were broken", broken)
	}
}

// A change that does not compile is no proposal, and is not counted.
func TestFixCompiles(t *testing.T) {
	c, text := askFix(t, "#include <mmcheck.h>\nstatic int x;\nTHREAD(t, NULL)\n{\n\tassert(x);\n}\n")
	a := c.try(t.Context(), &repair.Proposal{Edits: []repair.Edit{{Start: len(text) - 2, End: len(text) - 2, New: "nonsense();\n"}}}, &c.search)
	if a.verdict() != "" || a.holds() {
		t.Error(a.verdict())
	}
}
