// SPDX-License-Identifier: MIT

// This file explains properties.

package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"mmcheck/cfront"
	"mmcheck/checker/property"
)

// wrapWidth is the width of explanations: they get pasted into mail.
const wrapWidth = 75

func setupExplain(*pflag.FlagSet) func(*session, []string) (exit, error) {
	return func(s *session, args []string) (exit, error) {
		switch len(args) {
		case 0:
			listProperties(s)
			return exitHolds, nil
		case 1:
		default:
			return exitUsage, errors.New("one property at a time")
		}
		p := property.ByID(args[0])
		if p == nil {
			return exitUsage, fmt.Errorf("unknown property '%s'%s", args[0], cfront.DidYouMean(args[0], propertyNames()))
		}
		fmt.Fprintf(s.out, "%s (%s): %s\n\n%s\n", p.ID, p.Severity, p.Short, wrap(p.Doc, wrapWidth))
		return exitHolds, nil
	}
}

// wrap fills the paragraphs of a text, which are set apart by empty lines;
// one that starts with a blank is an example and stays as it is.
func wrap(text string, width int) string {
	var out []string
	for _, para := range strings.Split(strings.Trim(text, "\n"), "\n\n") {
		if strings.HasPrefix(para, " ") || strings.HasPrefix(para, "\t") {
			out = append(out, para)
		} else {
			out = append(out, fill(strings.Fields(para), width))
		}
	}
	return strings.Join(out, "\n\n")
}

// fill sets words into lines of at most width bytes.
func fill(words []string, width int) string {
	var b strings.Builder
	column := 0
	for _, w := range words {
		switch {
		case column == 0:
		case column+1+len(w) > width:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(w)
		column += len(w)
	}
	return b.String()
}
