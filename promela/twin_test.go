// SPDX-License-Identifier: MIT

// This file compares native cells, and what the model headers build of them, with
// models that were written by hand from the kernel's documentation. Both run the
// same small clients; what the clients can observe, in all interleavings, must be
// the same.

package promela

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"mmcheck/cfront"
	"mmcheck/model"
	"mmcheck/specs"
)

// twin is a model that was written by hand, and what its clients may do.
type twin struct {
	model   string   // testdata/<model>.pml, behind testdata/twin.pml
	clients int      // threads
	events  int      // of the longest log
	ops     []string // what scripts are made of
	scripts []string // operations, with operands in brackets
	sets    [][]int  // for each client a script or nobody, and what else the model wants to know
	native  func(t *testing.T, set []int) []string
	mutants []twinMutant
}

// twinMutant is one thing that the model might have wrong, and a set of clients
// that notices.
type twinMutant struct {
	name, from, to string
	set            []int
}

// nobody stands for a client that does nothing.
const nobody = 255

// compare fails where an outcome is possible on one side only. It returns the
// outcomes of each set.
func (w *twin) compare(t *testing.T) [][]string {
	t.Helper()
	needSpin(t)
	t.Parallel()
	spin := w.bySpin(t, w.text(t), w.sets)
	out := make([][]string, len(w.sets))
	for i, set := range w.sets {
		out[i] = w.native(t, set)
		if len(out[i]) == 0 || !slices.Equal(out[i], spin[i]) {
			t.Errorf("%s: possible outcomes differ\nnative only: %v\nSPIN only: %v",
				w.describe(set), without(out[i], spin[i]), without(spin[i], out[i]))
		}
	}
	return out
}

// differ fails where a mutant of the model has the same outcomes.
func (w *twin) differ(t *testing.T) {
	t.Helper()
	needSpin(t)
	t.Parallel()
	text := w.text(t)
	for _, m := range w.mutants {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			if strings.Count(text, m.from) != 1 {
				t.Fatalf("%d times in %s.pml: %s", strings.Count(text, m.from), w.model, m.from)
			}
			if !slices.ContainsFunc(w.sets, func(s []int) bool { return slices.Equal(s, m.set) }) {
				t.Fatalf("not compared without the mutation: %v", m.set)
			}
			spin := w.bySpin(t, strings.Replace(text, m.from, m.to, 1), [][]int{m.set})[0]
			native := w.native(t, m.set)
			if slices.Equal(native, spin) {
				t.Errorf("%s: the same outcomes", w.describe(m.set))
			}
			t.Logf("native only: %v; mutant only: %v", without(native, spin), without(spin, native))
		})
	}
}

func (w *twin) text(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + w.model + ".pml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (w *twin) describe(set []int) string {
	var out []string
	for _, n := range set[:w.clients] {
		if n != nobody {
			out = append(out, w.scripts[n])
		}
	}
	return fmt.Sprint(strings.Join(out, " | "), " ", set[w.clients:])
}

// script is what client number me of a set does.
func (w *twin) script(set []int, me int) []string {
	if set[me] == nobody {
		return nil
	}
	return strings.Fields(w.scripts[set[me]])
}

// operands of "move(1,2)" are 1 and 2.
func operands(op string) (name string, args []int) {
	name, list, _ := strings.Cut(strings.TrimSuffix(op, ")"), "(")
	for _, a := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' }) {
		args = append(args, int(a[0]-'0'))
	}
	return name, args
}

// code is an operation as OP() of testdata/twin.pml takes it apart.
func (w *twin) code(op string) int {
	name, args := operands(op)
	args = append(args, 0, 0)
	return slices.Index(w.ops, name) + 1 + 32*args[0] + 128*args[1]
}

// head is what testdata/twin.pml expects in front of it.
func (w *twin) head(sets [][]int) string {
	var scripts []int
	longest := 0
	for _, s := range w.scripts {
		longest = max(longest, len(strings.Fields(s)))
	}
	for _, s := range w.scripts {
		codes := make([]int, longest)
		for i, op := range strings.Fields(s) {
			codes[i] = w.code(op)
		}
		scripts = append(scripts, codes...)
	}
	flat := slices.Concat(sets...)
	var b strings.Builder
	for i, op := range w.ops {
		fmt.Fprintf(&b, "#define %s %d\n", strings.ToUpper(op), i+1)
	}
	fmt.Fprintf(&b, "#define CLIENTS %d\n#define EVENTS %d\n", w.clients, w.events)
	fmt.Fprintf(&b, "#define OPS %d\n#define NSCRIPTS %d\n#define SCRIPTS {%s}\n", longest, len(scripts), commas(scripts))
	fmt.Fprintf(&b, "#define SET_SIZE %d\n#define NSETS %d\n#define SETS {%s}\n", len(sets[0]), len(sets), commas(flat))
	return b.String()
}

func commas(xs []int) string {
	return strings.Join(strings.Fields(strings.Trim(fmt.Sprint(xs), "[]")), ", ")
}

// bySpin returns the outcomes of each set by a model, sorted.
func (w *twin) bySpin(t *testing.T, text string, sets [][]int) [][]string {
	t.Helper()
	common, err := os.ReadFile("testdata/twin.pml")
	if err != nil {
		t.Fatal(err)
	}
	all := w.head(sets) + string(common) + text
	v, err := build(context.Background(), []byte(all), 1024, len(sets) == 1, Limits{})
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
	return readOutcomes(t, out, len(sets))
}

