// SPDX-License-Identifier: MIT

// This file runs compiled transitions. A Machine holds one unpacked state; a
// transition changes it in place and keeps a log of what it overwrote, from
// which the successor is packed and the state restored. Nothing is allocated
// once the log has grown to its size.

package model

// Compiled is a sealed Program made of Go functions; it behaves as the plain
// interpreter does.
type Compiled struct {
	Program *Program
	Threads []CompiledThread
}

// CompiledThread is a thread whose scheduling points are compiled.
type CompiledThread struct {
	PC     int // the element that holds its program counter
	Points []*CompiledPoint
}

// CompiledPoint is a scheduling point; Points[pc] of its thread.
type CompiledPoint struct {
	Alts  []CompiledAlt
	Waits func(s State) int64 // nil if not known
}

// CompiledAlt is an alternative of a step, with the register work behind it.
type CompiledAlt struct {
	Guard func(s State) bool // nil: always enabled
	body  []effect
	next  *codeBlock
}

// effect is a compiled statement; it reports whether to go on.
type effect func(m *Machine) bool

// codeBlock is a compiled Block: register work, or with a pc, a stop.
type codeBlock struct {
	pc        int64
	body      []effect
	cond      func(s State) bool
	then, els *codeBlock
}

// Machine runs transitions of a compiled program. It is used by one goroutine.
type Machine struct {
	State  State
	Broken []Broken // by the last Fire
	Fatal  bool     // the last of Broken ended the transition
	Limit  *Limit   // a bound was reached
	log    []overwrite
	_      [128]byte // machines of several workers share no cache line
}

// overwrite is an element and what it held before.
type overwrite struct {
	elem int32
	old  int64
}

// NewMachine returns a machine in the initial state.
func (c *Compiled) NewMachine() *Machine {
	n := len(c.Program.Initial)
	m := &Machine{State: make(State, n, n+16), log: make([]overwrite, 0, 64)}
	copy(m.State, c.Program.Initial)
	return m
}

// Fire runs alternative alt of the point that thread t (counted from 0) has
// reached, in place.
func (m *Machine) Fire(c *Compiled, t, alt int) {
	m.log, m.Broken, m.Fatal, m.Limit = m.log[:0], m.Broken[:0], false, nil
	th := &c.Threads[t]
	a := &th.Points[m.State[th.PC]].Alts[alt]
	if m.run(a.body) {
		m.settle(th, a.next)
	}
}

func (m *Machine) run(body []effect) bool {
	for _, f := range body {
		if !f(m) {
			return false
		}
	}
	return true
}

// settle runs register work up to the next scheduling point.
func (m *Machine) settle(th *CompiledThread, b *codeBlock) {
	for b != nil && b.pc == 0 {
		if !m.run(b.body) {
			return
		}
		if b.cond == nil || b.cond(m.State) {
			b = b.then
		} else {
			b = b.els
		}
	}
	pc := int64(0)
	if b != nil {
		pc = b.pc
	}
	m.set(th.PC, pc)
}

func (m *Machine) set(i int, x int64) {
	if old := m.State[i]; old != x {
		m.State[i] = x
		m.log = append(m.log, overwrite{int32(i), old})
	}
}

// Undo restores the state in which the last Fire started.
func (m *Machine) Undo() {
	for i := len(m.log) - 1; i >= 0; i-- {
		m.State[m.log[i].elem] = m.log[i].old
	}
	m.log = m.log[:0]
}

// Pack turns words, which hold the state in which the last Fire started, into
// its successor. Values that do not fit are joined to misfits; then the result
// is false.
func (m *Machine) Pack(l *Layout, words []uint64, misfits []Range) bool {
	fits := true
	for i := range m.log {
		e := int(m.log[i].elem)
		if !l.Put(words, e, m.State[e]) {
			misfits[e].Join(m.State[e])
			fits = false
		}
	}
	return fits
}
