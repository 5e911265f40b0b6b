// SPDX-License-Identifier: MIT

// This file defines Program, the finished model that a search explores, and
// Thread. See doc.go for the life of a Program.

package model

import "fmt"

// Program is a closed system of threads over shared memory.
type Program struct {
	Name       string
	Types      []*Type
	Vars       []*Var
	Threads    []*Thread                  // Threads[i].Num == i+1; the FINAL thread, if any, comes last
	Initial    State                      // valid once sealed
	Size       int                        // number of elements of a State
	Pools      map[string]int             // bound of a heap pool by struct tag
	Typesafe   map[string]bool            // struct tags whose pools are SLAB_TYPESAFE_BY_RCU
	Bounds     []string                   // what bounds the model, for the verdict
	Assumed    []string                   // what was abstracted, for the verdict
	CountsOn   []*Var                     // variables that may count for ever (see sequence.go)
	Replaced   []string                   // functions of headers that the spec has its own for
	Kernel     string                     // the version that the headers were asked for, such as "6.12"; "" if they were not
	StandIn    string                     // the version that stands in for a Kernel that is not modelled; else ""
	TaskPages  int                        // pages of the modelled address space
	NullPlus   bool                       // some pointer may be NULL plus an offset
	Strays     bool                       // some pointer may lead to no object of the type it has
	anything   *Type                      // see Anything
	storesVMAs bool                       // some code puts a vma into a tree
	declared   declared                   // what the spec says of VMAs
	late       []func()                   // table fillers run by Seal
	taskStates *Var                       // see taskState
	irqState   *Var                       // see irqs
	preempts   *Var                       // see preemptCount
	tasks      Table                      // the set of threads that a task_struct stands for
	works      *works                     // nil without work items
	rcuState   *rcuVars                   // nil without RCU
	stores     map[store]bool             // what mayStore has found out
	frees      []*Type                    // the types of which the code being finished frees objects
	Statements []Statement                // of C, in the functions that are called
	facts      int                        // see NewFacts
	begun      []int                      // see Begun
	init       *Thread                    // INIT
	elements   int                        // see Reserve
	kept       map[keeping]map[int64]bool // see findKept
	sealed     bool
}

// Thread is one thread of control.
type Thread struct {
	Name    string
	Num     int // 1, 2, ...; the INIT thread has the number behind the last
	Entry   *Block
	Blocks  []*Block // all blocks, in creation order
	Points  []*Block // scheduling points: Points[i].PC == i+1; pc 0 means ended
	PC      *Var
	Final   bool // runs after all others have ended
	Pos     Pos  // where the thread is defined
	Regs    []*Var
	raw     *Var // see context.go
	faults  *Var
	guesses *Var
	grace   int  // see ownHead
	softirq bool // always in atomic context
	worker  bool // runs work items
	handler bool // of an interrupt
	midst   *Var // of a handler: the thread that it interrupts
	prog    *Program
}

// DefaultPool is the number of objects of a heap pool without MM_POOL.
const DefaultPool = 2

// DefaultTaskPages is the size of the address space in pages.
const DefaultTaskPages = 16

// NewProgram starts a program; names are those of its threads, known before
// anything is built since cells size their state by the number of threads.
func NewProgram(name string, threads []string) *Program {
	p := &Program{Name: name, Pools: map[string]int{}, Typesafe: map[string]bool{}, tasks: Table{Name: "threads of task"}, TaskPages: DefaultTaskPages}
	for i, n := range threads {
		p.Threads = append(p.Threads, p.newThread(n, i+1))
	}
	p.init = p.newThread("INIT", len(threads)+1)
	return p
}

func (p *Program) newThread(name string, num int) *Thread {
	t := &Thread{Name: name, Num: num, prog: p}
	t.PC = p.NewVar(name+".pc", Counter, num)
	return t
}

// InitThread is the pseudo thread that runs INIT before all others start.
func (p *Program) InitThread() *Thread { return p.init }

// OthersEnded says that all threads but t have ended.
func (p *Program) OthersEnded(t *Thread) Expr {
	ended := Expr(True)
	for _, u := range p.Threads {
		if u != t {
			ended = And(ended, Eq(Ld(u.PC), Const(0)))
		}
	}
	return ended
}

// MaxThread is the largest thread number that cells may meet (that of INIT).
func (p *Program) MaxThread() int { return len(p.Threads) + 1 }

// NewVar declares a scalar variable. thread is its owner, 0 for shared.
func (p *Program) NewVar(name string, kind VarKind, thread int) *Var {
	if p.sealed {
		panic("model: NewVar after Seal")
	}
	v := &Var{Name: name, Kind: kind, Len: 1, Width: 1, Thread: thread, Bits: 64, Signed: true}
	p.Vars = append(p.Vars, v)
	return v
}

// NewSetting declares what only the initial state decides on: with another initial
// state the same code does something else. It is not folded.
func (p *Program) NewSetting(name string, n int) *Var {
	v := p.NewVar(name, Setting, 0)
	v.Len = n
	return v
}

// With is the sealed program with another value of a setting.
func (p *Program) With(v *Var, values []int64) *Program {
	q := *p
	q.Initial = append(State(nil), p.Initial...)
	copy(q.Initial[v.off:], values)
	return &q
}

// Decided reports the value of an expression of settings.
func (p *Program) Decided(e Expr) (x int64, ok bool) {
	ok = true
	WalkExpr(e, func(e Expr) {
		if g, isGet := e.(Get); isGet && g.V.Kind != Setting {
			ok = false
		}
	})
	if ok {
		x = Eval(p.Initial, e)
	}
	return x, ok
}

// NewReg declares a register of thread t; points is what it points to, if it
// is a pointer.
func (t *Thread) NewReg(name string, points *Type) *Var {
	v := t.prog.NewVar(name, Register, t.Num)
	v.Points = points
	if points != nil {
		t.prog.TrackLife(v)
	}
	t.Regs = append(t.Regs, v)
	return v
}

// ElemName names element i of v for people: "mm.brk", "vma#1.vm_start".
func (v *Var) ElemName(i int) string {
	if v.Type == nil || i < v.Width {
		if v.Len == 1 {
			return v.Name
		}
		return fmt.Sprintf("%s[%d]", v.Name, i)
	}
	in := v.Type.Instances[i/v.Width-1]
	field := v.Name[len(v.Type.Name)+1:]
	if v.Type.ArrayOf != "" {
		return fmt.Sprintf("%s[%d]", in.Name, i%v.Width)
	}
	if v.Width > 1 {
		return fmt.Sprintf("%s.%s[%d]", in.Name, field, i%v.Width)
	}
	return in.Name + "." + field
}

// TypeByName returns the type with the given tag, or nil.
func (p *Program) TypeByName(name string) *Type {
	for _, t := range p.Types {
		if t.Name == name {
			return t
		}
	}
	return nil
}
