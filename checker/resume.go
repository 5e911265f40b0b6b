// SPDX-License-Identifier: MIT

// This file keeps a search in a file and goes on from it (checkpoint.go has the
// format). Between two levels there is nothing but the levels, some counters
// and what was found; a level that is not finished is done again.

package checker

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"time"

	"mmcheck/model"
	"mmcheck/model/vm"
)

// portable is a space that can be left and entered between two levels.
type portable interface {
	space
	// ranges says how states are packed.
	ranges() []vm.Range
	// restore empties the space for states packed in some way.
	restore(seen []vm.Range, transitions int64, facts []uint64)
	// fill adds a state to the level that filled completes; they name a limit
	// that is reached.
	fill(words []uint64) *LimitHit
	filled() *LimitHit
	// rewind takes back what was counted since there were so many transitions: the
	// last level is to be expanded again.
	rewind(transitions int64)
	// each calls f on the states of a level, in no particular order, until it
	// returns false.
	each(level int, f func(words []uint64) bool)
}

const (
	// saveEvery is the usual time between two checkpoints.
	saveEvery = 5 * time.Minute
	// saveShare bounds the time spent on writing them, as a part of all.
	saveShare = 20
)

// saved is what a search knows of its checkpoint.
type saved struct {
	identity [sha256.Size]byte
	space    portable
	next     time.Time // when to write it again
	complete bool      // the space holds all levels of the file
	// As they were before the level at hand:
	transitions int64
	other       bool
	limit       *model.Limit
}

// begin starts a search, or goes on from its checkpoint.
func (e *explorer) begin() error {
	if e.o.Checkpoint == "" {
		return nil
	}
	var ok bool
	if e.saved.space, ok = e.space.(portable); !ok {
		return errors.New("the plain interpreter keeps no checkpoints")
	}
	e.saved.identity = programHash(e.pl, e.o)
	c, err := openCheckpoint(e.o.Checkpoint)
	if err == nil {
		defer c.file.Close()
		err = e.resume(c)
	} else if errors.Is(err, fs.ErrNotExist) {
		e.saved.complete = true
		e.note()
		return e.save() // now rather than in hours: can it be written?
	}
	if err != nil {
		return &CheckpointError{e.o.Checkpoint, plain(err)}
	}
	return nil
}

// resume loads a checkpoint.
func (e *explorer) resume(c *checkpoint) error {
	seen, err := c.layout(e.pl.Prog, e.saved.identity)
	if err != nil {
		return err
	}
	if e.found, err = c.findings(e.pl); err != nil {
		return err
	}
	if e.o.MaxMemory > 0 && 3*c.bytes() > e.o.MaxMemory {
		if e.limit, _ = e.overflow(e.memoryLimit()); e.limit != nil && e.o.Spill != "" {
			return nil
		}
		e.limit = nil
	}
	s := e.saved.space
	s.restore(seen, c.Transitions, c.Noted)
	for level, size := range c.Levels {
		if err := e.load(c, size); err != nil || e.limit != nil {
			return err
		}
		if s.levels() != level+1 || s.size(level) != size {
			return errDamaged
		}
		e.depth = level
	}
	if words, ok := s.pack(e.pl.Prog.Initial); !ok || c.Levels[0] != 1 || !holds(s, 0, words) {
		return errDamaged
	}
	e.resumed = s.stats().States
	e.limit = e.tooLarge()
	e.saved.complete, e.saved.next = true, time.Now().Add(e.o.saveEvery())
	return nil
}

// load reads the states of a level. They must be such as the search stores.
func (e *explorer) load(c *checkpoint, size int64) error {
	words := make([]uint64, c.Words)
	for range size {
		if err := c.next(words); err != nil {
			return err
		}
		if !e.canonical(words) {
			return errDamaged
		}
		if e.limit = e.named(e.saved.space.fill(words)); e.limit != nil {
			return nil
		}
	}
	e.limit = e.named(e.saved.space.filled())
	return nil
}

