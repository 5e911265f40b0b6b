// SPDX-License-Identifier: MIT

package promela

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"mmcheck/model"
)

// The codes of operations in testdata/rwsem.pml; index 0 ends a script.
var rwsemOps = []string{"", "down_read", "down_write", "down_read_trylock", "down_write_trylock", "up_read", "up_write", "downgrade_write"}

// Geometry of testdata/rwsem.pml.
const (
	rwsemClients   = 3
	rwsemScriptLen = 6
	rwsemNobody    = 255
)

// rwsemScripts are what one client may do; a failed trylock skips the operation
// behind it. The long ones first learn from a failed trylock that a writer has
// queued, and then overtake it, or must not.
var rwsemScripts = [][]string{
	{"down_read", "up_read"},
	{"down_write", "up_write"},
	{"down_write", "downgrade_write", "up_read"},
	{"down_read_trylock", "up_read"},
	{"down_write_trylock", "up_write"},
	{"down_read", "down_read", "up_read", "up_read"},
	{"down_read", "up_read", "down_write", "up_write"},
	{"down_write", "downgrade_write", "up_read", "down_read", "up_read"},
	{"down_read", "down_read_trylock", "up_read", "up_read", "down_read", "up_read"},
	{"down_read", "down_read_trylock", "up_read", "up_read", "down_write", "up_write"},
	{"down_read", "down_read_trylock", "up_read", "up_read", "down_write_trylock", "up_write"},
	{"down_write", "downgrade_write", "down_read_trylock", "up_read", "up_read", "down_write"},
}

// rwsemCombos are the sets of clients: all pairs, all threes of the first six
// scripts, and each long one with a writer and one more.
func rwsemCombos() [][]int {
	var out [][]int
	for a := range rwsemScripts {
		for b := a; b < len(rwsemScripts); b++ {
			out = append(out, []int{a, b, rwsemNobody})
			for c := b; c < 6; c++ {
				out = append(out, []int{a, b, c})
			}
		}
	}
	for a := 6; a < len(rwsemScripts); a++ {
		for c := range 4 {
			out = append(out, []int{a, 1, c})
		}
	}
	return out
}

// TestRwsemHistories compares the native rwsem with a model of it that was
// written by hand: for every set of clients, the same logs of acquisitions and
// trylock results are possible, with the same clients left hanging.
func TestRwsemHistories(t *testing.T) {
	needSpin(t)
	combos := rwsemCombos()
	spin := rwsemBySpin(t, combos)
	deadlocks := 0
	for i, combo := range combos {
		native := rwsemNative(t, combo)
		if !slices.Equal(native, spin[i]) {
			t.Errorf("clients %v: possible outcomes differ\nnative only: %v\nSPIN only: %v",
				rwsemNames(combo), without(native, spin[i]), without(spin[i], native))
		}
		if slices.ContainsFunc(native, func(s string) bool { return !strings.HasPrefix(s, "3 ") }) {
			deadlocks++
		}
	}
	t.Logf("%d sets of clients, %d of them can hang", len(combos), deadlocks)
}

func rwsemNames(combo []int) (out []string) {
	for _, s := range combo {
		if s != rwsemNobody {
			out = append(out, strings.Join(rwsemScripts[s], "; "))
		}
	}
	return out
}

func without(a, b []string) (out []string) {
	for _, s := range a {
		if !slices.Contains(b, s) {
			out = append(out, s)
		}
	}
	return out
}

