// SPDX-License-Identifier: MIT

// This file is the entry to exporting: what can be asked for, and the order of
// the work.

package promela

import (
	"fmt"
	"io"
	"slices"

	"mmcheck/model"
)

// DefaultMaxStates is how many states are explored to learn the ranges of
// values.
const DefaultMaxStates = 1_000_000

// Options of an export. The zero value reports everything.
type Options struct {
	Only      []string // report these properties only; others still end a path where they did
	Ignore    []string // properties that were not looked for: deadlock is the one that matters
	MaxStates int64    // bound of the exploration; 0: DefaultMaxStates
}

// Firing names a transition relation: an alternative of a scheduling point of
// a thread. The monitor that finds deadlocks has the thread number 0.
type Firing struct {
	Thread, PC, Alt int
}

// Export is a program written as Promela.
type Export struct {
	Graph  *Graph
	Stops  []Stop
	Text   []byte
	stops  *stops
	lines  map[int]Firing // the option that starts on a line of Text
	prog   *model.Program
	vector int // bytes of a state, at most
}

// New writes a sealed program as Promela.
func New(p *model.Program, o Options) (*Export, error) {
	if o.MaxStates == 0 {
		o.MaxStates = DefaultMaxStates
	}
	st := newStops(p)
	if err := initialFits(p); err != nil {
		return nil, err
	}
	g, err := explore(p, st, !slices.Contains(o.Ignore, deadlockID), o.MaxStates)
	if err != nil {
		return nil, fmt.Errorf("cannot be written as Promela: %w", err)
	}
	w := newWriter(p, g, st, o)
	w.program()
	return &Export{g, st.list, w.buf.Bytes(), st, w.lines, p, w.vector()}, nil
}

// Write writes a sealed program as Promela.
func Write(w io.Writer, p *model.Program) error {
	e, err := New(p, Options{})
	if err != nil {
		return err
	}
	_, err = w.Write(e.Text)
	return err
}

// initialFits checks the values that the program starts with.
func initialFits(p *model.Program) error {
	w := newWrites(p)
	for _, v := range p.Vars {
		for i := 0; i < v.Len; i++ {
			if !w.reads[v] && !w.varies(v, int64(i)) {
				continue
			}
			if _, err := fits(func() string { return v.ElemName(i) }, p.Initial[v.Off()+i]); err != nil {
				return fmt.Errorf("cannot be written as Promela: %w", err)
			}
		}
	}
	return nil
}
