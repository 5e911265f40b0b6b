// SPDX-License-Identifier: MIT

// This file finds the name that a misspelt one was probably meant to be.

package cfront

import (
	"fmt"
	"slices"
	"strings"
)

// suggest returns the name nearest to a misspelt one, or "" if none is near:
// at most one edit in three characters, or else the first that begins with it.
// Equally near names rank by spelling.
func suggest(name string, known []string) string {
	best, bestDist, longer := "", len(name)/3+1, ""
	for _, k := range slices.Sorted(slices.Values(known)) {
		if k == name || strings.HasPrefix(k, "__mmcheck") || strings.HasPrefix(k, "__predefined") {
			continue
		}
		if d := editDistance(name, k, bestDist); d < bestDist {
			best, bestDist = k, d
		}
		if longer == "" && len(name) >= minPrefix && strings.HasPrefix(k, name) {
			longer = k
		}
	}
	if best == "" {
		return longer
	}
	return best
}

// minPrefix is how long a beginning of a name must be to stand for it.
const minPrefix = 4

// DidYouMean is the end of a message about an unknown name: "; did you mean
// ..." if a known one is near, else nothing.
func DidYouMean(name string, known []string) string {
	if s := suggest(name, known); s != "" {
		return fmt.Sprintf("; did you mean '%s'?", s)
	}
	return ""
}

// editDistance is the Damerau-Levenshtein distance (optimal string alignment)
// of two names, or limit if it is that much or more.
func editDistance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
		before, prev, cur = prev, cur, before
	}
	return min(prev[len(b)], limit)
}
