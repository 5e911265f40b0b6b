// SPDX-License-Identifier: MIT

// This file draws scripts without any order: locks taken and given up at
// random, objects allocated, used and freed with and without locks.

package random

import (
	"fmt"
	"slices"
	"strings"
)

// mess is such a script in the making.
type mess struct {
	src   Source
	words map[string][]string // what this script makes use of, by kind
	tidy  bool                // locks are held by sections only
	left  int                 // statements that a thread may still have

	tree      rmapTree // where vmas are linked
	callbacks int      // how many RCU may be asked to call
	stable    bool     // items are type-stable
	marks     int      // how many of two accesses to shared integers are marked
}

// anarchy draws a script. It knows only few names, so that threads meet.
func anarchy(src Source) *Script {
	m := &mess{src: src, words: map[string][]string{}, tidy: chance(src, 60)}
	m.words["int"] = oneOf(src, []string{"g0"}, []string{"g0", "g1"}, []string{"t[0]", "t[1]", "t[r0]"}, []string{"g0", "g1"})
	m.words["reg"] = []string{"r0", "r1"}
	m.words["lock"] = oneOf(src, []string{"rw0"}, []string{"mu0"}, []string{"sp0"}, []string{"rw0", "rw1"}, []string{"mu0", "rw0"}, []string{"rw0", "sp0"}, []string{"mu0", "mu1"}, []string{"sp0", "sp1", "mu0"}, []string{"fl"}, []string{"rw0", "dep"},
		[]string{"rl0"}, []string{"rl0", "rl1"}, []string{"rl0", "sp0"}, []string{"ra0", "sp0"})
	if chance(src, 12) {
		m.handler()
	}
	s := &Script{}
	switch n := src.Intn(10); {
	case n < 4:
	case n < 7:
		m.words["ptr"], m.words["shared"] = []string{"a", "b"}, []string{"p0"}
		m.words["field"] = oneOf(src, []string{"val"}, []string{"val", "next"}, []string{"next"})
		if chance(src, 30) {
			m.words["part"] = []string{oneOf(src, "lock", "sem")}
		}
		if m.words["counter"] = withOperand(counterTag); chance(src, 40) {
			m.words["counter"] = nil
		}
		if chance(src, 20) {
			m.words["head"] = []string{"a.rcu", "a.rcu", "b.rcu"}
			s.Callbacks = oneOf(src, nil, [][]Stmt{text("kfree a")}, [][]Stmt{text("kfree a")}, [][]Stmt{m.body(1), text("set r0 a.val", "kfree a")})
			m.callbacks = len(s.Callbacks)
		}
		s.Init = text("a = kzalloc 8 0x400", "set p0 a")
		if chance(src, 30) {
			m.words["int*"] = oneOf(src, []string{"i0"}, []string{"i0", "i1"})
			m.words["address"] = oneOf(src, []string{"&a.val"}, []string{"&a.val", "&a.ref"}, []string{"&a.ref", "&b.ref", "&g0"})
		}
		if chance(src, 25) {
			s.Init = then(text("typesafe"), s.Init, text("set a.next a"))
			m.words["field"] = []string{"val", "next"}
			m.stable = true
		}
	default:
		m.mm(s)
	}
	m.marks = src.Intn(3)
	ints, own := m.words["int"], src.Intn(16)
	for i, copies := range crew(src) {
		if m.words["int"] = ints; i == own && copies == 1 {
			m.words["int"] = append(slices.Clip(ints), "g3") // which nobody else knows
		}
		m.left = 7 / max(1, len(s.Threads)+copies-1)
		s.Threads = append(s.Threads, Thread{copies, m.body(2 + src.Intn(4))})
	}
	if len(m.words["irq"]) > 0 {
		m.left = 3
		s.Threads = append(s.Threads, Thread{0, m.body(1 + src.Intn(2))})
	}
	if chance(src, 15) {
		s.Final = m.body(1)
		s.Final = append(s.Final, m.assert())
	}
	return s
}

func (m *mess) pick(kind string) string { return oneOf(m.src, m.words[kind]...) }

// lock draws a lock and its struct.
func (m *mess) lock() (name, tag string) {
	name = m.pick("lock")
	if len(m.words["part"]) > 0 && chance(m.src, 50) {
		name = m.pick("ptr") + "." + m.pick("part")
	}
	if len(m.words["vpart"]) > 0 && chance(m.src, 40) {
		name = m.pick("vma") + "." + m.pick("vpart")
	}
	return name, wordOf(name).tag
}

