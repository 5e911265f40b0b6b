// SPDX-License-Identifier: MIT

package report

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"mmcheck/checker"
	"mmcheck/checker/property"
	"mmcheck/model"
)

// TestRendersAnySchedule gives the renderers random schedules as if they broke
// each property in turn, with and without a check, an object and waits.
func TestRendersAnySchedule(t *testing.T) {
	for name, sc := range scenes {
		r := sc.check(t)
		rnd := rand.New(rand.NewPCG(1, 2))
		for i := range 200 {
			pr := property.All[i%len(property.All)]
			r.Verdict, r.Finding = checker.Violated, randomFinding(rnd, r.Program, pr)
			for _, f := range Formats {
				var b bytes.Buffer
				if err := f.Write(&b, Meta{Spec: name}, r, sc.source); err != nil {
					t.Fatal(err)
				}
				if bytes.Contains(b.Bytes(), []byte("-> ;")) || bytes.Contains(b.Bytes(), []byte("; ;")) {
					t.Fatalf("%s: no DOT:\n%s", name, b.Bytes())
				}
			}
			for _, style := range []TableStyle{{}, {whole: true}, {Width: 40, whole: true}} {
				for _, line := range newStory(r, false).styled(style) {
					if len(line) > tableWidth || style.Width > 0 && len(line) > style.Width {
						t.Errorf("%s: %d columns: %q", name, len(line), line)
					}
				}
			}
		}
	}
}

// randomFinding walks at random, no longer than 30 steps.
func randomFinding(rnd *rand.Rand, p *model.Program, pr *property.Property) *checker.Finding {
	f := &checker.Finding{Property: pr, Text: "something is wrong", Trace: checker.Trace{Initial: p.Initial}}
	s := p.Initial
	for range rnd.IntN(30) {
		th := p.Threads[rnd.IntN(len(p.Threads))]
		b := th.Point(s)
		if b == nil {
			continue
		}
		alt := rnd.IntN(len(b.Step.Alts))
		if !model.Enabled(s, &b.Step.Alts[alt]) {
			continue
		}
		out := th.Fire(s, alt, func(string) bool { return true })
		f.Trace.Steps = append(f.Trace.Steps, checker.TraceStep{Thread: th, Point: b, Alt: alt, Before: s, After: out.Next})
		s = out.Next
		if out.Fatal {
			break
		}
	}
	n := len(f.Trace.Steps)
	switch { // a property of pairs is broken by two steps, never fewer
	case pr.Pair != nil && n < 2:
		f.Property = property.All[0]
	case pr.Pair != nil:
		v := p.Vars[rnd.IntN(len(p.Vars))]
		f.Race = &property.Race{First: randomSide(rnd, f.Trace.Steps[n-2], v), Second: randomSide(rnd, f.Trace.Steps[n-1], v), Where: v.Name}
	}
	if n > 0 && (f.Race != nil || rnd.IntN(3) > 0) {
		f.Thread = f.Trace.Steps[n-1].Thread
		f.Check = model.Check{Prop: pr.ID, Type: p.TypeByName("vm_area_struct")}
		f.Obj, f.Life = int64(rnd.IntN(3)), int64(rnd.IntN(3))
	} else if rnd.IntN(2) > 0 {
		for _, th := range p.Threads {
			if b := th.Point(s); b != nil {
				f.Waits = append(f.Waits, property.Wait{Thread: th, Point: b, For: waitsIn(p, s, b)})
			}
		}
	}
	return f
}

// randomSide is an access of v that step s makes.
func randomSide(rnd *rand.Rand, s checker.TraceStep, v *model.Var) property.RaceSide {
	return property.RaceSide{Thread: s.Thread, Alt: s.Alt, Used: model.Used{
		Use:  model.Use{V: v, Mode: model.Mode(rnd.IntN(2)), Mark: model.Mark(rnd.IntN(3))},
		Elem: v.Off() + rnd.IntN(v.Len)*v.Width,
	}}
}
