// SPDX-License-Identifier: MIT

// This file turns measurements into the tables that are shown. A table is a
// list of columns, a column a figure computed from the runs on one member of
// the family.

package main

import (
	"fmt"
	"math"
)

// section is a table.
type section struct {
	id      string
	title   string
	text    string
	roles   []string // whose commands are shown with it
	buggy   bool     // its rows are the members with a bug
	from    int64    // its rows are the members with at least so many states
	columns []column
}

// column is a figure. Its value is not a number where it was not measured.
type column struct {
	key    string // its name in JSON
	head   string
	format func(float64) string
	value  func(*measured) float64
}

var none = math.NaN()

// sections lists the tables.
var sections = []section{
	{
		id: "states", title: "States with everything off",
		text:  "What the family is defined to have, and what each tool stores. The crosscheck\nis SPIN on mmcheck's own translation of the C. All must be equal.",
		roles: []string{full1, spinFull, checked},
		columns: []column{
			{"defined", "defined", count, func(m *measured) float64 { return float64(m.States) }},
			{"mmcheck", "mmcheck", count, of(full1, states)},
			{"spin", "SPIN", count, of(spinFull, states)},
			{"crosscheck", "crosscheck", count, of(checked, states)},
			{"transitions", "transitions", count, of(full1, transitions)},
			{"equal", "equal", yesNo, equal},
		},
	},
	{
		id: "speed", title: "Search without reduction",
		text:  "Million states a second, one thread each, SPIN at -O3 without its compile time;\ntwo workers against one; bytes of memory a state, of the whole process.",
		roles: []string{full1, full2, spinFull}, from: largeSize,
		columns: []column{
			{"mmcheckRate", "mmcheck", million, of(full1, (*run).rate)},
			{"spinRate", "SPIN", million, of(spinFull, (*run).rate)},
			{"ratio", "ratio", ratio, quotient(of(full1, (*run).rate), of(spinFull, (*run).rate))},
			{"aim", "aim", ratio, always(3)},
			{"twoWorkers", "2 : 1", ratio, quotient(of(full1, (*run).typical), of(full2, (*run).typical))},
			{"twoWorkersAim", "aim", ratio, always(1.6)},
			{"bytesPerState", "B/state", tenth, of(full1, bytesPerState)},
			{"spinBytesPerState", "SPIN", tenth, of(spinFull, bytesPerState)},
			{"bytesPerStateAim", "aim", tenth, always(32)},
		},
	},
	{
		id: "reduction", title: "States stored with reduction",
		text:  "The ratios are of others' states to mmcheck's. Default settings of both; by hand: a " + expertModel + ".",
		roles: []string{defaults, spinPOR},
		columns: []column{
			{"full", "full", count, func(m *measured) float64 { return float64(m.States) }},
			{"spin", "SPIN", count, of(spinPOR, states)},
			{"mmcheck", "mmcheck", count, of(defaults, states)},
			{"ratio", "ratio", ratio, quotient(of(spinPOR, states), of(defaults, states))},
			{"aim", "aim", ratio, reductionAim},
			{"expert", "by hand", count, expert},
			{"expertRatio", "ratio", significant, quotient(expert, of(defaults, states))},
		},
	},
	{
		id: "verdict", title: "Source to verdict",
		text:  "Seconds, default settings of both; SPIN has to generate and compile first.",
		roles: []string{defaults, spinPOR},
		columns: []column{
			{"mmcheck", "mmcheck", seconds, of(defaults, (*run).total)},
			{"spinBuild", "SPIN build", seconds, of(spinPOR, (*run).build)},
			{"spinSearch", "search", seconds, of(spinPOR, (*run).typical)},
			{"spin", "both", seconds, of(spinPOR, (*run).total)},
			{"ratio", "ratio", ratio, quotient(of(spinPOR, (*run).total), of(defaults, (*run).total))},
			{"aim", "aim", ratio, always(20)},
		},
	},
	{
		id: "counterexample", title: "Source to counterexample",
		text: "Seconds and steps. mmcheck's is a shortest one. SPIN is compiled at -O0 and\n" +
			"searches depth first, breadth first, or breadth first without its reduction,\n" +
			"which alone finds a shortest one; the ratio is that of its fastest way.",
		roles: []string{defaults, spinDepth, spinBFS, spinNoPOR}, buggy: true,
		columns: []column{
			{"mmcheck", "mmcheck", seconds, of(defaults, (*run).total)},
			{"steps", "steps", count, of(defaults, steps)},
			{"spinDepth", "depth", seconds, of(spinDepth, (*run).total)},
			{"spinDepthSteps", "steps", count, of(spinDepth, steps)},
			{"spinBFS", "breadth", seconds, of(spinBFS, (*run).total)},
			{"spinBFSSteps", "steps", count, of(spinBFS, steps)},
			{"spinNoPOR", "full", seconds, of(spinNoPOR, (*run).total)},
			{"spinNoPORSteps", "steps", count, of(spinNoPOR, steps)},
			{"ratio", "ratio", ratio, quotient(fastest, of(defaults, (*run).total))},
			{"aim", "aim", ratio, always(20)},
		},
	},
}

// of takes a figure from the run of a role.
func of(role string, figure func(*run) float64) func(*measured) float64 {
	return func(m *measured) float64 {
		if r := m.ok(role); r != nil {
			return figure(r)
		}
		return none
	}
}

func quotient(a, b func(*measured) float64) func(*measured) float64 {
	return func(m *measured) float64 { return a(m) / b(m) }
}

func always(x float64) func(*measured) float64 { return func(*measured) float64 { return x } }

func states(r *run) float64        { return float64(r.States) }
func transitions(r *run) float64   { return float64(r.Transitions) }
func steps(r *run) float64         { return float64(r.Steps) }
func bytesPerState(r *run) float64 { return float64(r.MaxRSS) / float64(r.States) }

// equal is 1 if all counts that there are agree with the definition.
func equal(m *measured) float64 {
	same, any := 1.0, false
	for _, role := range []string{full1, full2, spinFull, checked} {
		r := m.ok(role)
		if r == nil {
			continue
		}
		any = true
		if r.States != m.States || role != checked && r.Transitions != m.Transitions {
			same = 0
		}
	}
	if !any {
		return none
	}
	return same
}

func expert(m *measured) float64 {
	if m.Expert == 0 {
		return none
	}
	return float64(m.Expert)
}

// reductionAim is lower where threads race without a common lock.
func reductionAim(m *measured) float64 {
	switch m.Name {
	case "S1", "S2", "S4":
		return 100
	case "S3", "S5":
		return 10
	}
	return none
}

// fastest is the time of SPIN's fastest way to a counterexample.
func fastest(m *measured) float64 {
	least := none
	for _, role := range []string{spinDepth, spinBFS, spinNoPOR} {
		if r := m.ok(role); r != nil && !(r.total() >= least) {
			least = r.total()
		}
	}
	return least
}

func million(x float64) string { return fmt.Sprintf("%.2f M/s", x/1e6) }
func ratio(x float64) string   { return fmt.Sprintf("%.1fx", x) }
func tenth(x float64) string   { return fmt.Sprintf("%.1f", x) }
func seconds(x float64) string { return fmt.Sprintf("%.3f", x) }

// significant writes a ratio that may be much below 1.
func significant(x float64) string { return fmt.Sprintf("%.2gx", x) }

func yesNo(x float64) string {
	if x == 0 {
		return "NO"
	}
	return "yes"
}

// count writes a number with commas.
func count(x float64) string {
	s := fmt.Sprintf("%.0f", x)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
