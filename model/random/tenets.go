// SPDX-License-Identifier: MIT

// This file lists what disciplined threads share and what they may do with it.

package random

// tenet is something shared, with the roles that keep it in order.
type tenet struct {
	guard guard // what it is under
	init  []Stmt
	roles []func() []Stmt
	lead  []Stmt // done by one thread alone
	final []Stmt
}

// tenet draws one of those that can still be had.
func (p *plan) tenet() tenet {
	makers := []func() tenet{p.pair, p.alone, p.itemOf, p.counted, p.vmas, p.ptes, p.message, p.once, p.linked, p.array, p.itemLock}
	if known("rcu_read_lock") && known("refcount_inc") {
		makers = append(makers, p.readCopyUpdate, p.refcounted)
	}
	if known("prepare_to_wait") {
		makers = append(makers, p.wakeUp)
	}
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
	if wordOf(g.name).tag == "spinlock" {
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

// Ranges of the small address space.
const (
	lowPage  = " 0x0 0x1000"
	highPage = " 0x1000 0x2000"
)

// mapped is a vma in the tree from the start.
func mapped(at string) []Stmt {
	return text("v = kmem_cache_alloc 0 0x400", "init_vma v"+at, "mt_store mt"+at+" v")
}

// vmas is an address space under mmap_lock.
func (p *plan) vmas() tenet {
	find := oneOf(p.src, "v = mt_lookup mt 0x1000", "v = mt_find mt 0x0", "v = mt_find_intersection mt 0x0 0x2000")
	in := func(how string, body ...Stmt) []Stmt {
		return list(around("with mmap "+how, list(do(find), around("if v", body))))
	}
	return tenet{init: mapped(highPage), roles: []func() []Stmt{
		func() []Stmt { return in("read", do("set r0 v.vm_end"), do("assert r0 == 0x2000")) },
		func() []Stmt {
			return in("write", do("set v.vm_flags 1"), do("set r0 v.vm_flags"), do("assert r0 == 1"), do("set v.vm_flags 0"))
		},
		func() []Stmt { return in("write", do("mt_clear mt"+highPage), do("kmem_cache_free 0 v")) },
		func() []Stmt {
			return list(around("with mmap downgrade", list(do(find), around("if v", text("add v.vm_flags 1"))),
				list(around("if v", text("set r0 v.vm_end")))))
		},
		func() []Stmt {
			return list(around("with mmap try-read", list(do(find), around("if v", text("set r0 v.vm_end")))))
		},
		func() []Stmt {
			return list(around("with mmap write", list(do(find), around("if v == 0", mapped(highPage)))))
		},
	}}
}

// linked is a file that maps a vma, found by rmap under i_mmap_rwsem.
func (p *plan) linked() tenet {
	return tenet{init: then(mapped(highPage), text("vma_interval_tree_insert v root")), roles: []func() []Stmt{
		func() []Stmt {
			return list(around("with imap read", list(do("v = vma_interval_tree_iter_first root 0 2"),
				around("while v", text("set r0 v.vm_start", "assert r0 == 0x1000", "v = vma_interval_tree_iter_next v root 0 2")))))
		},
		func() []Stmt {
			return list(around("with mmap write", list(do("v = mt_lookup mt 0x1000"), around("if v",
				list(around("with imap write", text("vma_interval_tree_remove v root")), do("mt_clear mt"+highPage), do("kmem_cache_free 0 v"))))))
		},
		func() []Stmt {
			return list(around("with mmap read", list(do("v = mt_lookup mt 0x1000"), around("if v", text("set r0 v.vm_end")))))
		},
	}}
}

// ptes are two page-table entries that are equal whenever the guard is free.
func (p *plan) ptes() tenet {
	g := guard{name: "ptl", write: with("ptl", "write"), spin: true}
	return tenet{guard: g, roles: []func() []Stmt{
		func() []Stmt { return g.write(text("pt_set pt 0x0 1", "pt_set pt 0x1000 1")) },
		func() []Stmt { return g.write(text("r0 = pt_get pt 0x1000", "r1 = pt_get pt 0x0", "assert r0 == r1")) },
		func() []Stmt { return g.write(text("pt_clear pt 0x1000", "pt_clear pt 0x0")) },
	}}
}

// message is data that is written before a flag says so; whoever has seen the
// flag needs no lock.
func (p *plan) message() tenet {
	x, f := take(&p.ints), take(&p.ints)
	return tenet{lead: text("set "+x+" 1", "set r0 "+x, "set "+f+" 1"), roles: []func() []Stmt{
		func() []Stmt { return text("wait "+f+" == 1", "set r0 "+x, "assert r0 == 1") },
		func() []Stmt { return list(do("set r1 "+f), around("if r1", text("set r0 "+x, "assert r0 == 1"))) },
		func() []Stmt { return list(around("while "+f+" == 0", nil), do("assert "+x+" == 1")) },
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
	fill := list(around("if "+f+" == 0", text("set r0 "+x, "assert r0 == 0", "set "+x+" 1", "set "+f+" 1")))
	return tenet{guard: g, init: setup(g), roles: []func() []Stmt{
		func() []Stmt {
			return list(around("if "+f+" == 0", g.write(fill)), do("set r0 "+x), do("assert r0 == 1"))
		},
		func() []Stmt { return list(do("set r1 "+f), around("if r1", text("assert "+x+" == 1"))) },
		func() []Stmt { return g.write(fill) },
	}}
}

// readCopyUpdate is an object that is looked at in read sections, and freed
// when those who may still look are gone.
func (p *plan) readCopyUpdate() tenet {
	g := p.guard()
	free := text("synchronize_rcu", "kfree a")
	look := func(body []Stmt) []Stmt {
		return then(text("rcu_read_lock"), list(do("set a p0"), around("if a", body)), text("rcu_read_unlock"))
	}
	return tenet{init: then(setup(g), text("a = kzalloc 8 0x400", "set a.val 1", "set p0 a")), roles: []func() []Stmt{
		func() []Stmt { return look(text("set r0 a.val", "assert r0 == 1")) },
		func() []Stmt { return look(text("__mmcheck_rcu_dereference", "set r0 a.val")) },
		func() []Stmt { return then(g.write(text("set a p0", "set p0 0")), list(around("if a", free))) },
	}}
}

// refcounted is an object with a count of references that needs no lock of its
// own once it is found.
func (p *plan) refcounted() tenet {
	g := p.guard()
	drop := list(do("r1 = refcount_dec_and_test a.count"), around("if r1", text("kfree a")))
	return tenet{guard: g, init: then(setup(g), text("a = kzalloc 8 0x400", "set a.val 1", "r0 = atomic_xchg a.count 1", "set p0 a")), roles: []func() []Stmt{
		func() []Stmt {
			return then(g.read(list(do("set a p0"), around("if a", text("refcount_inc a.count")))),
				list(around("if a", then(text("set r0 a.val", "assert r0 == 1"), drop))))
		},
		func() []Stmt {
			return then(g.write(list(do("set a p0"), around("if a", text("set p0 0")))), list(around("if a", drop)))
		},
	}}
}

// wakeUp is a flag that threads sleep for.
func (p *plan) wakeUp() tenet {
	f := take(&p.ints)
	asleep := list(do("prepare_to_wait wq 0 2"), do("set r1 "+f), around("if r1 == 0", text("__mmcheck_schedule")), do("finish_wait wq 0"))
	return tenet{lead: text("set "+f+" 1", "wake_up wq"), roles: []func() []Stmt{
		func() []Stmt { return then(list(around("again r1 == 0", asleep)), text("assert "+f+" == 1")) },
		func() []Stmt { return then(text("set r1 "+f), list(around("while r1 == 0", asleep))) },
		func() []Stmt { return text("wake_up wq") },
	}}
}
