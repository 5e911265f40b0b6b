// SPDX-License-Identifier: MIT

// This file turns the grouped steps into events: one line of the race table,
// one node of the picture.

package report

import (
	"fmt"
	"slices"
	"strings"

	"mmcheck/model"
)

// eventKind says what a line shows.
type eventKind uint8

const (
	eventStep eventKind = iota
	eventCall           // a function is entered
	eventGap            // steps that say nothing
)

// event is one line of a thread.
type event struct {
	kind   eventKind
	thread *model.Thread
	depth  int // of call nesting
	text   string
	says   []string // comments
	bad    bool
	whole  bool // the text is C code to be read whole, not a call
	site   *model.Site
	facts  []*fact // the steps it stands for
}

// teller collects events.
type teller struct {
	out   []*event
	path  map[*model.Thread][]*call // calls that have their line
	part  []*act                    // told by a line of another step
	gap   []*act                    // left out since the last line, all by one thread
	folds map[*call]*event
}

// events lists what the table and the picture show, in order of time.
func (s *story) events() []*event { return s.layOut().out }

func (s *story) layOut() *teller {
	t := &teller{path: map[*model.Thread][]*call{}, folds: map[*call]*event{}}
	involved := s.involved()
	for _, a := range s.tree.acts {
		if len(t.gap) > 0 && t.gap[0].thread != a.thread {
			t.leaveOut()
		}
		switch k := a.in.fold(); {
		case !slices.Contains(involved, a.thread):
			// not in the table at all
		case !a.shown && (k != nil && len(k.shown()) > 0 || s.partOfNext(a)):
			t.part = append(t.part, a)
		case !a.shown:
			t.gap = append(t.gap, a)
		case k != nil:
			t.folded(a, k)
		default:
			t.step(a, a.in)
		}
	}
	t.leaveOut()
	return t
}

// inTable lists the steps that a line of the table stands for.
func (s *story) inTable() map[*fact]bool {
	in := map[*fact]bool{}
	t := s.layOut()
	for _, e := range t.out {
		for _, f := range e.facts {
			in[f] = true
		}
	}
	for _, a := range t.part {
		in[a.f] = true
	}
	return in
}

// partOfNext reports whether a step belongs to the statement of the next one, which
// is shown, as what x++ reads does; or is only that FINAL begins.
func (s *story) partOfNext(a *act) bool {
	if a.f != nil && a.thread.Final && a.f.alt.Guard != nil && a.site.Op == "" && a.in.up == nil && a.in.acts[0] == a {
		return true
	}
	if a.place+1 == len(s.tree.acts) {
		return false
	}
	b := s.tree.acts[a.place+1]
	return b.shown && b.thread == a.thread && b.in == a.in && b.site.Pos.Line == a.site.Pos.Line && a.site.Pos.File == b.site.Pos.File &&
		strings.Contains(b.site.Text, a.site.Text)
}

// fold is the outermost folded call around k, nil if there is none.
func (k *call) fold() *call {
	var f *call
	for ; k != nil; k = k.up {
		if k.folded {
			f = k
		}
	}
	return f
}

// folded adds an act to the line of its folded call.
func (t *teller) folded(a *act, k *call) {
	e := t.folds[k]
	if e == nil || len(t.out) > 0 && !t.last(a.thread, e) {
		e = t.line(a, k.up, &event{text: k.frame.Text, site: callSite(k)})
		t.folds[k] = e
		return
	}
	e.add(a)
}

// last reports whether e is the last line of a thread.
func (t *teller) last(th *model.Thread, e *event) bool {
	for i := len(t.out) - 1; i >= 0; i-- {
		if t.out[i].thread == th {
			return t.out[i] == e
		}
	}
	return false
}

// add makes act a part of event e.
func (e *event) add(a *act) {
	if a.f != nil {
		e.facts = append(e.facts, a.f)
	}
	for _, says := range a.says {
		if a.in.isFolded() && !strings.Contains(e.text, "lock") && a.f != nil {
			says = a.f.lockWord(says)
		}
		if i := slices.Index(e.says, strings.TrimSuffix(says, " released")+" taken"); i >= 0 && strings.HasSuffix(says, " released") {
			e.says[i] += " and released"
			continue
		}
		if !slices.Contains(e.says, says) {
			e.says = append(e.says, says)
		}
	}
	e.bad = e.bad || a.bad
}

