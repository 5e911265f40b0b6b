// SPDX-License-Identifier: MIT

// This file tries every interleaving.

package oracle

import (
	"encoding/binary"
	"slices"
)

// Answer is what a program can come to.
type Answer struct {
	Violated map[string]bool // properties, by their ids
	Ends     [][]int64       // the values of the cells when all threads have ended
	States   int
	Cut      bool // there are more states than allowed: nothing is known
}

// state is everything that a thread can see, and where each thread is.
type state struct {
	mem     []int64 // static cells, then the objects, fields cells each
	objects []byte  // unborn, alive, freed
	locks   []lockState
	threads []threadState
}

const (
	unborn = iota
	alive
	freed
)

const maxThreads = 3

type lockState struct {
	owner   int              // 1 + thread, 0: none
	readers [maxThreads]int8 // how often each thread reads
	queue   []waiter
	count   int // of a completion
}

type waiter struct {
	thread int
	reads  bool
}

type threadState struct {
	pc      int
	regs    []int64
	queued  bool   // in the queue of the lock at pc
	granted bool   // taken out of it, with the lock
	reading int    // depth of RCU read sections
	waits   bool   // in synchronize_rcu()
	readers uint64 // whom it waits for there
}

func (s *state) clone() *state {
	n := &state{slices.Clone(s.mem), slices.Clone(s.objects), slices.Clone(s.locks), slices.Clone(s.threads)}
	for i := range n.locks {
		n.locks[i].queue = slices.Clone(n.locks[i].queue)
	}
	for i := range n.threads {
		n.threads[i].regs = slices.Clone(n.threads[i].regs)
	}
	return n
}

func (s *state) key() string {
	var b []byte
	put := func(v int64) { b = binary.AppendVarint(b, v) }
	for _, v := range s.mem {
		put(v)
	}
	b = append(b, s.objects...)
	for _, l := range s.locks {
		put(int64(l.owner))
		for _, n := range l.readers {
			put(int64(n))
		}
		put(int64(l.count))
		put(int64(len(l.queue)))
		for _, w := range l.queue {
			put(int64(w.thread) << 1)
			if w.reads {
				put(1)
			}
		}
	}
	for _, t := range s.threads {
		put(int64(t.pc))
		put(int64(t.reading))
		put(int64(t.readers))
		for i, is := range []bool{t.queued, t.granted, t.waits} {
			if is {
				put(int64(i))
			}
		}
		put(-1)
		for _, v := range t.regs {
			put(v)
		}
	}
	return string(b)
}

type machine struct {
	prog *Program
	code [][]instr
	ans  *Answer
	ends map[string]bool
}

// Explore tries every interleaving of at most max states.
func (p *Program) Explore(max int) *Answer {
	m := &machine{prog: p, ans: &Answer{Violated: map[string]bool{}}, ends: map[string]bool{}}
	first := &state{mem: make([]int64, len(p.Cells)+fields*p.Sites), objects: make([]byte, p.Sites), locks: make([]lockState, len(p.Locks))}
	for i, c := range p.Cells {
		first.mem[i] = c.Start
	}
	for _, t := range p.Threads {
		code, regs := p.compile(t)
		m.code = append(m.code, code)
		first.threads = append(first.threads, threadState{regs: make([]int64, regs)})
	}
	for t := range first.threads {
		if bad := m.settle(first, t); bad != "" {
			m.ans.Violated[bad] = true
			return m.ans
		}
	}
	seen := map[string]bool{first.key(): true}
	for todo := []*state{first}; len(todo) > 0; {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, n := range m.expand(s) {
			if k := n.key(); !seen[k] {
				seen[k] = true
				todo = append(todo, n)
			}
		}
		if len(seen) > max {
			m.ans.Cut = true
			return m.ans
		}
	}
	m.ans.States = len(seen)
	return m.ans
}

// expand judges a state and gives those that follow it.
func (m *machine) expand(s *state) (next []*state) {
	done := true
	var blocked []int
	for t := range s.threads {
		if m.at(s, t).op == opDone {
			continue
		}
		done = false
		after := m.step(s, t)
		if after == nil {
			blocked = append(blocked, t)
		}
		for _, a := range after {
			if a.bad != "" {
				m.ans.Violated[a.bad] = true
			} else {
				next = append(next, a.s)
			}
		}
	}
	if done {
		m.end(s)
	}
	if len(blocked) > 0 && (len(blocked) == m.running(s) || m.circle(s, blocked)) {
		m.ans.Violated["deadlock"] = true
	}
	if m.races(s) {
		m.ans.Violated["data-race"] = true
	}
	return next
}

