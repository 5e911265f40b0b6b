// SPDX-License-Identifier: MIT

// This file defines what formats tell that list all checks of a run, or all variants of
// a test, in one document.

package report

import (
	"bytes"
	"io"
	"strings"

	"mmcheck/checker"
	"mmcheck/model"
)

// Outcome is what became of one check. Of a test, it is whether one variant did as its
// Result: line says.
type Outcome struct {
	Spec     string    `json:"spec"`
	Variant  string    `json:"variant"`
	Kernel   string    `json:"kernel"`             // "" if the spec was refused, or no header asked for one
	Verdict  string    `json:"verdict"`            // "holds", "violated" or "unknown"; "none" if there is none
	Property string    `json:"property,omitempty"` // that is violated
	States   int64     `json:"states"`
	Expected string    `json:"expected,omitempty"` // of a test: the verdict that was expected
	State    State     `json:"state"`              // of the check, or of the test
	Short    string    `json:"short,omitempty"`    // one line: why it did not pass
	At       model.Pos `json:"-"`                  // where it shows
	Report   string    `json:"-"`                  // what people read; may be empty
}

// State says how an outcome counts.
type State string

// A check passes if the spec holds, a test if the verdict is the one expected.
const (
	Passed State = "passed"
	Failed State = "failed" // violated, or not as expected
	Undone State = "undone" // no verdict: a limit, an interrupt, a spec that is wrong
)

// List is a way to render the outcomes of a run.
type List struct {
	Name  string // as in --format
	Doc   string
	Write func(w io.Writer, version string, all []Outcome) error
}

// Lists lists them.
var Lists = []*List{
	{"terse", "one line a finding, for editors", Terse},
	{"junit", "JUnit's XML, for CI", JUnit},
	{"ktap", "KTAP, as the kernel's own tests print", KTAP},
	{"json", "for programs", OutcomesJSON},
}

// ListByName returns the list with the given name, or nil.
func ListByName(name string) *List {
	for _, l := range Lists {
		if l.Name == name {
			return l
		}
	}
	return nil
}

// NewOutcome is what became of a check; r is nil if the spec was refused.
func NewOutcome(m Meta, r *checker.Result, src Source) (Outcome, error) {
	o := Outcome{Spec: m.Spec, Variant: m.Variant, Verdict: "none", State: Undone, Short: "no verdict", At: model.Pos{File: m.Spec}}
	if r == nil {
		o.blame(m.Messages)
		return o, nil
	}
	o.Verdict, o.Kernel, o.States = string(r.Verdict), r.Program.Kernel, r.Stats.States
	switch r.Verdict {
	case checker.Holds:
		o.State, o.Short = Passed, ""
	case checker.Unknown:
		o.Short = "unknown"
		if r.Limit != nil {
			o.Short += ": stopped at " + r.Limit.What
		}
	default:
		s := newStory(r, m.Full)
		o.State, o.Property, o.Short = Failed, r.Finding.Property.ID, s.wrong()+" ["+r.Finding.Property.ID+"]"
		if at := s.place(); at != nil {
			o.At = at.Pos
		}
	}
	var b bytes.Buffer
	err := Text(&b, m, r, src)
	o.Report = b.String()
	return o, err
}

// blame takes the first error of those that a spec was refused for.
func (o *Outcome) blame(messages []Message) {
	for _, m := range messages {
		if m.Severity == "error" {
			o.Short = m.Text
			if m.Pos.File != "" && m.Pos.Line > 0 && !strings.HasPrefix(m.Pos.File, "<command") {
				o.At = m.Pos
			}
			return
		}
	}
}
