// SPDX-License-Identifier: MIT

// This file renders all checks of a run as SARIF 2.1.0, which code hosts and editors show
// beside the code: a violation is a result whose code flow is the schedule, with a thread
// flow for each thread; a spec that holds is a result of kind "pass".

package report

import (
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"mmcheck/checker"
	"mmcheck/checker/property"
	"mmcheck/model"
)

// Checked is a check of a run; Result is nil if the spec was refused.
type Checked struct {
	Meta   Meta
	Result *checker.Result
	Source Source
}

const (
	shippedHeader = "<include>/" // what names of headers that come with mmcheck begin with
	headerBase    = "INCLUDE"    // what places in these are relative to
)

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool        sarifTool            `json:"tool"`
	Bases       map[string]sarifBase `json:"originalUriBaseIds"`
	Columns     string               `json:"columnKind"`
	Invocations [1]sarifInvocation   `json:"invocations"`
	Artifacts   []sarifArtifact      `json:"artifacts"`
	Results     []sarifResult        `json:"results"`
	rules       map[string]int       // by property, its place among the rules
	headers     map[string]bool      // whose text is an artifact
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID     string    `json:"id"`
	Short  sarifText `json:"shortDescription"`
	Full   sarifText `json:"fullDescription"`
	Config struct {
		Level string `json:"level"`
	} `json:"defaultConfiguration"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifBase struct {
	Description sarifText `json:"description"`
}

type sarifInvocation struct {
	Successful    bool        `json:"executionSuccessful"`
	Notifications []sarifNote `json:"toolExecutionNotifications"`
}

type sarifNote struct {
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations,omitempty"`
}

type sarifArtifact struct {
	Location sarifFile `json:"location"`
	Contents sarifText `json:"contents"`
}

