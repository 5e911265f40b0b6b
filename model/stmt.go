// SPDX-License-Identifier: MIT

// This file defines statements, blocks and steps: the code of a thread is a
// graph of blocks, and a transition runs from one scheduling point (a block
// with a Step) to the next.

package model

// Stmt is one effect; the statements of a body run in order, indivisibly.
type Stmt interface{ isStmt() }

// Set writes X to element I of V (element 0 when I is nil).
type Set struct {
	V *Var
	I Expr
	X Expr
}

// If runs Then when C is non-zero, else Else.
type If struct {
	C          Expr
	Then, Else []Stmt
}

// Check reports property Prop broken when Bad is non-zero. Where the property
// is an error and wanted, the schedule ends there.
type Check struct {
	Prop string
	Bad  Expr
	Text string  // what is wrong, in a few words, for the first line of a report
	Type *Type   // the type of the object concerned, or nil
	Obj  Expr    // its instance number, or nil
	At   *Site   // the source of this check where it is finer than the step's, or nil
	Mode Mode    // the access or hold concerned, where it has one
	Fld  *Field  // the field concerned, or nil
	Life Expr    // the life of the pointer used, or nil
	Lock LockRef // the lock concerned, if any
}

// Limit ends the search with "unknown" when When is non-zero: a bound of the
// model, not of the kernel, was reached.
type Limit struct {
	When Expr
	What string // such as "pool of struct vm_area_struct (2 objects)"
	Hint string // what raises it, such as "MM_POOL(vm_area_struct, 3)"
}

// Note tells the search that fact N was met when When is non-zero. It has no
// effect on the state: what a search has met is no matter of one state.
type Note struct {
	When Expr
	N    int // from 0
}

// Use says that the program reads or writes element I of V here, as its source
// has it: what checks and native cells look at to do their work is no Use. It has
// no effect; data races are found by it (checker/property/pair.go).
type Use struct {
	V    *Var
	I    Expr // nil: element 0
	Mode Mode
	Mark Mark
	Life Expr  // the life of the pointer it is reached by (nil: a name, always alive)
	At   *Site // the source where finer than the step's, or nil
}

// Index is the element accessed.
func (u *Use) Index() Expr {
	if u.I == nil {
		return Const(0)
	}
	return u.I
}

// Mark is what the source says of an access that may happen beside others.
type Mark uint8

// The marks.
const (
	Unmarked Mark = iota // a plain access of C
	Once                 // READ_ONCE(), WRITE_ONCE(), part of an atomic operation or of a wait
	Racy                 // data_race(): meant to race, whatever the other side does
)

// Event marks what happens here for the properties, which turn it into Checks
// when a search starts (checker.Instrument). It has no effect of its own.
type Event struct {
	Kind    EventKind
	Type    *Type   // Access, Free: the type of the object
	Obj     Expr    // its instance number
	Life    Expr    // the life of the pointer it is reached by (nil: a name, always alive)
	Fld     *Field  // Access: the field
	Mode    Mode    // Read or Write for Access, the hold for Acquire and Release
	Lock    LockRef // Acquire, Release
	RT      bool    // Sleep: with PREEMPT_RT only
	Try     bool    // Acquire: never blocks
	Sub     Expr    // Acquire, Acquired: the nesting level, the subclass of lockdep (nil: 0)
	Nest    bool    // Acquire: locks of the class are held under another lock, the nest_lock
	Ask     bool    // Acquire: the lock is not taken here, but may be (might_lock)
	Rec     bool    // Acquire: for reading, and let in past writers that wait
	Page    Expr    // Entry: the number of the entry in its table
	Lost    Expr    // Entry: whether a translation is taken away, or a right
	Made    Expr    // Entry: whether a page is mapped where nothing was
	At      *Site   // source of this event where finer than the step's, or nil
	Vouched bool    // Access: the source says that something keeps the vma stable
}

// EventKind says what an Event is about.
type EventKind uint8

