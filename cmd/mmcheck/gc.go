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

// collectLate puts the first collection off until the heap holds 64 MiB; from
// then on the collector runs as usual. It leaves alone whoever set GOGC.
func collectLate() {
	if os.Getenv("GOGC") != "" {
		return
	}
	usual := debug.SetGCPercent(lazyGC)
	runtime.AddCleanup(new([16]byte), func(int) { debug.SetGCPercent(usual) }, 0)
}
