// SPDX-License-Identifier: MIT

// This file follows the state through a schedule for its page: who holds and waits
// for which lock, where threads stand, how objects live, and the fields that change.

package report

import (
	"fmt"
	"slices"
	"strings"

	"mmcheck/model"
	"mmcheck/report/page"
)

// maxLives is how many objects have a column.
const maxLives = 6

// timeline fills a page.Timeline.
type timeline struct {
	*page.Timeline
	s       *story // every step shown
	threads []*model.Thread
	objects []*model.Instance // whose lives are drawn
	files   []string
	lines   map[string][]int // lines of each file that somebody came by
	hold    []int            // slots, as the threads
	at      []int
	life    []int // as the objects
	locks   map[*model.Instance]int
	fields  []fieldSlot
	strips  []stripSlot
	since   map[lockHold]int
	readers int // the slot of RCU, -1 without
	holds   [][]string
	lives   [][]string
	known   map[*model.Instance]bool // was in others' reach
	steps   []page.StepData
	whys    []string
	acts    map[*fact]*event
}

// fieldSlot is one element of memory.
type fieldSlot struct {
	element
	slot int
}

type lockHold struct {
	lock   *model.Instance
	thread *model.Thread
	how    string
}

func newTimeline(s *story, threads []*model.Thread) *timeline {
	b := &timeline{Timeline: &page.Timeline{}, s: s, threads: threads, lines: map[string][]int{}, locks: map[*model.Instance]int{},
		since: map[lockHold]int{}, readers: -1, known: map[*model.Instance]bool{}, acts: map[*fact]*event{}}
	for _, e := range s.events() {
		for _, f := range e.facts {
			if b.acts[f] == nil || e.bad {
				b.acts[f] = e
			}
		}
	}
	b.objects = b.drawn()
	b.declare()
	for n := 0; n <= len(s.facts); n++ {
		b.step(n)
	}
	return b
}

func (b *timeline) names() (out []string) {
	for _, o := range b.objects {
		out = append(out, o.Name)
	}
	return out
}

// state is that after step n, 0 being before the first.
func (b *timeline) state(n int) model.State {
	if n == 0 {
		return b.s.find.Trace.Initial
	}
	return b.s.facts[n-1].After
}

// drawn are the objects whose lives are worth a column: that of the violation, those
// whose lives begin or end, and those that are looked up.
func (b *timeline) drawn() []*model.Instance {
	var out []*model.Instance
	add := func(in *model.Instance) {
		if in = whole(in); in != nil && in.Heap && len(out) < maxLives && !slices.Contains(out, in) {
			out = append(out, in)
		}
	}
	add(b.s.obj)
	for _, f := range b.s.facts {
		add(f.freed)
	}
	for _, f := range b.s.facts {
		add(f.allocated)
	}
	for _, f := range b.s.facts {
		add(f.found)
	}
	slices.SortStableFunc(out, func(x, y *model.Instance) int {
		if x.Type != y.Type {
			return strings.Compare(x.Type.Name, y.Type.Name)
		}
		return x.Num - y.Num
	})
	return out
}

// declare lists what is followed.
func (b *timeline) declare() {
	for _, t := range b.threads {
		b.hold = append(b.hold, b.Slot(page.Slot{Group: "hold", Name: t.Name}))
		b.at = append(b.at, b.Slot(page.Slot{Group: "at", Name: t.Name}))
	}
	for _, o := range b.objects {
		b.life = append(b.life, b.Slot(page.Slot{Group: "life", Name: o.Name}))
	}
	for _, l := range locksOf(b.s.prog) {
		if b.used(l) {
			b.locks[l] = b.Slot(page.Slot{Group: "lock", Name: l.Name})
		}
	}
	if b.ever(func(st model.State) bool {
		return slices.ContainsFunc(b.threads, func(t *model.Thread) bool { return model.Eval(st, b.s.prog.InReadSection(t.Num)) != 0 })
	}) {
		b.readers = b.Slot(page.Slot{Group: "lock", Name: "RCU read sections"})
	}
	b.declareStrips()
	b.declareFields()
}

// ever reports whether something is true at some time.
func (b *timeline) ever(ok func(st model.State) bool) bool {
	for n := 0; n <= len(b.s.facts); n++ {
		if ok(b.state(n)) {
			return true
		}
	}
	return false
}

