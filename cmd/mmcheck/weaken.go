// SPDX-License-Identifier: MIT

// This file is the command weaken: what a spec that holds can do without.

package main

import (
	"fmt"

	"github.com/spf13/pflag"

	"mmcheck/repair"
)

func setupWeaken(fs *pflag.FlagSet) func(*session, []string) (exit, error) {
	c := &trial{}
	c.register(fs, 1000, "default all")
	return func(s *session, args []string) (exit, error) {
		c.session = s
		return c.weaken(args)
	}
}

func (t *trial) weaken(names []string) (exit, error) {
	p, status, err := t.holding(names)
	if p == nil || err != nil {
		return status, err
	}
	proposals := repair.Weaker(p)
	tried := t.tries(proposals[:min(len(proposals), t.most)])
	if err := t.interrupted(); err != nil {
		return exitUnknown, err
	}
	said, shown, compiled := map[string]bool{}, 0, 0
	for _, a := range tried {
		if a.verdict() != "" {
			compiled++
		}
		if !a.holds() || said[a.What] {
			continue
		}
		if !t.confirmed(a) {
			t.unsure++
			continue
		}
		said[a.What] = true
		shown++
		fmt.Fprintf(t.out, "\n%d. %s\n   (%d states with it)\n%s", shown, a.Proposal, a.answer.res.Stats.States, a.Diff(t.sp.name, string(t.sp.src)))
	}
	t.sayUnsure()
	fmt.Fprintf(t.out, "\n%s tried, %s\n", count(compiled, "change", "changes"), count(shown, "holds", "hold"))
	return exitHolds, nil
}
