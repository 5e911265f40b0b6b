// SPDX-License-Identifier: MIT

// This file models struct rw_semaphore (kernel/locking/rwsem.c): one writer or
// many readers, and an explicit queue in order of arrival.
//
// What matters to a protocol is kept: a read trylock fails as soon as a writer
// waits; a reader that finds the lock read-held with waiters queues behind
// them, so that reading recursively deadlocks against a writer that came in
// between; a lock that is free may be taken by whoever comes first, queue or
// not; on release all queued readers are let in when the first in the queue is
// a reader; downgrade_write lets readers in but never a writer. Hand-off by
// time-out only removes behaviours and is left out.
//
// A release that finds waiters is two steps: when the lock is free already, it
// goes on to wake them, and touches the lock for that. If a waiter, let in by
// the first step, frees the lock in between, this is a use after free.
//
// The kernel counts readers and does not know them. Here each read hold is that
// of a thread, or of none: what down_read_non_owner obtains, and what a thread
// lets go of by the annotation rwsem_release(), since another one is to give it
// up. up_read_non_owner takes one away from those of none, whoever calls it; if
// there is none yet, the number is below 0 until the annotation comes. The sum is
// the kernel's count, what a thread has is what lockdep says that it holds.

package model

var rwsemKind = &Kind{
	Name:    "rwsem",
	Tag:     "rw_semaphore",
	Doc:     "reader-writer semaphore with a queue, trylock and downgrade",
	Declare: declareRwsem,
	Held:    rwsemHeld,
	Unowned: rwsemUnowned,
}

func init() {
	rwsemKind.Ops = []*Op{
		{Name: "init_rwsem", Doc: "initialise; the lock starts free", Emit: initRwsem},
		{Name: "down_read", Doc: "lock for reading; sleeps", Emit: func(c *Call) { rwsemOf(c).downRead(c, nestedHow{}, false) }},
		{Name: "down_read_nested", Doc: "down_read with a nesting level", Emit: func(c *Call) { rwsemOf(c).downRead(c, level(c), false) }},
		{Name: "down_read_killable", Doc: "down_read that a fatal signal ends with -EINTR", Emit: func(c *Call) { rwsemOf(c).downRead(c, nestedHow{}, true) }},
		{Name: "down_read_trylock", Doc: "lock for reading if nobody holds it for writing or waits", Try: true, Emit: func(c *Call) { rwsemOf(c).readTrylock(c) }},
		{Name: "down_read_non_owner", Doc: "down_read for a hold that belongs to no thread", Emit: downReadNonOwner},
		{Name: "up_read", Doc: "release a read lock", Emit: func(c *Call) { rwsemOf(c).upRead(c) }},
		{Name: "up_read_non_owner", Doc: "release a read lock that another thread may have taken", Emit: upReadNonOwner},
		{Name: "__mmcheck_rwsem_release", Doc: "rwsem_release() of a rwsem: another thread will release the read lock", Emit: rwsemLetGo},
		{Name: "down_write", Doc: "lock for writing; sleeps", Emit: func(c *Call) { rwsemOf(c).downWrite(c, nestedHow{}, false) }},
		{Name: "down_write_nested", Doc: "down_write with a nesting level", Emit: func(c *Call) { rwsemOf(c).downWrite(c, level(c), false) }},
		{Name: "down_write_nest_lock", Doc: "down_write under a lock under which all of the class are taken", Emit: func(c *Call) { rwsemOf(c).downWrite(c, under(c), false) }},
		{Name: "down_write_killable", Doc: "down_write that a fatal signal ends with -EINTR", Emit: func(c *Call) { rwsemOf(c).downWrite(c, nestedHow{}, true) }},
		{Name: "down_write_trylock", Doc: "lock for writing if the lock is idle", Try: true, Mode: Write, Emit: func(c *Call) { rwsemOf(c).writeTrylock(c) }},
		{Name: "up_write", Doc: "release a write lock", Emit: func(c *Call) { rwsemOf(c).upWrite(c) }},
		{Name: "downgrade_write", Doc: "turn a write lock into a read lock; no writer comes between", Emit: downgradeWrite},
		{Name: "rwsem_is_locked", Doc: "whether anybody holds the lock", Emit: rwsemIsLocked},
		{Name: "rwsem_is_contended", Doc: "whether anybody waits for the lock", Emit: rwsemIsContended},
		{Name: "rwsem_assert_held", Doc: "check that the caller holds the lock", Emit: func(c *Call) { assertRwsem(c, Read) }},
		{Name: "rwsem_assert_held_read", Doc: "check that the caller holds the lock for reading", Emit: assertRead},
		{Name: "rwsem_assert_held_write", Doc: "check that the caller holds the lock for writing", Emit: func(c *Call) { assertRwsem(c, Write) }},
	}
}

