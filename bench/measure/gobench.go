// SPDX-License-Identifier: MIT

// This file runs the benchmarks of single functions and reads their figures.

package main

import (
	"bufio"
	"path"
	"strconv"
	"strings"
	"time"
)

// benchmark is one line of what go test -bench prints.
type benchmark struct {
	Package         string  `json:"package"`
	Name            string  `json:"name"`
	Nanoseconds     float64 `json:"nsPerOp"`
	Bytes           float64 `json:"bytesPerOp"`
	Allocations     float64 `json:"allocsPerOp"`
	StatesPerSecond float64 `json:"statesPerSecond,omitempty"`
}

// benchCommand runs the benchmarks, each for some time.
func benchCommand(each string) []string {
	return []string{"go", "test", "-run", "^$", "-bench", ".", "-benchmem", "-benchtime", each, "./model/...", "./checker/..."}
}

// benchmarks runs them all.
func benchmarks(each, limit time.Duration) ([]benchmark, error) {
	c, err := execute("", limit, benchCommand(each.String())...)
	if err != nil {
		return nil, err
	}
	return parseBenchmarks(c.out), nil
}

// parseBenchmarks reads what go test -bench prints.
func parseBenchmarks(out string) []benchmark {
	var all []benchmark
	pkg := ""
	lines := bufio.NewScanner(strings.NewReader(out))
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		switch {
		case len(f) == 2 && f[0] == "pkg:":
			pkg = path.Base(f[1])
		case len(f) >= 4 && strings.HasPrefix(f[0], "Benchmark"):
			all = append(all, readBenchmark(pkg, f))
		}
	}
	return all
}

// readBenchmark reads one line: the name, how often, then figures with units.
func readBenchmark(pkg string, f []string) benchmark {
	name := strings.TrimPrefix(f[0], "Benchmark")
	if i := strings.LastIndex(name, "-"); i > 0 {
		name = name[:i] // the number of processors
	}
	b := benchmark{Package: pkg, Name: name}
	for i := 2; i+1 < len(f); i += 2 {
		x, err := strconv.ParseFloat(f[i], 64)
		if err != nil {
			continue
		}
		switch f[i+1] {
		case "ns/op":
			b.Nanoseconds = x
		case "B/op":
			b.Bytes = x
		case "allocs/op":
			b.Allocations = x
		case "states/s":
			b.StatesPerSecond = x
		}
	}
	return b
}
