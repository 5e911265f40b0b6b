// SPDX-License-Identifier: MIT

// This file writes the manual page, from the same definitions as the help.

package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"
)

// man writes mmcheck(1) in the man macros of roff.
func man(w io.Writer) {
	b := bufio.NewWriter(w)
	defer b.Flush()
	head := strings.SplitN(strings.TrimSpace(usageHead), "\n\n", 2)
	fmt.Fprintf(b, ".TH MMCHECK 1 \"\" \"mmcheck %s\" \"User Commands\"\n", roff(version))
	fmt.Fprintf(b, ".SH NAME\nmmcheck \\- check Linux memory\\-management lock sequences\n")
	fmt.Fprintf(b, ".SH SYNOPSIS\n.B mmcheck\n.I COMMAND\n[\\fIFLAGS\\fR] [\\fIARGUMENTS\\fR]\n")
	fmt.Fprintf(b, ".SH DESCRIPTION\n%s\n.SH COMMANDS\n", roff(head[0]))
	for _, c := range commands() {
		fmt.Fprintf(b, ".SS \"mmcheck %s %s\"\n%s\n", roff(c.name), roff(c.args), roff(c.short))
		flagsOf(c).VisitAll(func(f *pflag.Flag) { manFlag(b, f) })
	}
	fmt.Fprintf(b, ".SH NOTES\n")
	for _, part := range strings.Split(strings.TrimSpace(usageTail), "\n\n") {
		fmt.Fprintf(b, ".PP\n%s\n", roff(part))
	}
}

// manFlag writes one flag.
func manFlag(w io.Writer, f *pflag.Flag) {
	value, usage := pflag.UnquoteUsage(f)
	name := roff("--" + f.Name)
	if f.Shorthand != "" {
		name = roff("-"+f.Shorthand+", ") + name
	}
	if value != "" {
		value = " \\fI" + roff(value) + "\\fR"
	}
	fmt.Fprintf(w, ".TP\n\\fB%s\\fR%s\n%s\n", name, value, roff(usage))
}

// roff is text in which roff sees nothing of its own: a line that begins with a dot or
// a quote would be a request.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}
