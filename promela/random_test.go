// SPDX-License-Identifier: MIT

package promela

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"mmcheck/checker"
	"mmcheck/model/random"
)

var (
	randomPrograms = flag.Int("programs", 12, "how many random programs are compared with SPIN")
	randomSeed     = flag.Uint64("seed", 1, "seed of the first random program")
	randomText     = flag.Int("text", 64<<10, "bound of the exported text of a random program, in bytes: gcc takes seconds for more")
)

// randomStates bounds the states of a random program.
const randomStates = 20_000

// compared is what came of one random program.
type compared struct {
	verdict checker.Verdict
	skipped string
	differ  []string
}

// compareSeed compares the program of a seed with SPIN, with dead registers
// cleared or, for odd seeds, not.
func compareSeed(seed uint64) compared {
	p := random.Program(seed)
	res, err := checker.Reference(p, checker.Options{MaxStates: randomStates, NoReduce: seed%2 == 1})
	if err != nil {
		return compared{differ: []string{err.Error()}}
	}
	e, err := New(p, Options{MaxStates: randomStates})
	switch {
	case err != nil:
		return compared{skipped: strings.Split(err.Error(), ":")[0]}
	case !e.Graph.Whole:
		return compared{skipped: "too many states"}
	case len(e.Text) > *randomText:
		return compared{skipped: "too long a text"}
	}
	c, err := Run(context.Background(), res, RunOptions{MaxStates: randomStates})
	if err != nil {
		return compared{differ: []string{err.Error()}}
	}
	if c.NotCompared != "" && len(c.Differences) == 0 {
		return compared{skipped: strings.Split(c.NotCompared, ":")[0]}
	}
	return compared{c.Verdict, "", c.Differences}
}

// SPIN finds the same verdict and stores the same number of states, on random
// programs. More of them, and others, with -programs and -seed.
func TestRandomPrograms(t *testing.T) {
	needSpin(t)
	var next, done atomic.Int64
	var mu sync.Mutex
	counts := map[string]int{}
	var all sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for done.Load() < int64(*randomPrograms) {
				seed := *randomSeed + uint64(next.Add(1)-1)
				c := compareSeed(seed)
				mu.Lock()
				switch {
				case c.differ != nil:
					t.Errorf("seed %d: %s\n%s", seed, strings.Join(c.differ, "\n"), random.Draw(random.NewSource(seed)))
					done.Add(1)
				case c.skipped != "":
					counts["skipped: "+c.skipped]++
				default:
					counts[string(c.verdict)]++
					done.Add(1)
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	t.Log(fmt.Sprint(counts))
}
