// SPDX-License-Identifier: MIT

// This file makes text that comes from a spec fit to be shown: a terminal must
// find nothing in it to obey, and a line must stay a line.

package model

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Printable writes what is no printable character as Go and C do, "\n" or
// "\x1b", so that the text is one line.
func Printable(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		_, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case strconv.IsPrint(r) && (r != utf8.RuneError || size > 1):
			b.WriteRune(r)
		case r == utf8.RuneError:
			b.WriteString(`\x` + strconv.FormatUint(uint64(s[i]), 16))
		default:
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
		}
	}
	return b.String()
}

// PrintableLine keeps tabs and shows anything else that is no printable
// character as a question mark, so that a caret below the line stays in place.
func PrintableLine(line string) string {
	if plain(line) {
		return line
	}
	return strings.Map(func(r rune) rune {
		if r == '\t' || strconv.IsPrint(r) && r != utf8.RuneError {
			return r
		}
		return '?'
	}, line)
}

// plain reports whether s is printable ASCII, as nearly everything is.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
