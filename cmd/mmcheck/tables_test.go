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
	"mmcheck/checker/property"
	"mmcheck/model"
	"mmcheck/report"
	"mmcheck/specs/sample"
)

// TestTablesShowWhatIsNeeded takes the schedules of violated variants apart: what a
// step has written for others is taken back, and the rest of the schedule is
// replayed by the plain interpreter, which knows nothing of what a report thinks of
// the step. If the violation is not reached then, the step was needed, and a line of
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
		for _, want := range sp.head.results {
			if want.verdict != checker.Violated || !tablesShares.Has(t.Name(), rel, want.question.variant()) {
				continue
			}
			t.Run(rel+" "+want.question.variant(), func(t *testing.T) {
				q := want.question
				a, err := ask(context.Background(), sp, &q, &search{workers: 1}, nil)
				if err != nil || a.res == nil || a.res.Finding == nil {
					t.Fatal(err, a.diags)
				}
				lookAtTable(t, rel+" "+q.variant(), a)
			})
		}
	}
}

var tablesShares = sample.Shares{"rules": 8, "questions": 8, "seeds": 14, "bugs": 24, "ops": 120}

// omissions are steps that need no line though they are needed, by variant and text.
var omissions = map[string]string{
	"ops/v6_12.c A=munmap B=willneed MADVISE_KEEP_PREV: __mmcheck_count_get(&file->f_count)": givenUp,
	"ops/v6_12.c A=munmap B=remove MADVISE_KEEP_PREV: __mmcheck_count_get(&file->f_count)":   givenUp,
	"rules/non_owner.c FORGET: vma->vm_start == 0x1000":                                      letGo,
	"rules/non_owner.c FORGET: work = MM":                                                    comesToItsEnd,
	"rules/non_owner.c NOBODY FORGET: work = MM":                                             comesToItsEnd,
	"rules/non_owner.c TWICE: vma->vm_start == 0x1000":                                       letGo,
	"rules/non_owner.c FREE: other":                                                          letGo,
	"rules/pagefault_disable.c NO_LOOKUP: up_read(&mm->mmap_lock)":                           tookBefore,
	"rules/pagefault_disable.c NO_LOOKUP --kernel=6.1: up_read(&mm->mmap_lock)":              tookBefore,
}

const (
	givenUp       = "it gets the reference that its thread gives up at fput(), which is there"
	letGo         = "rwsem_release() behind it says that the lock is nobody's from now on: an annotation, which is no step"
	comesToItsEnd = "it lets the worker come to its end, which does nothing that the leak is about"
	tookBefore    = "it gives up a lock that its thread took for something that is over"
)

func lookAtTable(t *testing.T, variant string, a answer) {
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
	shown := func(k int) bool { return doc.Finding.Steps[k].Shown }
	for k, st := range r.steps {
		if shown(k) || r.ends(k) {
			continue
		}
		text := fmt.Sprintf("step %d of %s is needed and not in the table: %s", k+1, st.Thread.Name, st.Point.Step.Site.Text)
		why := omissions[variant+": "+st.Point.Step.Site.Text]
		switch {
		case why != "":
			t.Log(text + ": " + why)
		case r.own(k):
			t.Log(text + ": only its own thread looks at it afterwards")
		case r.fresh(k, shown):
			t.Log(text + ": it is how a new object begins, of which nobody else knows")
		default:
			t.Errorf("%s\n%s", text, strings.Join(doc.Finding.Table, "\n"))
		}
	}
}

// without runs a schedule with something changed.
type without struct {
	res   *checker.Result
	steps []checker.TraceStep
}

// ends reports whether the schedule comes to its end if what step k (-1: none)
// has written, beside the locals of its thread, is taken back; and, where its thread
// has itself taken it back later, as with a lock, if neither was done.
func (r *without) ends(k int) bool {
	pairs := [][2]int{{k, -1}}
	if by := r.undoneBy(k); by >= 0 {
		pairs = append(pairs, [2]int{k, by})
	}
	for i := range max(k, 0) {
		if r.undoneBy(i) == k {
			pairs = append(pairs, [2]int{i, k})
		}
	}
	return slices.ContainsFunc(pairs, func(p [2]int) bool {
		return r.replay(p[0], p[1], true) || r.replay(p[0], p[1], false)
	})
}

// replay runs the schedule without what step k has written, and without step back if
// that is one. A thread that comes another way because of it may catch up: it goes on
// until it is where it was in the schedule, or, with skip, is left alone until the
// schedule comes to where it is.
func (r *without) replay(k, back int, skip bool) bool {
	s := r.res.Finding.Trace.Initial
	if len(r.steps) == 0 {
		return r.reached(s, model.Outcome{Next: s}, false)
	}
	for i, st := range r.steps {
		var ok bool
		if st.Thread.Point(s) != st.Point && skip && r.comesTo(i, st.Thread.Point(s)) {
			continue
		}
		if s, ok = r.catchUp(s, st); !ok {
			return false
		}
		at := s
		if i == back {
			at = r.with(s, k)
		}
		alt, ok := choose(at, st.Point, st.Alt)
		if !ok {
			return false
		}
		out := st.Thread.Fire(at, alt, r.fatal)
		if i == len(r.steps)-1 {
			return r.reached(at, out, k == i)
		}
		if out.Fatal || out.Limit != nil {
			return false
		}
		next := out.Next
		if i == k || i == back {
			next = r.undo(s, next, st.Thread)
		}
		s = next
	}
	return false
}

// comesTo reports whether the thread of step i is at a point later in the schedule.
func (r *without) comesTo(i int, at *model.Block) bool {
	return slices.ContainsFunc(r.steps[i+1:], func(st checker.TraceStep) bool { return st.Thread == r.steps[i].Thread && st.Point == at })
}

