// SPDX-License-Identifier: MIT

// This file keeps the garbage collector away from short runs: most specs are
// answered before there is anything worth collecting, and collecting it takes
// a third of their time.

package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// lazyGC is the first setting of the collector: Go collects for the first time
// at 4 MiB * lazyGC / 100.
const lazyGC = 1600

// thenGC is the setting from the first collection on: checking all variants of
// specs is a third faster so than with Go's 100, and takes half as much memory
// again. What a search stores is no concern of the collector.
const thenGC = 300

// collectLate puts the first collection off until the heap holds 64 MiB; from
// then on it collects when it has grown fourfold. It leaves alone whoever set GOGC.
func collectLate() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(lazyGC)
	runtime.AddCleanup(new([16]byte), func(int) { debug.SetGCPercent(thenGC) }, 0)
}
