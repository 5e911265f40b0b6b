// SPDX-License-Identifier: MIT

// This file colours the few words that tell what kind a message is. It works
// on finished text, so that no renderer knows of colours.

package main

import (
	"os"
	"regexp"

	"golang.org/x/term"
)

// The colours of gcc's messages.
var colours = map[string]string{
	"BUG":     "\x1b[1;31m",
	"error":   "\x1b[1;31m",
	"warning": "\x1b[1;35m",
	"note":    "\x1b[1;36m",
}

const colourOff = "\x1b[m"

// kindWord finds the word that says what a message is: the first of a report,
// or the one behind a position.
var kindWord = regexp.MustCompile(`(?m)^((?:[^\s:][^:\n]*:(?:\d+:){0,2} )?)(BUG|error|warning|note):`)

// colour marks the words error, warning, note and BUG.
func colour(text []byte) []byte {
	return kindWord.ReplaceAllFunc(text, func(m []byte) []byte {
		sub := kindWord.FindSubmatch(m)
		word := string(sub[2])
		return []byte(string(sub[1]) + colours[word] + word + ":" + colourOff)
	})
}

// wantColour says whether what is written to f is coloured under --color=mode.
func wantColour(mode string, f *os.File) bool {
	switch mode {
	case "always":
		return true
	case "never":
		return false
	}
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
}
