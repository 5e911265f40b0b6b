// SPDX-License-Identifier: MIT

// This file draws scripts that keep a discipline: what threads share has a
// guard, threads do what tenets.go allows, and none of the properties can be
// broken.

package random

// guard is a way to keep others out: a lock, or a home-made one.
type guard struct {
	name  string // of a lock that is not home-made
	write func(body []Stmt) []Stmt
	read  func(body []Stmt) []Stmt
	setup string // what INIT has to do
	sleep bool   // taking it may sleep
	spin  bool   // nobody may sleep while it is held
}

func with(lock, how string) func(body []Stmt) []Stmt {
	return func(body []Stmt) []Stmt { return list(around("with "+lock+" "+how, body)) }
}

// retried takes a lock by asking until it is given, and gives it up.
func retried(try, give, lock string) func(body []Stmt) []Stmt {
	return func(body []Stmt) []Stmt {
		return then(list(around("again r3 == 0", text("r3 = "+try+" "+lock))), body, text(give+" "+lock))
	}
}

// homeMade is a flag that is looked at and set in one step.
func homeMade(x string) guard {
	return guard{write: func(body []Stmt) []Stmt {
		return then(list(around("when "+x+" == 0", text("set "+x+" 1"))), body, text("set "+x+" 0"))
	}}
}

// homeMadeSemaphore counts down from one.
func homeMadeSemaphore(x string) guard {
	return guard{setup: "set " + x + " 1", write: func(body []Stmt) []Stmt {
		return then(list(around("when 0 < "+x, text("add "+x+" -1"))), body, list(around("atomic", text("add "+x+" 1"))))
	}}
}

// homeMadeReaders counts readers in n and marks a writer in w.
func homeMadeReaders(n, w string) guard {
	return guard{read: func(body []Stmt) []Stmt {
		return then(list(around("when "+w+" == 0", text("add "+n+" 1"))), body, list(around("atomic", text("add "+n+" -1"))))
	}, write: func(body []Stmt) []Stmt {
		return then(list(around("when "+n+" == 0 and "+w+" == 0", text("set "+w+" 1"))), body, text("set "+w+" 0"))
	}}
}

// annotated tells lockdep of a lock that is home-made.
func annotated(g guard) guard {
	read, write := with("dep", "read"), with("dep", "write")
	return guard{name: "dep", read: func(body []Stmt) []Stmt { return g.read(read(body)) }, write: func(body []Stmt) []Stmt { return g.write(write(body)) }}
}

// plan is a disciplined script in the making.
type plan struct {
	src    Source
	ints   []string        // shared integers not in use
	locks  map[string]bool // locks in use
	script Script
	tenets []tenet
}

// take removes and returns a free name.
func take(names *[]string) string {
	n := (*names)[0]
	*names = (*names)[1:]
	return n
}

// guard draws a guard of which nobody else makes use.
func (p *plan) guard() guard {
	n := p.src.Intn(11)
	if n >= 7 && len(p.ints) < 2 {
		n -= 7
	}
	switch n {
	case 0:
		l := p.lock("rl0", "rl1")
		return guard{name: l, write: with(l, "write"), read: with(l, "read"), spin: true}
	case 1, 2:
		l := p.lock("rw0", "rw1")
		return guard{name: l, write: with(l, "write"), read: with(l, "read"), sleep: true}
	case 3:
		l := p.lock("mu0", "mu1")
		return guard{name: l, write: with(l, "write"), read: with(l, "write"), sleep: true}
	case 4:
		l := p.lock("sp0", "sp1")
		return guard{name: l, write: with(l, "write"), read: with(l, "write"), spin: true}
	case 5:
		return p.tried()
	case 6:
		if p.locks["fl"] {
			return p.tried()
		}
		l := p.lock("fl", "")
		return guard{name: l, write: with(l, "write"), read: with(l, "write"), sleep: true}
	case 7:
		return exclusive(homeMade(take(&p.ints)))
	case 8:
		return exclusive(homeMadeSemaphore(take(&p.ints)))
	}
	g := homeMadeReaders(take(&p.ints), take(&p.ints))
	if n == 10 && !p.locks["dep"] {
		p.locks["dep"] = true
		g = annotated(g)
	}
	return g
}

