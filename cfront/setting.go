// SPDX-License-Identifier: MIT

// This file finds settings of the model, "#define MM_RMAP 1", that set nothing: those
// that no file reads, and those behind the headers that do.

package cfront

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"mmcheck/model"
)

// settingPrefix is how the names of settings begin.
const settingPrefix = "MM_"

// idle warns of the settings in a spec that have no effect.
func (u *Unit) idle() (diags Diagnostics) {
	eachWord(u.Name, u.Files[u.Name], func(w word) bool {
		if !w.given || w.undone || !strings.HasPrefix(w.text, settingPrefix) {
			return true
		}
		if text := u.without(w); text != "" {
			diags = append(diags, Diagnostic{Pos: w.pos, Len: len(w.text), Severity: Warning, ID: "unread-macro", Text: text})
		}
		return true
	})
	return diags
}

// without says why a setting of a spec has no effect, "" if it may have one.
func (u *Unit) without(set word) string {
	var readers []string
	late := func(file string) string {
		return fmt.Sprintf("'%s' comes too late here: <%s> has been read before; define it above the #include", set.text, strings.TrimPrefix(file, includeRoot+"/"))
	}
	above := u.includedAbove(set.pos)
	for _, file := range slices.Sorted(maps.Keys(u.Files)) {
		switch {
		case file == defineName || !u.reads(file, set.text):
		case above[file] && u.gives(file, set.text):
			return late(file)
		case file == u.Name || u.expands(file, set.text):
			return ""
		default:
			readers = append(readers, file)
		}
	}
	if len(readers) == 0 {
		return fmt.Sprintf("nothing reads '%s'", set.text) + DidYouMean(set.text, u.settings())
	}
	for _, file := range readers {
		if !above[file] {
			return ""
		}
	}
	return late(readers[0])
}

// gives reports whether a file has a value for a setting that nobody has set.
func (u *Unit) gives(file, name string) (found bool) {
	eachWord(file, u.Files[file], func(w word) bool {
		found = found || w.text == name && w.given && !w.undone
		return !found
	})
	return found
}

// expands reports whether a macro of a file uses another one: then that has an effect
// wherever the first is used.
func (u *Unit) expands(file, name string) (found bool) {
	eachWord(file, u.Files[file], func(w word) bool {
		found = found || w.text == name && w.body
		return !found
	})
	return found
}

// settings lists what the headers test that looks like a setting.
func (u *Unit) settings() (names []string) {
	for file, src := range u.Files {
		if u.isHeader(file) {
			eachWord(file, src, func(w word) bool {
				if w.tested && strings.HasPrefix(w.text, settingPrefix) {
					names = append(names, w.text)
				}
				return true
			})
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

var includeLine = regexp.MustCompile(`(?m)^[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]+)[>"]`)

// includedAbove lists the files that a spec has read before a position in it.
func (u *Unit) includedAbove(at model.Pos) map[string]bool {
	lines := strings.SplitAfter(string(u.Files[u.Name]), "\n")
	seen := map[string]bool{}
	var visit func(src string)
	visit = func(src string) {
		for _, m := range includeLine.FindAllStringSubmatch(src, -1) {
			for file := range u.Files {
				if !seen[file] && file != u.Name && strings.HasSuffix("/"+file, "/"+path.Clean(m[1])) {
					seen[file] = true
					visit(string(u.Files[file]))
				}
			}
		}
	}
	visit(strings.Join(lines[:at.Line-1], ""))
	return seen
}