// rwsemVars is the inner state: the writer's thread number, the number of read
// holds of each thread and of none, and the queue of waiters (2 * thread + 1 for
// writers). foreign is 1 where some code releases read locks of other threads.
type rwsemVars struct {
	writer, readers, unowned, queue *Var
	foreign                         *Var
}

func declareRwsem(p *Program, t *Type) {
	t.cells = &rwsemVars{
		writer:  t.cellVar("writer", 1, Cell).naming(ThreadValue),
		readers: t.cellVar("readers", p.MaxThread()+1, Cell).naming(ThreadPlace),
		unowned: t.cellVar("unowned", 1, Cell),
		queue:   t.cellVar("queue", len(p.Threads), Cell).naming(ThreadQueue),
		foreign: p.NewVar(t.Name+".foreign", Cell, 0),
	}
}

// rwsem is one instance as the operations see it.
type rwsem struct {
	*rwsemVars
	l    Expr
	lock LockRef
	n    int // threads, and so queue places
	t    *Thread
	me   int // its number
	// Of a lock that spins: what happens with each hold, and with its end.
	spins        bool
	enter, leave []Stmt
}

func rwsemOf(c *Call) rwsem {
	t := c.Type(0)
	return rwsem{rwsemVars: t.cells.(*rwsemVars), l: c.Obj(0), lock: LockRef{t, c.Obj(0)}, n: len(c.P.Threads), t: c.T, me: c.Me()}
}

func (r rwsem) place(i int) Expr { return Add(Mul(r.l, Int(r.queue.Width)), Int(i)) }
func (r rwsem) q(i int) Expr     { return At(r.queue, r.place(i)) }
func (r rwsem) tid(i int) Expr   { return MkBin(OpShr, r.q(i), Const(1)) }
func (r rwsem) isWriter(i int) Expr {
	return Ne(MkBin(OpAnd, r.q(i), Const(1)), Const(0))
}
func (r rwsem) readerElem(t Expr) Expr { return Add(Mul(r.l, Int(r.readers.Width)), t) }
func (r rwsem) reads(t Expr) Expr      { return At(r.readers, r.readerElem(t)) }
func (r rwsem) owner() Expr            { return At(r.writer, r.l) }
func (r rwsem) noWriter() Expr         { return Eq(r.owner(), Const(0)) }
func (r rwsem) noQueue() Expr {
	if r.n == 0 {
		return True
	}
	return Eq(r.q(0), Const(0))
}

// noReaders says that the kernel's count of readers is 0.
func (r rwsem) noReaders() Expr {
	none := Eq(r.nobodys(), Const(0))
	for t := 1; t <= r.n+1; t++ {
		none = And(none, Eq(r.reads(Int(t)), Const(0)))
	}
	return Or(none, And(Lt(r.nobodys(), Const(0)), Eq(r.count(), Const(0))))
}

// nobodys is the number of read holds that belong to no thread.
func (r rwsem) nobodys() Expr { return At(r.unowned, r.l) }

// count is the kernel's count of readers.
func (r rwsem) count() Expr {
	sum := r.nobodys()
	for t := 1; t <= r.n+1; t++ {
		sum = Add(sum, r.reads(Int(t)))
	}
	return sum
}

