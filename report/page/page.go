// SPDX-License-Identifier: MIT

// Package page writes the HTML page of a verdict: one file that needs no network
// and, to be read, no script. Of a violation it shows the events of the race table
// in lanes; a script adds what cannot be shown at once, the state after each step.
//
// The package knows nothing of models: what it shows comes ready as text, and as
// a Timeline of values that change from step to step.
package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"io"
)

// Page is what a page shows.
type Page struct {
	Title   string
	Verdict string // "holds", "violated" or "unknown"
	Wrong   string // what is wrong, in one sentence
	Facts   []Fact
	Notes   []Note
	Lists   []List // what is told of a verdict without a schedule
	Text    string // the report for mail
	Code    []Marked
	Command string
	*Lanes  // of a violation
}

// Fact is one thing about the check, such as its kernel.
type Fact struct{ Name, Value string }

// Note tells what happened before; Step is 0 if it is about no step.
type Note struct {
	Text, Where, Code string
	Step              int
}

// List is a heading and some lines below it.
type List struct {
	Name  string
	Items []string
}

// Marked is a file of which some lines are marked.
type Marked struct {
	File  string
	Lines []Line
}

// Line is a line of a source file.
type Line struct {
	N    int
	Text string
	Mark bool
}

// Lanes are the events of a schedule.
type Lanes struct {
	Threads []Thread
	Objects []string // those whose lives are drawn
	Single  bool     // one lane for all threads: there are too many to stand side by side
	Rows    []Row
	Legend  []string
	Data    *Data
}

// Thread is a lane.
type Thread struct{ CPU, Name string }

// The kinds of rows.
const (
	Step = "step"
	Call = "call" // a function is entered
	Gap  = "gap"  // steps were left out
	Why  = "why"  // another thread goes on, for a reason
)

// Row is one line of the lanes.
type Row struct {
	Kind   string
	Step   int // the last one it stands for, 0 if none
	Thread int
	Depth  int
	Text   string
	Says   string
	Bad    bool
	Wrong  string   // below what is wrong
	Holds  []string // for each thread: "w", "r" or "q" if it holds, shares or waits for a lock
	Lives  []string // for each object, see Timeline
}

// Cells are the lanes of a row.
func (l *Lanes) Cells(r Row) []Cell {
	if l.Single {
		return []Cell{{Class: r.Holds[r.Thread], Row: &r}}
	}
	cells := make([]Cell, len(l.Threads))
	for i := range cells {
		cells[i].Class = r.Holds[i]
		if i == r.Thread {
			cells[i].Row = &r
		}
	}
	return cells
}

// Cell is a place in a lane.
type Cell struct {
	Class string
	Row   *Row // nil if it is empty
}

// Columns is how many columns stand behind the first.
func (l *Lanes) Columns() int {
	n := len(l.Threads)
	if l.Single {
		n = 2
	}
	return n + len(l.Objects)
}

// Data is what the script works with.
type Data struct {
	Threads []string `json:"threads"`
	Objects []string `json:"objects"`
	// Steps has for each step its thread, where it is, and what it did.
	Steps    []StepData `json:"steps"`
	Files    []File     `json:"files"`
	Timeline *Timeline  `json:"timeline"`
	Cycle    string     `json:"cycle,omitempty"` // of a deadlock, in words
	Single   bool       `json:"single"`
	Notes    []int      `json:"notes"` // the steps that the notes are about, 0 for none
	Table    [2]int     `json:"table"` // where the race table lies in the text
}

// StepData is one step, as all steps are listed.
type StepData struct {
	Thread int    `json:"t"`
	Depth  int    `json:"d,omitempty"`
	Text   string `json:"x"`
	Says   string `json:"y,omitempty"`
	Why    string `json:"w,omitempty"`
	Bad    bool   `json:"b,omitempty"`
	At     int    `json:"p"` // where, as []Frame among the values of the Timeline
}

// Frame is a place in a function.
type Frame struct {
	Func string `json:"f"`
	File int    `json:"n"` // position in Files
	Line int    `json:"l"`
}

// File is what is shown of a source file.
type File struct {
	Name   string  `json:"name"`
	Chunks []Chunk `json:"chunks"`
}

// Chunk is a run of lines.
type Chunk struct {
	First int    `json:"first"`
	Text  string `json:"text"`
}

// Timeline is the state, step by step, as slots that hold values. What a value is
// depends on the group of its slot:
//
//	hold  of a thread: "", or "w", "r", "q" as in Row
//	life  of an object: "" not there, "a" allocated, "f" others can find it, "d" no
//	      longer, "x" freed in this step, "z" after that
//	at    of a thread: where it stands, as []Frame; null when it has ended
//	lock  who has it, as []Holder
//	strip pages, as Strip
//	field text
type Timeline struct {
	Slots  []Slot  `json:"slots"`
	Values []any   `json:"values"`
	Set    [][]int `json:"set"` // for each step, 0 before the first: slot, value, slot, value, ...
	known  map[string]int
	now    []int
}

// Slot is something that has a value.
type Slot struct {
	Group string `json:"g"`
	Name  string `json:"n"`
	Of    string `json:"o,omitempty"` // the object that a field lies in
}

// Holder is a thread that has a lock, or waits for it, since a step.
type Holder struct {
	Thread int    `json:"t"`
	How    string `json:"h"` // "w", "r", "x" (a lock that knows no readers), "q"
	Since  int    `json:"s"`
}

// Strip is a row of pages.
type Strip struct {
	Size  int   `json:"n"`
	Boxes []Box `json:"b"`
}

// Box covers the pages from First to before End.
type Box struct {
	First int    `json:"f"`
	End   int    `json:"e"`
	Text  string `json:"x"`
	Sub   string `json:"y,omitempty"`
	Bad   bool   `json:"b,omitempty"`
}

// Slot adds a slot.
func (t *Timeline) Slot(s Slot) int {
	t.Slots = append(t.Slots, s)
	t.now = append(t.now, -1)
	return len(t.Slots) - 1
}

// Next begins the next step.
func (t *Timeline) Next() { t.Set = append(t.Set, []int{}) }

// Put gives a slot its value from this step on.
func (t *Timeline) Put(slot int, value any) {
	i := t.Known(value)
	if t.now[slot] == i {
		return
	}
	t.now[slot] = i
	last := len(t.Set) - 1
	t.Set[last] = append(t.Set[last], slot, i)
}

// Known is the number of a value, each of which is kept once.
func (t *Timeline) Known(value any) int {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // values are the types above
	}
	i, ok := t.known[string(text)]
	if !ok {
		if t.known == nil {
			t.known = map[string]int{}
		}
		i = len(t.Values)
		t.known[string(text)] = i
		t.Values = append(t.Values, value)
	}
	return i
}

var (
	//go:embed page.html
	shell string
	//go:embed page.css
	style string
	//go:embed page.js
	script string
)

var shellTemplate = template.Must(template.New("page").Parse(shell))

// Write writes a page. The same page is the same bytes.
func Write(w io.Writer, p *Page) error {
	view := struct {
		*Page
		Style                 template.CSS
		Script, JSON          template.JS
		StyleHash, ScriptHash string
	}{Page: p, Style: template.CSS(style), StyleHash: hash(style), ScriptHash: hash("")}
	if p.Lanes != nil {
		data, err := json.Marshal(p.Data) // escapes <, > and &
		if err != nil {
			return err
		}
		view.Script, view.ScriptHash, view.JSON = template.JS(script), hash(script), template.JS(data)
	}
	var b bytes.Buffer
	if err := shellTemplate.Execute(&b, view); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

// hash is how a policy names the one text that it allows.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