// readOutcomes reads the lines that show_log() of testdata/twin.pml prints.
func readOutcomes(t *testing.T, out string, n int) [][]string {
	t.Helper()
	found := make([][]string, n)
	for _, line := range strings.Split(out, "\n") {
		if rest, ok := strings.CutPrefix(line, "OUT "); ok {
			var set int
			num, outcome, _ := strings.Cut(rest, " ")
			if _, err := fmt.Sscan(num, &set); err != nil {
				t.Fatal(err)
			}
			found[set] = append(found[set], outcome+" ")
		}
	}
	for i := range found {
		slices.Sort(found[i])
		found[i] = slices.Compact(found[i])
	}
	return found
}

// outcomes explores p and returns, for each state in which nothing can go on,
// how many of the clients ended and what they logged, sorted.
func outcomes(t *testing.T, p *model.Program, clients []*model.Thread) []string {
	t.Helper()
	var out []string
	var key []byte
	seen := map[string]bool{}
	for queue := []model.State{p.Initial}; len(queue) > 0; queue = queue[1:] {
		s := queue[0]
		next := successors(t, p, s)
		if len(next) == 0 {
			out = append(out, outcome(p, s, clients))
		}
		for _, n := range next {
			key = key[:0]
			for _, x := range n {
				key = binary.AppendVarint(key, x)
			}
			if !seen[string(key)] {
				seen[string(key)] = true
				queue = append(queue, n)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func outcome(p *model.Program, s model.State, clients []*model.Thread) string {
	log, nlog, ended := find(p, "log"), find(p, "nlog"), 0
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

// compareSome also fails where all sets of clients can hang, or none.
func (w *twin) compareSome(t *testing.T) {
	t.Helper()
	hang := 0
	for _, native := range w.compare(t) {
		if w.canHang(native) {
			hang++
		}
	}
	if hang == 0 || hang == len(w.sets) {
		t.Errorf("of %d sets of clients, %d can hang", len(w.sets), hang)
	}
	t.Logf("%d sets of clients, %d of them can hang", len(w.sets), hang)
}

// canHang says whether some client may not come to its end.
func (w *twin) canHang(outcomes []string) bool {
	return slices.ContainsFunc(outcomes, func(s string) bool { return !strings.HasPrefix(s, fmt.Sprint(w.clients, " ")) })
}

// successors fires everything enabled in s.
func successors(t *testing.T, p *model.Program, s model.State) (next []model.State) {
	t.Helper()
	for _, th := range p.Threads {
		b := th.Point(s)
		if b == nil {
			continue
		}
		for i := range b.Step.Alts {
			if !model.Enabled(s, &b.Step.Alts[i]) {
				continue
			}
			f := th.Fire(s, i, fatal)
			if f.Limit != nil {
				t.Fatalf("%s: a limit of the model: %s", th.Name, f.Limit.What)
			}
			next = append(next, f.Next)
		}
	}
	return next
}

// quiet seals a program without its checks: what they forbid shows in outcomes.
func quiet() model.SealOptions {
	return model.SealOptions{Keep: func(*model.Check) bool { return false }}
}

func without(a, b []string) (out []string) {
	for _, s := range a {
		if !slices.Contains(b, s) {
			out = append(out, s)
		}
	}
	return out
}

// observe appends an event to the log, as that of testdata/twin.pml does.
func observe(c *model.Code, me int, what model.Expr) {
	log, nlog := find(c.P, "log"), find(c.P, "nlog")
	c.Step(model.Set{V: log, I: model.Ld(nlog), X: model.Add(model.Int(64*me), what)},
		model.Set{V: nlog, X: model.Add(model.Ld(nlog), model.Const(1))})
}

// declareLog makes the log of a program with the clients of w.
func (w *twin) declareLog(p *model.Program) {
	p.NewVar("log", model.Memory, 0).Len = w.events
	p.NewVar("nlog", model.Memory, 0)
}

// clientsInC returns the outcomes of a spec: head, and in each thread the C of its
// operations. SAY(event) is observe() of testdata/twin.pml.
func clientsInC(t *testing.T, w *twin, set []int, kernel, head string, inC map[string]string) []string {
	t.Helper()
	var src strings.Builder
	src.WriteString(head)
	fmt.Fprintf(&src, "static int nlog, log[%d];\n#define SAY(x)\tATOMIC { log[nlog] = 64 * ME + (x); nlog++; }\n", w.events)
	for me := range w.clients {
		fmt.Fprintf(&src, "#undef ME\n#define ME %d\nTHREAD(client%d, &mm)\n{\n\tLOCALS;\n", me, me)
		for _, op := range w.script(set, me) {
			fmt.Fprintf(&src, "\t%s\n", inC[op])
		}
		src.WriteString("}\n")
	}
	p, _, diags := cfront.Compile(cfront.Config{FS: specs.Include, Kernel: kernel}, w.model+".c", []byte(src.String()))
	if p == nil {
		t.Fatalf("%v\n%s", diags, src.String())
	}
	if err := p.Seal(quiet()); err != nil {
		t.Fatal(err)
	}
	return outcomes(t, p, p.Threads[:w.clients])
}