// The kinds of events.
const (
	Access    EventKind = iota // a field of an object is read or written
	Acquire                    // a lock is about to be requested
	Acquired                   // a lock was just obtained
	Release                    // a lock is about to be given up
	Downgrade                  // a write hold is about to become a read hold
	Freeing                    // an object is about to be freed
	Sleep                      // the operation may sleep
	Exit                       // the thread ends
	Entry                      // an entry of a page table is about to be changed
)

// Mode is how something is accessed or held.
type Mode uint8

// The modes.
const (
	Read Mode = iota
	Write
)

// LockRef names a lock instance: its type (a lock kind's) and instance number.
type LockRef struct {
	Type *Type
	Inst Expr
}

// Kill marks every pointer in the state that refers to object Obj of Type, or
// into it, as dangling. It is expanded when the Program is sealed.
type Kill struct {
	Type *Type
	Obj  Expr
	In   []*Var // of a local variable: where pointers to it may be; nil: anywhere
}

// Restab updates what the calling thread's pointers are stabilised by, after
// it acquired (Gain) or gave up a lock; or, with a Vma, after it published that
// vma, which it alone knew before. It is expanded when the Program is sealed.
type Restab struct {
	Thread *Thread
	Lock   LockRef
	Gain   bool
	Vma    Expr
}

// Quiesce is where something ends that made a thread a reader for RCU; nothing else
// may still do so. It is expanded when the Program is sealed.
type Quiesce struct{ Thread *Thread }

func (Set) isStmt()     {}
func (If) isStmt()      {}
func (Check) isStmt()   {}
func (Limit) isStmt()   {}
func (Note) isStmt()    {}
func (Use) isStmt()     {}
func (*Event) isStmt()  {}
func (Kill) isStmt()    {}
func (End) isStmt()     {}
func (Restab) isStmt()  {}
func (Quiesce) isStmt() {}

// Block is a node of a thread's control-flow graph. With a Step it is a
// scheduling point; without, it is register work that belongs to the
// transition which reaches it.
type Block struct {
	ID   int    // position in Thread.Blocks
	PC   int    // for a block with a Step, the pc value that stands for it
	Step *Step  // nil for register work
	Body []Stmt // register work
	Cond Expr   // nil: continue at Then
	Then *Block // nil with a nil Cond: the thread ends here
	Else *Block
	Ends bool // as the source has it, some way from here comes to the end of the thread
}

// Step is a scheduling point: one of its enabled alternatives fires.
type Step struct {
	Site  *Site
	Alts  []Alt
	Waits Expr    // bit t-1 is set for each thread t that must act before this step can go on; nil if not known
	Lock  LockRef // the lock waited for, if any
	Plain bool    // an access to memory by C code (not a native operation)
	Init  bool    // the initialisation of Lock
	Tail  bool    // the last access of a release to Lock, which may be gone
	Looks []Stmt  // until sealed: what is accessed and checked while the guard is false; see look
}

// Alt is one guarded alternative of a step.
type Alt struct {
	Guard Expr // nil: always enabled
	Body  []Stmt
	Next  *Block // nil: the thread ends
	Label string // which alternative, such as "queued" or "nondet 1"; may be empty
}

// Pos is a place in a source file; Line and Col count from 1.
type Pos struct {
	File string
	Line int
	Col  int
}

// Frame is one inlined call.
type Frame struct {
	Func   string // the function called
	Call   Pos    // where it is called
	Text   string // the call as written, such as "do_munmap(mm, 0x1000, 0x1000)"
	Inline bool   // declared inline: shown to the reader as one event
}

// Site says where a step comes from.
type Site struct {
	Pos   Pos
	End   int     // column just behind the expression on Pos.Line, for carets; 0 if not known
	Text  string  // what the step does, such as "down_write(&mm->mmap_lock)" or "vma->vm_flags"
	Op    string  // native operation, or "" for a plain access
	Stack []Frame // outermost call first; empty in the thread's own body
	Order string  // one of Orders: how the kernel orders what the step does; "" as nobody said
}

// Level is the nesting level of a request.
func (e *Event) Level() Expr {
	if e.Sub == nil {
		return Const(0)
	}
	return e.Sub
}
