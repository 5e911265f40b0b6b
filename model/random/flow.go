// SPDX-License-Identifier: MIT

// This file lowers the statements that enclose others.

package random

import (
	"fmt"

	"mmcheck/model"
)

// when runs yes if a condition holds, else no, which may be nil.
func (b *builder) when(cond model.Expr, yes, no func()) {
	then, els, join := b.c.NewBlock(), b.c.NewBlock(), b.c.NewBlock()
	b.c.Branch(cond, then, els)
	b.c.At(then)
	yes()
	b.c.Goto(join)
	b.c.At(els)
	if no != nil {
		no()
	}
	b.c.Goto(join)
	b.c.At(join)
}

// second is what lowers the second body, nil if there is none.
func (b *builder) second(s *Stmt) func() {
	if len(s.Bodies) < 2 {
		return nil
	}
	return func() { b.body(s.Bodies[1]) }
}

func (b *builder) ifElse(s *Stmt) {
	b.when(b.cond(s.Args), func() { b.body(s.Bodies[0]) }, b.second(s))
}

// loop opens a block to go back to.
func (b *builder) loop() *model.Block {
	head := b.c.NewBlock()
	b.c.Goto(head)
	b.c.At(head)
	return head
}

func (b *builder) while(s *Stmt) {
	head := b.loop()
	b.when(b.cond(s.Args), func() { b.body(s.Bodies[0]); b.c.Goto(head) }, nil)
}

func (b *builder) again(s *Stmt) {
	head, done := b.loop(), b.c.NewBlock()
	b.body(s.Bodies[0])
	b.site(s.Head(), "")
	b.c.Branch(b.cond(s.Args), head, done)
	b.c.At(done)
}

func (b *builder) repeat(s *Stmt) {
	n := b.c.T.NewReg(fmt.Sprintf("n%d", b.repeats), nil)
	b.repeats++
	b.c.Do(model.Set{V: n, X: b.value(s.Args[0]).X})
	head := b.loop()
	b.when(model.Lt(model.Const(0), model.Ld(n)), func() {
		b.body(s.Bodies[0])
		b.c.Do(model.Set{V: n, X: model.Sub(model.Ld(n), model.Const(1))})
		b.c.Goto(head)
	}, nil)
}

func (b *builder) forever(s *Stmt) {
	head := b.loop()
	b.body(s.Bodies[0])
	b.c.Goto(head)
}

func (b *builder) choose(s *Stmt) {
	join := b.c.NewBlock()
	var alts []model.Alt
	for i := range s.Bodies {
		alts = append(alts, model.Alt{Next: b.c.NewBlock(), Label: fmt.Sprintf("choice %d", i)})
	}
	b.c.Choose(alts...)
	for i := range s.Bodies {
		b.c.At(alts[i].Next)
		b.body(s.Bodies[i])
		b.c.Goto(join)
	}
	b.c.At(join)
}

func (b *builder) nondet(s *Stmt) {
	r := b.reg(s.Args[0])
	var alts []model.Alt
	for i := range int(num(s.Args[1])) {
		alts = append(alts, model.Alt{Body: []model.Stmt{model.Set{V: r, X: model.Int(i)}}, Label: fmt.Sprintf("nondet %d", i)})
	}
	b.c.Choose(alts...)
}

func (b *builder) wait(s *Stmt) {
	cond, body := b.pure(s.Args)
	b.c.Wait(cond, nil, model.LockRef{}, body...)
}

// atomic makes one step of its body, behind a guard if there is one.
func (b *builder) atomic(s *Stmt) {
	if b.c.InAtomic() {
		b.body(s.Bodies[0])
		return
	}
	var guard model.Expr
	var body []model.Stmt
	if len(s.Args) > 0 {
		guard, body = b.pure(s.Args)
	}
	b.c.Wait(guard, nil, model.LockRef{}, body...)
	b.c.Atomic(func() { b.body(s.Bodies[0]) })
}

// locking is a way to hold a lock.
type locking struct {
	take, give string
	try        bool   // take may fail: then the second body runs, without the lock
	failure    bool   // what take returns is not whether it got the lock, but an error
	mid        string // an operation after which the second body runs, still with the lock
	midGive    string // what gives it up from there
}

