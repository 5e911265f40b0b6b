// SPDX-License-Identifier: MIT

// This file guesses, for the progress line, how many states a search will
// find. The levels of a breadth-first search over interleavings grow and shrink
// like a bell: the logarithm of the growth from level to level falls on a line.
// The line through the recent levels, drawn on until nothing is left, gives the
// rest.

package checker

import "math"

const (
	// trendLevels is the number of levels that the line is drawn through.
	trendLevels = 8
	// steady is how far two guesses in a row may lie apart to be believed.
	steady = 1.5
	// farthest is how many times what was seen a guess may be.
	farthest = 10
)

// estimate guesses the number of states of a whole search from the sizes of
// its last levels and the number of states in all; 0 says that nothing can be
// said yet.
func estimate(last []int64, states int64) int64 {
	n := len(last) - 1
	if n < 0 {
		return 0
	}
	now, before := extrapolate(last, states), extrapolate(last[:n], states-last[n])
	if before == 0 || max(now/before, before/now) > steady {
		return 0
	}
	return int64(now)
}

// extrapolate continues the trend of the last levels; 0 if there is none that
// comes to an end.
func extrapolate(last []int64, states int64) float64 {
	if len(last) <= trendLevels {
		return 0
	}
	last = last[len(last)-trendLevels-1:]
	slope, growth := trend(last)
	if slope >= 0 {
		return 0
	}
	total := float64(states)
	for n := float64(last[trendLevels]); total <= farthest*float64(states); total += n {
		growth += slope
		if n *= math.Exp(growth); n < 1 {
			return total
		}
	}
	return 0
}

// trend fits a line through the logarithms of growth (least squares): its slope,
// and its value at the last level.
func trend(sizes []int64) (slope, last float64) {
	n := len(sizes) - 1
	mid := float64(n-1) / 2
	var mean, cov, dev float64
	for i := range n {
		g := math.Log(float64(sizes[i+1]) / float64(sizes[i]))
		x := float64(i) - mid
		mean += g / float64(n)
		cov += x * g
		dev += x * x
	}
	slope = cov / dev
	return slope, mean + slope*mid
}
