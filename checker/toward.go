// SPDX-License-Identifier: MIT

// This file tells cheaply which threads of a state may lead to states that are
// wanted. A transition changes no other program counter than that of its own
// thread; so all but one have to be where they are in some wanted state. Most
// states of a level are passed over by that, and never expanded again.

package checker

import (
	"math/bits"

	"mmcheck/model/vm"
)

// toward knows, for some states and each thread, where the other threads are.
type toward struct {
	threads int
	bitmap  []uint64 // by hash; what is not set is not among them
}

// newToward makes room for 16 bits for each state and thread: few are set.
func newToward(vm *vm.Machine, threads int, to ways) *toward {
	n := 64
	for n < 16*threads*len(to) {
		n *= 2
	}
	d := &toward{threads, make([]uint64, n/64)}
	for state := range to {
		all := d.sum(vm, wordsNamed(state))
		for t := range threads {
			word, bit := d.at(all - where(t, vm.PC(wordsNamed(state), t)))
			*word |= bit
		}
	}
	return d
}

// from is the set of threads that may lead from s to one of the states: bit t
// for thread t.
func (d *toward) from(vm *vm.Machine, s []uint64) (set uint64) {
	all := d.sum(vm, s)
	for t := range d.threads {
		if word, bit := d.at(all - where(t, vm.PC(s, t))); *word&bit != 0 {
			set |= 1 << t
		}
	}
	return set
}

func (d *toward) at(h uint64) (word *uint64, bit uint64) {
	h &= uint64(64*len(d.bitmap) - 1)
	return &d.bitmap[h/64], 1 << (h % 64)
}

// sum is a hash of where all threads are, from which that of one can be taken.
func (d *toward) sum(vm *vm.Machine, s []uint64) (all uint64) {
	for t := range d.threads {
		all += where(t, vm.PC(s, t))
	}
	return all
}

func where(t, pc int) uint64 {
	hi, lo := bits.Mul64(uint64(pc)<<8|uint64(t)^0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
	return hi ^ lo
}
