// SPDX-License-Identifier: MIT

// This file defines what a renderer is and lists them.

package report

import (
	"io"

	"mmcheck/checker"
	"mmcheck/model"
)

// Meta names the check that a report is about.
type Meta struct {
	Spec    string // path or name of the spec
	Variant string // what was defined, such as "DROP MPROTECT"; may be empty
	Command string // how to run the check again; may be empty
	Full    bool   // show every step of the schedule
	All     *Part  // set if this is one of all violations of a spec
	Table   TableStyle
	// Coverage asks for a list of what was never executed.
	Coverage bool
	// Messages is what was said about the spec itself: errors, for which there
	// is no Result, and warnings.
	Messages []Message
	// Against is what the spec met beside its own threads, if that was asked for.
	Against []Opponent
}

// Opponent is one operation, or two, that were put beside the threads of a spec.
type Opponent struct {
	Operations []string `json:"operations"`
	Shape      string   `json:"shape,omitempty"` // of the address space; "" is that of INIT
	Verdict    string   `json:"verdict"`
	Property   string   `json:"property,omitempty"`
	Steps      int      `json:"steps,omitempty"`
	Effect     string   `json:"effect,omitempty"`   // "nothing", "pages", "vmas"; "" is not known
	Excepted   []string `json:"excepted,omitempty"` // properties that it breaks by itself
}

// Part is the place of a violation among all that were found.
type Part struct {
	Number, Of int
	Rest       checker.Verdict // what a search for more came to: it holds if these are all
	Limit      *checker.LimitHit
}

// String says how many there are.
func (p *Part) String() string {
	text := plural(int64(p.Of), "violation")
	switch {
	case p.Rest == checker.Holds:
		return text + " in all"
	case p.Limit == nil:
		return text + ", and there may be more: --all=N lists up to N"
	}
	text += "; stopped at " + p.Limit.What + ": there may be more"
	if p.Limit.Raise != "" {
		text += "\nraise it with " + p.Limit.Raise
	}
	return text
}

// Message is a diagnostic about a spec.
type Message struct {
	Severity string    // "error", "warning" or "note"
	ID       string    // of the rule that found it; "" if it has none
	Text     string    // one line
	Pos      model.Pos // Line and Col are 0 where no place is to blame
	End      int       // column just behind what is meant; 0 if not known
	Notes    []Message
}

// Source gives the text of a source file, nil if there is none.
type Source func(file string) []byte

// Format is one way to render a Result.
type Format struct {
	Name  string // as in --format
	Ext   string // of files, without the dot
	Doc   string
	Trace bool // shows a schedule: for violations only
	Part  bool // part of another one: printed, and not written beside it
	Write func(w io.Writer, m Meta, r *checker.Result, src Source) error
}

// Formats lists the renderers, one line each.
var Formats = []*Format{
	{Name: "text", Ext: "txt", Doc: "report for people, fit for mail", Write: Text},
	{Name: "json", Ext: "json", Doc: "report for programs", Write: JSON},
	{Name: "dot", Ext: "dot", Doc: "picture of the race for Graphviz", Trace: true, Write: DOT},
	{Name: "html", Ext: "html", Doc: "page to step through a race, or of a verdict", Write: HTML},
	{Name: "table", Ext: "table.txt", Doc: "race table alone, fit for a changelog", Part: true, Write: Table},
}

// FormatByName returns the format with the given name, or nil.
func FormatByName(name string) *Format {
	for _, f := range Formats {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// printer collects the first error of a series of writes.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) write(s string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, s)
	}
}