// step appends the line of an act in call k, after the lines of the calls that
// it has entered.
func (t *teller) step(a *act, k *call) *event {
	return t.line(a, k, &event{text: a.site.Text, site: a.site, whole: a.plain()})
}

func (t *teller) line(a *act, k *call, e *event) *event {
	path := k.path()
	old := t.path[a.thread]
	same := 0
	for same < len(old) && same < len(path) && old[same] == path[same] {
		same++
	}
	t.leaveOut()
	for i := same; i < len(path); i++ {
		t.out = append(t.out, &event{kind: eventCall, thread: a.thread, depth: i, text: path[i].frame.Func + "()", site: callSite(path[i])})
	}
	t.path[a.thread] = path
	e.thread, e.depth = a.thread, len(path)
	e.add(a)
	t.out = append(t.out, e)
	return e
}

// leaveOut writes the line that stands for steps left out, unless there is one.
func (t *teller) leaveOut() {
	if len(t.gap) == 0 {
		return
	}
	th := t.gap[0].thread
	same := len(t.path[th])
	for _, a := range t.gap {
		path := a.in.path()
		for same > 0 && (same > len(path) || path[same-1] != t.path[th][same-1]) {
			same--
		}
	}
	t.gap = nil
	if n := len(t.out); n > 0 && t.out[n-1].kind == eventGap && t.out[n-1].thread == th {
		t.out[n-1].depth = min(t.out[n-1].depth, same)
		return
	}
	t.out = append(t.out, &event{kind: eventGap, thread: th, depth: same, text: "..."})
}

// path lists the calls around and including k that have lines of their own.
func (k *call) path() []*call {
	var out []*call
	for ; k.up != nil; k = k.up {
		if !k.hidden {
			out = append(out, k)
		}
	}
	slices.Reverse(out)
	return out
}

// callSite is the place of a call.
func callSite(k *call) *model.Site {
	at := &model.Site{Pos: k.frame.Call, Text: k.frame.Text}
	for u := k.up; u.up != nil; u = u.up {
		at.Stack = append(at.Stack, u.frame)
	}
	slices.Reverse(at.Stack)
	return at
}

// says puts into words what a step did that its text does not tell.
func (s *story) says(f *fact) []string {
	switch {
	case f.queued != nil:
		return []string{"waits for " + f.queued.Name}
	case f.granted != nil:
		return []string{"gets " + f.granted.Name}
	case f.tried != nil:
		return []string{"fails: " + s.inTheWay(f)}
	case slices.Contains(f.gone, s.obj):
		return []string{"'" + s.obj.Local.Name + "' is gone"}
	case f.freed != nil:
		return []string{f.freed.Name + " freed"}
	case f.allocated != nil:
		return []string{f.allocated.Name}
	case f.looked && f.found != nil:
		return []string{f.found.Name}
	case f.looked && f.found == nil:
		return []string{"NULL"}
	case f.alt.Label == model.PlacedLabel:
		return []string{"&" + strings.Join(f.prog.AddressOrder(f.After), " < &")}
	case f.alt.Label == "signal":
		return []string{"a signal ends the wait"}
	case strings.HasPrefix(f.alt.Label, "interrupts "):
		return []string{f.alt.Label}
	case strings.HasPrefix(f.alt.Label, "nondet "):
		return []string{strings.TrimPrefix(f.alt.Label, "nondet ")}
	case f.touchesLock():
		return s.lockSays(f)
	case len(f.entries()) > 0:
		return f.entrySays()
	}
	if cs := f.treeStore(); len(cs) > 0 {
		return treeSays(f, cs)
	}
	return s.storeSays(f)
}

