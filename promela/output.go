// SPDX-License-Identifier: MIT

// This file reads what pan prints.

package promela

import (
	"bufio"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// search is what one run of pan found.
type search struct {
	states  int64
	errors  []panError
	stopped string // why it did not finish, "" if it did
}

// panError is a kind of error, at its first appearance.
type panError struct {
	count int // this was the count-th error: pan -cN stops there
	stop  int // the number in the assertion
}

var (
	assertLine = regexp.MustCompile(`^pan:(\d+): assertion violated \((\d+)<0\)`)
	otherError = regexp.MustCompile(`^pan:\d+: (.*) \(at depth -?\d+\)`)
	statesLine = regexp.MustCompile(`^\s*(\d+) states, stored`)
	memLimit   = regexp.MustCompile(`^pan: reached -DMEMLIM bound|^pan: out of memory`)
	depthLimit = regexp.MustCompile(`^error: max search depth too small`)
)

// parseSearch reads the output of a search. An error that is not an assertion
// of ours is a mistake in the exported model.
func parseSearch(out string) (*search, error) {
	s := &search{states: -1}
	seen := map[int]bool{}
	lines := bufio.NewScanner(strings.NewReader(out))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if m := assertLine.FindStringSubmatch(line); m != nil {
			count, _ := strconv.Atoi(m[1]) // the pattern lets digits through only
			stop, _ := strconv.Atoi(m[2])
			if !seen[stop] {
				seen[stop] = true
				s.errors = append(s.errors, panError{count, stop})
			}
			continue
		}
		switch {
		case otherError.MatchString(line):
			return nil, fmt.Errorf("pan reports %q", line)
		case memLimit.MatchString(line):
			s.stopped = "its memory limit"
		case depthLimit.MatchString(line):
			s.stopped = "its depth limit"
		}
		if m := statesLine.FindStringSubmatch(line); m != nil {
			s.states, _ = strconv.ParseInt(m[1], 10, 64)
		}
	}
	if s.states < 0 && s.stopped == "" {
		return nil, fmt.Errorf("pan's output has no number of states: %s", firstLines(out, 5))
	}
	return s, lines.Err()
}

var tableLine = regexp.MustCompile(`\[id +(\d+) tp +\d+\].*=> D_STEP(\d+)`)

// parseTable reads pan -d: the line of the model on which each transition
// starts, by its number.
func parseTable(out string) map[int]int {
	lines := map[int]int{}
	for _, line := range strings.Split(out, "\n") {
		if m := tableLine.FindStringSubmatch(line); m != nil {
			id, _ := strconv.Atoi(m[1])
			at, _ := strconv.Atoi(m[2])
			lines[id] = at
		}
	}
	return lines
}

// parseTrail reads a trail file: one line a step, depth:process:transition.
func parseTrail(text string) ([]int, error) {
	var ids []int
	for _, line := range strings.Fields(text) {
		var depth, process, id int
		if _, err := fmt.Sscanf(line, "%d:%d:%d", &depth, &process, &id); err != nil {
			return nil, fmt.Errorf("trail line %q", line)
		}
		if depth > 0 {
			ids = append(ids, id)
		}
	}
	return ids, nil
}
