// SPDX-License-Identifier: MIT

// This file is the command fix: which small changes of the lock sequence make a spec
// hold.

package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"mmcheck/checker"
	"mmcheck/model"
	"mmcheck/repair"
)

// fixCommand is the state of one run of fix.
type fixCommand struct {
	trial
	shown int
	apply bool

	unsure int             // changes that hold, which the plain interpreter did not get to the end of
	said   map[string]bool // what is proposed; of several places for it the first one is
}

func setupFix(fs *pflag.FlagSet) func(*session, []string) (exit, error) {
	c := &fixCommand{said: map[string]bool{}}
	c.register(fs, 300, "default the one that\nbreaks the property, then all that take part")
	fs.IntVar(&c.shown, "show", 5, "print `N` proposals at most")
	fs.BoolVar(&c.apply, "apply", false, "change the file as the first proposal says")
	return func(s *session, args []string) (exit, error) {
		c.session = s
		return c.run(args)
	}
}

func (c *fixCommand) run(names []string) (exit, error) {
	status, ok, err := c.read(names)
	if !ok {
		return status, err
	}
	r := c.answer.res
	fmt.Fprintf(c.out, "%s: %s\n", c.title(), verdictOf(r))
	switch r.Verdict {
	case checker.Holds:
		fmt.Fprintln(c.out, "there is nothing to fix")
		return exitHolds, nil
	case checker.Unknown:
		return exitUnknown, fmt.Errorf("whether there is something to fix is not known: stopped at %s", r.Limit.What)
	}
	c.out.Flush()
	var tried, found []*attempt
	for _, c.threads = range c.inTurn() {
		place, err := c.place()
		if err != nil {
			return exitUsage, err
		}
		place.Lines = linesOf(r.Finding, c.sp.name)
		now, good := c.look(place)
		if tried, found = append(tried, now...), good; len(found) > 0 || c.ctx.Err() != nil {
			break
		}
	}
	if err := c.interrupted(); err != nil {
		return exitUnknown, err
	}
	c.print(tried, found)
	if len(found) == 0 {
		return exitViolated, nil
	}
	if c.apply {
		return exitHolds, c.write(found[0])
	}
	return exitHolds, nil
}

// inTurn are the threads to change: those that the user names; else the one that breaks
// the property, and where that does not help, all that take part in it.
func (c *fixCommand) inTurn() (turns [][]string) {
	if len(c.threads) > 0 {
		return [][]string{c.threads}
	}
	f := c.answer.res.Finding
	if f.Thread != nil && !f.Thread.Final {
		turns = append(turns, []string{f.Thread.Name})
	}
	var all []string
	for _, st := range f.Trace.Steps {
		if !st.Thread.Final && !slices.Contains(all, st.Thread.Name) {
			all = append(all, st.Thread.Name)
		}
	}
	return append(turns, all)
}

// title is the spec with its variant.
func (t *trial) title() string {
	name := model.Printable(t.sp.name)
	if v := t.question.variant(); v != "" {
		name += " [" + v + "]"
	}
	return name
}

// linesOf are the lines of a spec that a finding is about, the last first.
func linesOf(f *checker.Finding, file string) (lines []int) {
	add := func(s *model.Site) {
		if s == nil {
			return
		}
		if s.Pos.File == file {
			lines = append(lines, s.Pos.Line)
		}
		for _, fr := range s.Stack {
			if fr.Call.File == file {
				lines = append(lines, fr.Call.Line)
			}
		}
	}
	add(f.At)
	for _, st := range slices.Backward(f.Trace.Steps) {
		add(st.Point.Step.Site)
	}
	return lines
}

// look tries the changes one by one, small ones first, until there are enough that hold,
// and where none does, in pairs.
func (c *fixCommand) look(place *repair.Place) (tried []*attempt, found []*attempt) {
	single := repair.Propose(place)
	slices.SortStableFunc(single, func(a, b *repair.Proposal) int { return cmp.Compare(c.size(a), c.size(b)) })
	for rest := single[:min(len(single), c.most)]; len(rest) > 0 && len(found) < c.shown && c.ctx.Err() == nil; {
		n := min(len(rest), together)
		now := c.tries(rest[:n])
		tried, found, rest = append(tried, now...), append(found, c.good(now)...), rest[n:]
	}
	if len(found) > 0 || c.ctx.Err() != nil {
		return tried, found[:min(len(found), c.shown)]
	}
	var pairs []*repair.Proposal
	partly := c.better(tried)
	for i, b := range partly {
		for _, a := range partly[:i] {
			if p := repair.Join(a.Proposal, b.Proposal); p.Apply(string(c.sp.src)) != "" && len(tried)+len(pairs) < c.most {
				pairs = append(pairs, p)
			}
		}
	}
	for rest := pairs; len(rest) > 0 && len(found) == 0 && c.ctx.Err() == nil; {
		n := min(len(rest), together)
		now := c.tries(rest[:n])
		tried, found, rest = append(tried, now...), c.good(now), rest[n:]
	}
	return tried, found
}

