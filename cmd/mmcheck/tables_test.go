// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mmcheck/checker"
	"mmcheck/model"
	"mmcheck/report"
)

// TestTablesShowWhatIsNeeded takes the schedules of violated variants apart: what a
// step has written for others is taken back, and the rest of the schedule is
// replayed. If it does not come to its end then, the step was needed, and a line of
// the table must stand for it, unless the reason why not is one of those below.
func TestTablesShowWhatIsNeeded(t *testing.T) {
	files, err := specFiles([]string{specDir})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		sp, _, err := readSpec(name)
		if err != nil {
			t.Fatal(err)
		}
		rel, _ := filepath.Rel(specDir, sp.name)
		for i, want := range sp.head.results {
			if want.verdict != checker.Violated || !*allVariants && (i%5 != 1 || filepath.Dir(rel) != "rules") {
				continue
			}
			t.Run(rel+" "+want.question.variant(), func(t *testing.T) {
				q := want.question
				a, err := ask(context.Background(), sp, &q, &search{workers: 1}, nil)
				if err != nil || a.res == nil || a.res.Finding == nil {
					t.Fatal(err, a.diags)
				}
				lookAtTable(t, a)
			})
		}
	}
}

func lookAtTable(t *testing.T, a answer) {
	var b bytes.Buffer
	if err := report.JSON(&b, report.Meta{}, a.res, a.source); err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Finding struct {
			Table []string
			Steps []struct{ Shown bool }
		}
	}
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	r := without{res: a.res, steps: a.res.Finding.Trace.Steps}
	if !r.ends(-1) {
		t.Fatal("the schedule does not come to its end as it is")
	}
	for k, st := range r.steps {
		if doc.Finding.Steps[k].Shown || r.ends(k) {
			continue
		}
		text := fmt.Sprintf("step %d of %s is needed and not in the table: %s", k+1, st.Thread.Name, st.Point.Step.Site.Text)
		why := r.reason(k)
		if by := r.takenBack(k); why == "" && by >= 0 && !doc.Finding.Steps[by].Shown {
			why = "it takes back what its own thread has done, which is not shown either"
		}
		if why != "" {
			t.Log(text + ": " + why)
			continue
		}
		t.Errorf("%s\n%s", text, strings.Join(doc.Finding.Table, "\n"))
	}
}

// without runs a schedule with something changed.
type without struct {
	res   *checker.Result
	steps []checker.TraceStep
}

// ends reports whether the schedule comes to its end if what step k (-1: none)
// has written, beside the locals of its thread, is taken back.
func (r *without) ends(k int) bool {
	s := r.res.Finding.Trace.Initial
	for i, st := range r.steps {
		b := st.Thread.Point(s)
		if b != st.Point || !model.Enabled(s, &b.Step.Alts[st.Alt]) {
			return false
		}
		out := st.Thread.Fire(s, st.Alt, r.fatal)
		if last := i == len(r.steps)-1; last {
			return r.reached(s, out, k == i)
		}
		if out.Fatal || out.Limit != nil {
			return false
		}
		next := out.Next
		if i == k {
			next = r.undo(s, next, st.Thread)
		}
		s = next
	}
	return true
}

// undo is a state with what others can see as it was before.
func (r *without) undo(before, after model.State, t *model.Thread) model.State {
	out := slices.Clone(after)
	for _, v := range r.res.Program.Vars {
		if v.Thread == t.Num && v.Kind != model.Memory {
			continue
		}
		for i := v.Off(); i < v.Off()+v.Len; i++ {
			out[i] = before[i]
		}
	}
	return out
}

func (r *without) fatal(prop string) bool {
	p := checker.PropertyByID(prop)
	return p.Severity == checker.Error && slices.Contains(r.res.Checked, p)
}

// reached reports whether the last step shows the violation.
func (r *without) reached(before model.State, out model.Outcome, undone bool) bool {
	f := r.res.Finding
	s := out.Next
	if undone {
		s = r.undo(before, s, r.steps[len(r.steps)-1].Thread)
	}
	switch {
	case f.Check.Prop != "":
		return slices.ContainsFunc(out.Broken, func(v model.Violation) bool { return v.Check.Prop == f.Check.Prop })
	case f.Race != nil:
		return true // both threads are there
	case len(f.Waits) > 0:
		for _, w := range f.Waits {
			b := w.Thread.Point(s)
			if b != w.Point || slices.ContainsFunc(b.Step.Alts, func(a model.Alt) bool { return model.Enabled(s, &a) }) {
				return false
			}
		}
		return true
	}
	return f.Property.Final != nil && f.Property.Final(r.res.Program, s) != ""
}

// reason is why a table may do without step k though it is needed, "" if it may not.
func (r *without) reason(k int) string {
	st := r.steps[k]
	own, locks := true, true
	for _, v := range r.res.Program.Vars {
		if v.Kind == model.Counter || v.Thread == st.Thread.Num && v.Kind != model.Memory {
			continue
		}
		for i := 0; i < v.Len; i++ {
			at := v.Off() + i
			if st.Before[at] == st.After[at] {
				continue
			}
			locks = locks && v.Type != nil && v.Type.Kind != nil && v.Type.Kind.Held != nil
			own = own && !r.seen(k, at)
		}
	}
	switch {
	case locks:
		return "a lock around what is not shown"
	case own:
		return "only its own thread looks at it afterwards"
	}
	return ""
}

// takenBack is the step of the same thread that step k takes back: all that it
// changes had been changed by that one, and is as it was before. It is -1 if there
// is none.
func (r *without) takenBack(k int) int {
	st := r.steps[k]
	by := -1
	for _, v := range r.res.Program.Vars {
		for at := v.Off(); at < v.Off()+v.Len; at++ {
			if v.Kind == model.Counter || v.Thread == st.Thread.Num && v.Kind != model.Memory || st.Before[at] == st.After[at] {
				continue
			}
			i := k - 1
			for i >= 0 && r.steps[i].Before[at] == r.steps[i].After[at] {
				i--
			}
			if i < 0 || r.steps[i].Thread != st.Thread || r.steps[i].Before[at] != st.After[at] {
				return -1
			}
			by = i
		}
	}
	return by
}

// seen reports whether another thread looks at an element, behind step k and
// before it is written again.
func (r *without) seen(k, at int) bool {
	for _, st := range r.steps[k+1:] {
		reads, writes := false, false
		for _, alt := range st.Point.Step.Alts {
			reads = reads || alt.Guard != nil && slices.Contains(model.Reads(st.Before, alt.Guard), at)
		}
		for _, e := range st.Thread.Observe(st.Before, st.Alt, r.fatal) {
			reads = reads || !writes && slices.Contains(e.Reads, at)
			writes = writes || e.Elem == at
		}
		if reads && st.Thread != r.steps[k].Thread {
			return true
		}
		if writes {
			return false
		}
	}
	return false
}
