// SPDX-License-Identifier: MIT

// This file renders a Result for programs; doc.go documents the fields.

package report

import (
	"encoding/json"
	"io"

	"mmcheck/checker"
	"mmcheck/model"
)

// Schema is the version of the JSON document.
const Schema = 1

// heading is what each document begins with.
type heading struct {
	Schema  int    `json:"schema"`
	Tool    string `json:"tool"`
	Spec    string `json:"spec"`
	Variant string `json:"variant,omitempty"`
	Command string `json:"command,omitempty"`
	Verdict string `json:"verdict"`
}

func headingOf(m Meta, verdict string) heading {
	return heading{Schema, "mmcheck", m.Spec, m.Variant, m.Command, verdict}
}

type document struct {
	heading
	Threads     []string      `json:"threads"`
	Bounds      []string      `json:"bounds"`
	Assumed     []string      `json:"assumed"`
	Orders      []jsonOrder   `json:"orders,omitempty"`
	Replaced    []string      `json:"replaced"`
	Kernel      string        `json:"kernel,omitempty"`
	StandIn     string        `json:"standIn,omitempty"`
	MemoryModel string        `json:"memoryModel"`
	Checked     []string      `json:"checked"`
	Find        string        `json:"find"`
	Stats       figureSet     `json:"stats"`
	Limit       *limit        `json:"limit,omitempty"`
	Simulation  *simRun       `json:"simulation,omitempty"`
	Fingerprint *prints       `json:"fingerprint,omitempty"`
	Coverage    *jsonCoverage `json:"coverage,omitempty"`
	Finding     *finding      `json:"finding,omitempty"`
	All         *part         `json:"all,omitempty"`
	Diagnostics []message     `json:"diagnostics"`
	Against     []Opponent    `json:"against,omitempty"`
}

type figureSet struct {
	States      int64 `json:"states"`
	Transitions int64 `json:"transitions"`
	Reduced     bool  `json:"reduced"`
	Depth       int   `json:"depth"`
	Frontier    int64 `json:"frontier"`
}

type simRun struct {
	Schedules int64  `json:"schedules"`
	Seed      uint64 `json:"seed"`
	MaxDepth  int    `json:"maxDepth"`
	BrokenOff int64  `json:"brokenOff"`
	Longest   int    `json:"longest"`
}

type prints struct {
	Bits   int     `json:"bits"`
	Missed float64 `json:"missed"`
}

type limit struct {
	What  string `json:"what"`
	Raise string `json:"raise,omitempty"`
}

type finding struct {
	Property  string     `json:"property"`
	Severity  string     `json:"severity"`
	Short     string     `json:"short"`
	Text      string     `json:"text"`
	Title     string     `json:"title"`
	Functions []string   `json:"functions"`
	Object    string     `json:"object,omitempty"`
	Location  *location  `json:"location,omitempty"`
	Notes     []jsonNote `json:"notes"`
	Also      []string   `json:"also"`
	Waits     []wait     `json:"waits,omitempty"`
	Order     []request  `json:"order,omitempty"`
	Shortest  bool       `json:"shortest"`
	Switches  int        `json:"switches"`
	CPUs      []string   `json:"cpus"`
	Table     []string   `json:"table"`
	Steps     []jsonStep `json:"steps"`
}

type location struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndColumn int    `json:"endColumn,omitempty"`
	Text      string `json:"text,omitempty"`
}

type part struct {
	Number   int    `json:"number"`
	Of       int    `json:"of"`
	Complete bool   `json:"complete"`
	Limit    *limit `json:"limit,omitempty"`
}

type message struct {
	Severity string    `json:"severity"`
	ID       string    `json:"id,omitempty"`
	Text     string    `json:"text"`
	Location *location `json:"location,omitempty"`
	Notes    []message `json:"notes,omitempty"`
}

type jsonNote struct {
	Text     string    `json:"text"`
	Location *location `json:"location"`
}

type wait struct {
	Thread   string    `json:"thread"`
	Lock     string    `json:"lock,omitempty"`
	For      []string  `json:"for"`
	Cycle    bool      `json:"cycle"`
	Location *location `json:"location"`
}

type request struct {
	Thread   string    `json:"thread"`
	Wanted   string    `json:"wanted"`
	Held     string    `json:"held"`
	Lock     string    `json:"lock,omitempty"`
	Step     int       `json:"step"`
	Since    int       `json:"since,omitempty"`
	Location *location `json:"location"`
	Taken    *location `json:"taken,omitempty"`
}

type jsonStep struct {
	Number      int          `json:"number"`
	Thread      string       `json:"thread"`
	Alternative int          `json:"alternative"`
	Label       string       `json:"label,omitempty"`
	Location    *location    `json:"location"`
	Operation   string       `json:"operation,omitempty"`
	Calls       []jsonCall   `json:"calls,omitempty"`
	Says        []string     `json:"says,omitempty"`
	Changes     []jsonChange `json:"changes,omitempty"`
	Shown       bool         `json:"shown,omitempty"`
	Violation   bool         `json:"violation,omitempty"`
}

type jsonCall struct {
	Function string    `json:"function"`
	Location *location `json:"location"`
	Inline   bool      `json:"inline,omitempty"`
}

// jsonOrder is a place whose order the verdict takes for granted.
type jsonOrder struct {
	Order string `json:"order"`
	Func  string `json:"function"`
	File  string `json:"file"`
	Line  int    `json:"line"`
}

type jsonChange struct {
	Name   string `json:"name"`
	Before int64  `json:"before"`
	After  int64  `json:"after"`
}

