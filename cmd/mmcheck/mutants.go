// SPDX-License-Identifier: MIT

// This file is the command mutants: what is noticed if a lock, a test or a reference is
// left out of a spec that holds.

package main

import (
	"fmt"
	"slices"

	"github.com/spf13/pflag"

	"mmcheck/checker"
	"mmcheck/model"
	"mmcheck/repair"
)

func setupMutants(fs *pflag.FlagSet) func(*session, []string) (exit, error) {
	c := &trial{}
	c.register(fs, 1000, "default all")
	return func(s *session, args []string) (exit, error) {
		c.session = s
		return c.mutants(args)
	}
}

// holding reads a spec that holds, and finds what may be changed in it.
func (t *trial) holding(names []string) (*repair.Place, exit, error) {
	status, ok, err := t.read(names)
	if !ok {
		return nil, status, err
	}
	fmt.Fprintf(t.out, "%s: %s\n", t.title(), verdictOf(t.answer.res))
	if t.answer.res.Verdict != checker.Holds {
		return nil, statusOf(t.answer.res), fmt.Errorf("this is asked of specs that hold; 'mmcheck fix' is for those that do not")
	}
	t.out.Flush()
	p, err := t.place()
	return p, exitUsage, err
}

// neverRuns reports whether no schedule of the spec as it is comes by some line.
func (t *trial) neverRuns(lines []int) bool {
	cov := t.answer.res.Coverage
	return cov != nil && slices.ContainsFunc(cov.Never, func(s model.Statement) bool {
		return s.Pos.File == t.sp.name && slices.Contains(lines, s.Pos.Line)
	})
}

func (t *trial) mutants(names []string) (exit, error) {
	p, status, err := t.holding(names)
	if p == nil || err != nil {
		return status, err
	}
	ms := repair.Mutants(p)
	ms = ms[:min(len(ms), t.most)]
	proposals := make([]*repair.Proposal, len(ms))
	for i, m := range ms {
		proposals[i] = m.Proposal
	}
	tried := t.tries(proposals)
	if err := t.interrupted(); err != nil {
		return exitUnknown, err
	}
	caught, all := 0, 0
	for i, a := range tried {
		v := a.verdict()
		switch {
		case v == "":
			v = "does not compile"
		case a.answer.res.Verdict == checker.Violated:
			v = a.answer.res.Finding.Property.ID
			caught, all = caught+1, all+1
		case a.answer.res.Verdict == checker.Holds && t.neverRuns(ms[i].Lines):
			v = "never runs"
		case a.answer.res.Verdict == checker.Holds:
			v = "nothing notices"
			all++
		}
		fmt.Fprintf(t.out, "%6d  %-20s %s\n", ms[i].Lines[0], v, a.Proposal)
	}
	fmt.Fprintf(t.out, "%d of %d noticed\n", caught, all)
	return exitHolds, nil
}