func (m *machine) running(s *state) (n int) {
	for t := range s.threads {
		if m.at(s, t).op != opDone {
			n++
		}
	}
	return n
}

func (m *machine) at(s *state, t int) *instr { return &m.code[t][s.threads[t].pc] }

func (m *machine) end(s *state) {
	o := slices.Clone(s.mem[:len(m.prog.Cells)])
	for i, c := range m.prog.Cells {
		if c.Name == "slot" {
			o[i] = 0
		}
	}
	k := (&state{mem: o}).key()
	if !m.ends[k] {
		m.ends[k] = true
		m.ans.Ends = append(m.ans.Ends, o)
	}
}

// result is a state, or a violation.
type result struct {
	s   *state
	bad string
}

// step gives what thread t can do: nothing while it waits.
func (m *machine) step(s *state, t int) []result {
	in := m.at(s, t)
	if in.op == opChoose {
		var out []result
		for v := 0; v <= in.n; v++ {
			n := s.clone()
			n.threads[t].regs[in.base+in.reg] = int64(v)
			n.threads[t].pc++
			out = append(out, m.settled(n, t, ""))
		}
		return out
	}
	n := s.clone()
	bad, enabled := "", true
	if in.op == opBegin {
		bad, enabled = m.atomically(n, t)
	} else {
		bad, enabled = m.run(n, t)
	}
	if !enabled {
		return nil
	}
	return []result{m.settled(n, t, bad)}
}

func (m *machine) settled(s *state, t int, bad string) result {
	if bad == "" {
		bad = m.settle(s, t)
	}
	return result{s, bad}
}

// settle runs thread t up to its next step.
func (m *machine) settle(s *state, t int) string {
	for {
		in := m.at(s, t)
		switch in.op {
		case opDone:
			if m.holds(s, t) {
				return "lock-leak"
			}
			clear(s.threads[t].regs)
			return ""
		case opSet, opJump, opUnless, opClaim:
			if bad := m.local(s, t); bad != "" {
				return bad
			}
		default:
			return ""
		}
	}
}

func (m *machine) holds(s *state, t int) bool {
	for _, l := range s.locks {
		if l.owner == t+1 || l.readers[t] > 0 {
			return true
		}
	}
	return false
}

// local runs an instruction on registers.
func (m *machine) local(s *state, t int) string {
	in, th := m.at(s, t), &s.threads[t]
	regs := frame{th.regs, in.base}
	th.pc++
	switch in.op {
	case opSet:
		th.regs[in.base+in.reg] = regs.eval(in.e)
	case opJump:
		th.pc = in.n
	case opUnless:
		if regs.eval(in.e) == 0 {
			th.pc = in.n
		}
	case opClaim:
		if regs.eval(in.e) == 0 {
			return "assert"
		}
	}
	return ""
}

// frame is the registers as code with that base sees them.
type frame struct {
	regs []int64
	base int
}

// eval evaluates e; registers of a caller lie below the base.
func (f frame) eval(e expr) int64 {
	if v, ok := e.(variable); ok {
		return f.regs[f.base+v.local]
	}
	return e.eval(f.regs[f.base:])
}

// atomically runs a block in one step; it is not enabled where its guard fails.
func (m *machine) atomically(s *state, t int) (bad string, enabled bool) {
	th := &s.threads[t]
	for th.pc++; ; {
		in := m.at(s, t)
		switch in.op {
		case opEnd:
			th.pc++
			return "", true
		case opUntil:
			if in.e.eval(nil) == 0 {
				return "", false
			}
			th.pc++
		case opSet, opJump, opUnless, opClaim:
			if bad := m.local(s, t); bad != "" {
				return bad, true
			}
		default:
			if bad, enabled := m.run(s, t); bad != "" || !enabled {
				return bad, enabled
			}
		}
	}
}

// run executes the step at hand.
func (m *machine) run(s *state, t int) (bad string, enabled bool) {
	in, th := m.at(s, t), &s.threads[t]
	switch in.op {
	case opLoad, opStore, opAtomic:
		bad = m.access(s, t)
	case opLock:
		return m.lock(s, t)
	case opRCU:
		return "", m.rcu(s, t)
	case opAllocate:
		first := m.object(in.n)
		clear(s.mem[first : first+fields])
		s.objects[in.n] = alive
		th.regs[in.base+in.reg] = int64(first) + 1
	case opRelease:
		bad = m.release(s, th.regs[in.base+in.reg])
	}
	th.pc++
	return bad, true
}