func (m *mess) body(n int) []Stmt {
	var out []Stmt
	for range n {
		if m.left <= 0 && len(out) > 0 {
			break
		}
		m.left--
		out = append(out, m.statement()...)
	}
	return out
}

// statement draws a statement, or some that belong together.
func (m *mess) statement() []Stmt {
	switch n := m.src.Intn(100); {
	case n < 22:
		return m.section()
	case n < 30 && !m.tidy:
		return m.lockOp()
	case n < 50:
		return m.plain()
	case n < 72:
		return m.object()
	case n < 80:
		return m.branch()
	case n < 87:
		return m.loop()
	case n < 93:
		return m.atomic()
	case n < 97:
		return list(m.assert())
	}
	return m.seldom()
}

// section holds a lock for some statements.
func (m *mess) section() []Stmt {
	name, tag := m.lock()
	how := "write"
	if irq := len(m.words["irq"]) > 0; chance(m.src, 4) || irq && chance(m.src, 25) {
		if body := m.saved(name, tag); body != nil {
			return body
		}
	} else if irq && chance(m.src, 50) {
		how = oneOf(m.src, "write-irq", "write-irq", "read-irq")
	} else if tag == "rwlock" {
		how = oneOf(m.src, "read", "write", "read", "write", "try-read", "try-write", "write-nested", "read-bh", "write-bh", "read-irq", "write-irq")
	} else if tag == "rw_semaphore" {
		how = oneOf(m.src, "read", "write", "read", "write", "downgrade", "try-read", "try-write", "read-nested", "write-nested", "read-killable", "write-killable",
			"read-non-owner", "read-let-go")
	} else if chance(m.src, 25) {
		how = oneOf(m.src, "try-write", "write-nested", "read", "write-bh", "write-irq", "killable")
	}
	if !known(lockings[tag][how].take) {
		how = "write"
	}
	s := around("with "+name+" "+how, m.body(1+m.src.Intn(2)))
	if lockings[tag][how].mid != "" || lockings[tag][how].try && chance(m.src, 50) {
		s.Bodies = append(s.Bodies, m.body(1))
	}
	return list(s)
}

// lockOps lists operations on locks by struct.
var lockOps = map[string][]string{
	"rw_semaphore": {"down_read", "up_read", "down_write", "up_write", "down_read_trylock", "down_write_trylock", "downgrade_write",
		"rwsem_is_locked", "rwsem_is_contended", "rwsem_assert_held", "rwsem_assert_held_write", "down_read_nested", "down_write_nested",
		"down_read_non_owner", "up_read_non_owner", "__mmcheck_rwsem_release"},
	"mutex":    {"mutex_lock", "mutex_unlock", "mutex_trylock", "mutex_assert_held", "mutex_lock_nested", "mutex_lock_killable"},
	"spinlock": {"spin_lock", "spin_unlock", "spin_trylock", "spin_assert_held", "spin_lock_nested"},
	"raw_spinlock": {"raw_spin_lock", "raw_spin_unlock", "raw_spin_trylock", "raw_spin_assert_held", "raw_spin_lock_nested",
		"raw_spin_lock_bh", "raw_spin_unlock_bh", "raw_spin_lock_irq", "raw_spin_unlock_irq"},
	"rwlock":      {"read_lock", "read_unlock", "write_lock", "write_unlock", "read_trylock", "write_trylock", "write_lock_nested", "rwlock_is_contended"},
	"folio_lock":  {"__mmcheck_folio_lock", "__mmcheck_folio_unlock", "__mmcheck_folio_trylock", "__mmcheck_folio_wait", "__mmcheck_folio_locked"},
	"lockdep_map": {"__mmcheck_acquire_read", "__mmcheck_acquire", "__mmcheck_release"},
}

func (m *mess) lockOp() []Stmt {
	name, tag := m.lock()
	op := oneOf(m.src, lockOps[tag]...)
	if strings.HasPrefix(natives[op], "n ") {
		return text("r0 = " + op + " " + name)
	}
	return text(op + " " + name)
}

