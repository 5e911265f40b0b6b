// SPDX-License-Identifier: MIT

// This file holds what the spinlock and the mutex have in common: one owner,
// no recursion, release by the owner only.

package model

// exclusive is one instance of a lock with a single owner.
type exclusive struct {
	owner *Var
	l     Expr
	lock  LockRef
	t     *Thread
	me    int
	p     *Program
}

func declareExclusive(p *Program, t *Type) { t.cells = t.cellVar("owner", 1, Cell).naming(ThreadValue) }

func exclusiveHeld(t *Type, inst Expr, thread int, m Mode) Expr {
	if m == Read {
		return False
	}
	return Eq(At(t.cells.(*Var), inst), Int(thread))
}

func exclusiveOf(c *Call) exclusive {
	t := c.Type(0)
	return exclusive{t.cells.(*Var), c.Obj(0), LockRef{t, c.Obj(0)}, c.T, c.Me(), c.P}
}

func (x exclusive) holder() Expr { return At(x.owner, x.l) }
func (x exclusive) free() Expr   { return Eq(x.holder(), Const(0)) }
func (x exclusive) mine() Expr   { return Eq(x.holder(), Int(x.me)) }

func (x exclusive) misuse(bad Expr, text string) Stmt {
	return Check{Prop: "lock-misuse", Bad: bad, Text: text, Lock: x.lock}
}

func (x exclusive) obtain(sub Expr, extra ...Stmt) []Stmt {
	return cat([]Stmt{
		Set{x.owner, x.l, Int(x.me)},
		&Event{Kind: Acquired, Lock: x.lock, Mode: Write, Sub: sub},
	}, x.p.restabDeclared(x.t, x.lock, true), extra)
}

// nestedHow is what a request says of other locks of its class that are held:
// a level of its own, or the lock under which all of them are taken.
type nestedHow struct {
	sub  Expr   // nil: 0
	nest *Value // the nest_lock, nil: none
}

// level is the nesting of a request with a level as second argument.
// Random programs name none: it is 1 then.
func level(c *Call) nestedHow {
	if len(c.Args) < 2 {
		return nestedHow{sub: Const(1)}
	}
	return nestedHow{sub: c.Obj(1)}
}

// under is that of a request with a nest_lock as second argument.
func under(c *Call) nestedHow { return nestedHow{nest: &c.Args[len(c.Args)-1]} }

// checks are what a request has to see to: the nest_lock is held.
func (h nestedHow) checks(c *Call) []Stmt {
	if h.nest == nil || h.nest.Points == nil || h.nest.Points.Kind == nil || h.nest.Points.Kind.Held == nil {
		return nil
	}
	l := LockRef{h.nest.Points, h.nest.X}
	return []Stmt{Check{Prop: "lock-misuse", Bad: Not(Holds(l.Type, l.Inst, c.Me())), Text: "the lock that others are taken under is not held", Lock: l}}
}

// acquire emits a blocking acquisition. Asking again for a lock one holds is
// reported at once; where that is muted, the thread hangs.
func (x exclusive) acquire(c *Call, how nestedHow, before, after []Stmt, other ...Alt) {
	req := cat([]Stmt{c.Touch(0)}, how.checks(c), before, []Stmt{&Event{Kind: Acquire, Lock: x.lock, Mode: Write, Sub: how.sub, Nest: how.nest != nil}})
	after = cat(c.nest(x.lock, how.sub), after)
	hang, done := c.NewBlock(), c.NewBlock()
	for i := range other {
		other[i].Next = done
	}
	s := c.Choose(append([]Alt{
		{Guard: x.free(), Body: cat(req, x.obtain(how.sub, after...)), Next: done},
		{Guard: x.mine(), Body: cat(req, []Stmt{x.misuse(True, "lock requested twice by its holder")}), Next: hang},
	}, other...)...)
	if s != nil {
		s.Waits, s.Lock = bitOf(x.holder()), x.lock
	}
	c.At(hang)
	c.Wait(False, Const(1<<(x.me-1)), x.lock)
	c.Goto(done)
	c.At(done)
}

func (x exclusive) try(c *Call, before, after []Stmt) {
	ok := c.Ret(nil)
	c.Step(cat([]Stmt{c.Touch(0)}, before, []Stmt{
		&Event{Kind: Acquire, Lock: x.lock, Mode: Write, Try: true},
		Set{V: ok, X: x.free()},
		If{C: Ld(ok), Then: x.obtain(nil, after...)},
	})...)
}

func (x exclusive) release(c *Call, after ...Stmt) {
	c.Step(
		c.Touch(0),
		x.misuse(x.free(), "unlock of a lock not held"),
		x.misuse(And(Not(x.free()), Not(x.mine())), "unlock of a lock held by another thread"),
		&Event{Kind: Release, Lock: x.lock, Mode: Write},
		If{C: x.mine(), Then: cat([]Stmt{Set{x.owner, x.l, Const(0)}, c.unnest(x.lock)}, x.p.restabDeclared(x.t, x.lock, false), after)})
}

func initExclusive(c *Call) {
	x := exclusiveOf(c)
	c.initLock(x.lock, Not(x.free()))
}

func (x exclusive) isLocked(c *Call) {
	ret := c.Ret(nil)
	c.Step(c.Touch(0), Set{V: ret, X: Not(x.free())})
}

func (x exclusive) assertHeld(c *Call) {
	c.Do(Check{Prop: "lock-misuse", Bad: Not(x.mine()), Text: "lock is not held here", Lock: x.lock, At: c.Site})
}
