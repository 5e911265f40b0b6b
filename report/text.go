// SPDX-License-Identifier: MIT

// This file renders a Result for people: the text that goes into a mail.

package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"mmcheck/checker"
	"mmcheck/checker/property"
	"mmcheck/model"
)

// Text writes the report for people.
func Text(w io.Writer, m Meta, r *checker.Result, src Source) error {
	p := &printer{w: w}
	switch r.Verdict {
	case checker.Violated:
		violated(p, m, newStory(r, m.Full), src)
	case checker.Unknown:
		unknown(p, m, r)
		p.write(coverage(m, r, src))
	default:
		holds(p, m, r)
		p.write(coverage(m, r, src))
	}
	if m.Command != "" {
		p.write("to reproduce: " + m.Command + "\n")
	}
	return p.err
}

func violated(p *printer, m Meta, s *story, src Source) {
	p.write(s.title() + "\n\n")
	p.write(s.diagnostics(src))
	if lines := s.table(); len(s.facts) > 0 {
		p.write("\n" + strings.Join(lines, "\n") + "\n\n")
	}
	p.write(s.closing())
	if m.Coverage {
		p.write("coverage: the search ended with the violation, before it was known\n")
	}
}

// diagnostics prints where the violation shows, and the notes.
func (s *story) diagnostics(src Source) string {
	severity := "error"
	if s.find.Property.Severity == property.Rule {
		severity = "warning"
	}
	var b strings.Builder
	text := s.wrong() + " [" + s.find.Property.ID + "]"
	if at := s.place(); at != nil {
		b.WriteString(diagnostic(at, severity, text, src))
	} else {
		b.WriteString(severity + ": " + text + "\n")
	}
	for _, n := range s.notes {
		b.WriteString(diagnostic(shownAt(n.at), "note", n.text, src))
	}
	if ids := propertyIDs(s.find.Also); len(ids) > 0 {
		b.WriteString("note: the same step also breaks " + strings.Join(ids, ", ") + "\n")
	}
	return b.String()
}

func propertyIDs(ps []*property.Property) []string {
	var out []string
	for _, p := range ps {
		out = append(out, p.ID)
	}
	return out
}

// closing are the bounds and figures below a violation.
func (s *story) closing() string {
	tr := s.find.Trace
	var b strings.Builder
	b.WriteString(scope(s.res))
	b.WriteString(figures(s.res))
	if l := s.res.Limit; l != nil {
		b.WriteString("stopped at " + l.What + ": an error may be behind it\n")
		if l.Raise != "" {
			b.WriteString("raise it with " + l.Raise + "\n")
		}
	}
	kind := "shortest schedule"
	if !s.find.Shortest {
		kind = "a schedule (not proven shortest)"
	}
	fmt.Fprintf(&b, "%s: %s, %s\n", kind, plural(int64(len(tr.Steps)), "step"), switches(tr.Switches()))
	b.WriteString(s.leftOut())
	return b.String()
}

// leftOut names the threads that have steps in the schedule and no column in the
// table.
func (s *story) leftOut() string {
	var parts []string
	involved := s.involved()
	for _, t := range s.prog.Threads {
		n := 0
		for _, f := range s.facts {
			if f.Thread == t {
				n++
			}
		}
		if n > 0 && !slices.Contains(involved, t) {
			parts = append(parts, t.Name+" ("+plural(int64(n), "step")+")")
		}
	}
	if parts == nil {
		return ""
	}
	return "not in the table, since nothing here depends on it: " + strings.Join(parts, ", ") + "\n"
}

func switches(n int) string {
	if n == 1 {
		return "1 context switch"
	}
	return count(int64(n)) + " context switches"
}

// scope says what was modelled: threads, bounds, the kernel if that makes a difference,
// abstractions, memory model.
func scope(r *checker.Result) string {
	threads := int64(0)
	for _, t := range r.Program.Threads {
		if !t.Final { // FINAL only looks at what the others leave
			threads++
		}
	}
	parts := []string{plural(threads, "thread")}
	if len(r.Program.Bounds) > 0 {
		parts = append(parts, "bounds: "+strings.Join(r.Program.Bounds, ", "))
	}
	if p := r.Program; p.Kernel != "" && p.StandIn == "" {
		parts = append(parts, "kernel "+p.Kernel)
	}
	parts = append(parts, memoryModel)
	line := strings.Join(parts, "; ") + "\n"
	if p := r.Program; p.StandIn != "" {
		line += fmt.Sprintf("kernel %s is not modelled: %s stands in\n", p.Kernel, p.StandIn)
	}
	if len(r.Program.Replaced) > 0 {
		line += "replaced by the spec: " + strings.Join(r.Program.Replaced, ", ") + "\n"
	}
	if len(r.Assumed) > 0 {
		line += "assumed: " + strings.Join(r.Assumed, ", ") + "\n"
	}
	if len(r.Orders) > 0 {
		line += "orders taken for granted: " + ordersOf(r) + "\n"
	}
	return line
}