// rwsemBySpin returns the outcomes of each combination by the hand-written
// model, sorted.
func rwsemBySpin(t *testing.T, combos [][]int) [][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/rwsem.pml")
	if err != nil {
		t.Fatal(err)
	}
	var scripts, flat []int
	for _, s := range rwsemScripts {
		codes := make([]int, rwsemScriptLen)
		for i, op := range s {
			codes[i] = slices.Index(rwsemOps, op)
		}
		scripts = append(scripts, codes...)
	}
	for _, c := range combos {
		flat = append(flat, c...)
	}
	var head bytes.Buffer
	fmt.Fprintf(&head, "#define NSCRIPT_BYTES %d\n#define SCRIPTS {%s}\n", len(scripts), commas(scripts))
	fmt.Fprintf(&head, "#define NCOMBO %d\n#define NCOMBO_BYTES %d\n#define COMBOS {%s}\n", len(combos), len(flat), commas(flat))
	v, err := build(context.Background(), append(head.Bytes(), text...), 1024, false, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.close()
	out, stopped, err := v.pan(context.Background(), 100000, "-c0", "-E")
	if err != nil || stopped != "" {
		t.Fatal(stopped, err)
	}
	if s, err := parseSearch(out); err != nil || s.stopped != "" || len(s.errors) > 0 {
		t.Fatalf("%v: %v\n%s", err, s, firstLines(out, 5))
	}
	return readOutcomes(t, out, len(combos))
}

func commas(xs []int) string {
	return strings.Join(strings.Fields(strings.Trim(fmt.Sprint(xs), "[]")), ", ")
}

func readOutcomes(t *testing.T, out string, n int) [][]string {
	t.Helper()
	found := make([][]string, n)
	for _, line := range strings.Split(out, "\n") {
		if rest, ok := strings.CutPrefix(line, "OUT "); ok {
			var combo int
			num, outcome, _ := strings.Cut(rest, " ")
			if _, err := fmt.Sscan(num, &combo); err != nil {
				t.Fatal(err)
			}
			found[combo] = append(found[combo], outcome+" ")
		}
	}
	for i := range found {
		slices.Sort(found[i])
		found[i] = slices.Compact(found[i])
	}
	return found
}

// rwsemNative returns the same from the native cell.
func rwsemNative(t *testing.T, combo []int) []string {
	t.Helper()
	s := script{name: "rwsem", seal: model.SealOptions{Keep: func(*model.Check) bool { return false }}, shared: func(p *model.Program) {
		declare(p, "rw_semaphore", 1)
		p.NewVar("log", model.Memory, 0).Len = 18
		p.NewVar("nlog", model.Memory, 0)
	}}
	for me, n := range combo {
		s.threads = append(s.threads, func(c *model.Code) {
			if n != rwsemNobody {
				rwsemClient(c, me, rwsemScripts[n])
			}
		})
	}
	p := s.build(t)
	return outcomes(p, p.Threads, find(p, "log"), find(p, "nlog"))
}

// outcomes explores p and returns, for each state in which nothing can go on,
// how many of the clients ended and what they logged, sorted.
func outcomes(p *model.Program, clients []*model.Thread, log, nlog *model.Var) []string {
	var out []string
	seen := map[string]bool{}
	for queue := []model.State{p.Initial}; len(queue) > 0; queue = queue[1:] {
		s := queue[0]
		next := successors(p, s)
		if len(next) == 0 {
			out = append(out, outcome(s, clients, log, nlog))
		}
		for _, n := range next {
			if key := fmt.Sprint(n); !seen[key] {
				seen[key] = true
				queue = append(queue, n)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func outcome(s model.State, clients []*model.Thread, log, nlog *model.Var) string {
	ended := 0
	for _, t := range clients {
		if t.Point(s) == nil {
			ended++
		}
	}
	line := fmt.Sprint(ended, " ")
	for i := range int(s[nlog.Off()]) {
		line += fmt.Sprint(s[log.Off()+i], " ")
	}
	return line
}

// rwsemClient runs a script and logs what it observes, as rwsem.pml does.
func rwsemClient(c *model.Code, me int, ops []string) {
	log, nlog := find(c.P, "log"), find(c.P, "nlog")
	var skipped *model.Block // where a failed trylock continues
	observe := func(i int, result model.Expr) {
		c.Step(model.Set{V: log, I: model.Ld(nlog), X: model.Add(model.Int(32*me+2*i), result)},
			model.Set{V: nlog, X: model.Add(model.Ld(nlog), model.Const(1))})
	}
	for i, op := range ops {
		v := call(c, op, lock(c.P, "rw_semaphore", 1))
		if skipped != nil {
			c.Goto(skipped)
			c.At(skipped)
			skipped = nil
		}
		switch op {
		case "down_read", "down_write", "downgrade_write":
			observe(i, model.Const(1))
		case "down_read_trylock", "down_write_trylock":
			ok := c.T.NewReg("ok", nil)
			c.Do(model.Set{V: ok, X: v.X})
			observe(i, model.Ld(ok))
			got := c.NewBlock()
			skipped = c.NewBlock()
			c.Branch(model.Ld(ok), got, skipped)
			c.At(got)
		}
	}
}

// successors fires everything enabled in s.
func successors(p *model.Program, s model.State) (next []model.State) {
	for _, t := range p.Threads {
		b := t.Point(s)
		if b == nil {
			continue
		}
		for i := range b.Step.Alts {
			if model.Enabled(s, &b.Step.Alts[i]) {
				next = append(next, t.Fire(s, i, fatal).Next)
			}
		}
	}
	return next
}
