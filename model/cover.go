// SPDX-License-Identifier: MIT

// This file knows the statements of C that a program consists of. The front end
// puts a Note where each begins; folding keeps it with the code that it stands
// in, so what was cut off is never noted, and what became part of another step
// is noted with that.

package model

import "slices"

// Statement is a statement of C in a function that a thread or INIT calls. The
// Note where it begins has its place in Program.Statements as number.
type Statement struct {
	Pos    Pos
	Func   string // the function it stands in, without the mark of a thread
	Own    bool   // of the spec, not of a header
	Final  bool   // in FINAL
	Assert string // the assertion that it is, such as "BUG_ON"; "" for none
	// Assumes is what whoever comes here has assumed, in place of a function's code; else "".
	Assumes string
	// Order is what whoever comes here takes for granted of the order of memory accesses,
	// one of Orders; else "".
	Order string
}

// Orders are the ways in which the kernel orders an access, or all around a fence.
var Orders = []string{"relaxed", "dependency", "acquire", "release", "read fence", "write fence", "full"}

// Begin says that a statement of Program.Statements begins here.
func (c *Code) Begin(statement int) {
	n := Note{When: True, N: statement}
	if last := len(c.cur.Body) - 1; last < 0 || c.cur.Body[last] != Stmt(n) {
		c.Do(n)
	}
}

// NewFacts reserves numbers for Notes, behind those of the statements, and
// returns the first.
func (p *Program) NewFacts(n int) int {
	first := len(p.Statements) + p.facts
	p.facts += n
	return first
}

// Notes lists the facts that a thread notes without a condition, in the order of
// its code. Threads with the same code note facts that mean the same of them at
// the same places.
func (t *Thread) Notes() (facts []int) {
	for _, b := range t.Blocks {
		b.Bodies(func(body []Stmt) {
			WalkStmts(body, func(st Stmt) {
				if n, ok := st.(Note); ok && n.When == True {
					facts = append(facts, n.N)
				}
			})
		})
	}
	return facts
}

// Begun lists the facts that were noted before the first state: by INIT, and by
// threads on the way to their first step.
func (p *Program) Begun() []int { return slices.Clone(p.begun) }
