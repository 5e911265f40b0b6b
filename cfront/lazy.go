// SPDX-License-Identifier: MIT

// This file has regular expressions wait until they are needed. Most are for
// the words of an error, and compiling them all takes a millisecond, a tenth of
// what a small spec needs in all.

package cfront

import (
	"regexp"
	"sync"
)

// lazyRE returns a function that compiles re the first time it is called.
func lazyRE(re string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(re) })
}
