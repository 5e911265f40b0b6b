// SPDX-License-Identifier: MIT

// This file is the instruction set of the bytecode machine. An instruction
// works on the words of a packed state and on the registers of a Machine. A bit
// field is named by its word, a rotation and a mask: rotated right, the word
// holds the field in the bits of the mask, already scaled, so that value and
// field differ by the least value alone.

package vm

import "math/bits"

type opcode uint8

// In the comments, R are the registers of the Machine, W the words of the state, F
// a field, and "go" means to continue at instruction b.
const (
	opConst    opcode = iota // R[a] = k
	opMove                   // R[a] = R[b]
	opAddConst               // R[a] = R[b] + k
	opAndConst               // R[a] = R[b] & k
	opAdd                    // R[a] = R[b] + R[k]
	opSub                    // R[a] = R[b] - R[k]
	opBin                    // R[a] = R[b] op R[k], the operator is rot
	opUn                     // R[a] = op R[b], the operator is rot
	opMap                    // R[a] = table k of length m at R[b]
	opSigned                 // R[a] = R[b], of which the lowest bits count, rot do not
	opUnsigned               // the same, unsigned

	// From here on an instruction sees or changes the state, or jumps: stores
	// that were put off must be made before it.
	opLoad        // R[a] = F in W[b]
	opLoadAt      // R[a] = element R[b] of the m elements from k on
	opPut         // W[b] = W[b] without m, with k
	opStore       // F in W[b] = R[a]; a misfit ends the transition
	opStoreLast   // the same, but other misfits may still be found
	opStoreAt     // element R[b] of the m elements from k on = R[a]
	opAddField    // F in W[b] += k
	opMisfit      // the value k does not fit
	opIfSame      // go if W[a] & m == k
	opIfOther     // go if W[a] & m != k
	opIfEqual     // go if R[a] == k
	opIfUnequal   // go if R[a] != k
	opJump        // go
	opBroken      // check k is broken, by object R[a] of life R[b]
	opNote        // what was noted, word b |= m
	opFatal       // end the transition: what was broken is fatal
	opLimit       // end the transition: limit k is met
	opReturn      // the value is R[a]
	opReturnConst // the value is k; the end of a transition
)

// instr is an instruction.
type instr struct {
	op  opcode
	rot uint8
	a   uint16
	b   uint32
	k   int64
	m   uint64
}

// bitField is where an element lies.
type bitField struct {
	min  int64
	mask uint64 // of value - min
	word uint32
	rot  uint8
}

func (s *slot) bitField() bitField {
	return bitField{s.min, s.mask << s.scale, uint32(s.word), (s.shift - s.scale) & 63}
}

// code is what a field holds for x, and whether it can.
func (f *bitField) code(x int64) (uint64, bool) {
	d := uint64(x) - uint64(f.min)
	return bits.RotateLeft64(d, int(f.rot)), d&^f.mask == 0
}

// bits are those of the word that belong to the field.
func (f *bitField) bits() uint64 { return bits.RotateLeft64(f.mask, int(f.rot)) }

// get reads the field.
func (f *bitField) get(w []uint64) int64 {
	return f.min + int64(bits.RotateLeft64(w[f.word], -int(f.rot))&f.mask)
}

// put writes the field and reports whether x fits.
func (f *bitField) put(w []uint64, x int64) bool {
	code, ok := f.code(x)
	if ok && f.mask != 0 {
		w[f.word] = w[f.word]&^f.bits() | code
	}
	return ok
}