// inTheWay says why a trylock failed: the lock is held, or, for a reader, a
// writer waits for it.
func (s *story) inTheWay(f *fact) string {
	read := f.op().Mode == model.Read
	for _, t := range s.prog.Threads {
		if h := holdOf(f.Before, f.tried, t); h == holdWrite || h == holdRead && !read {
			return f.tried.Name + " is " + h.manner(f.tried) + " by " + t.Name
		}
	}
	for _, t := range s.prog.Threads {
		if p := t.Point(f.Before); p != nil && p.Step.Waits != nil && lockAt(f.Before, p) == f.tried && t != f.Thread {
			return t.Name + " waits for " + f.tried.Name
		}
	}
	return f.tried.Name + " is not free"
}

// lockSays names the lock where it is one of several, and the threads that a
// release lets in.
func (s *story) lockSays(f *fact) []string {
	var out []string
	for _, c := range f.locks {
		switch {
		case c.thread != f.Thread:
			out = append(out, "lets "+c.thread.Name+" in")
		case whole(c.lock).Heap || strings.HasSuffix(c.lock.Name, "]"):
			out = append(out, c.lock.Name)
		case c.from == holdWrite && c.to == holdRead:
			out = append(out, "now held for reading")
		}
	}
	return out
}

// lockWord says behind the name of a lock what a step did to it.
func (f *fact) lockWord(name string) string {
	switch l := f.gained(); {
	case l != nil && l.Name == name:
		return name + " taken"
	case f.lost() != nil && f.lost().Name == name:
		return name + " released"
	}
	return name
}

// treeSays tells what became of the entries of a tree.
func treeSays(f *fact, cs []change) []string {
	var out []string
	for _, c := range cs {
		var text string
		switch {
		case f.tree().Rmap():
			text = f.linkSays(c)
		case c.new == 0:
			text = valueText(c.v, c.old) + c.departure(f)
		default:
			text = c.value() + c.extent(f)
		}
		if text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// linkSays tells what entered or left a tree of the reverse mapping, "" if an
// entry only moved.
func (f *fact) linkSays(c change) string {
	switch {
	case c.old != 0 && !c.stands(f.After, c.old):
		return valueText(c.v, c.old) + " out of " + f.treeName()
	case c.new != 0 && !c.stands(f.Before, c.new):
		return c.value() + " in " + f.treeName()
	}
	return ""
}

// extent says where in the tree the new value of c stands.
func (c change) extent(f *fact) string {
	tree := c.v.Off() + c.i/c.v.Width*c.v.Width
	first, end := c.i%c.v.Width, c.i%c.v.Width+1
	for first > 0 && f.After[tree+first-1] == c.new {
		first--
	}
	for end < c.v.Width && f.After[tree+end] == c.new {
		end++
	}
	return fmt.Sprintf(" at 0x%x-0x%x", first<<model.PageShift, end<<model.PageShift)
}

// treeName is what a tree of the reverse mapping is called.
func (f *fact) treeName() string {
	if f.tree() == model.AnonTree {
		return "the anon_vma's tree"
	}
	return "i_mmap"
}

// departure says how the old value of c left the tree.
func (c change) departure(f *fact) string {
	if c.stands(f.After, c.old) {
		return " partly out of the tree"
	}
	return " out of the tree"
}

// stands reports whether a value stands in the tree of c.
func (c change) stands(st model.State, x int64) bool {
	for j := c.i / c.v.Width * c.v.Width; j < (c.i/c.v.Width+1)*c.v.Width; j++ {
		if st[c.v.Off()+j] == x {
			return true
		}
	}
	return false
}

// storeSays gives the values that a plain access wrote or, where they matter,
// read. A violating access was stopped before it took place.
func (s *story) storeSays(f *fact) []string {
	var out []string
	if f == s.bad && f.site == s.at && s.find.Race == nil {
		return nil
	}
	flow := s.flow[f] && (s.find.Race == nil || f != s.bad && f != s.meeting()) // those two have no order
	for _, c := range f.stores() {
		out = append(out, c.text())
	}
	for _, c := range f.loads() {
		in := whole(instanceOf(c.v.Points, c.new))
		if out == nil && (flow || s.watch[element{c.v, c.i}] || in != nil && in == s.obj) {
			return []string{c.text()}
		}
	}
	return out
}