// lockings lists them by the struct of the lock.
var lockings = map[string]map[string]locking{
	"rw_semaphore": {
		"read":           {take: "down_read", give: "up_read"},
		"write":          {take: "down_write", give: "up_write"},
		"read-nested":    {take: "down_read_nested", give: "up_read"},
		"write-nested":   {take: "down_write_nested", give: "up_write"},
		"try-read":       {take: "down_read_trylock", give: "up_read", try: true},
		"try-write":      {take: "down_write_trylock", give: "up_write", try: true},
		"read-killable":  {take: "down_read_killable", give: "up_read", try: true, failure: true},
		"write-killable": {take: "down_write_killable", give: "up_write", try: true, failure: true},
		"read-non-owner": {take: "down_read_non_owner", give: "up_read_non_owner"},
		"read-let-go":    {take: "down_read", give: "up_read", mid: "__mmcheck_rwsem_release", midGive: "up_read_non_owner"},
		"downgrade":      {take: "down_write", give: "up_write", mid: "downgrade_write", midGive: "up_read"},
	},
	"mutex": {
		"write":        {take: "mutex_lock", give: "mutex_unlock"},
		"write-nested": {take: "mutex_lock_nested", give: "mutex_unlock"},
		"killable":     {take: "mutex_lock_killable", give: "mutex_unlock", try: true, failure: true},
		"try-write":    {take: "mutex_trylock", give: "mutex_unlock", try: true},
	},
	"spinlock": {
		"write":        {take: "spin_lock", give: "spin_unlock"},
		"write-nested": {take: "spin_lock_nested", give: "spin_unlock"},
		"write-bh":     {take: "spin_lock_bh", give: "spin_unlock_bh"},
		"write-irq":    {take: "spin_lock_irq", give: "spin_unlock_irq"},
		"try-write":    {take: "spin_trylock", give: "spin_unlock", try: true},
	},
	"raw_spinlock": {
		"write":        {take: "raw_spin_lock", give: "raw_spin_unlock"},
		"write-nested": {take: "raw_spin_lock_nested", give: "raw_spin_unlock"},
		"write-irq":    {take: "raw_spin_lock_irq", give: "raw_spin_unlock_irq"},
		"try-write":    {take: "raw_spin_trylock", give: "raw_spin_unlock", try: true},
	},
	"rwlock": {
		"read":         {take: "read_lock", give: "read_unlock"},
		"write":        {take: "write_lock", give: "write_unlock"},
		"write-nested": {take: "write_lock_nested", give: "write_unlock"},
		"read-bh":      {take: "read_lock_bh", give: "read_unlock_bh"},
		"write-bh":     {take: "write_lock_bh", give: "write_unlock_bh"},
		"read-irq":     {take: "read_lock_irq", give: "read_unlock_irq"},
		"write-irq":    {take: "write_lock_irq", give: "write_unlock_irq"},
		"try-read":     {take: "read_trylock", give: "read_unlock", try: true},
		"try-write":    {take: "write_trylock", give: "write_unlock", try: true},
	},
	"folio_lock": {
		"write":     {take: "__mmcheck_folio_lock", give: "__mmcheck_folio_unlock"},
		"try-write": {take: "__mmcheck_folio_trylock", give: "__mmcheck_folio_unlock", try: true},
	},
	// No lock, but the annotation of one: it keeps nobody out.
	"lockdep_map": {
		"read":  {take: "__mmcheck_acquire_read", give: "__mmcheck_release"},
		"write": {take: "__mmcheck_acquire", give: "__mmcheck_release"},
	},
}

// with runs its body with a lock held.
func (b *builder) with(s *Stmt) {
	lock := s.Args[0]
	l := lockings[wordOf(lock).tag][s.Args[1]]
	ok := b.callOn(l.take, lock)
	held := func() {
		b.body(s.Bodies[0])
		give := l.give
		if l.mid != "" && len(s.Bodies) > 1 {
			b.callOn(l.mid, lock)
			b.body(s.Bodies[1])
			give = l.midGive
		}
		b.callOn(give, lock)
	}
	if !l.try {
		held()
		return
	}
	got := model.Ne(ok.X, model.Const(0))
	if l.failure {
		got = model.Not(got)
	}
	b.when(got, held, b.second(s))
}
