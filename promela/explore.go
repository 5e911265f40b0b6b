// SPDX-License-Identifier: MIT

// This file explores a program with the plain interpreter, to the end: unlike
// a check it goes on behind violations, as SPIN does with -c0. It gives the
// numbers that SPIN must reproduce, and the ranges of values that decide how
// wide a Promela variable is.

package promela

import (
	"encoding/binary"
	"fmt"
	"slices"

	"mmcheck/checker/property"
	"mmcheck/model"
)

// Graph is what a program can reach.
type Graph struct {
	States  int64        // as a check counts them
	Stopped int64        // states in which a path was stopped, as SPIN sees them
	Reached map[int]Stop // the stops that are reached, by number
	Whole   bool         // every state was explored
	lo, hi  []int64      // the range of every element of the state
}

// explorer is a breadth-first search that keeps, of each state, only the
// elements that some code writes.
type explorer struct {
	p        *model.Program
	stops    *stops
	elems    []int // the elements that can change
	deadlock bool
	g        *Graph
	seen     map[string]bool
	ended    map[string]bool // stopped states, with the number of the stop
	queue    []string
}

// explore visits at most max states of p. deadlock says whether deadlocks are
// looked for.
func explore(p *model.Program, st *stops, deadlock bool, max int64) (*Graph, error) {
	x := &explorer{p: p, stops: st, deadlock: deadlock, elems: newWrites(p).elements(),
		seen: map[string]bool{}, ended: map[string]bool{},
		g: &Graph{Reached: map[int]Stop{}, lo: slices.Clone(p.Initial), hi: slices.Clone(p.Initial)}}
	x.visit(p.Initial)
	s := slices.Clone(p.Initial)
	for len(x.queue) > 0 && x.g.States < max {
		x.unpack(x.queue[0], s)
		x.queue = x.queue[1:]
		x.g.States++
		if err := x.expand(s); err != nil {
			return nil, err
		}
	}
	x.g.Whole = len(x.queue) == 0
	x.g.Stopped = int64(len(x.ended))
	return x.g, nil
}

func (x *explorer) pack(s model.State, stop int) string {
	b := binary.LittleEndian.AppendUint16(make([]byte, 0, 4*len(x.elems)+2), uint16(stop))
	for _, i := range x.elems {
		b = binary.LittleEndian.AppendUint32(b, uint32(s[i]))
	}
	return string(b)
}

func (x *explorer) unpack(key string, s model.State) {
	b := []byte(key[2:])
	for n, i := range x.elems {
		s[i] = int64(int32(binary.LittleEndian.Uint32(b[4*n:])))
	}
}

func (x *explorer) visit(s model.State) {
	if key := x.pack(s, 0); !x.seen[key] {
		x.seen[key] = true
		x.queue = append(x.queue, key)
	}
}

func (x *explorer) stop(s model.State, why Stop) {
	x.g.Reached[why.Num] = why
	if why.Fatal {
		x.ended[x.pack(s, why.Num)] = true
	}
}

// expand fires everything that is enabled in s.
func (x *explorer) expand(s model.State) error {
	var blocked, running uint64
	for _, t := range x.p.Threads {
		b := t.Point(s)
		if b == nil {
			continue
		}
		enabled := false
		for i := range b.Step.Alts {
			on, err := x.guard(s, b.Step.Alts[i].Guard)
			if err != nil {
				return siteError(b, err)
			}
			if !on {
				continue
			}
			enabled = true
			if err := x.fire(s, t, i); err != nil {
				return siteError(b, err)
			}
		}
		if enabled {
			running |= 1 << (t.Num - 1)
		} else {
			blocked |= 1 << (t.Num - 1)
		}
	}
	return x.judge(s, blocked, running)
}

func (x *explorer) guard(s model.State, g model.Expr) (bool, error) {
	if g == nil {
		return true, nil
	}
	v, err := narrow(s, g)
	return v != 0, err
}

// fire runs one transition twice: with the interpreter, whose word counts, and
// with the checked one below, which also sees the values in between.
func (x *explorer) fire(s model.State, t *model.Thread, alt int) error {
	out := t.Fire(s, alt, fatal)
	r := checkedRun{explorer: x, s: slices.Clone(s)}
	if err := r.fire(t, alt); err != nil {
		return err
	}
	if !slices.Equal(r.s, out.Next) {
		return fmt.Errorf("the checked interpreter and the plain one differ")
	}
	for _, v := range out.Broken {
		x.stop(out.Next, x.stops.ofCheck(v.Check))
	}
	switch {
	case out.Limit != nil:
		x.stop(out.Next, x.stops.ofLimit(*out.Limit))
	case !out.Fatal:
		x.visit(out.Next)
	}
	return nil
}

// judge looks for a deadlock in s. A state in which some threads are caught
// while others run is still expanded, as SPIN does.
func (x *explorer) judge(s model.State, blocked, running uint64) error {
	if !x.deadlock || blocked == 0 {
		return nil
	}
	for _, t := range x.p.Threads {
		if blocked>>(t.Num-1)&1 != 0 && t.Point(s).Step.Waits != nil {
			if _, err := narrow(s, t.Point(s).Step.Waits); err != nil {
				return siteError(t.Point(s), err)
			}
		}
	}
	if property.ByID(deadlockID).Stuck(x.p, s, blocked, running) != "" {
		x.stop(s, x.stops.list[0])
	}
	return nil
}

func siteError(b *model.Block, err error) error {
	if b.Step.Site == nil || b.Step.Site.Text == "" {
		return err
	}
	pos := b.Step.Site.Pos
	return fmt.Errorf("%s:%d: %s: %w", pos.File, pos.Line, b.Step.Site.Text, err)
}