// used reports whether somebody has a lock, or waits for it, at some time.
func (b *timeline) used(l *model.Instance) bool {
	for _, f := range b.s.facts {
		if f.queued == l || slices.ContainsFunc(f.locks, func(c lockChange) bool { return c.lock == l }) {
			return true
		}
	}
	return slices.ContainsFunc(b.s.prog.Threads, func(t *model.Thread) bool {
		return holdOf(b.state(0), l, t) != holdNone || b.waits(b.state(len(b.s.facts)), t) == l
	})
}

// waits is the lock that a thread cannot go on without, nil if there is none.
func (b *timeline) waits(st model.State, t *model.Thread) *model.Instance {
	p := t.Point(st)
	if len(waitsIn(b.s.prog, st, p)) == 0 {
		return nil
	}
	return lockAt(st, p)
}

// ---- step by step ----

func (b *timeline) step(n int) {
	b.Next()
	st := b.state(n)
	held := map[*model.Thread]string{}
	for _, l := range locksOf(b.s.prog) {
		if slot, ok := b.locks[l]; ok {
			b.Put(slot, b.holders(l, st, n, held))
		}
	}
	if b.readers >= 0 {
		b.Put(b.readers, b.readersIn(st, n))
	}
	var holds, lives []string
	for i, t := range b.threads {
		b.Put(b.hold[i], held[t])
		holds = append(holds, held[t])
		b.Put(b.at[i], b.standing(t, st))
	}
	for i, o := range b.objects {
		x := b.lifeOf(o, st, n)
		b.Put(b.life[i], x)
		lives = append(lives, x)
	}
	b.holds, b.lives = append(b.holds, holds), append(b.lives, lives)
	for _, x := range b.strips {
		strip := x.draw(st)
		if n == len(b.s.facts) {
			b.blame(strip)
		}
		b.Put(x.slot, strip)
	}
	b.putFields(n)
	if n > 0 {
		b.list(b.s.facts[n-1])
	}
}

func (b *timeline) holdsAt(n int) []string { return b.holds[n] }

// livesAt are the lives of objects; that one is freed is told in its step only.
func (b *timeline) livesAt(n int, itself bool) []string {
	out := slices.Clone(b.lives[n])
	for i := range out {
		if out[i] == "x" && !itself {
			out[i] = "z"
		}
	}
	return out
}

// holders lists who has a lock and who waits for it, the ones that wait longest first.
func (b *timeline) holders(l *model.Instance, st model.State, n int, held map[*model.Thread]string) []page.Holder {
	out, queue := []page.Holder{}, []page.Holder{}
	for i, t := range b.threads {
		how := ""
		switch h := holdOf(st, l, t); {
		case h == holdWrite && !shared(l):
			how = "x"
		case h == holdWrite:
			how = "w"
		case h == holdRead:
			how = "r"
		}
		if since := b.goesOn(lockHold{l, t, how}, n); how != "" {
			out = append(out, page.Holder{Thread: i, How: how, Since: since})
			if edge := strings.Replace(how, "x", "w", 1); held[t] != "w" && held[t] != "q" {
				held[t] = edge
			}
		}
		waits := ""
		if b.waits(st, t) == l {
			waits = "q"
			held[t] = "q"
		}
		if since := b.goesOn(lockHold{l, t, waits}, n); waits != "" {
			queue = append(queue, page.Holder{Thread: i, How: "q", Since: since})
		}
	}
	slices.SortStableFunc(queue, func(x, y page.Holder) int { return x.Since - y.Since })
	return append(out, queue...)
}

// goesOn is the step since which a hold, or a wait, is there; 0 from the start. A hold
// "" ends the others.
func (b *timeline) goesOn(h lockHold, n int) int {
	if h.how == "" {
		return 0
	}
	for old := range b.since {
		if old.lock == h.lock && old.thread == h.thread && (old.how == "q") == (h.how == "q") && old.how != h.how {
			delete(b.since, old)
		}
	}
	if since, ok := b.since[h]; ok {
		return since
	}
	b.since[h] = n
	return n
}

