// SPDX-License-Identifier: MIT

// This file shows that a long search is alive: one line that is rewritten on a
// terminal, a plain line now and then elsewhere.

package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"mmcheck/checker"
)

// When progress is shown.
const (
	quietTime     = time.Second // nothing before that
	redrawEvery   = 200 * time.Millisecond
	plainLineTime = 10 * time.Second
)

// progress is the status line of one search.
type progress struct {
	w     io.Writer
	width int // of the terminal; 0 if it is none
	off   bool
	next  time.Duration // when to show something again
	drawn bool
}

// newProgress makes a status line on f; off says that there is none.
func newProgress(f *os.File, off bool) *progress {
	p := &progress{w: f, off: off, next: plainLineTime}
	if term.IsTerminal(int(f.Fd())) {
		p.next = quietTime
		if p.width, _, _ = term.GetSize(int(f.Fd())); p.width <= 0 {
			p.width = 80
		}
	}
	return p
}

// update is called by the search now and then.
func (p *progress) update(s checker.Stats) {
	if p.due(s.Elapsed) {
		p.show(s.Elapsed, progressLine(s))
	}
}

// due reports whether something is to be shown after some time.
func (p *progress) due(elapsed time.Duration) bool { return !p.off && elapsed >= p.next }

func (p *progress) show(elapsed time.Duration, line string) {
	if p.width == 0 {
		fmt.Fprintf(p.w, "mmcheck: %s\n", line)
		p.next = elapsed + plainLineTime
		return
	}
	fmt.Fprintf(p.w, "\r\x1b[K%.*s", p.width-1, line)
	p.next = elapsed + redrawEvery
	p.drawn = true
}

// clear removes the line before anything else is printed.
func (p *progress) clear() {
	if p.drawn {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// progressLine tells how far a search has come.
func progressLine(s checker.Stats) string {
	seconds := max(s.Elapsed.Seconds(), 1e-3)
	if s.Runs > 0 {
		return fmt.Sprintf("%s schedules, %s steps, %s steps/s",
			thousands(s.Runs), thousands(s.Transitions), thousands(int64(float64(s.Transitions)/seconds)))
	}
	rate := int64(float64(s.States-s.Resumed) / seconds)
	states := thousands(s.States)
	if s.Estimate > s.States {
		states += " of about " + roughly(s.Estimate)
	}
	line := fmt.Sprintf("%s states, %s/s, depth %d, frontier %s, %s",
		states, thousands(rate), s.Depth, thousands(s.Frontier), formatBytes(s.Memory))
	if s.Disk > 0 {
		line += " + disk " + formatBytes(s.Disk)
	}
	return line
}

// roughly prints the two first digits of a number that is not known better.
func roughly(n int64) string {
	unit := int64(1)
	for n/unit >= 100 {
		unit *= 10
	}
	n = (n + unit/2) / unit * unit
	switch {
	case n >= 10_000_000:
		return thousands(n/1_000_000) + " M"
	case n >= 1_000_000:
		return fmt.Sprintf("%.1f M", float64(n)/1e6)
	}
	return thousands(n)
}

// thousands prints a number with commas.
func thousands(n int64) string {
	digits := fmt.Sprint(n)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && d != '-' && digits[i-1] != '-' && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}