// setNobodys sets the number of read holds that belong to no thread.
func (r rwsem) setNobodys(x Expr) Stmt { return Set{r.unowned, r.l, x} }

// mine is the number of read holds of the caller.
func (r rwsem) mine() Expr          { return r.reads(Int(r.me)) }
func (r rwsem) setMine(x Expr) Stmt { return Set{r.readers, r.readerElem(Int(r.me)), x} }

func rwsemHeld(t *Type, inst Expr, thread int, m Mode) Expr {
	v := t.cells.(*rwsemVars)
	if m == Write {
		return Eq(At(v.writer, inst), Int(thread))
	}
	return Lt(Const(0), At(v.readers, Add(Mul(inst, Int(v.readers.Width)), Int(thread))))
}

func rwsemUnowned(t *Type, inst Expr) Expr {
	return Lt(Const(0), At(t.cells.(*rwsemVars).unowned, inst))
}

// request is what every acquisition starts with.
func (r rwsem) request(c *Call, m Mode, how nestedHow, try bool) []Stmt {
	out := append([]Stmt{c.Touch(0)}, how.checks(c)...)
	if !try {
		out = append(out, &Event{Kind: Sleep, RT: r.spins})
	}
	out = append(out, &Event{Kind: Acquire, Lock: r.lock, Mode: m, Sub: how.sub, Nest: how.nest != nil, Try: try})
	if try {
		return out
	}
	if m == Read {
		return append(out, r.misuse(Eq(r.owner(), Int(r.me)), "read lock requested while holding the lock for writing"))
	}
	return append(out,
		r.misuse(Eq(r.owner(), Int(r.me)), "write lock requested twice"),
		r.misuse(Lt(Const(0), r.mine()), "write lock requested while holding the lock for reading"))
}

func (r rwsem) misuse(bad Expr, text string) Stmt {
	return Check{Prop: "lock-misuse", Bad: bad, Text: text, Lock: r.lock}
}

// obtain records the hold.
func (r rwsem) obtain(c *Call, m Mode, sub Expr) []Stmt {
	set := Stmt(Set{r.writer, r.l, Int(r.me)})
	if m == Read {
		set = r.setMine(Add(r.mine(), Const(1)))
	}
	return cat([]Stmt{set, r.gained(m, sub), Restab{Thread: c.T, Lock: r.lock, Gain: true}}, r.enter)
}

func (r rwsem) gained(m Mode, sub Expr) Stmt {
	return &Event{Kind: Acquired, Lock: r.lock, Mode: m, Sub: sub}
}

// enqueue appends the caller.
func (r rwsem) enqueue(m Mode) []Stmt {
	var out []Stmt
	for i := r.n - 1; i >= 0; i-- {
		free := Eq(r.q(i), Const(0))
		if i > 0 {
			free = And(free, Ne(r.q(i-1), Const(0)))
		}
		out = append(out, If{C: free, Then: []Stmt{Set{r.queue, r.place(i), Int(2*r.me + int(m))}}})
	}
	return out
}

// dequeue removes place i.
func (r rwsem) dequeue(i int) []Stmt {
	var out []Stmt
	for j := i; j < r.n; j++ {
		next := Expr(Const(0))
		if j+1 < r.n {
			next = r.q(j + 1)
		}
		out = append(out, Set{r.queue, r.place(j), next})
	}
	return out
}

// grant lets all queued readers in if the first in the queue is a reader and
// no writer holds the lock.
func (r rwsem) grant() Stmt {
	var in []Stmt
	for i := r.n - 1; i >= 0; i-- {
		reader := And(Ne(r.q(i), Const(0)), Not(r.isWriter(i)))
		let := []Stmt{Set{r.readers, r.readerElem(r.tid(i)), Add(r.reads(r.tid(i)), Const(1))}}
		in = append(in, If{C: reader, Then: append(let, r.dequeue(i)...)})
	}
	return If{C: And(r.noWriter(), Not(r.noQueue()), Not(r.isWriter(0))), Then: in}
}