// plain draws accesses to shared integers.
func (m *mess) plain() []Stmt {
	x, r, set := m.pick("int"), m.pick("reg"), "set "
	if m.src.Intn(2) < m.marks {
		set = oneOf(m.src, "once ", "once ", "once ", "racy ")
	}
	switch m.src.Intn(6) {
	case 0:
		return text(set + x + " 1")
	case 1:
		return text(set + r + " " + x)
	case 2:
		return text(set + x + " " + r)
	case 3:
		return text(set + x + " 0")
	case 4:
		return text(set + x + " " + oneOf(m.src, m.pick("int"), m.pick("int"), "-3", "0x1000", "0x200000000"))
	}
	return text(fmt.Sprintf("add %s %d", x, 1-2*m.src.Intn(2)))
}

// object draws something done with the heap, the vmas or the page table.
func (m *mess) object() []Stmt {
	switch {
	case len(m.words["ptr"]) > 0:
		return m.item()
	case len(m.words["folio"]) > 0 && chance(m.src, 50):
		return m.folio()
	case len(m.words["root"]) > 0 && chance(m.src, 40):
		return m.rmap()
	case len(m.words["pt"]) > 0 && chance(m.src, 40):
		return m.pte()
	case len(m.words["vma"]) > 0:
		return m.vma()
	}
	return m.plain()
}

func (m *mess) item() []Stmt {
	a, p, f := m.pick("ptr"), m.pick("shared"), m.pick("field")
	given := func(body ...string) []Stmt { return list(around("if "+a, text(body...))) }
	value := m.valueFor(f)
	if len(m.words["counter"]) > 0 && chance(m.src, 40) {
		return then(text("set "+a+" "+p), list(around("if "+a, list(m.count(a)))))
	}
	if len(m.words["head"]) > 0 && chance(m.src, 25) {
		return m.queue(p)
	}
	if len(m.words["int*"]) > 0 && chance(m.src, 40) {
		return m.scalar(a)
	}
	if m.stable && chance(m.src, 30) {
		return then(text("rcu_read_lock"), m.body(1+m.src.Intn(2)), text("rcu_read_unlock"))
	}
	switch m.src.Intn(12) {
	case 10:
		return text("hide " + a)
	case 11:
		return then(text("show "+a), given("set "+value+" "+a+"."+f))
	case 0:
		return text("set " + a + " " + p)
	case 1:
		return text("set " + p + " " + oneOf(m.src, a, "0"))
	case 2:
		return then(text("set "+a+" "+p), given("set "+value+" "+a+"."+f))
	case 3:
		return given("set " + a + "." + f + " " + value)
	case 4:
		return then(text("set "+a+" "+p), given("set "+p+" 0", "kfree "+a))
	case 5:
		return text("kfree "+a, "set "+a+" 0")
	case 6:
		return text(a + " = kmalloc 8 " + oneOf(m.src, "0", "0x400"))
	case 7:
		return text(a+" = "+oneOf(m.src, "kmalloc 8 0", "kmem_cache_zalloc 0 0"), "set "+p+" "+a)
	case 8:
		return m.errors(a, p)
	}
	return text("set " + value + " " + a + "." + f)
}

// scalar draws something done with a pointer to an integer.
func (m *mess) scalar(a string) []Stmt {
	i := m.pick("int*")
	switch m.src.Intn(7) {
	case 0, 1:
		return text("set " + i + " " + m.pick("address"))
	case 2:
		return text("set s0 " + oneOf(m.src, i, i, m.pick("address"), "0"))
	case 3:
		return then(text("set "+i+" s0"), list(around("if "+i, text(oneOf(m.src, "set r0 *"+i, "set *"+i+" 1")))))
	case 4:
		return text("set " + m.pick("reg") + " *" + i)
	case 5:
		return text("set *" + i + " " + oneOf(m.src, "1", "0", m.pick("reg")))
	}
	return text("owner " + a + " " + i + oneOf(m.src, " val", " ref"))
}

// valueFor draws a register that the values of a member fit.
func (m *mess) valueFor(member string) string {
	if member == "next" {
		return m.pick("ptr")
	}
	return m.pick("reg")
}

// count draws an operation on the counter of an object.
func (m *mess) count(a string) Stmt {
	op := m.pick("counter")
	sig := strings.Fields(natives[op])
	s := do(op)
	for _, want := range sig[1:] {
		if want == "n" {
			s.Args = append(s.Args, oneOf(m.src, "1", "0", "2", "1"))
		} else {
			s.Args = append(s.Args, a+".count")
		}
	}
	if sig[0] == "n" {
		s.Dst = m.pick("reg")
	}
	return s
}

