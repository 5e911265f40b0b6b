// SPDX-License-Identifier: MIT

// This file obeys #line, by which what was copied from elsewhere says where it was. The
// lines behind it are the text of that other file, as far as a spec tells; nothing is
// read from there. A #line that leads back to the spec itself need not have the right
// number: who edits a spec does not count its lines.

package cfront

import (
	"bytes"
	"fmt"
	"path"
	"strconv"
	"strings"
)

// maxLineNumber bounds the numbers that #line may give.
const maxLineNumber = 1_000_000

// lineRE is a #line directive with the name of a file.
var lineRE = lazyRE(`^[ \t]*#[ \t]*line[ \t]+([0-9]+)[ \t]+"([^"\n]+)"[ \t\r]*$`)

// rightLines corrects the directives that lead back to the file itself.
func rightLines(name, text string) string {
	if !strings.Contains(text, "line") {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if m := lineRE().FindStringSubmatch(l); m != nil && path.Base(m[2]) == path.Base(name) && !strings.Contains(m[2], "/") {
			lines[i] = fmt.Sprintf("#line %d \"%s\"", i+2, name)
		}
	}
	return strings.Join(lines, "\n")
}

// quoted are the texts of the other files that a file quotes, by their names: the
// lines that it has, each in its place, and empty ones between.
func quoted(name string, src []byte) map[string][]byte {
	if !bytes.Contains(src, []byte("line")) {
		return nil
	}
	parts := map[string][]string{}
	file, at := "", 0
	for _, l := range strings.Split(string(src), "\n") {
		if m := lineRE().FindStringSubmatch(l); m != nil {
			file, at = "", 0
			if n, err := strconv.Atoi(m[1]); err == nil && n > 0 && n <= maxLineNumber && (path.Base(m[2]) != path.Base(name) || strings.Contains(m[2], "/")) {
				file, at = m[2], n-1
			}
			continue
		}
		if file == "" {
			continue
		}
		for len(parts[file]) <= at {
			parts[file] = append(parts[file], "")
		}
		parts[file][at] = l
		at++
	}
	texts := map[string][]byte{}
	for file, lines := range parts {
		texts[file] = []byte(strings.Join(lines, "\n") + "\n")
	}
	return texts
}