// queued says whether the caller is in the queue.
func (r rwsem) queued() Expr {
	e := Expr(False)
	for i := 0; i < r.n; i++ {
		e = Or(e, Eq(r.tid(i), Int(r.me)))
	}
	return e
}

// waits is the set of threads that a queued caller waits for: whoever holds
// the lock, and all before it in the queue. It does not wait for a reader whose
// hold another thread may give up.
func (r rwsem) waits(m Mode) Expr {
	set := bitOf(r.owner())
	for i := 0; i+1 < r.n; i++ {
		behind := Expr(False)
		for j := i + 1; j < r.n; j++ {
			behind = Or(behind, Eq(r.tid(j), Int(r.me)))
		}
		set = MkBin(OpOr, set, Cond(behind, bitOf(r.tid(i)), Const(0)))
	}
	for t := 1; t <= r.n && m == Write; t++ {
		own := And(Eq(Ld(r.foreign), Const(0)), Lt(Const(0), r.reads(Int(t))))
		set = MkBin(OpOr, set, Cond(own, Const(1<<(t-1)), Const(0)))
	}
	return set
}

// bitOf is the set that holds thread t, empty for 0.
func bitOf(t Expr) Expr {
	return MkBin(OpUShr, MkBin(OpShl, Const(1), t), Const(1))
}

// signalled is the way out of the queue when a fatal signal arrives: the caller
// leaves, and readers that were behind it may come in.
func (r rwsem) signalled(c *Call, ret *Var) Alt {
	body := []Stmt{c.Touch(0), Set{V: ret, X: Const(-eintr)}}
	for i := r.n - 1; i >= 0; i-- {
		body = append(body, If{C: Eq(r.tid(i), Int(r.me)), Then: r.dequeue(i)})
	}
	return Alt{Guard: r.queued(), Body: append(body, r.grant()), Label: "signal"}
}

// eintr is the error number of an interrupted operation.
const eintr = 4

// await emits the wait of a queued caller; one with a result may give up.
func (r rwsem) await(c *Call, m Mode, ret *Var, granted Alt) {
	alts := []Alt{granted}
	if ret != nil {
		alts = append(alts, r.signalled(c, ret))
	}
	if s := c.Choose(alts...); s != nil {
		s.Waits, s.Lock = r.waits(m), r.lock
	}
}

// start is the first half of a blocking acquisition; a killable one has a
// result, which is 0 so far.
func (r rwsem) start(c *Call, m Mode, how nestedHow, killable bool) (ret *Var, req []Stmt) {
	req = r.request(c, m, how, false)
	if killable {
		ret = c.Ret(nil)
		req = append(req, Set{V: ret, X: Const(0)})
	}
	return ret, req
}

func (r rwsem) downRead(c *Call, how nestedHow, killable bool) {
	// Whoever lets the caller in counts its hold.
	level := c.nest(r.lock, how.sub)
	r.read(c, how, killable, cat(r.obtain(c, Read, how.sub), level), cat([]Stmt{r.gained(Read, how.sub), Restab{Thread: c.T, Lock: r.lock, Gain: true}}, level, r.enter))
}

func downReadNonOwner(c *Call) {
	r := rwsemOf(c)
	obtain := []Stmt{r.setNobodys(Add(r.nobodys(), Const(1))), r.gained(Read, nil)}
	r.read(c, nestedHow{}, false, obtain, cat([]Stmt{r.setMine(Sub(r.mine(), Const(1)))}, obtain))
}

// read emits a read lock: what happens when it is free, and what when the caller
// was let in out of the queue.
func (r rwsem) read(c *Call, how nestedHow, killable bool, free, let []Stmt) {
	may := And(r.noWriter(), Or(r.noQueue(), r.noReaders()))
	queue, done := c.NewBlock(), c.NewBlock()
	ret, req := r.start(c, Read, how, killable)
	c.Choose(
		Alt{Guard: may, Body: cat(req, free), Next: done},
		Alt{Guard: Not(may), Body: cat(req, r.enqueue(Read)), Next: queue, Label: "queued"})
	c.At(queue)
	// No writer holds the lock then, unless some thread has released the new hold
	// already; said for those who reason about guards.
	alone := Or(r.noWriter(), Ne(Ld(r.foreign), Const(0)))
	r.await(c, Read, ret, Alt{Guard: And(alone, Not(r.queued())), Body: cat([]Stmt{c.Touch(0)}, let)})
	c.Goto(done)
	c.At(done)
}

