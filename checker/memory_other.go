// SPDX-License-Identifier: MIT

//go:build !linux

// This file is the portable stand-in for memory_linux.go: memory of the Go
// heap, of which systems back only what is written.

package checker

const (
	largestRegion = 1 << 30
	hugePage      = 2 << 20
)

type region []uint64

func reserve(size, _ int) region { return make(region, size/8) }

func (r region) huge(int)        {}
func (r region) free()           {}
func (r region) words() []uint64 { return r }
