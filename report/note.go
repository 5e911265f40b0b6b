// SPDX-License-Identifier: MIT

// This file writes a note, in Markdown: what was asked, what was modelled, one table of
// all verdicts, the races, and what the verdicts stand on. It is made of many results,
// each of which is read once and let go.

package report

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"mmcheck/checker"
	"mmcheck/model"
)

// Note is a note in the making.
type Note struct {
	Tool     string // name and version of what made it
	chapters []*chapter
}

// chapter is about one spec.
type chapter struct {
	spec, question, prose string
	rows                  []row
	scope                 []string
	commands              []string
	races                 []noted
	untried               []string // by the variants that it is about
}

// row is one verdict.
type row struct {
	variant, kernel, verdict, where, states string
}

// noted is a race that is shown.
type noted struct {
	title, wrong, variant, table, picture string
	notes                                 []string
}

// Spec begins the part of a spec; prose is what it says of itself.
func (n *Note) Spec(name, question, prose string) {
	n.chapters = append(n.chapters, &chapter{spec: name, question: question, prose: prose})
}

// Add tells of a result for the spec that was begun last. Of several races in the same
// functions the first is shown.
func (n *Note) Add(m Meta, r *checker.Result, picture string) {
	c := n.chapters[len(n.chapters)-1]
	x := row{variant: m.Variant, kernel: r.Program.Kernel, verdict: string(r.Verdict), states: count(r.Stats.States)}
	if r.Program.StandIn != "" {
		x.kernel += " (by " + r.Program.StandIn + ")"
	}
	switch {
	case r.Limit != nil:
		x.where = "stopped at " + r.Limit.What
	case r.Simulation != nil:
		x.where = simulated(r)
	}
	if r.Finding != nil {
		s := newStory(r, false)
		x.verdict += " " + r.Finding.Property.ID
		x.where = strings.Join(s.functions(), " / ")
		if c.isNew(s.title()) {
			c.races = append(c.races, s.noted(m, picture))
		}
	} else {
		c.missed(m, r)
	}
	for _, line := range strings.Split(strings.TrimSpace(scope(r)), "\n") {
		if !slices.Contains(c.scope, line) {
			c.scope = append(c.scope, line)
		}
	}
	c.rows = append(c.rows, x)
	c.commands = append(c.commands, m.Command)
}

// New reports whether the race of a result would be shown.
func (n *Note) New(r *checker.Result) bool {
	return r.Finding != nil && n.chapters[len(n.chapters)-1].isNew(newStory(r, false).title())
}

// isNew reports whether no race of that title is shown yet.
func (c *chapter) isNew(title string) bool {
	return !slices.ContainsFunc(c.races, func(x noted) bool { return x.title == title })
}

func (s *story) noted(m Meta, picture string) noted {
	x := noted{title: s.title(), wrong: s.wrong(), variant: m.Variant, picture: picture, table: strings.Join(s.styled(TableStyle{whole: true}), "\n")}
	for _, n := range s.notes {
		text := n.text
		if at := shownAt(n.at); at.Pos.File != "" {
			text += fmt.Sprintf(" (%s:%d)", at.Pos.File, at.Pos.Line)
		}
		x.notes = append(x.notes, text)
	}
	return x
}

// missed keeps what a verdict was reached without.
func (c *chapter) missed(m Meta, r *checker.Result) {
	if r.Coverage == nil {
		return
	}
	name := m.Variant
	if name == "" {
		name = "as it is"
	}
	if line := missed(r.Coverage, false); line != "" {
		c.untried = append(c.untried, name+": "+line+tried(r))
	}
	if u := untried(r.Coverage); u != "" {
		c.untried = append(c.untried, name+": "+strings.TrimPrefix(u, ", but "))
	}
	for _, t := range r.Coverage.Waiting {
		c.untried = append(c.untried, name+": thread "+t.Name+" never got beyond its first lock"+tried(r))
	}
}

// Write writes the note.
func (n *Note) Write(w io.Writer) error {
	p := &printer{w: w}
	title := fmt.Sprintf("Verdicts on %s", plural(int64(len(n.chapters)), "spec"))
	if len(n.chapters) == 1 {
		title = n.chapters[0].title()
	}
	p.write("# " + prosaic(title) + "\n\n")
	p.write("By " + n.Tool + ", a model checker for the locking of Linux mm. It tries every interleaving of the threads of a\n" +
		"model, under " + memoryModel + ". What holds, holds within the bounds that are named below; where it\n" +
		"is unknown, a search was cut short.\n\n")
	n.table(p)
	for _, c := range n.chapters {
		c.write(p, len(n.chapters) > 1)
	}
	p.write("\n## To reproduce\n\n")
	for _, c := range n.chapters {
		for _, command := range c.commands {
			p.write("    " + command + "\n")
		}
	}
	return p.err
}

// title is the question of a spec, or its name.
func (c *chapter) title() string {
	if c.question == "" {
		return c.spec
	}
	return strings.ToUpper(c.question[:1]) + c.question[1:]
}

// table is that of all verdicts.
func (n *Note) table(p *printer) {
	p.write("## Verdicts\n\n| spec | variant | kernel | verdict | where | states |\n|---|---|---|---|---|---:|\n")
	for _, c := range n.chapters {
		for _, x := range c.rows {
			cells := []string{code(c.spec), code(x.variant), prosaic(x.kernel), prosaic(x.verdict), code(x.where), x.states}
			p.write("| " + strings.Join(cells, " | ") + " |\n")
		}
	}
}

func (c *chapter) write(p *printer, many bool) {
	head, sub := "## ", "## "
	if many {
		sub = "### "
		p.write("\n" + head + prosaic(c.title()) + "\n")
	}
	if c.prose != "" {
		p.write("\n" + prosaic(c.prose) + "\n")
	}
	p.write("\n" + sub + "Model and bounds\n\n")
	p.write("`" + c.spec + "`\n\n")
	items(p, c.scope)
	for _, x := range c.races {
		p.write("\n" + sub + prosaic(strings.TrimPrefix(x.title, "BUG: mmcheck: ")) + "\n\n")
		p.write(prosaic(x.wrong))
		if x.variant != "" {
			p.write(", with " + code(x.variant))
		}
		p.write(":\n\n")
		items(p, x.notes)
		p.write("\n```\n" + x.table + "\n```\n")
		if x.picture != "" {
			p.write("\n![the race as a picture](" + x.picture + ")\n")
		}
	}
	if c.untried != nil {
		p.write("\n" + sub + "Never reached\n\n")
		items(p, c.untried)
	}
}

func items(p *printer, lines []string) {
	for _, l := range lines {
		p.write("- " + prosaic(l) + "\n")
	}
}

// code sets a text as code, in a cell of a table as well.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + strings.NewReplacer("|", "\\|", "`", "'").Replace(model.Printable(text)) + "`"
}

// edgeOfWord is an underscore that might begin or end emphasis.
var edgeOfWord = regexp.MustCompile(`(^|\W)_|_(\W|$)`)

// prosaic keeps a text from being taken for markup.
func prosaic(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		l = strings.NewReplacer("\\", "\\\\", "*", "\\*", "<", "&lt;", "|", "\\|", "`", "\\`", "[", "\\[").Replace(model.Printable(l))
		l = edgeOfWord.ReplaceAllString(l, `$1\_$2`)
		if strings.HasPrefix(l, "#") {
			l = "\\" + l
		}
		lines[i] = l
	}
	return strings.Join(lines, "\n")
}
