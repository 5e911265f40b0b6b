// SPDX-License-Identifier: MIT

// This file gets memory from the kernel for what the search stores: it lies
// outside the Go heap, so that the garbage collector neither looks at it nor
// takes it as a reason to run, and it is given back at once.

package checker

import (
	"syscall"
	"unsafe"
)

const (
	// largestRegion bounds the address space of a region; nothing is in use
	// until it is written.
	largestRegion = 1 << 38
	hugePage      = 2 << 20
)

// region is a range of address space.
type region []byte

// reserve returns a region of zeroed memory that is there when it is touched,
// of size bytes or, where the system refuses that much, of at least least; nil
// if it has not even that.
func reserve(size, least int) region {
	for ; size >= least; size /= 2 {
		m, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE,
			syscall.MAP_PRIVATE|syscall.MAP_ANON|syscall.MAP_NORESERVE)
		if err == nil {
			return m
		}
	}
	return nil
}

// huge asks for huge pages from byte skip on: a table of many megabytes is
// read in random order, and translating its addresses costs as much as reading.
func (r region) huge(skip int) {
	if len(r) > skip {
		_ = syscall.Madvise(r[skip:], syscall.MADV_HUGEPAGE) // slower without, not wrong
	}
}

// free gives the region back.
func (r region) free() {
	if r != nil {
		_ = syscall.Munmap(r) // it was mapped, so this cannot fail
	}
}

// words is the region as machine words.
func (r region) words() []uint64 {
	return unsafe.Slice((*uint64)(unsafe.Pointer(unsafe.SliceData(r))), len(r)/8)
}
