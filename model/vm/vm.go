// SPDX-License-Identifier: MIT

// This file runs bytecode. A Machine turns the words of a packed state into those
// of a successor, in place; it keeps nothing from one transition to the next
// but the code that it has assembled so far.

package vm

import (
	"math/bits"

	"mmcheck/model"
)

// Status says how a transition ended; 0 is that it reached its end.
type Status uint8

// The ways in which a transition may end early. The words are then of no use.
const (
	Fatal   Status = 1 << iota // the last of Broken ends the schedule
	Bounded                    // Limit was met
	Misfit                     // Misfits tells what the layout has no room for
)

// Broken is a Check that failed in a transition.
type Broken struct {
	Check *model.Check
	Obj   int64
	Life  int64
}

// maxRegs is how many registers a Machine has: as many as an instruction can name,
// so that none needs to be checked. What is not used takes no memory.
const maxRegs = 1 << 16

// Machine runs the transitions of a Bytecode. It is used by one goroutine.
type Machine struct {
	Broken  []Broken     // by the last Fire
	Limit   *model.Limit // met by the last Fire
	Noted   []uint64     // the facts that Notes have told of so far, as a set
	unmet   []uint64     // what was noted of states that nobody has met
	Misfits []Range      // what elements held that did not fit, joined to the initial state
	code    *Bytecode
	threads []vmThread
	instrs  []instr
	elems   []int32 // elements that the instructions write, for misfits
	values  []int64 // the tables that opMap reads
	checks  []*model.Check
	limits  []*model.Limit
	exprs   []int32 // where the expressions of Bytecode.Expr begin
	fields  []bitField
	regs    *[maxRegs]int64
	twice   []uint64 // two states
	asm     assembler
	_       [128]byte // machines of several workers share no cache line
}

// vmThread is what a Machine has assembled of a thread.
type vmThread struct {
	pc     bitField
	points []vmPoint // by program counter
}

// vmPoint is a scheduling point; its alternatives are nil until it is reached.
type vmPoint struct {
	alts   []vmAlt
	waits  int32
	visits int32 // while nothing is remembered
	memo   *memo // what is remembered
}

// vmAlt is an alternative. It is enabled if its word is as said and the guard,
// if there is one, is true.
type vmAlt struct {
	word  uint32
	guard int32 // where the rest of the guard begins, 0 if there is none
	body  int32 // where the body begins, 0 if it was not yet fired
	mask  uint64
	want  uint64
}

// PC is the scheduling point that thread t, counted from 0, has reached; 0 if
// it has ended.
func (m *Machine) PC(w []uint64, t int) int { return int(m.threads[t].pc.get(w)) }

// Enabled is the first alternative from the given one on that thread t can
// fire, -1 if there is none.
func (m *Machine) Enabled(w []uint64, t, from int) int {
	alts := m.point(w, t).alts
	for i := from; i < len(alts); i++ {
		a := &alts[i]
		if w[a.word]&a.mask == a.want && (a.guard == 0 || m.run(w, a.guard) != 0) {
			return i
		}
	}
	return -1
}

// point is where thread t is.
func (m *Machine) point(w []uint64, t int) *vmPoint {
	th := &m.threads[t]
	pc := th.pc.get(w)
	p := &th.points[pc]
	if p.alts == nil && pc != 0 {
		m.asm.point(t, int(pc))
	}
	return p
}

// Fire runs an enabled alternative of thread t and leaves the successor in w.
func (m *Machine) Fire(w []uint64, t, alt int) Status {
	a := &m.point(w, t).alts[alt]
	if a.body == 0 {
		a.body = m.asm.transition(t, m.PC(w, t), alt)
	}
	m.Broken, m.Limit = m.Broken[:0], nil
	return Status(m.run(w, a.body))
}

// Waits is the set of threads that must act before thread t can go on: bit i
// for thread i. It is 0 if that is not known.
func (m *Machine) Waits(w []uint64, t int) uint64 {
	p := m.point(w, t)
	if p.waits == 0 {
		return 0
	}
	return uint64(m.run(w, p.waits))
}

// Eval is the value of expression i of Bytecode.Expr.
func (m *Machine) Eval(w []uint64, i int) int64 {
	if i >= len(m.exprs) {
		m.asm.more()
	}
	return m.run(w, m.exprs[i])
}

