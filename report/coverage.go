// SPDX-License-Identifier: MIT

// This file tells what of the code was never executed: nothing was shown about
// that.

package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mmcheck/checker"
	"mmcheck/model"
)

// untried qualifies a verdict: assertions, or FINAL, that no schedule reached.
func untried(c *checker.Coverage) string {
	if c == nil {
		return ""
	}
	var what []string
	if c.Final {
		what = append(what, "FINAL")
	}
	for _, s := range c.Assertions() {
		what = append(what, fmt.Sprintf("%s at %s:%d", s.Assert, model.Printable(s.Pos.File), s.Pos.Line))
	}
	if len(what) == 0 {
		return ""
	}
	verb := "was"
	if len(what) > 1 {
		verb = "were"
	}
	if more := len(what) - mostNamed; more > 0 {
		what = append(what[:mostNamed], count(int64(more))+" more")
	}
	if n := len(what); n > 1 {
		what = []string{strings.Join(what[:n-1], ", ") + " and " + what[n-1]}
	}
	return ", but " + what[0] + " " + verb + " never reached"
}

// mostNamed is the number of assertions that a verdict names.
const mostNamed = 3

// coverage says how much was never executed, and lists it if that is asked for.
func coverage(m Meta, r *checker.Result, src Source) string {
	c := r.Coverage
	if c == nil {
		return ""
	}
	var b strings.Builder
	if r.Verdict == checker.Holds && !r.Ended && !c.Final && slices.Contains(propertyIDs(r.Checked), "leak") {
		b.WriteString("no schedule comes to the end of all threads: leaks were not looked for\n")
	}
	if line := missed(c, m.Coverage); line != "" {
		b.WriteString(line + tried(r))
		if !m.Coverage {
			b.WriteString(" (--coverage lists them)")
		}
		b.WriteByte('\n')
	}
	switch ts := threadNames(c.Waiting); {
	case len(ts) == 1:
		b.WriteString("thread " + ts[0] + " never got beyond its first lock" + tried(r) + "\n")
	case len(ts) > 1:
		b.WriteString("threads " + strings.Join(ts, ", ") + " never got beyond their first lock" + tried(r) + "\n")
	}
	if m.Coverage {
		b.WriteString(listing(c, src))
	}
	return b.String()
}

// missed counts the statements that were never executed; those of headers only
// where some of the spec's own were not, or where all is told: a spec comes by
// few of the cases that the headers see to.
func missed(c *checker.Coverage, all bool) string {
	headers := fmt.Sprintf("%s of %s", count(int64(c.Headers.Never)), count(int64(c.Headers.All)))
	switch {
	case c.Own.Never == 0 && !all:
		return ""
	case c.Own.Never == 0 && c.Headers.Never == 0:
		return "all statements ran"
	case c.Own.Never == 0:
		return headers + " statements of headers never ran"
	}
	line := of(c.Own) + " never ran"
	if !all {
		line += " (" + where(c) + ")"
	}
	if c.Headers.Never > 0 {
		line += ", and " + headers + " in headers"
	}
	return line
}

// where names the first places in the spec that were never executed.
func where(c *checker.Coverage) string {
	var at []model.Pos
	for _, s := range c.Never[:min(c.Own.Never, mostLines)] {
		if len(at) == 0 || s.Pos.File == at[0].File {
			at = append(at, s.Pos)
		}
	}
	text := model.Printable(at[0].File) + ":" + lines(at)
	if len(at) < c.Own.Never {
		text += ", ..."
	}
	return text
}

// mostLines is the number of places that where names.
const mostLines = 4

func of(e checker.Executed) string {
	return fmt.Sprintf("%s of %s", count(int64(e.Never)), plural(int64(e.All), "statement"))
}

// tried says among how many schedules something never happened, unless it is all.
func tried(r *checker.Result) string {
	switch {
	case r.Simulation != nil:
		return " in " + plural(r.Stats.Runs, "schedule")
	case r.Verdict == checker.Unknown:
		return " so far"
	}
	return ""
}

// unrun is a function with statements that were never executed.
type unrun struct {
	name string
	own  bool
	at   []model.Pos
}

func unrunOf(c *checker.Coverage) (out []unrun) {
	for _, s := range c.Never {
		last := len(out) - 1
		if last < 0 || out[last].name != s.Func || out[last].at[0].File != s.Pos.File {
			out = append(out, unrun{name: s.Func, own: s.Own})
			last++
		}
		out[last].at = append(out[last].at, s.Pos)
	}
	return out
}

// listing shows what was never executed, function by function: of the spec's own
// the statements, of headers the lines.
func listing(c *checker.Coverage, src Source) string {
	var b strings.Builder
	for _, f := range unrunOf(c) {
		file := model.Printable(f.at[0].File)
		if !f.own {
			fmt.Fprintf(&b, "%s: in function '%s': never ran: %s\n", file, model.Printable(f.name), lines(f.at))
			continue
		}
		fmt.Fprintf(&b, "%s: in function '%s':\n", file, model.Printable(f.name))
		for _, at := range f.at {
			fmt.Fprintf(&b, "%s:%d:%d: note: never ran\n", file, at.Line, at.Col)
			if src == nil {
				continue
			}
			if line, ok := sourceLine(src(at.File), at.Line); ok {
				fmt.Fprintf(&b, "%5d | %s\n", at.Line, model.PrintableLine(line))
			}
		}
	}
	return b.String()
}

// lines lists the lines of some places, in order, each once.
func lines(at []model.Pos) string {
	var out []string
	for _, p := range at {
		if n := strconv.Itoa(p.Line); len(out) == 0 || out[len(out)-1] != n {
			out = append(out, n)
		}
	}
	return strings.Join(out, ", ")
}
