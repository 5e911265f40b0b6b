// SPDX-License-Identifier: MIT

// This file compares a check with SPIN: the verdict, the property, the number
// of states, and every error trail.

package promela

import (
	"context"
	"fmt"
	"slices"

	"mmcheck/checker"
	"mmcheck/checker/property"
)

// Comparison is what came of running SPIN beside a check.
type Comparison struct {
	Verdict     checker.Verdict // mmcheck's
	Spin        checker.Verdict // SPIN's; "" if it was not compared
	States      int64           // states by the plain interpreter
	SpinStates  int64           // states that SPIN stored, those where a path was stopped included
	Stopped     int64           // states where a path was stopped, by the plain interpreter
	Confirmed   []Stop          // what SPIN found and the plain interpreter reproduced from its trail
	Differences []string        // empty: the two agree
	NotCompared string          // why nothing, or not everything, was compared
	Unjudged    []string        // properties that the exported model says nothing of
}

func (c *Comparison) differ(format string, args ...any) {
	c.Differences = append(c.Differences, fmt.Sprintf(format, args...))
}

// RunOptions of a comparison.
type RunOptions struct {
	Limits
	MaxStates int64         // of the exploration before the export; 0: DefaultMaxStates
	Keep      func(*Export) // called with what was exported; may be nil
}

// Run compares the result of a check with what SPIN says of the same program.
func Run(ctx context.Context, res *checker.Result, o RunOptions) (*Comparison, error) {
	c := &Comparison{Verdict: res.Verdict}
	e, err := New(res.Program, Options{Ignore: unchecked(res), MaxStates: o.MaxStates})
	if err != nil {
		c.NotCompared = err.Error()
		return c, nil
	}
	if o.Keep != nil {
		o.Keep(e)
	}
	c.States, c.Stopped = e.Graph.States, e.Graph.Stopped
	if !e.Graph.Whole {
		c.NotCompared = fmt.Sprintf("more than %d states", e.Graph.States)
		return c, nil
	}
	c.compareCheck(res, e)
	return c, c.compareSpin(ctx, res, e, o)
}

// unchecked lists the properties that a check did not look for.
func unchecked(res *checker.Result) []string {
	for _, p := range res.Checked {
		if p.ID == deadlockID {
			return nil
		}
	}
	return []string{deadlockID}
}

// compareCheck holds the check against the exploration of the whole graph; what was
// left out by a reduction is no difference.
func (c *Comparison) compareCheck(res *checker.Result, e *Export) {
	stopsEarly := res.Stats.Frontier > 0 || res.Verdict == checker.Violated && res.Finding.Property.Severity == property.Error
	if res.Verdict != checker.Unknown && !res.Stats.Reduced && !stopsEarly && res.Stats.States != e.Graph.States {
		c.differ("the check counted %d states, the plain interpreter %d", res.Stats.States, e.Graph.States)
	}
	for _, p := range res.Checked {
		if p.Final != nil || p.Pair != nil {
			c.Unjudged = append(c.Unjudged, p.ID)
		}
	}
}

// compareSpin builds the verifier, searches, and compares.
func (c *Comparison) compareSpin(ctx context.Context, res *checker.Result, e *Export, o RunOptions) error {
	v, err := build(ctx, e.Text, e.vector, e.Graph.States < 20000, o.Limits)
	if err != nil {
		return err
	}
	defer v.close()
	depth := e.Graph.States + 1000 // no path without a repeated state is longer
	out, stopped, err := v.pan(ctx, depth, "-c0")
	if err != nil {
		return err
	}
	s := &search{stopped: stopped}
	if stopped == "" {
		if s, err = parseSearch(out); err != nil {
			return err
		}
	}
	if s.stopped != "" {
		c.NotCompared = "SPIN stopped at " + s.stopped
		return nil
	}
	c.SpinStates = s.states
	if c.SpinStates != c.States+c.Stopped {
		c.differ("SPIN stored %d states, the plain interpreter %d and %d in which a path was stopped", c.SpinStates, c.States, c.Stopped)
	}
	return c.compareErrors(ctx, res, e, v, s, depth)
}

// compareErrors compares what SPIN found, kind by kind, and replays it.
func (c *Comparison) compareErrors(ctx context.Context, res *checker.Result, e *Export, v *verifier, s *search, depth int64) error {
	found := map[int]bool{}
	for _, pe := range s.errors {
		stop, err := e.stops.byNum(pe.stop)
		if err != nil {
			return err
		}
		found[stop.Num] = true
		if _, ok := e.Graph.Reached[stop.Num]; !ok {
			c.differ("SPIN reaches %q, the plain interpreter does not", stop)
		}
		trail, err := v.trail(ctx, e, depth, pe.count)
		if err == nil {
			err = replay(e.prog, e.stops, trail, stop)
		}
		if err != nil {
			c.differ("%s: %v", stop, err)
			continue
		}
		c.Confirmed = append(c.Confirmed, stop)
	}
	for _, stop := range e.Stops {
		if _, ok := e.Graph.Reached[stop.Num]; ok && !found[stop.Num] {
			c.differ("the plain interpreter reaches %q, SPIN does not", stop)
		}
	}
	c.compareVerdict(res)
	return nil
}

// error reports whether SPIN found an error, which is more than a broken rule.
func (c *Comparison) error() bool {
	return slices.ContainsFunc(c.Confirmed, func(s Stop) bool {
		p := property.ByID(s.Prop)
		return p != nil && p.Severity == property.Error
	})
}

// compareVerdict derives SPIN's verdict from what it found.
func (c *Comparison) compareVerdict(res *checker.Result) {
	c.Spin = checker.Holds
	same := false
	for _, s := range c.Confirmed {
		switch {
		case s.Prop != "":
			c.Spin = checker.Violated
		case c.Spin == checker.Holds:
			c.Spin = checker.Unknown
		}
		same = same || res.Finding != nil && s.Prop == res.Finding.Property.ID
	}
	if res.Finding != nil && res.Finding.Check.Prop == "" && res.Finding.Property.Final != nil {
		c.NotCompared = "the verdict: " + res.Finding.Property.ID + " of a final state cannot be expressed in Promela"
		return
	}
	if res.Finding != nil && res.Finding.Race != nil && !c.error() {
		c.NotCompared = "the verdict: " + res.Finding.Property.ID + " cannot be expressed in Promela"
		return
	}
	if res.Finding != nil && res.Finding.Hang && !c.error() {
		c.NotCompared = "the verdict: threads that hang in loops are no invalid end state of SPIN's"
		return
	}
	if c.Verdict == checker.Unknown && c.Spin != checker.Unknown && len(c.Confirmed) == 0 {
		c.NotCompared = "the verdict: mmcheck stopped early"
		return
	}
	switch {
	case c.Spin != c.Verdict:
		c.differ("mmcheck says %s, SPIN %s", c.Verdict, c.Spin)
	case res.Finding != nil && !same:
		c.differ("mmcheck finds %s, which SPIN does not", res.Finding.Property.ID)
	}
}