// run executes from instruction pc to a return.
func (m *Machine) run(w []uint64, pc int32) int64 {
	r, code := m.regs, m.instrs
	status := Status(0)
	for {
		in := &code[pc]
		pc++
		switch in.op {
		case opConst:
			r[in.a] = in.k
		case opMove:
			r[in.a] = r[uint16(in.b)]
		case opAddConst:
			r[in.a] = r[uint16(in.b)] + in.k
		case opAndConst:
			r[in.a] = r[uint16(in.b)] & in.k
		case opAdd:
			r[in.a] = r[uint16(in.b)] + r[uint16(in.k)]
		case opSub:
			r[in.a] = r[uint16(in.b)] - r[uint16(in.k)]
		case opBin:
			r[in.a] = model.EvalBin(model.BinOp(in.rot), r[uint16(in.b)], r[uint16(in.k)])
		case opUn:
			r[in.a] = model.EvalUn(model.UnOp(in.rot), r[uint16(in.b)])
		case opMap:
			x := int64(0)
			if i := uint64(r[uint16(in.b)]); i < in.m {
				x = m.values[uint64(in.k)+i]
			}
			r[in.a] = x
		case opSigned:
			r[in.a] = r[uint16(in.b)] << (in.rot & 63) >> (in.rot & 63)
		case opUnsigned:
			r[in.a] = int64(uint64(r[uint16(in.b)]) << (in.rot & 63) >> (in.rot & 63))
		case opLoad:
			r[in.a] = in.k + int64(bits.RotateLeft64(w[in.b], -int(in.rot))&in.m)
		case opLoadAt:
			x := int64(0)
			if i := uint64(r[uint16(in.b)]); i < in.m {
				x = m.fields[uint64(in.k)+i].get(w)
			}
			r[in.a] = x
		case opPut:
			w[in.b] = w[in.b]&^in.m | uint64(in.k)
		case opStore, opStoreLast:
			d := uint64(r[in.a]) - uint64(in.k)
			if d&^in.m == 0 {
				w[in.b] = w[in.b]&^bits.RotateLeft64(in.m, int(in.rot)) | bits.RotateLeft64(d, int(in.rot))
				continue
			}
			m.Misfits[m.elems[pc-1]].Join(r[in.a])
			status = Misfit
			if in.op == opStore {
				return int64(Misfit)
			}
		case opStoreAt:
			if i := uint64(r[uint16(in.b)]); i < in.m && !m.fields[uint64(in.k)+i].put(w, r[in.a]) {
				m.Misfits[uint64(in.k)+i].Join(r[in.a])
				return int64(Misfit)
			}
		case opAddField:
			f := bits.RotateLeft64(in.m, int(in.rot))
			d := bits.RotateLeft64(w[in.b], -int(in.rot))&in.m + uint64(in.k)
			if d&^in.m != 0 {
				e := m.elems[pc-1]
				m.Misfits[e].Join(m.fields[e].min + int64(d))
				return int64(Misfit)
			}
			w[in.b] = w[in.b]&^f | bits.RotateLeft64(d, int(in.rot))
		case opMisfit:
			m.Misfits[m.elems[pc-1]].Join(in.k)
			status = Misfit
		case opIfSame:
			if w[in.a]&in.m == uint64(in.k) {
				pc = int32(in.b)
			}
		case opIfOther:
			if w[in.a]&in.m != uint64(in.k) {
				pc = int32(in.b)
			}
		case opIfEqual:
			if r[in.a] == in.k {
				pc = int32(in.b)
			}
		case opIfUnequal:
			if r[in.a] != in.k {
				pc = int32(in.b)
			}
		case opJump:
			pc = int32(in.b)
		case opBroken:
			m.Broken = append(m.Broken, Broken{m.checks[in.k], r[in.a], r[uint16(in.b)]})
		case opNote:
			for uint32(len(m.Noted)) <= in.b {
				m.Noted = append(m.Noted, 0)
			}
			m.Noted[in.b] |= in.m
		case opFatal:
			return int64(Fatal)
		case opLimit:
			m.Limit = m.limits[in.k]
			return int64(Bounded)
		case opReturn:
			return r[in.a]
		default: // opReturnConst
			return in.k | int64(status)
		}
	}
}
