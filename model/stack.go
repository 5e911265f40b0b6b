// SPDX-License-Identifier: MIT

// This file ends the lives of local variables. Where control leaves a block of C,
// the front end leaves an End with all that the block declares. What comes of it is
// decided when the code is finished: a step that marks pointers as dangling (Kill),
// if a pointer to one of the variables may be kept in memory, or in a register whose
// life somebody still looks at, and nothing at all otherwise.

package model

import "slices"

// Local is an automatic variable of C, as one thread has it.
type Local struct {
	Name    string      // as C calls it
	Func    string      // whose it is; empty in the code of a thread itself
	Thread  *Thread     // which has it
	Objects []*Instance // several for an array
	Holders []*Var      // in which pointers to it, or into it, may be kept
	Ends    bool        // once sealed: the end of its life shows
}

// Adopt makes in a part of l.
func (l *Local) Adopt(in *Instance) {
	in.Local = l
	l.Objects = append(l.Objects, in)
}

// String names the variable for people: "'x' of f()".
func (l *Local) String() string {
	if l.Func == "" {
		return "'" + l.Name + "'"
	}
	return "'" + l.Name + "' of " + l.Func + "()"
}

// Scope is what a block of C declares. It may be filled until the Program is sealed.
type Scope struct{ Locals []*Local }

// End says that control leaves a scope here. It is a step of its own, at At, unless it
// is Atomic: part of the step around it.
type End struct {
	Scope  *Scope
	At     *Site
	Atomic bool
}

// Whole is the object that in is, or lies in.
func (in *Instance) Whole() *Instance {
	for in.In != nil {
		in = in.In
	}
	return in
}

// ends reports whether the life of in ends before the program does.
func (in *Instance) ends() bool {
	l := in.Whole().Local
	return l != nil && l.Ends
}

// OnStack says whether pointer x to a typ leads to, or into, a local variable whose
// life ends.
func (p *Program) OnStack(typ *Type, x Expr) Expr {
	tab := &Table{Name: "local " + typ.Name, Arg: typ}
	all := true
	for _, in := range typ.Instances {
		if in.ends() {
			tab.Put(in.Num, 1)
		} else {
			all = false
		}
	}
	switch {
	case len(tab.Of) == 0:
		return False
	case all:
		return True
	}
	return Ne(Lookup(tab, x), Const(0))
}

// DropEnds drops each End of a scope that no pointer is kept to.
func (p *Program) DropEnds() {
	for _, t := range append([]*Thread{p.init}, p.Threads...) {
		for _, b := range t.Blocks {
			b.Body = slices.DeleteFunc(b.Body, func(st Stmt) bool {
				end, ok := st.(End)
				return ok && !slices.ContainsFunc(end.Scope.Locals, func(l *Local) bool { return len(l.Holders) > 0 })
			})
		}
	}
}

// endLives replaces each End in the code of t by what it takes.
func (t *Thread) endLives() {
	var ends []*Block
	for _, b := range t.Blocks {
		for b != nil && len(b.Body) > 0 {
			b = t.splitEnd(b, &ends)
		}
	}
	if len(ends) == 0 {
		return
	}
	live := t.liveness()
	for _, b := range ends {
		end := b.Body[0].(End)
		b.Body = end.kills(func(v *Var) bool {
			return v.Thread != t.Num || !IsRegister(v.Life) || live.in[b.Then].has(v.Life)
		})
		if len(b.Body) > 0 && !end.Atomic {
			b.Step = &Step{Site: end.At, Alts: []Alt{{Body: b.Body, Next: b.Then}}}
			b.Body, b.Then = nil, nil
		}
	}
}

// splitEnd makes the first End in the body of b a block of its own, and returns the
// block behind it, nil if there is none.
func (t *Thread) splitEnd(b *Block, ends *[]*Block) *Block {
	i := slices.IndexFunc(b.Body, isEnd)
	if i < 0 {
		return nil
	}
	rest := &Block{ID: len(t.Blocks), Body: b.Body[i+1:], Cond: b.Cond, Then: b.Then, Else: b.Else}
	at := &Block{ID: rest.ID + 1, Body: b.Body[i : i+1 : i+1], Then: rest}
	t.Blocks = append(t.Blocks, rest, at)
	b.Body, b.Cond, b.Then, b.Else = b.Body[:i:i], nil, at, nil
	*ends = append(*ends, at)
	return rest
}

func isEnd(st Stmt) bool {
	_, ok := st.(End)
	return ok
}

// kills marks the pointers in those of the holders that may still be looked at.
func (e End) kills(looked func(*Var) bool) []Stmt {
	var out []Stmt
	for _, l := range e.Scope.Locals {
		var in []*Var
		for _, v := range l.Holders {
			if looked(v) {
				in = append(in, v)
			}
		}
		for _, obj := range l.Objects {
			if len(in) > 0 {
				out = append(out, Kill{Type: obj.Type, Obj: Int(obj.Num), In: in})
				l.Ends = true
			}
		}
	}
	return out
}