func (b *timeline) readersIn(st model.State, n int) []page.Holder {
	out := []page.Holder{}
	for i, t := range b.threads {
		h := lockHold{nil, t, "r"}
		if model.Eval(st, b.s.prog.InReadSection(t.Num)) == 0 {
			delete(b.since, h)
			continue
		}
		out = append(out, page.Holder{Thread: i, How: "r", Since: b.goesOn(h, n)})
	}
	return out
}

// standing is where a thread goes on; nil if it has ended.
func (b *timeline) standing(t *model.Thread, st model.State) []page.Frame {
	p := t.Point(st)
	if p == nil || p.Step == nil || p.Step.Site == nil {
		return nil
	}
	return b.frames(t, p.Step.Site)
}

// frames is a place with the calls around it, as far as there is something to see.
func (b *timeline) frames(t *model.Thread, at *model.Site) []page.Frame {
	name := t.Name
	out := []page.Frame{}
	add := func(pos model.Pos) {
		if pos.File == "" {
			return
		}
		i := slices.Index(b.files, pos.File)
		if i < 0 {
			i = len(b.files)
			b.files = append(b.files, pos.File)
		}
		b.lines[pos.File] = append(b.lines[pos.File], pos.Line)
		out = append(out, page.Frame{Func: name, File: i, Line: pos.Line})
	}
	for _, f := range at.Stack {
		add(f.Call)
		name = f.Func
	}
	if at.Op == "" || len(out) == 0 { // inside of an operation there is nothing to see
		add(at.Pos)
	} else if at.Pos.File != "" && at.Pos.File == b.files[out[len(out)-1].File] {
		add(at.Pos)
	}
	return out
}

// lifeOf is how an object lives after step n.
func (b *timeline) lifeOf(o *model.Instance, st model.State, n int) string {
	if o.Type.Live != nil && st[o.Type.Live.Off()+o.Num] == 0 {
		if n > 0 && b.s.facts[n-1].freed == o {
			return "x"
		}
		if b.allocatedBefore(o, n) {
			return "z"
		}
		return ""
	}
	if n > 0 && b.s.facts[n-1].allocated == o {
		b.known[o] = false
	}
	switch {
	case b.inReach(o, st):
		b.known[o] = true
		return "f"
	case b.known[o]:
		return "d"
	}
	return "a"
}

func (b *timeline) allocatedBefore(o *model.Instance, n int) bool {
	return slices.ContainsFunc(b.s.facts[:n], func(f *fact) bool { return f.freed == o })
}

// inReach reports whether something that threads share leads to an object.
func (b *timeline) inReach(o *model.Instance, st model.State) bool {
	for _, v := range b.s.prog.Vars {
		if v.Points != o.Type || v.Thread != 0 || v.Kind != model.Memory && v.Kind != model.Cell {
			continue
		}
		for i := v.First(); i < v.Len; i++ {
			if st[v.Off()+i] != int64(o.Num) {
				continue
			}
			if in := whole(instanceOf(v.Type, int64(i/v.Width))); in == nil || in != o && in.Thread == 0 {
				return true
			}
		}
	}
	return false
}

// list adds a step to the list of all.
func (b *timeline) list(f *fact) {
	x := page.StepData{Thread: slices.Index(b.threads, f.Thread), Text: f.site.Text, At: b.Known(b.frames(f.Thread, f.site))}
	if e := b.acts[f]; e != nil {
		x.Text, x.Says, x.Depth, x.Bad = e.text, strings.Join(e.says, ", "), e.depth, e.bad
	}
	if x.Text == "" {
		x.Text = f.site.Op
	}
	why := ""
	if f.n > 0 && b.s.facts[f.n-1].Thread != f.Thread {
		why = b.why(f)
	}
	x.Why = why
	b.whys, b.steps = append(b.whys, why), append(b.steps, x)
}

func (b *timeline) whyAt(n int) string {
	if n < 1 || n > len(b.whys) {
		return ""
	}
	return b.whys[n-1]
}