type sarifFile struct {
	URI  string `json:"uri"`
	Base string `json:"uriBaseId,omitempty"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
	Message  *sarifText    `json:"message,omitempty"`
}

type sarifPhysical struct {
	File   sarifFile    `json:"artifactLocation"`
	Region *sarifRegion `json:"region,omitempty"`
}

type sarifRegion struct {
	Line   int `json:"startLine"`
	Column int `json:"startColumn,omitempty"`
	End    int `json:"endColumn,omitempty"`
}

type sarifResult struct {
	Rule       string            `json:"ruleId,omitempty"`
	Index      *int              `json:"ruleIndex,omitempty"`
	Kind       string            `json:"kind"`
	Level      string            `json:"level"`
	Message    sarifText         `json:"message"`
	Locations  []sarifLocation   `json:"locations"`
	Related    []sarifLocation   `json:"relatedLocations,omitempty"`
	Flows      []sarifFlow       `json:"codeFlows,omitempty"`
	Properties map[string]string `json:"properties"`
}

type sarifFlow struct {
	Threads []sarifThread `json:"threadFlows"`
}

type sarifThread struct {
	ID    string      `json:"id"`
	Steps []sarifStep `json:"locations"`
}

type sarifStep struct {
	Location   sarifLocation `json:"location"`
	Order      int           `json:"executionOrder"`
	Nesting    int           `json:"nestingLevel"`
	Importance string        `json:"importance"`
}

// SARIF writes all checks of a run.
func SARIF(w io.Writer, version string, all []Checked) error {
	run := sarifRun{
		Tool: sarifTool{sarifDriver{"mmcheck", version, []sarifRule{}}}, Columns: "unicodeCodePoints",
		Bases:       map[string]sarifBase{headerBase: {sarifText{"the headers that come with mmcheck; 'mmcheck headers DIR' writes them"}}},
		Invocations: [1]sarifInvocation{{Successful: true, Notifications: []sarifNote{}}},
		Artifacts:   []sarifArtifact{}, Results: []sarifResult{},
		rules: map[string]int{}, headers: map[string]bool{},
	}
	for _, c := range all {
		run.add(c)
	}
	return encode(w, sarifLog{"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", "2.1.0", []sarifRun{run}})
}

func (run *sarifRun) add(c Checked) {
	in := &run.Invocations[0]
	for _, m := range c.Meta.Messages {
		n := sarifNote{Level: m.Severity, Message: sarifText{m.Text}}
		if m.Pos.File != "" {
			n.Locations = []sarifLocation{run.location(m.Pos, m.End, "", c.Source)}
		}
		in.Notifications = append(in.Notifications, n)
	}
	r := c.Result
	if r == nil {
		in.Successful = false
		return
	}
	out := sarifResult{
		Locations:  []sarifLocation{run.location(model.Pos{File: c.Meta.Spec}, 0, "", c.Source)},
		Properties: map[string]string{"spec": c.Meta.Spec, "variant": c.Meta.Variant, "kernel": r.Program.Kernel, "memoryModel": memoryModel},
	}
	switch r.Verdict {
	case checker.Violated:
		run.violated(&out, newStory(r, c.Meta.Full), c.Source)
	case checker.Holds:
		out.Kind, out.Level, out.Message.Text = "pass", "none", c.Meta.Spec+" holds: no violation in any interleaving"
	default:
		out.Kind, out.Level, out.Message.Text = "open", "none", "unknown: "+c.Meta.Spec
		if r.Limit != nil {
			out.Message.Text += ": stopped at " + r.Limit.What
		}
	}
	run.Results = append(run.Results, out)
}

// violated tells a violation: where it shows, what happened before, and the schedule.
func (run *sarifRun) violated(out *sarifResult, s *story, src Source) {
	p := s.find.Property
	n := run.rule(p)
	out.Rule, out.Index, out.Kind, out.Level, out.Message.Text = p.ID, &n, "fail", sarifLevel(p), s.wrong()
	if at := s.place(); at != nil {
		out.Locations = []sarifLocation{run.location(at.Pos, at.End, "", src)}
	}
	for _, n := range s.notes {
		if at := shownAt(n.at); at != nil {
			out.Related = append(out.Related, run.location(at.Pos, at.End, n.text, src))
		}
	}
	if flow := run.flow(s, src); len(flow.Threads) > 0 {
		out.Flows = []sarifFlow{flow}
	}
}

// flow is the schedule, by thread. What has a line in the table is important.
func (run *sarifRun) flow(s *story, src Source) (flow sarifFlow) {
	shown := s.inTable()
	for _, f := range s.facts {
		step := s.step(f)
		if step.Location == nil {
			continue
		}
		text := step.Location.Text
		if len(step.Says) > 0 {
			text += ": " + strings.Join(step.Says, ", ")
		}
		x := sarifStep{run.location(f.site.Pos, f.site.End, text, src), step.Number, len(step.Calls), "unimportant"}
		switch {
		case step.Violation:
			x.Importance = "essential"
		case shown[f]:
			x.Importance = "important"
		}
		i := slices.IndexFunc(flow.Threads, func(t sarifThread) bool { return t.ID == step.Thread })
		if i < 0 {
			i = len(flow.Threads)
			flow.Threads = append(flow.Threads, sarifThread{ID: step.Thread})
		}
		flow.Threads[i].Steps = append(flow.Threads[i].Steps, x)
	}
	return flow
}

// rule is the place of a property among the rules.
func (run *sarifRun) rule(p *property.Property) int {
	n, known := run.rules[p.ID]
	if !known {
		n = len(run.Tool.Driver.Rules)
		run.rules[p.ID] = n
		r := sarifRule{ID: p.ID, Short: sarifText{p.Short}, Full: sarifText{p.Doc}}
		r.Config.Level = sarifLevel(p)
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, r)
	}
	return n
}

func sarifLevel(p *property.Property) string {
	if p.Severity == property.Rule {
		return "warning"
	}
	return "error"
}

// location is a place; that of a header comes with the header's text, since who reads
// the document may not have it.
func (run *sarifRun) location(at model.Pos, end int, text string, src Source) sarifLocation {
	l := sarifLocation{Physical: sarifPhysical{File: sarifFile{URI: sarifURI(at.File)}}}
	if name, ok := strings.CutPrefix(at.File, shippedHeader); ok {
		l.Physical.File = sarifFile{sarifURI(name), headerBase}
		if !run.headers[name] && src != nil {
			run.headers[name] = true
			run.Artifacts = append(run.Artifacts, sarifArtifact{l.Physical.File, sarifText{string(src(at.File))}})
		}
	}
	if at.Line > 0 {
		l.Physical.Region = &sarifRegion{at.Line, at.Col, 0}
		if end > at.Col {
			l.Physical.Region.End = end
		}
	}
	if text != "" {
		l.Message = &sarifText{text}
	}
	return l
}

// sarifURI is a file name as a reference of RFC 3986.
func sarifURI(name string) string {
	u := url.URL{Path: filepath.ToSlash(name)}
	if filepath.IsAbs(name) {
		u.Scheme = "file"
	}
	return u.String()
}
