// SPDX-License-Identifier: MIT

// This file finds initialisations of locks that nobody can have seen: those in an
// object that came from the allocator on the way, of which the thread has told
// nobody. They are no steps of their own.

package model

import "slices"

// dropFresh turns the initialisations of locks in fresh objects into register work.
func (t *Thread) dropFresh() {
	from := t.predecessors()
	for _, b := range t.Blocks {
		if b.Step != nil && b.Step.Init && fresh(b, from) {
			a := b.Step.Alts[0]
			b.Step, b.Body, b.Then = nil, slices.DeleteFunc(slices.Clone(a.Body), isInitCheck), a.Next
		}
	}
}

func isInitCheck(st Stmt) bool {
	c, ok := st.(Check)
	return ok && c.Text == initInUse
}

// fresh reports whether the lock that b initialises lies in an object that was
// allocated on the only way to b, and not published since. A type-stable object
// may be known from before.
func fresh(b *Block, from map[*Block][]*Block) bool {
	ptr := pointerIn(b.Step.Lock.Inst)
	if ptr == nil || ptr.Points == nil || ptr.Points.Typesafe {
		return false
	}
	t := ptr.Points
	for at := b; len(from[at]) == 1 && from[at][0] != b; {
		at = from[at][0]
		body := at.Body
		if at.Step != nil {
			if len(at.Step.Alts) != 1 {
				return false
			}
			body = at.Step.Alts[0].Body
		}
		for _, st := range slices.Backward(body) {
			set, ok := st.(Set)
			switch {
			case !ok:
				if tells(st, t) {
					return false
				}
			case set.V == ptr:
				src, copied := set.X.(Get)
				if !copied || !IsRegister(src.V) {
					return at.Step != nil && allocates(body, t, ptr)
				}
				ptr = src.V
			case publishes(set, t):
				return false
			}
		}
	}
	return false
}

// pointerIn is the register by which a lock in an object is named, nil if it is
// not named so.
func pointerIn(inst Expr) *Var {
	for {
		switch e := inst.(type) {
		case Map:
			inst = e.X
		case Get:
			if e.I == nil && IsRegister(e.V) {
				return e.V
			}
			return nil
		default:
			return nil
		}
	}
}

// allocates reports whether a body hands out an object of type t in register v.
func allocates(body []Stmt, t *Type, v *Var) bool {
	return slices.ContainsFunc(body, func(st Stmt) bool {
		set, ok := st.(Set)
		return ok && t.Live != nil && set.V == t.Live && set.I == Expr(Ld(v)) && set.X == Expr(Const(1))
	})
}

// publishes reports whether an assignment may show objects of type t to others:
// it stores a pointer to one, or into one, or changes a cell outside of it.
func publishes(set Set, t *Type) bool {
	v := set.V
	switch {
	case IsRegister(v), v.Type == t && v.Kind != Memory:
		return false
	case v.Kind == Cell:
		return v.Type == nil || !v.Type.CanLieIn(t)
	}
	return v.Points != nil && v.Points.CanLieIn(t)
}

// tells reports whether some assignment in a statement publishes.
func tells(st Stmt, t *Type) bool {
	found := false
	WalkStmts([]Stmt{st}, func(st Stmt) {
		if set, ok := st.(Set); ok && publishes(set, t) {
			found = true
		}
	})
	return found
}
