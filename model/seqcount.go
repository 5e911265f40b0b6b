// SPDX-License-Identifier: MIT

// This file models seqcount_t. The kernel counts: the number is odd while a
// writer is at work, and a reader tries again if it has changed. Only that is
// ever asked of it, so instead of a number that grows, the cell keeps the
// writer, and the threads for which nothing has changed since they last looked.
// One thread has one look at a time: read_seqcount_retry() is about the latest.

package model

var seqcountKind = &Kind{
	Name:    "seqcount",
	Tag:     "seqcount",
	Typedef: "seqcount_t",
	Doc:     "sequence counter: readers that notice a writer try again",
	Declare: declareSeqcount,
	Held:    seqcountHeld,
}

func init() {
	seqcountKind.Ops = []*Op{
		{Name: "seqcount_init", Doc: "initialise; nobody writes", Emit: func(c *Call) { s := seqcountOf(c); c.initLock(s.lock, Not(s.idle())) }},
		{Name: "read_seqcount_begin", Doc: "start to read, when nobody writes; spins", Emit: readSeqcountBegin},
		{Name: "raw_read_seqcount", Doc: "start to read, return an odd number if somebody writes", Emit: rawReadSeqcount},
		{Name: "read_seqcount_retry", Doc: "whether somebody has written or begun to since the caller started to read", Emit: readSeqcountRetry},
		{Name: "write_seqcount_begin", Doc: "start to write; writers keep each other out by other means", Emit: writeSeqcountBegin},
		{Name: "write_seqcount_end", Doc: "end to write", Emit: writeSeqcountEnd},
		{Name: "write_seqcount_invalidate", Doc: "make all who read now try again", Emit: func(c *Call) {
			s := seqcountOf(c)
			c.Step(c.Touch(0), s.changed())
		}},
	}
}

// seqcountVars is the inner state: who writes, and for whom nothing changed.
type seqcountVars struct {
	writer, same *Var
}

func declareSeqcount(p *Program, t *Type) {
	t.cells = &seqcountVars{
		writer: t.cellVar("writer", 1, Cell).naming(ThreadValue),
		same:   t.cellVar("unchanged", 1, Cell).naming(ThreadMask),
	}
}

// seqcount is one instance as the operations see it.
type seqcount struct {
	*seqcountVars
	s    Expr
	lock LockRef
	me   int
}

func seqcountOf(c *Call) seqcount {
	t := c.Type(0)
	return seqcount{t.cells.(*seqcountVars), c.Obj(0), LockRef{t, c.Obj(0)}, c.Me()}
}

// seqcountHeld says whether a thread writes; nobody else can end that for it.
func seqcountHeld(t *Type, inst Expr, thread int, m Mode) Expr {
	if m == Read {
		return False
	}
	return Eq(At(t.cells.(*seqcountVars).writer, inst), Int(thread))
}

func (s seqcount) idle() Expr    { return Eq(At(s.writer, s.s), Const(0)) }
func (s seqcount) bit() Const    { return Const(1 << (s.me - 1)) }
func (s seqcount) look() Stmt    { return Set{s.same, s.s, MkBin(OpOr, At(s.same, s.s), s.bit())} }
func (s seqcount) changed() Stmt { return Set{s.same, s.s, Const(0)} }

func (s seqcount) misuse(bad Expr, text string) Stmt {
	return Check{Prop: "lock-misuse", Bad: bad, Text: text, Lock: s.lock}
}

func readSeqcountBegin(c *Call) {
	s := seqcountOf(c)
	c.Result = Value{X: Const(0)}
	c.Wait(s.idle(), bitOf(At(s.writer, s.s)), s.lock, c.Touch(0), s.look())
}

func rawReadSeqcount(c *Call) {
	s := seqcountOf(c)
	ret := c.Ret(nil)
	c.Step(c.Touch(0), s.look(), Set{V: ret, X: Not(s.idle())})
}

func readSeqcountRetry(c *Call) {
	s := seqcountOf(c)
	ret := c.Ret(nil)
	c.Step(c.Touch(0), Set{V: ret, X: Eq(MkBin(OpAnd, At(s.same, s.s), s.bit()), Const(0))})
}

func writeSeqcountBegin(c *Call) {
	s := seqcountOf(c)
	c.Step(c.Touch(0),
		s.misuse(Not(s.idle()), "two writers of one sequence counter"),
		Set{s.writer, s.s, Int(s.me)}, s.changed())
}

func writeSeqcountEnd(c *Call) {
	s := seqcountOf(c)
	c.Step(c.Touch(0),
		s.misuse(s.idle(), "end of a write that was not begun"),
		Set{s.writer, s.s, Const(0)}, s.changed())
}
