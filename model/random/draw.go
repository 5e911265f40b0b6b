// SPDX-License-Identifier: MIT

// This file draws scripts: which style, how many threads, how many alike.

package random

import "strings"

// Draw makes a script of the choices of src.
func Draw(src Source) *Script {
	switch n := src.Intn(100); {
	case n < 18:
		return Disciplined(src)
	case n < 65:
		return spoil(src, Disciplined(src))
	}
	return anarchy(src)
}

// crew draws how many threads there are and which of them are alike, most
// often two or three.
func crew(src Source) []int {
	return oneOf(src, []int{2}, []int{1, 1}, []int{2}, []int{1, 1}, []int{2, 1}, []int{1, 1, 1}, []int{3}, []int{1, 2}, []int{2, 2}, []int{1, 1, 1, 1})
}

// Shorthands for statements.

// do is a statement from its text.
func do(text string) Stmt {
	w := strings.Fields(text)
	if len(w) > 2 && w[1] == "=" {
		return Stmt{Dst: w[0], Op: w[2], Args: w[3:]}
	}
	return Stmt{Op: w[0], Args: w[1:]}
}

// around is a statement from its text and what it encloses.
func around(head string, bodies ...[]Stmt) Stmt {
	s := do(head)
	s.Bodies = bodies
	return s
}

// list is a body.
func list(ss ...Stmt) []Stmt { return ss }

// text is a body from the text of statements that enclose nothing.
func text(lines ...string) []Stmt {
	var out []Stmt
	for _, l := range lines {
		out = append(out, do(l))
	}
	return out
}

// then joins bodies.
func then(bodies ...[]Stmt) []Stmt {
	var out []Stmt
	for _, b := range bodies {
		out = append(out, b...)
	}
	return out
}