// why says for what reason the thread of f goes on, and no longer the one before it.
func (b *timeline) why(f *fact) string {
	prev := b.s.facts[f.n-1]
	var parts []string
	p := prev.Thread.Point(prev.After)
	switch {
	case strings.HasPrefix(f.alt.Label, "interrupts "):
		return f.Thread.Name + " " + f.alt.Label
	case p == nil:
		parts = append(parts, prev.Thread.Name+" has ended")
	case b.waits(prev.After, prev.Thread) != nil:
		parts = append(parts, prev.Thread.Name+" waits for "+b.waits(prev.After, prev.Thread).Name)
	case !slices.ContainsFunc(p.Step.Alts, func(a model.Alt) bool { return model.Enabled(prev.After, &a) }):
		parts = append(parts, prev.Thread.Name+" has to wait")
	}
	if f.alt.Guard != nil && f.queued == nil { // what makes it wait is told beside it
		if by := b.s.enabler(f); by != nil {
			parts = append(parts, fmt.Sprintf("%s can go on since step %d: %s", f.Thread.Name, by.n+1, shownAt(by.site).Text))
		}
	}
	if parts == nil {
		return "free choice: " + prev.Thread.Name + " could go on as well"
	}
	return strings.Join(parts, "; ")
}

// ---- strips ----

// declareFields lists the memory that changes in the schedule, or is read in it by
// what the end depends on; object by object.
func (b *timeline) declareFields() {
	seen := map[element]bool{}
	for _, f := range b.s.facts {
		for _, c := range slices.Concat(f.changes, f.stores(), f.loads()) {
			if f.shares(c) {
				seen[element{c.v, c.i}] = true
			}
		}
	}
	var list []element
	for e := range seen {
		list = append(list, e)
	}
	slices.SortFunc(list, func(x, y element) int { return x.v.Off() + x.i - y.v.Off() - y.i })
	owner := func(e element) *model.Instance { return whole(change{v: e.v, i: e.i}.owner()) }
	var owners []*model.Instance
	for _, e := range list {
		if o := owner(e); !slices.Contains(owners, o) {
			owners = append(owners, o)
		}
	}
	for _, o := range owners {
		for _, e := range list {
			if owner(e) != o {
				continue
			}
			c := change{v: e.v, i: e.i}
			slot := page.Slot{Group: "field", Name: c.name()}
			if o != nil && strings.HasPrefix(slot.Name, o.Name) {
				slot.Of = o.Name
			}
			b.fields = append(b.fields, fieldSlot{e, b.Slot(slot)})
		}
	}
}

// putFields gives fields their values. Those of what is freed keep the last ones, for
// the model clears them.
func (b *timeline) putFields(n int) {
	st := b.state(n)
	for _, e := range b.fields {
		if o := whole(change{v: e.v, i: e.i}.owner()); n > 0 && o != nil && o.Heap && o.Type.Live != nil && st[o.Type.Live.Off()+o.Num] == 0 {
			continue
		}
		c := changeOf(b.s.prog, e.v.Off()+e.i, st, st)
		text := c.value()
		if o := whole(c.owner()); o != nil && o.Heap && o.Type.Live != nil && st[o.Type.Live.Off()+o.Num] == 0 {
			text = ""
		}
		b.Put(e.slot, text)
	}
}

// ---- the rest ----

// data is what the script works with.
func (b *timeline) data(src Source) *page.Data {
	d := &page.Data{Threads: threadNames(b.threads), Objects: list(b.names()), Steps: b.steps, Timeline: b.Timeline, Notes: []int{}, Files: []page.File{}}
	for _, name := range b.files {
		f := page.File{Name: name, Chunks: []page.Chunk{}}
		if src != nil {
			f.Chunks = chunks(string(src(name)), b.lines[name])
		}
		d.Files = append(d.Files, f)
	}
	return d
}

const (
	wholeFile = 250 // lines of a file that is shown whole
	around    = 12  // lines shown around a place of a longer one
)

// chunks cuts out of a file what lies around some lines.
func chunks(text string, at []int) []page.Chunk {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) <= wholeFile {
		return []page.Chunk{{First: 1, Text: strings.Join(lines, "\n")}}
	}
	show := make([]bool, len(lines)+1)
	for _, n := range at {
		for i := max(1, n-around); i <= min(len(lines), n+around); i++ {
			show[i] = true
		}
	}
	out := []page.Chunk{}
	for i := 1; i <= len(lines); i++ {
		first := i
		for i <= len(lines) && show[i] {
			i++
		}
		if i > first {
			out = append(out, page.Chunk{First: first, Text: strings.Join(lines[first-1:i-1], "\n")})
		}
	}
	return out
}