// errors draws something done with an error pointer.
func (m *mess) errors(a, p string) []Stmt {
	switch m.src.Intn(3) {
	case 0:
		return text(a+" = ERR_PTR -12", "set "+p+" "+a)
	case 1:
		return then(text("set "+a+" "+p, "r0 = IS_ERR "+a), list(around("if r0", text("r1 = PTR_ERR "+a))))
	}
	f := m.pick("field")
	return then(text("set "+a+" "+p, "r0 = IS_ERR_OR_NULL "+a), list(around("if r0 == 0", text("set "+m.valueFor(f)+" "+a+"."+f))))
}

// cond draws a condition.
func (m *mess) cond() string {
	x := oneOf(m.src, m.pick("int"), m.pick("reg"), m.pick("int"))
	c := fmt.Sprintf("%s %s %d", x, oneOf(m.src, "==", "!=", "=="), m.src.Intn(2))
	if chance(m.src, 20) {
		c += oneOf(m.src, " and ", " or ") + fmt.Sprintf("%s == %d", m.pick("int"), m.src.Intn(2))
	}
	return c
}

func (m *mess) assert() Stmt {
	return do("assert " + oneOf(m.src, m.cond(), m.pick("int")+" == "+m.pick("int"), fmt.Sprintf("%s < %d", m.pick("int"), 2+m.src.Intn(2))))
}

func (m *mess) branch() []Stmt {
	switch m.src.Intn(4) {
	case 0:
		return list(around("choose", m.body(1), m.body(1)))
	case 1:
		return then(text("nondet r1 2"), list(around("if r1", m.body(1))))
	case 2:
		return list(around("if "+m.cond(), m.body(1), m.body(1)))
	}
	return list(around("if "+m.cond(), m.body(1+m.src.Intn(2))))
}

// spin takes a lock by asking until it is given, does something, and mostly
// gives it up.
func (m *mess) spin() []Stmt {
	x, body := m.pick("int"), m.body(1)
	take, give := around("again r2 != 0", list(around("atomic", text("set r2 "+x, "set "+x+" 1")))), "set "+x+" 0"
	if name, tag := m.lock(); chance(m.src, 50) && lockings[tag]["try-write"].try {
		l := lockings[tag]["try-write"]
		take, give = around("again r2 == 0", text("r2 = "+l.take+" "+name)), l.give+" "+name
	}
	if chance(m.src, 20) {
		return then(list(take), body)
	}
	return then(list(take), body, text(give))
}

func (m *mess) loop() []Stmt {
	switch m.src.Intn(6) {
	case 4:
		return m.spin()
	case 5:
		return list(around("while "+m.cond(), nil))
	case 0:
		return list(around("repeat 2", m.body(1)))
	case 1:
		return list(around("again "+m.cond(), m.body(1)))
	case 2:
		return list(around("forever", m.body(1+m.src.Intn(2))))
	}
	return list(around("while "+m.cond(), m.body(1)))
}

// atomic draws steps on shared integers that wait or are indivisible: what
// home-made locks and counters are made of.
func (m *mess) atomic() []Stmt {
	x := m.pick("int")
	switch m.src.Intn(8) {
	case 6:
		return m.counted(x)
	case 7:
		return m.counted(oneOf(m.src, "n0", "n0", "n1"))
	case 0:
		return list(around("atomic", text("add "+x+" 1")))
	case 1:
		return text("wait " + m.cond())
	case 2:
		return list(around("when "+x+" == 0", text("set "+x+" 1")), do("set "+x+" 0"))
	case 3:
		return list(around("when "+x+" == 0", text("add "+x+" 1")), around("atomic", text("add "+x+" -1")))
	case 4:
		return list(around("when "+m.cond(), text("set "+m.pick("int")+" 1")))
	}
	return list(around("atomic", text("set "+x+" 1", "set "+m.pick("int")+" 0")))
}

// counted draws what keeps count in x, and waits for it.
func (m *mess) counted(x string) []Stmt {
	up, down := text("count "+x+" 1"), text("count "+x+" -1")
	switch m.src.Intn(6) {
	case 0:
		return then(up, m.body(1), down)
	case 1:
		return then(list(around("when "+x+" == 0", up)), m.body(1), down)
	case 2:
		return list(around("when "+x+" == 0", text("set "+m.pick("int")+" 1")))
	case 3:
		return list(around("when 0 < "+x, down))
	case 4:
		return list(around("forever", then(m.body(1), text("count "+oneOf(m.src, "k0", "r0")+" 1"))))
	}
	return up
}