// ordersOf counts the places of each order.
func ordersOf(r *checker.Result) string {
	n := map[string]int{}
	for _, s := range r.Orders {
		n[s.Order]++
	}
	var parts []string
	for _, o := range model.Orders {
		if n[o] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", o, n[o]))
		}
	}
	return strings.Join(parts, ", ") + " (--format=json lists them)"
}

const memoryModel = "sequential consistency"

// figures are the statistics that are the same on every run.
func figures(r *checker.Result) string {
	if r.Simulation != nil {
		return simulated(r) + "\n"
	}
	if r.Stats.Reduced {
		return fmt.Sprintf("%s stored, %s; equivalent ones left out (--no-reduce searches all)\n",
			plural(r.Stats.States, "state"), plural(r.Stats.Transitions, "transition"))
	}
	return fmt.Sprintf("%s, %s, depth %s\n", plural(r.Stats.States, "state"), plural(r.Stats.Transitions, "transition"), count(int64(r.Stats.Depth)))
}

// simulated are those of a simulation.
func simulated(r *checker.Result) string {
	sim := r.Simulation
	line := fmt.Sprintf("simulated %s (seed %d), %s, the longest %s", plural(r.Stats.Runs, "schedule"), sim.Seed,
		plural(r.Stats.Transitions, "step"), count(int64(sim.Longest)))
	if sim.Cut > 0 {
		line += fmt.Sprintf("; %s broken off after %s", count(sim.Cut), plural(int64(sim.MaxDepth), "step"))
	}
	return line
}

// subject names the spec and what was defined.
func subject(m Meta) string {
	if m.Variant == "" {
		return model.Printable(m.Spec)
	}
	return model.Printable(m.Spec + " [" + m.Variant + "]")
}

func holds(p *printer, m Meta, r *checker.Result) {
	p.write("holds: " + subject(m) + ": no violation in any interleaving" + untried(r.Coverage) + "\n")
	p.write(known(r))
	p.write(scope(r))
	p.write(figures(r))
	p.write(checkedLine(r))
}

// known says how states were told from each other, unless by all they are.
func known(r *checker.Result) string {
	f := r.Fingerprints
	if f == nil {
		return ""
	}
	return fmt.Sprintf("but states are known by %d bits: one was missed with a probability of up to %.2g\n", f.Bits, f.Missed)
}

func checkedLine(r *checker.Result) string {
	n := len(r.Checked)
	if n == 1 {
		return "1 property checked: " + r.Checked[0].ID + "\n"
	}
	line := fmt.Sprintf("%d properties checked", n)
	if n < len(property.All) {
		line += ": " + strings.Join(propertyIDs(r.Checked), ", ")
	}
	return line + "\n"
}

func unknown(p *printer, m Meta, r *checker.Result) {
	if r.Simulation != nil && r.Limit == nil {
		p.write(fmt.Sprintf("unknown: %s: simulated %s of up to %s: no violation\n", subject(m),
			plural(r.Stats.Runs, "schedule"), plural(int64(r.Simulation.MaxDepth), "step")))
		p.write(scope(r) + figures(r))
		p.write("no violation was found, but not every interleaving was tried\n")
		return
	}
	l := checker.LimitHit{What: "a limit"}
	if r.Limit != nil {
		l = *r.Limit
	}
	p.write("unknown: " + subject(m) + ": stopped at " + l.What + "\n")
	if l.Raise != "" {
		p.write("raise it with " + l.Raise + "\n")
	}
	for _, v := range r.Program.CountsOn {
		p.write(v.Name + " counts in a loop, and more is asked of it than whether it has changed:\nthere may be no end of states\n")
	}
	p.write(known(r))
	p.write(scope(r))
	p.write("so far: " + figures(r))
	if r.Stats.Frontier > 0 {
		p.write(plural(r.Stats.Frontier, "state") + " still to be explored\n")
	}
	p.write("no violation was found, but not every interleaving was tried\n")
}
