// SPDX-License-Identifier: MIT

// This file defines what a native cell is: a Kind with its inner state and its
// operations. An operation is Go code that runs once, when the Program is
// built, and emits guarded transitions; everything else (footprints, "waits
// for" texts, exports) is read off what it emitted.

package model

import (
	"sort"
	"strings"
	"sync"
)

// Kind is a kind of native cell.
type Kind struct {
	Name    string // such as "rwsem"
	Tag     string // the C struct that is such a cell, "" if none
	Typedef string // what C calls it, if not by the tag
	Doc     string
	Declare func(p *Program, t *Type) // adds the inner state to a type; may be nil
	Ops     []*Op
	// Held says whether a thread holds instance inst in the given mode; nil
	// for kinds that are no locks. Kinds without a read mode ignore m == Read.
	Held  func(t *Type, inst Expr, thread int, m Mode) Expr
	spins bool // a lock whose holder is in atomic context
	// Unowned says whether instance inst is held by no thread in particular; nil
	// for kinds whose holds all belong to threads.
	Unowned func(t *Type, inst Expr) Expr
	Tree    Tree    // for trees of VMAs: what keys they have, and for whom
	Entries Entries // for what has an entry for each page: whose they are
	Parts   bool    // its C struct has other members beside, which are as those of any struct
	OfFolio bool    // the lock of a folio, in whatever struct it lies
	// Notable says of cells that are neither locks nor trees that each operation
	// is worth a line in a table of races.
	Notable bool
}

// Tree says what a cell is a tree of.
type Tree uint8

// The trees of VMAs.
const (
	NoTree   Tree = iota
	VMATree       // of a process, by address
	FileTree      // of those that map a file, by page of the file (i_mmap)
	AnonTree      // of those that an anon_vma may have pages in
)

// Rmap reports whether the reverse mapping finds VMAs by such a tree.
func (t Tree) Rmap() bool { return t == FileTree || t == AnonTree }

// Entries says whose entries for pages a cell has.
type Entries uint8

// The cells with an entry for each page.
const (
	NoEntries        Entries = iota
	PageTableEntries         // of a page table
	TLBEntries               // of the CPUs
)

// Synchronises reports whether a thread that only waits may take and leave such
// a cell on the way: a lock, or a wait queue.
func (k *Kind) Synchronises() bool { return k.Held != nil || k == waitKind }

// Op is a native operation.
type Op struct {
	Name string // the C function
	Doc  string
	Kind *Kind
	Emit func(c *Call)
	Try  bool // it takes a lock if that is to be had at once, in Mode
	Mode Mode
}

// Value is the value of an argument or result.
type Value struct {
	X      Expr
	Life   Expr  // of a pointer: what is known of the object; nil for names and non-pointers
	Points *Type // what it points to
}

// Call is one use of a native operation while a Program is built.
type Call struct {
	*Code
	Op       *Op
	Args     []Value
	Want     *Type  // the pointer type the result is converted to (allocations)
	Text     string // string literal argument, for the bug reporting natives
	Callback int    // call_rcu: the function, from 1; 0 frees the object
	Result   Value
}

// Kinds lists the native cells, one line each.
var Kinds []*Kind

func init() {
	Kinds = []*Kind{
		rwsemKind,
		spinlockKind,
		rawSpinlockKind,
		rwlockKind,
		mutexKind,
		lockdepKind,
		atomicKind,
		refcountKind,
		rcuKind,
		waitKind,
		workKind,
		seqcountKind,
		folioLockKind,
		slabKind,
		vmatreeKind,
		mapleNodeKind,
		itreeKind,
		anonItreeKind,
		rmapWalkKind,
		pgtableKind,
		tlbKind,
		notifierKind,
		contextKind,
		schedKind,
		bugKind,
		errKind,
	}
}

// ops finds operations by name; filled once, when all kinds have theirs.
var ops = sync.OnceValue(func() map[string]*Op {
	m := map[string]*Op{}
	for _, k := range Kinds {
		for _, o := range k.Ops {
			o.Kind = k
			m[o.Name] = o
		}
	}
	return m
})

// FindOp returns the native operation with the given C name, or nil.
func FindOp(name string) *Op { return ops()[name] }

// OpNames lists all native operations in order.
func OpNames() []string {
	var names []string
	for n := range ops() {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// Me is the number of the calling thread.
func (c *Call) Me() int { return c.T.Num }

// Type is the struct type of argument i.
func (c *Call) Type(i int) *Type { return c.Args[i].Points }

// Obj is the instance number of argument i.
func (c *Call) Obj(i int) Expr { return c.Args[i].X }

// Ret sets the result to a plain value held in a fresh register, and returns
// the register for the op to assign.
func (c *Call) Ret(points *Type) *Var {
	v := c.Temp(c.Op.Name+".ret", points, nil)
	c.Result = Value{X: Ld(v), Points: points}
	if v.Life != nil {
		c.Result.Life = Ld(v.Life)
	}
	return v
}

// initLock emits the initialisation of a lock, which must not be in use. It
// leaves a free lock as it is.
func (c *Call) initLock(l LockRef, used Expr) {
	if s := c.Step(c.Touch(0), Check{Prop: "lock-misuse", Bad: used, Text: initInUse, Lock: l}); s != nil {
		s.Init, s.Lock = true, l
	}
}

const initInUse = "initialisation of a lock that is in use"

// wake is a register that says whether a release must wake waiters; nil for
// locks that are known not to lie in the heap, where it does not matter.
func (c *Call) wake(l LockRef) *Var {
	if l.static() {
		return nil
	}
	return c.Temp("wake", nil, nil)
}

// static reports whether l is one lock that can never be freed.
func (l LockRef) static() bool {
	n, ok := ConstOf(l.Inst)
	return ok && l.Type.static(n)
}

// tail emits the last access of a release to its lock, if cond holds: a step
// of its own, in which the lock may have been freed by who was let in. It is
// dropped where the lock cannot be freed.
func (c *Call) tail(cond Expr, l LockRef) {
	if l.static() {
		return
	}
	touch, done := c.NewBlock(), c.NewBlock()
	c.Branch(cond, touch, done)
	c.At(touch)
	if s := c.Step(c.Touch(0)); s != nil {
		s.Tail, s.Lock = true, l
	}
	c.Goto(done)
	c.At(done)
}

// Touch marks an access to the memory of argument i, so that operations on a
// freed object are found.
func (c *Call) Touch(i int) Stmt {
	a := c.Args[i]
	return &Event{Kind: Access, Type: a.Points, Obj: a.X, Life: a.Life, Mode: Write}
}

// EachLock calls f on every lock instance of p.
func (p *Program) EachLock(f func(typ *Type, in *Instance)) {
	for _, typ := range p.Types {
		if typ.Kind == nil || typ.Kind.Held == nil {
			continue
		}
		for _, in := range typ.Instances {
			f(typ, in)
		}
	}
}

// LockClass is the class of a lock: the struct it lies in and its member name.
func (in *Instance) LockClass() string {
	member := in.Name[strings.LastIndexByte(in.Name, '.')+1:]
	if in.In == nil {
		return in.Name
	}
	return in.In.Type.Name + "." + member
}
