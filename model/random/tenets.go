// SPDX-License-Identifier: MIT

// This file lists what disciplined threads share and what they may do with it.

package random

// tenet is something shared, with the roles that keep it in order.
type tenet struct {
	guard guard // what it is under
	init  []Stmt
	roles []func() []Stmt
	lead  []Stmt // done by one thread alone
	call  []Stmt // what RCU calls back
	final []Stmt
}

// tenet draws one of those that can still be had.
func (p *plan) tenet() tenet {
	makers := []func() tenet{p.pair, p.alone, p.itemOf, p.counted, p.vmas, p.ptes, p.message, p.once, p.linked, p.array, p.itemLock,
		p.readCopyUpdate, p.readCopyUpdate, p.refcounted, p.partOf, p.typeStable, p.wakeUp, p.wakeTasks, p.versioned, p.pageIO, p.mapped, p.walked, p.vmaLocks, p.sequenced, p.sequenced}
	first := len(p.tenets) == 0
	if !first || len(p.ints) < 4 {
		makers = makers[:1]
		if len(p.ints) < 2 {
			return tenet{guard: guard{sleep: true}, roles: []func() []Stmt{func() []Stmt { return text("cond_resched") }}}
		}
	}
	return oneOf(p.src, makers...)()
}

// pair is two integers that are equal whenever the guard is free.
func (p *plan) pair() tenet {
	x, y := take(&p.ints), take(&p.ints)
	g := p.guard()
	return tenet{guard: g, init: setup(g), roles: []func() []Stmt{
		func() []Stmt { return g.write(text("add "+x+" 1", "add "+y+" 1")) },
		func() []Stmt { return g.read(text("set r0 "+x, "set r1 "+y, "assert r0 == r1")) },
		func() []Stmt { return g.write(text("set r0 "+x, "assert r0 == "+y, "set "+y+" 1", "set "+x+" 1")) },
		func() []Stmt {
			return g.write(list(around("choose", text("set "+x+" 2", "set "+y+" 2"), text("assert "+x+" == "+y))))
		},
		func() []Stmt {
			return g.write(then(text("nondet r2 2"), list(do("set "+x+" r2"), do("set "+y+" r2"))))
		},
	}, final: text("assert " + x + " == " + y)}
}

func setup(g guard) []Stmt {
	if g.setup == "" {
		return nil
	}
	return text(g.setup)
}

// alone counts who is inside, which must never be two.
func (p *plan) alone() tenet {
	x := take(&p.ints)
	g := p.guard()
	return tenet{guard: g, init: setup(g), roles: []func() []Stmt{
		func() []Stmt { return g.write(text("add "+x+" 1", "assert "+x+" == 1", "add "+x+" -1")) },
		func() []Stmt { return g.write(text("set "+x+" 1", "set r0 "+x, "set "+x+" 0", "assert r0 == 1")) },
		func() []Stmt { return g.read(text("assert " + x + " == 0")) },
	}}
}

// array is an array of which the elements differ whenever the guard is free.
func (p *plan) array() tenet {
	g := p.guard()
	return tenet{guard: g, init: then(setup(g), text("set t[1] 1")), roles: []func() []Stmt{
		func() []Stmt { return g.write(text("set r0 t[0]", "set r1 t[1]", "set t[0] r1", "set t[1] r0")) },
		func() []Stmt { return g.read(text("set r0 t[0]", "assert r0 != t[1]")) },
		func() []Stmt {
			return then(text("nondet r0 2"), g.read(text("set r1 t[r0]", "set r1 t[r1]", "assert r1 == 0 or r1 == 1")))
		},
	}}
}

// itemOf is an object behind a shared pointer, replaced and freed under the
// guard.
func (p *plan) itemOf() tenet {
	g := p.guard()
	fresh := text("b = kmalloc 8 0", "set b.val 1", "set p0 b")
	return tenet{guard: g, init: then(setup(g), text("a = kzalloc 8 0x400", "set a.val 1", "set p0 a")), roles: []func() []Stmt{
		func() []Stmt {
			return g.read(list(do("set a p0"), around("if a", text("set r0 a.val", "assert r0 == 1"))))
		},
		func() []Stmt {
			return g.read(list(do("set a p0"), around("if a", text("set r0 a.val", "assert r0 == 1"))))
		},
		func() []Stmt { return g.write(then(list(do("set a p0"), around("if a", text("kfree a"))), fresh)) },
		func() []Stmt {
			return then(text("set a 0"), g.write(text("set a p0", "set p0 0")), list(around("if a", text("kfree a"))))
		},
		func() []Stmt {
			return g.write(list(do("set a p0"), around("if a", text("set a.val 0", "set r0 a.val", "set a.val 1"))))
		},
	}}
}