// together is how many changes are tried before their answers are looked at.
const together = 16

// good are the changes that make the spec hold, in the order in which they are proposed.
func (c *fixCommand) good(tried []*attempt) (out []*attempt) {
	for _, a := range tried {
		if a.holds() && !c.idle(a) {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b *attempt) int {
		return cmp.Or(cmp.Compare(c.size(a.Proposal), c.size(b.Proposal)), -cmp.Compare(a.answer.res.Stats.States, b.answer.res.Stats.States))
	})
	var sure []*attempt
	for _, a := range out {
		switch {
		case len(sure) == c.shown || c.said[a.What]:
		case c.confirmed(a):
			c.said[a.What] = true
			sure = append(sure, a)
		default:
			c.unsure++
		}
	}
	return sure
}

// idle reports whether statements never run with a change that ran before: it holds
// because nothing happens.
func (c *fixCommand) idle(a *attempt) bool {
	cov := a.answer.res.Coverage
	return cov != nil && slices.ContainsFunc(cov.Never, func(s model.Statement) bool { return s.Pos.File == c.sp.name && c.ran(s.Pos.Line, a) })
}

// ran reports whether what is now at a line ran in the schedule that breaks the spec as
// it is.
func (c *fixCommand) ran(line int, a *attempt) bool {
	at := 0
	for n := 1; n < line; n++ {
		next := strings.IndexByte(a.text[at:], '\n')
		if next < 0 {
			return false
		}
		at += next + 1
	}
	at += len(a.text[at:]) - len(strings.TrimLeft(a.text[at:], " \t"))
	at = a.Origin(at)
	return at >= 0 && slices.Contains(linesOf(c.answer.res.Finding, c.sp.name), 1+bytes.Count(c.sp.src[:at], []byte{'\n'}))
}

// size is how many lines a change takes away and adds.
func (c *fixCommand) size(p *repair.Proposal) (n int) {
	for _, l := range strings.Split(p.Diff(c.sp.name, string(c.sp.src)), "\n") {
		if len(l) > 0 && (l[0] == '+' || l[0] == '-') && !strings.HasPrefix(l, "+++ ") && !strings.HasPrefix(l, "--- ") {
			n++
		}
	}
	return n
}

// better are the changes that leave the same property broken, which do no harm at least,
// and behind them those after which another one is: what they lack may be with another.
func (c *fixCommand) better(tried []*attempt) (out []*attempt) {
	var others []*attempt
	for _, a := range tried {
		if a.err != nil || a.answer.res == nil || a.answer.res.Verdict != checker.Violated {
			continue
		}
		if a.answer.res.Finding.Property == c.answer.res.Finding.Property {
			out = append(out, a)
		} else {
			others = append(others, a)
		}
	}
	return append(out, others...)
}

func (c *fixCommand) print(tried, found []*attempt) {
	compiled := 0
	for _, a := range tried {
		if a.verdict() != "" {
			compiled++
		}
	}
	fmt.Fprintf(c.out, "%s tried, %s\n", count(compiled, "change", "changes"), count(len(found), "proposal holds", "proposals hold"))
	c.sayUnsure()
	for i, a := range found {
		fmt.Fprintf(c.out, "\n%d. %s\n   (%s, %d states with it)\n", i+1, a.Proposal, count(c.size(a.Proposal), "line", "lines"), a.answer.res.Stats.States)
		fmt.Fprint(c.out, a.Diff(c.sp.name, string(c.sp.src)))
	}
	if len(found) > 0 {
		return
	}
	kinds := map[string]int{}
	for _, a := range tried {
		if v := a.verdict(); v != "" {
			kinds[v]++
		}
	}
	for _, v := range slices.SortedFunc(maps.Keys(kinds), func(a, b string) int { return cmp.Or(-cmp.Compare(kinds[a], kinds[b]), cmp.Compare(a, b)) }) {
		fmt.Fprintf(c.out, "%6d still %s\n", kinds[v], v)
	}
}

// count is a number with what it counts.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// write changes the file.
func (c *fixCommand) write(a *attempt) error {
	if _, err := os.Stat(c.sp.name); err != nil {
		return errors.New("--apply: " + plainError(c.sp.name, err).Error())
	}
	if err := os.WriteFile(c.sp.name, []byte(a.text), 0o644); err != nil {
		return plainError(c.sp.name, err)
	}
	fmt.Fprintf(c.out, "\nwrote %s\n", c.sp.name)
	return nil
}