// exclusive lets readers in as writers.
func exclusive(g guard) guard {
	g.read = g.write
	return g
}

// tried draws a lock that is only ever taken by trylock.
func (p *plan) tried() guard {
	switch p.src.Intn(3) {
	case 0:
		return exclusive(guard{write: retried("mutex_trylock", "mutex_unlock", p.lock("mu0", "mu1"))})
	case 1:
		return exclusive(guard{write: retried("spin_trylock", "spin_unlock", p.lock("sp0", "sp1")), spin: true})
	}
	l := p.lock("rw0", "rw1")
	return guard{name: l, write: retried("down_write_trylock", "up_write", l), read: retried("down_read_trylock", "up_read", l)}
}

// lock returns one of two locks, the first unless it is in use.
func (p *plan) lock(first, second string) string {
	if p.locks[first] {
		return second
	}
	p.locks[first] = true
	return first
}

// Disciplined draws a script that keeps a discipline: it breaks nothing.
func Disciplined(src Source) *Script {
	p := &plan{src: src, ints: []string{"g0", "g1", "g2", "g3"}, locks: map[string]bool{}}
	p.tenets = append(p.tenets, p.tenet())
	if chance(src, 35) {
		p.tenets = append(p.tenets, p.tenet())
	}
	for _, t := range p.tenets {
		p.script.Init = append(p.script.Init, t.init...)
		if t.call != nil {
			p.script.Callbacks = append(p.script.Callbacks, t.call)
		}
	}
	for _, copies := range crew(src) {
		p.script.Threads = append(p.script.Threads, Thread{copies, p.thread()})
	}
	p.lead()
	for _, t := range p.tenets {
		p.script.Final = append(p.script.Final, t.final...)
	}
	if chance(src, 25) {
		p.script.Final = nil
	}
	return &p.script
}

// lead gives the first thread what has to be done by one, and all others what
// has to come before everything else.
func (p *plan) lead() {
	for _, t := range p.tenets {
		if t.lead == nil {
			continue
		}
		first := p.script.Threads[0]
		if first.Copies > 1 {
			p.script.Threads = append([]Thread{{1, t.lead}, {first.Copies - 1, first.Body}}, p.script.Threads[1:]...)
		} else {
			p.script.Threads[0].Body = then(t.lead, first.Body)
		}
	}
}

// thread draws what one thread does: a few roles, some of them in loops, some
// by choice, some within others.
func (p *plan) thread() []Stmt {
	var body []Stmt
	for range 1 + p.src.Intn(2) {
		body = append(body, p.wrap(p.role())...)
	}
	return body
}

// role draws a role, within the guard of the first tenet if it is one of the
// second now and then: guards are always taken in the same order.
func (p *plan) role() []Stmt {
	t := oneOf(p.src, p.tenets...)
	body := cloneBody(oneOf(p.src, t.roles...)())
	outer := p.tenets[0].guard
	if len(p.tenets) < 2 || outer.write == nil || outer.spin && p.tenets[1].guard.sleep || !chance(p.src, 30) {
		return body
	}
	return cloneBody(outer.write(cloneBody(oneOf(p.src, p.tenets[1].roles...)())))
}

func (p *plan) wrap(body []Stmt) []Stmt {
	switch n := p.src.Intn(20); {
	case n < 14:
		return body
	case n == 14:
		return list(around("repeat 2", body))
	case n == 15:
		return list(around("choose", body, nil))
	case n == 16:
		return list(around("choose", body, p.role()))
	case n == 17:
		return then(text("nondet r2 2"), list(around("if r2", body)))
	case n == 18:
		return list(around("forever", body))
	}
	return body
}
