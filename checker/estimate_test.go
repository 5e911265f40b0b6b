// SPDX-License-Identifier: MIT

package checker

import (
	"math"
	"testing"
)

// bell are levels of three million states or so, each growing by a little less.
func bell() (sizes []int64, total int64) {
	n, growth := 1.0, 1.6
	for n >= 1 {
		sizes = append(sizes, int64(n))
		total += int64(n)
		n *= math.Exp(growth)
		growth -= 0.09
	}
	return sizes, total
}

func TestEstimate(t *testing.T) {
	sizes, total := bell()
	if total < 1e6 {
		t.Fatalf("only %d states", total)
	}
	for d := range sizes {
		seen := int64(0)
		for _, n := range sizes[:d+1] {
			seen += n
		}
		got := estimate(sizes[max(0, d-trendLevels-1):d+1], seen)
		if got == 0 && seen*farthest > total*2 && d > trendLevels+1 {
			t.Errorf("after %d of %d states: nothing said", seen, total)
		}
		if got != 0 && (got < total*2/3 || got > total*3/2) {
			t.Errorf("after %d levels: about %d states, want %d", d+1, got, total)
		}
	}
}

// Where no end is in sight nothing is said.
func TestNoEstimate(t *testing.T) {
	var even, growing, rough []int64
	for i := range 40 {
		even = append(even, 1000)
		growing = append(growing, 1<<i)
		rough = append(rough, int64(1000+900*(i%2)))
	}
	for name, sizes := range map[string][]int64{
		"none": nil, "one level": {1}, "even": even, "growing": growing, "short": {1, 2, 3, 4, 3, 2, 1}, "rough": rough,
	} {
		if got := estimate(sizes, 40_000); got != 0 {
			t.Errorf("%s: about %d", name, got)
		}
	}
}