// JSON writes the report for programs.
func JSON(w io.Writer, m Meta, r *checker.Result, _ Source) error {
	d := document{
		heading: headingOf(m, string(r.Verdict)), Threads: threadNames(r.Program.Threads),
		Bounds: list(r.Program.Bounds), Assumed: list(r.Assumed), Replaced: list(r.Program.Replaced),
		Kernel: r.Program.Kernel, StandIn: r.Program.StandIn, MemoryModel: memoryModel,
		Checked: list(propertyIDs(r.Checked)), Find: string(r.Find),
		Stats: figureSet{r.Stats.States, r.Stats.Transitions, r.Stats.Reduced, r.Stats.Depth, r.Stats.Frontier},
	}
	for _, s := range r.Orders {
		d.Orders = append(d.Orders, jsonOrder{s.Order, s.Func, s.Pos.File, s.Pos.Line})
	}
	d.Diagnostics, d.Against = messages(m.Messages), m.Against
	if r.Limit != nil {
		d.Limit = &limit{r.Limit.What, r.Limit.Raise}
	}
	if s := r.Simulation; s != nil {
		d.Simulation = &simRun{r.Stats.Runs, s.Seed, s.MaxDepth, s.Cut, s.Longest}
	}
	if f := r.Fingerprints; f != nil {
		d.Fingerprint = &prints{f.Bits, f.Missed}
	}
	d.Coverage = coverageOf(r, m.Coverage)
	if r.Finding != nil {
		d.Finding = newStory(r, m.Full).finding()
	}
	if p := m.All; p != nil {
		d.All = &part{Number: p.Number, Of: p.Of, Complete: p.Rest == checker.Holds}
		if p.Limit != nil {
			d.All.Limit = &limit{p.Limit.What, p.Limit.Raise}
		}
	}
	return encode(w, d)
}

// NoVerdict writes, for programs, why there is no result: m.Messages.
func NoVerdict(w io.Writer, m Meta) error {
	return encode(w, struct {
		heading
		Diagnostics []message `json:"diagnostics"`
	}{headingOf(m, "none"), messages(m.Messages)})
}

func encode(w io.Writer, document any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(document)
}

func messages(ms []Message) []message {
	out := []message{}
	for _, m := range ms {
		x := message{Severity: m.Severity, ID: m.ID, Text: m.Text, Notes: messages(m.Notes)}
		if m.Pos.File != "" {
			x.Location = &location{File: m.Pos.File, Line: m.Pos.Line, Column: m.Pos.Col, EndColumn: m.End}
		}
		out = append(out, x)
	}
	return out
}

// list turns a nil slice into an empty one, which JSON tells apart from null.
func list(xs []string) []string { return append([]string{}, xs...) }

func threadNames(ts []*model.Thread) []string {
	out := []string{}
	for _, t := range ts {
		out = append(out, t.Name)
	}
	return out
}

func locationOf(at *model.Site) *location {
	if at == nil {
		return nil
	}
	return &location{at.Pos.File, at.Pos.Line, at.Pos.Col, at.End, at.Text}
}

func (s *story) finding() *finding {
	f := &finding{
		Property: s.find.Property.ID, Severity: string(s.find.Property.Severity), Short: s.find.Property.Short,
		Text: s.find.Text, Title: s.title(), Functions: list(s.functions()), Location: locationOf(s.place()),
		Notes: []jsonNote{}, Also: list(propertyIDs(s.find.Also)), Shortest: s.find.Shortest,
		Switches: s.find.Trace.Switches(), CPUs: threadNames(s.involved()), Table: list(s.table()), Steps: []jsonStep{},
	}
	if s.obj != nil {
		f.Object = s.obj.Name
	}
	for _, n := range s.notes {
		f.Notes = append(f.Notes, jsonNote{n.text, locationOf(shownAt(n.at))})
	}
	for _, w := range s.find.Waits {
		f.Waits = append(f.Waits, wait{w.Thread.Name, w.Lock, threadNames(w.For), w.Cycle, locationOf(shownAt(w.Point.Step.Site))})
	}
	for _, d := range s.find.Order {
		f.Order = append(f.Order, s.ordered(d))
	}
	shown := s.inTable()
	for _, x := range s.facts {
		step := s.step(x)
		step.Shown = shown[x]
		f.Steps = append(f.Steps, step)
	}
	return f
}

// ordered is one request of a circle.
func (s *story) ordered(d checker.Dependency) request {
	out := request{
		Thread: d.Thread.Name, Wanted: d.Wanted, Held: d.Held, Step: d.Step + 1,
		Location: locationOf(shownAt(s.facts[d.Step].site)),
	}
	if d.Lock != nil {
		out.Lock = d.Lock.Name
	}
	if d.Since >= 0 {
		out.Since, out.Taken = d.Since+1, locationOf(shownAt(s.facts[d.Since].site))
	}
	return out
}

func (s *story) step(f *fact) jsonStep {
	out := jsonStep{
		Number: f.n + 1, Thread: f.Thread.Name, Alternative: f.Alt, Label: f.alt.Label,
		Location: locationOf(f.site), Operation: f.site.Op, Says: s.says(f), Violation: f == s.bad || f == s.meeting(),
	}
	for _, fr := range f.site.Stack {
		out.Calls = append(out.Calls, jsonCall{fr.Func, &location{fr.Call.File, fr.Call.Line, fr.Call.Col, 0, fr.Text}, fr.Inline})
	}
	for _, c := range f.changes {
		out.Changes = append(out.Changes, jsonChange{c.name(), c.old, c.new})
	}
	return out
}
