// SPDX-License-Identifier: MIT

package checker

import (
	"fmt"
	"testing"
)

// BenchmarkSearch explores a program of three threads and some 100,000 states.
func BenchmarkSearch(b *testing.B) {
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			states := int64(0)
			for b.Loop() {
				r, err := Check(large(), Options{Workers: workers, MaxStates: 100000, NoReduce: true})
				if err != nil {
					b.Fatal(err)
				}
				states += r.Stats.States
			}
			b.ReportMetric(float64(states)/b.Elapsed().Seconds(), "states/s")
		})
	}
}
