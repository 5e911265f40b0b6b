// SPDX-License-Identifier: MIT

// This file tells what became of a spec against adversaries.

package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"mmcheck/adversary"
	"mmcheck/checker"
	"mmcheck/report"
)

// report prints, of a spec that was asked for by name, the shortest race, or that there is none, and what became of each
// operation.
func (k *contest) report(name string) (exit, error) {
	best := k.best()
	if best == nil {
		best = k.undecided()
	}
	if best == nil {
		best = k.arenas[len(k.arenas)-1].largest()
	}
	if best.answer.res == nil {
		k.complain(best.answer.diags, best.answer.files)
		return exitUsage, nil
	}
	meta := report.Meta{Spec: k.sp.name + k.when + k.against(best), Variant: k.q.variant(), Command: k.commandLine(name, best), Full: k.full, Coverage: k.coverage, Messages: messages(best.answer.diags), Against: k.opponents()}
	if err := k.print(meta, best.answer.res, best.answer.source); err != nil {
		return exitInternal, err
	}
	if err := k.save(meta, best.answer.res, best.answer.source); err != nil {
		k.complainOf(err)
		return exitUsage, nil
	}
	if k.format == "text" && !k.quiet {
		k.out.WriteString("\n")
		for _, a := range k.arenas {
			a.tell()
		}
		k.tellRest()
	}
	return k.status(), nil
}

// largest is what to show of an arena in which nothing is wrong.
func (a *arena) largest() *meeting {
	best := &meeting{answer: a.alone}
	for _, m := range a.met {
		if m.answer.res != nil && m.answer.res.Stats.States > best.answer.res.Stats.States {
			best = m
		}
	}
	return best
}

// against says what a meeting was against, behind the name of a spec.
func (k *contest) against(m *meeting) string {
	switch {
	case len(m.ops) == 0:
		return ""
	case m.verdict() != checker.Holds:
		return " against " + m.name()
	}
	n := 0
	for _, a := range k.arenas {
		tried := 0
		for _, m := range a.met {
			if m.verdict() != "" {
				tried++
			}
		}
		n = max(n, tried)
	}
	return " against " + count(n, "operation", "operations")
}

// commandLine is the command that shows a meeting again.
func (k *contest) commandLine(name string, m *meeting) string {
	list := k.checkCommand.against
	if m.verdict() == checker.Violated && len(m.ops) > 0 {
		list = strings.ReplaceAll(m.name(), "+", ",")
	}
	return commandLine(name, &k.q, &k.search, append([]string{"--against", list}, k.from.words()...)...)
}

// opponents is what became of each operation, for a report.
func (k *contest) opponents() (out []report.Opponent) {
	for _, a := range k.arenas {
		for _, m := range a.all() {
			o := report.Opponent{Verdict: string(m.verdict()), Excepted: m.own}
			for _, op := range m.ops {
				o.Operations = append(o.Operations, op.Name)
			}
			if a.shape != nil {
				o.Shape = a.shape.Name
			}
			if a.breaks(m) {
				o.Property, o.Steps = m.answer.res.Finding.Property.ID, m.steps()
			}
			if e, known := a.effect[m.ops[0].Name]; known && len(m.ops) == 1 {
				o.Effect = e.String()
			}
			out = append(out, o)
		}
	}
	return out
}

// tell prints what became of each operation in an arena.
func (a *arena) tell() {
	where := "from INIT"
	if a.shape != nil {
		where = fmt.Sprintf("from shape %s (%s) at %#x", a.shape.Name, a.shape.Doc, a.at)
	}
	if a.alone.res.Verdict != checker.Holds {
		a.line(where+":", []string{verdictOf(a.alone.res) + " without any operation beside it"})
		if a.met == nil {
			return
		}
	}
	var pages, holds, idle, broken, own, open, foreign []string
	for _, r := range a.ranges {
		pages = append(pages, r.String())
	}
	for _, m := range a.all() {
		switch v := m.verdict(); {
		case v == "":
			foreign = append(foreign, m.name())
		case a.breaks(m):
			f := m.answer.res.Finding
			broken = append(broken, fmt.Sprintf("%s (%s, %s)", m.name(), f.Property.ID, count(m.steps(), "step", "steps")))
		case v == checker.Unknown:
			open = append(open, m.name()+" ("+m.answer.res.Limit.What+")")
		case len(m.ops) == 1 && a.effect != nil && a.effect[m.ops[0].Name] == adversary.Nothing:
			idle = append(idle, m.name())
		default:
			holds = append(holds, m.name())
		}
		if len(m.own) > 0 {
			own = append(own, m.name()+" ("+strings.Join(m.own, ", ")+")")
		}
	}
	a.line(where+", pages", pages)
	a.line("  broken by:", broken)
	a.line("  unknown:", open)
	with := "holds against:"
	if gravity(a.alone.res) > 0 {
		with = "no worse with:"
	}
	a.line("  "+with, holds)
	a.line("  and, which change no page and no VMA here:", idle)
	a.line("  not tried, does not compile with the spec:", foreign)
	a.line("  left aside, since broken without the spec:", own)
	switch {
	case a.paired > 0:
		a.line("  and in pairs:", []string{fmt.Sprintf("%d tried", a.paired)})
	case !a.pairs && broken == nil:
		a.line("  pairs of them:", []string{"not tried (--against all)"})
	}
}

// tellRest prints what was not tried.
func (k *contest) tellRest() {
	for _, why := range slices.Sorted(maps.Keys(k.skipped)) {
		k.line("not tried, "+why+":", k.skipped[why])
	}
	k.line("shapes in which the spec does nothing else, or that do not fit it:", k.alike)
}

// line prints a list under a heading, in lines of at most 80 columns; nothing if it is
// empty.
func (k *contest) line(heading string, words []string) {
	if len(words) == 0 {
		return
	}
	first := heading[:len(heading)-len(strings.TrimLeft(heading, " "))]
	for i, l := range strings.Split(fill(strings.Fields(strings.TrimSpace(heading)+" "+strings.Join(words, ", ")), 76-len(first)), "\n") {
		if i > 0 {
			l = "  " + l
		}
		fmt.Fprintln(k.out, first+l)
	}
}
