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
// its first levels; 0 says that nothing can be said yet.
func estimate(sizes []int64) int64 {
	if len(sizes) < 2 {
		return 0
	}
	now, before := extrapolate(sizes), extrapolate(sizes[:len(sizes)-1])
	if before == 0 || max(now/before, before/now) > steady {
		return 0
	}
	return int64(now)
}

// extrapolate continues the trend of the last levels; 0 if there is none that
// comes to an end.
func extrapolate(sizes []int64) float64 {
	if len(sizes) <= trendLevels {
		return 0
	}
	slope, growth := trend(sizes[len(sizes)-trendLevels-1:])
	if slope >= 0 {
		return 0
	}
	seen := 0.0
	for _, n := range sizes {
		seen += float64(n)
	}
	total := seen
	for n := float64(sizes[len(sizes)-1]); total <= farthest*seen; total += n {
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