// maxDetour is how many steps a thread may take beside the schedule.
const maxDetour = 100

// catchUp has a thread go on until it is where a step of the schedule begins.
func (r *without) catchUp(s model.State, st checker.TraceStep) (model.State, bool) {
	for range maxDetour {
		p := st.Thread.Point(s)
		if p == st.Point {
			return s, true
		}
		if p == nil || p.Step == nil {
			return s, false
		}
		alt, ok := choose(s, p, 0)
		if !ok {
			return s, false
		}
		out := st.Thread.Fire(s, alt, r.fatal)
		if out.Fatal || out.Limit != nil {
			return s, false
		}
		s = out.Next
	}
	return s, false
}

// choose is the alternative wanted, or else the first that can be taken.
func choose(s model.State, p *model.Block, wanted int) (int, bool) {
	if wanted < len(p.Step.Alts) && model.Enabled(s, &p.Step.Alts[wanted]) {
		return wanted, true
	}
	i := slices.IndexFunc(p.Step.Alts, func(a model.Alt) bool { return model.Enabled(s, &a) })
	return i, i >= 0
}

// with is a state with what step k has written.
func (r *without) with(s model.State, k int) model.State {
	out := slices.Clone(s)
	for _, at := range r.written(k) {
		out[at] = r.steps[k].After[at]
	}
	return out
}

// written lists the elements that others can see and step k has changed.
func (r *without) written(k int) (out []int) {
	st := r.steps[k]
	for _, v := range r.res.Program.Vars {
		if v.Thread == st.Thread.Num && v.Kind != model.Memory || v.Kind == model.Counter {
			continue
		}
		for at := v.Off(); at < v.Off()+v.Len; at++ {
			if st.Before[at] != st.After[at] {
				out = append(out, at)
			}
		}
	}
	return out
}

// undoneBy is the step by which the thread of step k itself took back all that step k
// changed, before others changed any of it, -1 if there is none.
func (r *without) undoneBy(k int) int {
	if k < 0 || len(r.written(k)) == 0 {
		return -1
	}
	for i := k + 1; i < len(r.steps); i++ {
		st := r.steps[i]
		changed, back := false, true
		for _, at := range r.written(k) {
			changed = changed || st.Before[at] != st.After[at]
			back = back && st.After[at] == r.steps[k].Before[at]
		}
		if changed {
			if back && st.Thread == r.steps[k].Thread {
				return i
			}
			return -1
		}
	}
	return -1
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
	p := property.ByID(prop)
	return p.Severity == property.Error && slices.Contains(r.res.Checked, p)
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
		return slices.ContainsFunc(out.Broken, func(v model.Violation) bool {
			return v.Check.Prop == f.Check.Prop && v.Check.Text == f.Check.Text
		})
	case f.Race != nil:
		return true // both threads are there
	case len(f.Waits) > 0:
		for _, w := range f.Waits {
			if w.Loop != nil {
				if !r.spins(s, w) {
					return false
				}
				continue
			}
			b := w.Thread.Point(s)
			if b != w.Point || slices.ContainsFunc(b.Step.Alts, func(a model.Alt) bool { return model.Enabled(s, &a) }) {
				return false
			}
		}
		return true
	}
	return f.Property.Final != nil && f.Property.Final(r.res.Program, s) != ""
}

// spins reports whether a thread, left alone, stays in its loop.
func (r *without) spins(s model.State, w property.Wait) bool {
	for range maxDetour {
		p := w.Thread.Point(s)
		if !slices.Contains(w.Loop, p) {
			return false
		}
		alt, ok := choose(s, p, 0)
		if !ok {
			return true
		}
		s = w.Thread.Fire(s, alt, r.fatal).Next
	}
	return true
}

// own reports whether only the thread of step k looks at what it has written, until
// that is written again.
func (r *without) own(k int) bool {
	return !slices.ContainsFunc(r.written(k), func(at int) bool { return r.seen(k, at) })
}

// fresh reports whether all that step k has written lies in objects that its thread has
// allocated itself, in a step that is shown, and of which others have not looked at
// anything since.
func (r *without) fresh(k int, shown func(int) bool) bool {
	for _, at := range r.written(k) {
		if !r.freshAt(k, at, shown) {
			return false
		}
	}
	return true
}

func (r *without) freshAt(k, at int, shown func(int) bool) bool {
	var in *model.Instance
	for _, v := range r.res.Program.Vars {
		if at >= v.Off() && at < v.Off()+v.Len && v.Type != nil {
			if n := (at - v.Off()) / v.Width; n >= 1 && n <= len(v.Type.Instances) {
				in = v.Type.Instances[n-1]
			}
		}
	}
	for in != nil && in.In != nil {
		in = in.In
	}
	if in == nil || !in.Heap {
		return false
	}
	live := in.Type.Live.Off() + in.Num
	for i := k - 1; i >= 0; i-- {
		st := r.steps[i]
		if st.Before[live] == 0 && st.After[live] != 0 {
			return st.Thread == r.steps[k].Thread && shown(i)
		}
		if st.Thread != r.steps[k].Thread && st.Before[at] != st.After[at] {
			return false
		}
	}
	return false
}

// frees reports whether a step frees an object.
func (r *without) frees(st checker.TraceStep) bool {
	return slices.ContainsFunc(r.res.Program.Types, func(t *model.Type) bool {
		for _, in := range t.Instances {
			if t.Live != nil && st.Before[t.Live.Off()+in.Num] != 0 && st.After[t.Live.Off()+in.Num] == 0 {
				return true
			}
		}
		return false
	})
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
			if r.frees(st) {
				break // that all pointers to the object are marked is no look at them
			}
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