func (r rwsem) downWrite(c *Call, how nestedHow, killable bool) {
	free := And(r.noWriter(), r.noReaders())
	queue, done := c.NewBlock(), c.NewBlock()
	ret, req := r.start(c, Write, how, killable)
	obtain := cat(r.obtain(c, Write, how.sub), c.nest(r.lock, how.sub))
	c.Choose(
		Alt{Guard: free, Body: cat(req, obtain), Next: done},
		Alt{Guard: Not(free), Body: cat(req, r.enqueue(Write)), Next: queue, Label: "queued"})
	c.At(queue)
	if r.n > 0 {
		first := Eq(r.tid(0), Int(r.me))
		r.await(c, Write, ret, Alt{Guard: And(free, first), Body: cat([]Stmt{c.Touch(0)}, r.dequeue(0), obtain)})
	}
	c.Goto(done)
	c.At(done)
}

func initRwsem(c *Call) {
	r := rwsemOf(c)
	c.initLock(r.lock, Not(And(r.noWriter(), r.noReaders(), r.noQueue())))
}

func (r rwsem) readTrylock(c *Call) {
	ok := c.Ret(nil)
	c.Step(cat(r.request(c, Read, nestedHow{}, true), []Stmt{
		Set{V: ok, X: And(r.noWriter(), r.noQueue())},
		If{C: Ld(ok), Then: r.obtain(c, Read, nil)},
	})...)
}

func (r rwsem) writeTrylock(c *Call) {
	ok := c.Ret(nil)
	c.Step(cat(r.request(c, Write, nestedHow{}, true), []Stmt{
		Set{V: ok, X: And(r.noWriter(), r.noReaders(), r.noQueue())},
		If{C: Ld(ok), Then: r.obtain(c, Write, nil)},
	})...)
}

// note keeps x in a register, if there is one.
func note(v *Var, x Expr) []Stmt {
	if v == nil {
		return nil
	}
	return []Stmt{Set{V: v, X: x}}
}

// wake is a register for whether there are waiters; a lock that spins wakes nobody.
func (r rwsem) wake(c *Call) *Var {
	if r.spins {
		return nil
	}
	return c.wake(r.lock)
}

// tail emits the last access of a release that found waiters.
func (r rwsem) tail(c *Call, wake *Var) {
	if wake != nil {
		c.tail(Ld(wake), r.lock)
	}
}

func (r rwsem) upRead(c *Call) {
	mine := r.mine()
	r.release(c, []Stmt{
		r.misuse(And(Eq(mine, Const(0)), Eq(r.owner(), Int(r.me))), "read unlock of a lock held for writing"),
		r.misuse(And(Eq(mine, Const(0)), Ne(r.owner(), Int(r.me))), "read unlock of a lock not held"),
		&Event{Kind: Release, Lock: r.lock, Mode: Read},
	}, Lt(Const(0), mine), cat(r.lose(c), r.leave))
}

// lose takes a read hold from the caller.
func (r rwsem) lose(c *Call) []Stmt {
	return []Stmt{
		r.setMine(Sub(r.mine(), Const(1))),
		If{C: Eq(r.mine(), Const(0)), Then: []Stmt{Restab{Thread: r.t, Lock: r.lock, Gain: false}, c.unnest(r.lock)}},
	}
}

func upReadNonOwner(c *Call) {
	r := rwsemOf(c)
	r.foreign.Init = map[int]int64{0: 1}
	read := Lt(Const(0), r.count())
	r.release(c, []Stmt{r.misuse(Not(read), "read unlock of a lock that nobody holds for reading")}, read, []Stmt{r.setNobodys(Sub(r.nobodys(), Const(1)))})
}