// object is the first cell of an object.
func (m *machine) object(n int) int { return len(m.prog.Cells) + fields*n }

func (m *machine) release(s *state, at int64) string {
	if at == 0 {
		return ""
	}
	n := (int(at) - 1 - len(m.prog.Cells)) / fields
	if s.objects[n] == freed {
		return "bad-free"
	}
	s.objects[n] = freed
	return ""
}

// cell checks an address.
func (m *machine) cell(s *state, at int64) (int, string) {
	if at == 0 {
		return 0, "null-deref"
	}
	if n := int(at) - 1 - len(m.prog.Cells); n >= 0 && s.objects[n/fields] == freed {
		return 0, "use-after-free"
	}
	return int(at) - 1, ""
}

func (m *machine) typeOf(cell int) Type {
	if n := cell - len(m.prog.Cells); n >= 0 {
		return fieldTypes[n%fields]
	}
	return m.prog.Cells[cell].Type
}

func (m *machine) access(s *state, t int) string {
	in, th := m.at(s, t), &s.threads[t]
	f := frame{th.regs, in.base}
	at, bad := in.at.address(th.regs[in.base:])
	if bad != "" {
		return bad
	}
	cell, bad := m.cell(s, at)
	if bad != "" {
		return bad
	}
	typ, old, result := m.typeOf(cell), s.mem[cell], int64(0)
	switch in.name {
	case "":
		if in.op == opLoad {
			th.regs[in.base+in.reg] = old
		} else {
			s.mem[cell] = typ.cut(f.eval(in.e))
		}
		return ""
	case "atomic_inc":
		s.mem[cell] = typ.cut(old + 1)
		return ""
	case "atomic_dec_and_test":
		s.mem[cell] = typ.cut(old - 1)
		if s.mem[cell] == 0 {
			result = 1
		}
	case "atomic_cmpxchg":
		result = old
		if old == f.eval(in.e) {
			s.mem[cell] = typ.cut(f.eval(in.e2))
		}
	case "atomic_xchg":
		result = old
		s.mem[cell] = typ.cut(f.eval(in.e))
	case "atomic_add_return":
		s.mem[cell] = typ.cut(old + f.eval(in.e))
		result = s.mem[cell]
	}
	th.regs[in.base+in.reg] = result
	return ""
}

// rcu runs an operation of RCU: a grace period is over when those have left who
// were there at its beginning.
func (m *machine) rcu(s *state, t int) (enabled bool) {
	th := &s.threads[t]
	switch m.at(s, t).name {
	case "rcu_read_lock":
		th.reading++
	case "rcu_read_unlock":
		th.reading--
		for u := range s.threads {
			if th.reading == 0 {
				s.threads[u].readers &^= 1 << t
			}
		}
	case "synchronize_rcu":
		if !th.waits {
			th.waits = true
			for u := range s.threads {
				if s.threads[u].reading > 0 {
					th.readers |= 1 << u
				}
			}
			return true
		}
		if th.readers != 0 {
			return false
		}
		th.waits = false
	}
	th.pc++
	return true
}

// races says whether two threads are about to access one place, one of them
// plainly and one of them to write.
func (m *machine) races(s *state) bool {
	type use struct {
		cell          int
		writes, plain bool
	}
	var uses []use
	for t := range s.threads {
		in := m.at(s, t)
		if in.op != opLoad && in.op != opStore && in.op != opAtomic {
			continue
		}
		at, bad := in.at.address(s.threads[t].regs[in.base:])
		if bad != "" {
			continue
		}
		cell, bad := m.cell(s, at)
		if bad != "" {
			continue
		}
		u := use{m.location(cell), in.op != opLoad, !in.marked}
		for _, o := range uses {
			if o.cell == u.cell && (o.writes || u.writes) && (o.plain || u.plain) {
				return true
			}
		}
		uses = append(uses, u)
	}
	return false
}

// location is the first cell of the memory location of a cell: bit-fields beside
// each other share one.
func (m *machine) location(cell int) int {
	if cell < len(m.prog.Cells) && m.prog.Cells[cell].Name == "word.high" {
		return cell - 1
	}
	return cell
}
