// SPDX-License-Identifier: MIT

// This file writes the process that finds deadlocks. It adds no state of its
// own: it only fires where threads are caught, or changes nothing.

package promela

import (
	"fmt"
	"slices"
	"strings"

	"mmcheck/model"
)

func (w *writer) monitored() bool { return !slices.Contains(w.o.Ignore, deadlockID) }

// monitorVars declares the scratch variable, which is zero in every state.
func (w *writer) monitorVars() {
	if w.canCycle() {
		w.put("int waits[%d];", len(w.p.Threads))
	}
}

// canCycle reports whether any step says whom it waits for.
func (w *writer) canCycle() bool {
	for _, t := range w.p.Threads {
		for _, b := range t.Points {
			if b.Step.Waits != nil && w.blockedAt(t, b) != "" {
				return true
			}
		}
	}
	return false
}

func (w *writer) monitor() {
	w.put("")
	w.put("active proctype deadlock()")
	w.put("{")
	w.put("end:\tdo")
	w.put("\t/* nobody can go on */")
	var alive []string
	for _, t := range w.p.Threads {
		alive = append(alive, w.pc(t)+" != 0")
	}
	w.lines[w.line] = Firing{}
	w.put("\t:: d_step { timeout && stop == 0 && (%s) -> %s stop = 1 }", strings.Join(alive, " || "), w.report(w.stops.list[0]))
	if w.canCycle() {
		w.cycles()
	}
	w.put("\tod")
	w.put("}")
}

// blockedAt writes the condition that t waits at b; "" if it never does.
func (w *writer) blockedAt(t *model.Thread, b *model.Block) string {
	none := model.Expr(model.True)
	for i, a := range b.Step.Alts {
		if a.Guard == nil {
			return ""
		}
		for _, other := range b.Step.Alts[:i] {
			if other.Guard == model.Not(a.Guard) {
				return "" // one of the two is always enabled
			}
		}
		none = model.And(none, model.Not(w.simplify(a.Guard)))
	}
	switch none {
	case model.Expr(model.False):
		return ""
	case model.Expr(model.True):
		return fmt.Sprintf("(%s == %d)", w.pc(t), b.PC)
	}
	return fmt.Sprintf("(%s == %d && %s)", w.pc(t), b.PC, w.expr(none))
}

// blocked writes the condition that t waits.
func (w *writer) blocked(t *model.Thread) string {
	tests := []string{}
	for _, b := range t.Points {
		if test := w.blockedAt(t, b); test != "" {
			tests = append(tests, test)
		}
	}
	if len(tests) == 0 {
		return "false"
	}
	return "(" + strings.Join(tests, " || ") + ")"
}

// cycles writes the option that looks, while some threads run, for others that
// wait for each other: the transitive closure of who waits for whom.
func (w *writer) cycles() {
	var some, running []string
	for _, t := range w.p.Threads {
		some = append(some, w.blocked(t))
		running = append(running, fmt.Sprintf("(%s != 0 && !%s)", w.pc(t), w.blocked(t)))
	}
	w.put("\t/* some can, but others wait in a circle */")
	w.lines[w.line] = Firing{}
	w.put("\t:: d_step { stop == 0 && (%s) && (%s) ->", strings.Join(some, " || "), strings.Join(running, " || "))
	w.depth += 2
	for i, t := range w.p.Threads {
		w.waits(i, t)
	}
	w.closure()
	w.put("skip }")
	w.depth -= 2
}

// closure follows the waits to their end and stops where one comes back to
// its thread. Threads that do not wait have empty sets.
func (w *writer) closure() {
	n := len(w.p.Threads)
	for k := range n {
		for i := range n {
			w.put("waits[%d] = ((waits[%d] >> %d) & 1 -> waits[%d] | waits[%d] : waits[%d]);", i, i, k, i, k, i)
		}
	}
	var circle []string
	for i := range n {
		circle = append(circle, fmt.Sprintf("((waits[%d] >> %d) & 1)", i, i))
	}
	w.put("if")
	w.put(":: %s -> %s stop = 1", strings.Join(circle, " || "), w.report(w.stops.list[0]))
	w.put(":: else -> skip")
	w.put("fi;")
	for i := range n {
		w.put("waits[%d] = 0;", i)
	}
}

// waits writes the set of threads that t waits for.
func (w *writer) waits(i int, t *model.Thread) {
	if w.blocked(t) == "false" {
		return
	}
	w.put("if")
	for _, b := range t.Points {
		if test := w.blockedAt(t, b); test != "" {
			set := "0"
			if b.Step.Waits != nil {
				set = w.expr(w.simplify(b.Step.Waits))
			}
			w.put(":: %s -> waits[%d] = %s", test, i, set)
		}
	}
	w.put(":: else -> skip")
	w.put("fi;")
}