// partOf is an object to a member of which there is a shared pointer; at times it is
// the only one that leads to the object.
func (p *plan) partOf() tenet {
	g := p.guard()
	m := oneOf(p.src, "val", "ref")
	look := func(body ...string) []Stmt { return list(do("set i0 s0"), around("if i0", text(body...))) }
	return tenet{guard: g, init: then(setup(g), text("a = kzalloc 8 0x400", "set a."+m+" 1", "set p0 a", "set s0 &a."+m)), roles: []func() []Stmt{
		func() []Stmt { return g.read(look("set r0 *i0", "assert r0 == 1")) },
		func() []Stmt { return g.read(look("owner a i0 "+m, "set r0 a."+m, "assert r0 == 1")) },
		func() []Stmt { return g.write(look("set *i0 0", "set *i0 1")) },
		func() []Stmt { return g.write(look("owner a i0 "+m, "set p0 0", "set s0 0", "kfree a")) },
		func() []Stmt { return g.write(text("set p0 0")) },
	}}
}

// counted is an object that lives as long as somebody has a reference.
func (p *plan) counted() tenet {
	g := p.guard()
	drop := list(do("add a.ref -1"), do("set r1 a.ref"), around("if r1 == 0", text("kfree a")))
	return tenet{guard: g, init: then(setup(g), text("a = kzalloc 8 0x400", "set a.val 1", "set a.ref 1", "set p0 a")), roles: []func() []Stmt{
		func() []Stmt {
			return then(g.write(list(do("set a p0"), around("if a", text("add a.ref 1")))),
				list(around("if a", then(text("set r0 a.val", "assert r0 == 1"), g.write(drop)))))
		},
		func() []Stmt {
			return g.write(list(do("set a p0"), around("if a", then(text("set p0 0"), drop))))
		},
		func() []Stmt {
			return g.read(list(do("set a p0"), around("if a", text("set r0 a.val", "assert r0 == 1"))))
		},
	}}
}

// itemLock is an object with a lock of its own, found under another one.
func (p *plan) itemLock() tenet {
	g := p.guard()
	lock := oneOf(p.src, "a.lock", "a.sem")
	if g.spin {
		lock = "a.lock" // the other one sleeps
	}
	in := func(body []Stmt) []Stmt { return list(do("set a p0"), around("if a", body)) }
	return tenet{guard: g, init: then(setup(g), text("a = kzalloc 8 0x400", "set p0 a")), roles: []func() []Stmt{
		func() []Stmt {
			return g.read(in(list(around("with "+lock+" write", text("add a.val 1", "add a.ref 1")))))
		},
		func() []Stmt {
			return g.read(in(list(around("with "+lock+" write", text("set r0 a.val", "set r1 a.ref", "assert r0 == r1")))))
		},
		func() []Stmt {
			return g.write(in(then(text("set p0 0"), list(around("with "+lock+" try-write", text("set a.val 1"))), text("kfree a"))))
		},
	}}
}

// message is data that is written before a flag says so; whoever has seen the
// flag needs no lock.
func (p *plan) message() tenet {
	x, f := take(&p.ints), take(&p.ints)
	return tenet{lead: text("set "+x+" 1", "set r0 "+x, "once "+f+" 1"), roles: []func() []Stmt{
		func() []Stmt { return text("wait "+f+" == 1", "set r0 "+x, "assert r0 == 1") },
		func() []Stmt { return list(do("once r1 "+f), around("if r1", text("set r0 "+x, "assert r0 == 1"))) },
		func() []Stmt {
			return then(text("once r1 "+f), list(around("while r1 == 0", text("once r1 "+f)), do("assert "+x+" == 1")))
		},
		func() []Stmt {
			return list(around("when "+f+" == 1", text("assert "+x+" == 1")), around("with sp1 write", text("set r0 "+x)))
		},
	}}
}

// once is data that the first one to come fills in, looked at without the
// guard first.
func (p *plan) once() tenet {
	x, f := take(&p.ints), take(&p.ints)
	g := p.guard()
	fill := list(around("if "+f+" == 0", text("set r0 "+x, "assert r0 == 0", "set "+x+" 1", "once "+f+" 1")))
	return tenet{guard: g, init: setup(g), roles: []func() []Stmt{
		func() []Stmt {
			return list(do("once r1 "+f), around("if r1 == 0", g.write(fill)), do("set r0 "+x), do("assert r0 == 1"))
		},
		func() []Stmt { return list(do("once r1 "+f), around("if r1", text("assert "+x+" == 1"))) },
		func() []Stmt { return g.write(fill) },
	}}
}
