// SPDX-License-Identifier: MIT

// This file defines where the choices of a random program come from.

package random

import "math/rand/v2"

// Source makes the choices by which a script is drawn.
type Source interface {
	// Intn returns a number from 0 to n-1; n is at least 1. The smaller the
	// number, the plainer what is drawn.
	Intn(n int) int
}

// NewSource returns the source of a seed.
func NewSource(seed uint64) Source {
	return pcg{rand.New(rand.NewPCG(seed, 0x6d6d636865636b))}
}

type pcg struct{ r *rand.Rand }

func (p pcg) Intn(n int) int { return p.r.IntN(n) }

// chance is true in percent of all cases.
func chance(src Source, percent int) bool { return src.Intn(100) >= 100-percent }

// oneOf picks an element of list.
func oneOf[T any](src Source, list ...T) T { return list[src.Intn(len(list))] }