// holds reports whether a state is in a level.
func holds(s portable, level int, state []uint64) bool {
	found := false
	s.each(level, func(words []uint64) bool {
		found = same(words, state)
		return !found
	})
	return found
}

// canonical reports whether words are the packed form of a state whose program
// counters are within the program.
func (e *explorer) canonical(words []uint64) bool {
	s := e.space.state(words)
	for _, t := range e.pl.Prog.Threads {
		if pc := s[t.PC.Off()]; pc < 0 || pc > int64(len(t.Points)) {
			return false
		}
	}
	again, ok := e.space.pack(s)
	return ok && same(words, again)
}

// note remembers what a checkpoint says of a level that is about to be
// expanded, since that may be cut short.
func (e *explorer) note() {
	e.saved.transitions = e.space.stats().Transitions
	e.saved.other = len(e.found.other) > 0
	e.saved.limit = e.found.limit
}

// saveNow writes the checkpoint if it is time to. A failure does not end the
// search.
func (e *explorer) saveNow() {
	if !e.saved.complete || time.Now().Before(e.saved.next) {
		return
	}
	e.warn(e.save())
}

func (e *explorer) warn(err error) {
	if err != nil && e.o.Warn != nil {
		e.o.Warn(err)
	}
}

// end writes the checkpoint of a search that was cut short, and removes that of
// one that was not.
func (e *explorer) end() {
	switch {
	case e.o.Checkpoint == "" || !e.saved.complete:
	case e.limit != nil:
		e.warn(e.save())
	default:
		if err := os.Remove(e.o.Checkpoint); !errors.Is(err, fs.ErrNotExist) {
			e.warn(err)
		}
	}
}

// save writes the checkpoint.
func (e *explorer) save() error {
	start := time.Now()
	h := &snapshot{Program: hex.EncodeToString(e.saved.identity[:]), Transitions: e.saved.transitions, Noted: e.space.noted()}
	for _, r := range e.saved.space.ranges() {
		h.Ranges = append(h.Ranges, r.Numbers())
	}
	first, _ := e.space.pack(e.pl.Prog.Initial)
	h.Words = len(first)
	for level := range e.space.levels() {
		h.Levels = append(h.Levels, e.space.size(level))
	}
	if e.saved.other {
		for _, b := range e.found.other {
			h.Other = append(h.Other, savedBroken{b.at, b.thread, b.alt, b.prop.ID, b.text, b.length, saveMoves(b.path)})
		}
	}
	h.Ended, h.Turns = e.found.ended, e.found.turns
	if l := e.saved.limit; l != nil {
		h.Limit = &savedLimit{l.What, l.Hint}
	}
	err := writeCheckpoint(e.o.Checkpoint, h, e.saved.space.each)
	took := time.Since(start)
	e.saved.next = time.Now().Add(max(e.o.saveEvery(), saveShare*took))
	return err
}

func saveMoves(path []move) (out [][2]int) {
	for _, m := range path {
		out = append(out, [2]int{m.thread, m.alt})
	}
	return out
}

func (o Options) saveEvery() time.Duration {
	if o.SaveEvery > 0 {
		return o.SaveEvery
	}
	return saveEvery
}

func (sh *search) ranges() []vm.Range { return sh.seen }

func (sh *search) restore(seen []vm.Range, transitions int64, facts []uint64) {
	sh.seen = seen
	sh.clear()
	sh.transitions = transitions
	sh.workers[0].facts = facts
}

func (sh *search) fill(words []uint64) *LimitHit {
	b := sh.workers[0].out
	copy(b.words[b.n*len(words):], words)
	if b.n++; b.n == batchSize {
		return sh.deal(b)
	}
	return nil
}

func (sh *search) filled() *LimitHit {
	hit := sh.deal(sh.workers[0].out)
	sh.endLevel()
	return hit
}

// deal adds a batch to one log after the other, so that all workers have work.
func (sh *search) deal(b *batch) *LimitHit {
	if sh.dealt++; b.n > 0 && !sh.set.add(b, sh.dealt%len(sh.workers)) {
		return outOfMemory
	}
	return nil
}
