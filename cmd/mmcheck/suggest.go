// SPDX-License-Identifier: MIT

// This file finds the command or property that a misspelt word was probably
// meant to be.

package main

import "fmt"

// didYouMean is the end of a message about an unknown word: "" if no known
// word is near. Near is measured by the pairs of letters two words share.
func didYouMean(word string, known []string) string {
	best, most := "", 0.5
	for _, k := range known {
		if s := likeness(word, k); s > most {
			best, most = k, s
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean '%s'?", best)
}

// likeness is the share of letter pairs that two words have in common, 0 to 1.
func likeness(a, b string) float64 {
	pairs := map[string]int{}
	a, b = "^"+a+"$", "^"+b+"$"
	for i := 0; i+2 <= len(a); i++ {
		pairs[a[i:i+2]]++
	}
	common := 0
	for i := 0; i+2 <= len(b); i++ {
		if pairs[b[i:i+2]] > 0 {
			pairs[b[i:i+2]]--
			common++
		}
	}
	return 2 * float64(common) / float64(len(a)+len(b)-2)
}
