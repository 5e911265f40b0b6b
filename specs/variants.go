// SPDX-License-Identifier: MIT

// This file lists the macros by which a spec names its variants.

package specs

import (
	"regexp"
	"strings"
)

var resultLine = regexp.MustCompile(`(?m)^[ \t*]*Result:(.*):`)

// Variants lists the macros that the "Result:" lines of a spec define, without
// their values. A macro comes as often as lines have it.
func Variants(src []byte) []string {
	var names []string
	for _, m := range resultLine.FindAllSubmatch(src, -1) {
		for _, w := range strings.Fields(string(m[1])) {
			if !strings.HasPrefix(w, "-") {
				name, _, _ := strings.Cut(w, "=")
				names = append(names, name)
			}
		}
	}
	return names
}
