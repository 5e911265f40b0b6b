// SPDX-License-Identifier: MIT

// Package sample chooses the variants of specs that a test looks at, where a test takes
// too long for all. "mmcheck test specs" checks all of them.
package sample

import (
	"flag"
	"hash/fnv"
	"path/filepath"
)

var (
	all  = flag.Bool("all", false, "look at all variants of specs, not only at some")
	turn = flag.Uint("turn", 0, "look at the `N`th share of the variants of specs: one after another, they are all variants")
)

// Shares says of how many variants a test looks at one, by the group of the spec, which
// is its folder; of groups that it does not name, at all.
type Shares map[string]uint

// Has reports whether a test looks at a variant of a spec in this run; file is
// group/name.c. Which share a variant belongs to follows from its name and the test's:
// tests differ in what they look at, and a variant that comes or goes moves no other.
func (s Shares) Has(test, file, variant string) bool {
	of := s[filepath.Base(filepath.Dir(file))]
	if *all || of < 2 {
		return true
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(test + " " + file + " " + variant)) // never fails
	return uint(h.Sum32())%of == *turn%of
}