// release emits a read unlock: what precedes it, whether there is a hold, and how
// it is taken away.
func (r rwsem) release(c *Call, before []Stmt, held Expr, lose []Stmt) {
	wake := r.wake(c)
	c.Step(cat(note(wake, False), []Stmt{c.Touch(0)}, before, []Stmt{
		If{C: held, Then: cat(lose, note(wake, And(r.noReaders(), Not(r.noQueue()))), []Stmt{
			If{C: r.noReaders(), Then: []Stmt{r.grant()}},
		})}})...)
	r.tail(c, wake)
}

// rwsemLetGo is no step: it is about who holds the lock, not whether it is held.
func rwsemLetGo(c *Call) {
	r := rwsemOf(c)
	mine := r.mine()
	c.Do(
		Check{Prop: "lock-misuse", Bad: Eq(mine, Const(0)), Text: "a lock not held for reading is left to another thread", Lock: r.lock, At: c.Site},
		&Event{Kind: Release, Lock: r.lock, Mode: Read, At: c.Site},
		If{C: Lt(Const(0), mine), Then: cat(r.lose(c), []Stmt{r.setNobodys(Add(r.nobodys(), Const(1)))})})
}

func (r rwsem) upWrite(c *Call) {
	wake := r.wake(c)
	c.Step(cat(note(wake, False), []Stmt{
		c.Touch(0),
		r.misuse(And(Ne(r.owner(), Int(r.me)), Lt(Const(0), r.mine())), "write unlock of a lock held for reading"),
		r.misuse(And(Ne(r.owner(), Int(r.me)), Eq(r.mine(), Const(0))), "write unlock of a lock not held for writing"),
		&Event{Kind: Release, Lock: r.lock, Mode: Write},
		If{C: Eq(r.owner(), Int(r.me)), Then: cat([]Stmt{
			Set{r.writer, r.l, Const(0)},
			Restab{Thread: c.T, Lock: r.lock, Gain: false},
			c.unnest(r.lock),
		}, r.leave, note(wake, Not(r.noQueue())), []Stmt{r.grant()})}})...)
	r.tail(c, wake)
}

func downgradeWrite(c *Call) {
	r := rwsemOf(c)
	c.Step(
		c.Touch(0),
		r.misuse(Ne(r.owner(), Int(r.me)), "downgrade of a lock not held for writing"),
		&Event{Kind: Downgrade, Lock: r.lock, Mode: Write},
		If{C: Eq(r.owner(), Int(r.me)), Then: []Stmt{
			Set{r.writer, r.l, Const(0)},
			r.setMine(Add(r.mine(), Const(1))),
			r.grant(),
		}})
}

func rwsemIsLocked(c *Call) {
	r := rwsemOf(c)
	v := c.Ret(nil)
	c.Step(c.Touch(0), Set{V: v, X: Not(And(r.noWriter(), r.noReaders()))})
}

func rwsemIsContended(c *Call) {
	r := rwsemOf(c)
	v := c.Ret(nil)
	c.Step(c.Touch(0), Set{V: v, X: Not(r.noQueue())})
}

// assertRwsem is no step of its own: what the caller holds, only it can change.
func assertRwsem(c *Call, m Mode) {
	r := rwsemOf(c)
	held := Eq(r.owner(), Int(r.me))
	text := "lock is not held for writing here"
	if m == Read {
		held, text = Or(held, Lt(Const(0), r.mine())), "lock is not held here"
	}
	c.Do(Check{Prop: "lock-misuse", Bad: Not(held), Text: text, Lock: r.lock, At: c.Site})
}

// assertRead is for a lock of which lockdep tells reading from writing.
func assertRead(c *Call) {
	r := rwsemOf(c)
	c.Do(Check{Prop: "lock-misuse", Bad: Eq(r.mine(), Const(0)), Text: "lock is not held for reading here", Lock: r.lock, At: c.Site})
}

// cat joins bodies into a fresh one.
func cat(bodies ...[]Stmt) []Stmt {
	var out []Stmt
	for _, b := range bodies {
		out = append(out, b...)
	}
	return out
}
