// SPDX-License-Identifier: MIT

// This file is the production space for what memory does not hold. The levels
// lie on a disk as sorted runs. What a level leads to is collected in memory
// first and becomes a run whenever memory is full; when the level is done, all
// its runs are merged, and what occurs in an earlier level is dropped (delayed
// duplicate detection, after Stern and Dill, Korf, and others). Everything is
// read and written from one end to the other, as disks like it.

package checker

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"slices"

	"mmcheck/model/vm"
)

const (
	// chunkStates is the number of states that are read and expanded at a time.
	chunkStates = 1 << 14
	// leastMemory is what a set gets, in bytes, however small the limit is.
	leastMemory = 1 << 20
	// mostRuns is the number of runs of visited states that become one.
	mostRuns = 8
	// runBuffer is what is read of a run at a time, in bytes.
	runBuffer = 1 << 16
)

// spilled is a search whose states are on a disk. The set of the search holds
// only what the level at hand leads to.
type spilled struct {
	*search
	dir     string
	file    *os.File // all levels, one after the other
	level   []states
	visited []states // all levels, in fewer runs
	base    *os.File // of the first of visited, if it is no level
	scratch *os.File // what the level at hand leads to, in runs
	runs    []states
	chunk   []uint64
	err     error // of the disk; nothing goes on after one
}

// toDisk moves the complete levels of a search to a disk and frees its memory.
// After an error they are where they were, but no state can be added to them.
func (sh *search) toDisk(dir string) (out portable, err error) {
	s := &spilled{search: sh, dir: dir}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if err := s.open(); err != nil {
		return nil, err
	}
	for level := range sh.ends {
		var parts []*source
		for log := range sh.workers {
			lo, hi := sh.segment(level, log)
			part := sh.set.span(log, lo, hi)
			sortStates(part, sh.layout.Words)
			parts = append(parts, fromMemory(part, sh.layout.Words))
		}
		if err := s.addLevel(merge(parts), merge(nil)); err != nil {
			return nil, err
		}
	}
	sh.limit = max(sh.limit/4*3, leastMemory)
	return s, s.clearSet()
}

// over is never so: on a disk the search keeps to the limit by itself.
func (s *spilled) over() bool { return false }

func (s *spilled) toDisk(string) (portable, error) { return nil, nil }

// open makes new files; there are no levels.
func (s *spilled) open() (err error) {
	s.close()
	s.level, s.visited, s.runs = nil, nil, nil
	if s.file, err = unnamedFile(s.dir); err != nil {
		return err
	}
	s.scratch, err = unnamedFile(s.dir)
	return err
}

func (s *spilled) close() {
	for _, f := range []**os.File{&s.file, &s.base, &s.scratch} {
		if *f != nil {
			(*f).Close() // nothing in it is needed any more
			*f = nil
		}
	}
}

func (s *spilled) free() {
	s.close()
	s.search.free()
}

// clearSet empties the set.
func (s *spilled) clearSet() error {
	s.set.free()
	s.set = newSet(formOf(s.layout), len(s.workers))
	if s.set == nil {
		return fmt.Errorf("%s", outOfMemory.What)
	}
	s.set.limit = s.limit
	s.full = false
	for _, w := range s.workers {
		w.full = false
	}
	s.chunk = make([]uint64, chunkStates*s.layout.Words)
	return nil
}

// flush writes what the set holds as a run, and empties it.
func (s *spilled) flush() error {
	from := int64(0)
	if n := len(s.runs); n > 0 {
		from = s.end(s.runs[n-1])
	}
	run, err := writeRun(s.scratch, from, merge(s.inSet()), merge(nil))
	if err != nil {
		return err
	}
	s.runs = append(s.runs, run)
	return s.clearSet()
}

// inSet sorts what the set holds, which can only be read afterwards.
func (s *spilled) inSet() (parts []*source) {
	for log, l := range s.set.logs {
		part := s.set.span(log, 0, int(l.n.Load()))
		sortStates(part, s.layout.Words)
		parts = append(parts, fromMemory(part, s.layout.Words))
	}
	return parts
}

func (s *spilled) end(r states) int64 { return r.from + r.n*int64(8*s.layout.Words) }

// fromRuns yields the states of runs.
func (s *spilled) fromRuns(runs []states) (parts []*source, err error) {
	for _, r := range runs {
		part, err := fromFile(r, s.layout.Words, runBuffer)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	return parts, nil
}

// finish makes a level of all that was collected and is not visited.
func (s *spilled) finish() error {
	parts, err := s.fromRuns(s.runs)
	if err != nil {
		return err
	}
	known, err := s.fromRuns(s.visited)
	if err != nil {
		return err
	}
	if err := s.addLevel(merge(append(parts, s.inSet()...)), merge(known)); err != nil {
		return err
	}
	s.runs = nil
	if err := s.scratch.Truncate(0); err != nil {
		return err
	}
	return s.clearSet()
}

// addLevel writes a level, if there is anything in it.
func (s *spilled) addLevel(found, known *merged) error {
	from := int64(0)
	if n := len(s.level); n > 0 {
		from = s.end(s.level[n-1])
	}
	level, err := writeRun(s.file, from, found, known)
	if err != nil || level.n == 0 {
		return err
	}
	s.level, s.visited = append(s.level, level), append(s.visited, level)
	if len(s.visited) <= mostRuns {
		return nil
	}
	return s.unite()
}

// unite makes one run of all that is visited.
func (s *spilled) unite() error {
	parts, err := s.fromRuns(s.visited)
	if err != nil {
		return err
	}
	file, err := unnamedFile(s.dir)
	if err != nil {
		return err
	}
	all, err := writeRun(file, 0, merge(parts), merge(nil))
	if s.base != nil {
		s.base.Close() // nothing in it is needed any more
	}
	s.base, s.visited = file, []states{all}
	return err
}

// diskLimit names what a disk did not do.
func (s *spilled) diskLimit() *LimitHit {
	if s.err == nil {
		return nil
	}
	return diskLimit(s.dir, s.err)
}

func diskLimit(dir string, err error) *LimitHit {
	return &LimitHit{What: fmt.Sprintf("the disk of %s (%s)", dir, plain(err)), Raise: "--spill"}
}

func (s *spilled) expand(found *findings, stop func() *LimitHit) *LimitHit {
	return s.expandBy(found, func(chunk []uint64) *LimitHit { return s.visit(chunk, stop) })
}

// expandBy expands the last level, with visit for one part of it after the
// other.
func (s *spilled) expandBy(found *findings, visit func(chunk []uint64) *LimitHit) *LimitHit {
	if s.err != nil {
		return s.diskLimit()
	}
	s.prepare(found)
	hit := s.chunks(len(s.level)-1, visit)
	misfit := false
	for _, w := range s.workers {
		misfit = misfit || w.misfit
	}
	if hit == nil && misfit {
		return nil // to be widened
	}
	if s.gather(found); hit == nil {
		s.err = s.finish()
		hit = s.diskLimit()
	}
	return hit
}

// chunks reads a level and calls f on one part after the other.
func (s *spilled) chunks(level int, f func(chunk []uint64) *LimitHit) *LimitHit {
	r, words := s.level[level], s.layout.Words
	in := bufio.NewReaderSize(io.NewSectionReader(r.file, r.from, r.n*int64(8*words)), runBuffer)
	buf := make([]byte, 8*words)
	for left := r.n; left > 0; {
		chunk := s.chunk[:min(left, chunkStates)*int64(words)]
		for i := 0; i < len(chunk); i += words {
			if _, s.err = io.ReadFull(in, buf); s.err != nil {
				return s.diskLimit()
			}
			readWords(chunk[i:i+words], buf)
		}
		if hit := f(chunk); hit != nil {
			return hit
		}
		left -= int64(len(chunk) / words)
	}
	return nil
}

// sweepChunk has the workers visit the states of a chunk.
func (s *spilled) sweepChunk(chunk []uint64, visit func(*worker, []uint64), stop func() *LimitHit) *LimitHit {
	span := spanSize * s.layout.Words
	spans := func(n int) []uint64 { return chunk[min(n*span, len(chunk)):min((n+1)*span, len(chunk))] }
	return s.sweepSpans(int64(len(chunk)/s.layout.Words), spans, visit, stop)
}

// visit expands the states of a chunk, with an empty set if it does not hold
// all that they lead to, and with fewer states if an empty one does not either.
func (s *spilled) visit(chunk []uint64, stop func() *LimitHit) *LimitHit {
	done := make([]int64, len(s.workers))
	for i, w := range s.workers {
		done[i] = w.done.Load()
	}
	empty := s.set.size() == 0
	hit := s.sweepChunk(chunk, (*worker).visit, stop)
	if hit != outOfMemory {
		return hit
	}
	for i, w := range s.workers {
		w.done.Store(done[i])
	}
	if s.err = s.flush(); s.err != nil {
		return s.diskLimit()
	}
	n := len(chunk) / s.layout.Words
	switch {
	case !empty:
		return s.visit(chunk, stop)
	case n == 1:
		return hit
	}
	if hit := s.visit(chunk[:n/2*s.layout.Words], stop); hit != nil {
		return hit
	}
	return s.visit(chunk[n/2*s.layout.Words:], stop)
}

func (s *spilled) widen() func([]uint64) []uint64 {
	before := slices.Clone(s.seen)
	if !s.learn() || s.err != nil {
		return nil
	}
	old, file, level := s.layout, s.file, s.level
	s.relayout()
	repack := s.layout.Repacker(old)
	s.file = nil // not to be closed yet
	if s.err = s.rewrite(level, old.Words, repack); s.err != nil {
		s.close()
		s.file, s.level, s.seen = file, level, before
		s.relayout()
		return func(words []uint64) []uint64 { return words }
	}
	file.Close() // nothing in it is needed any more
	return func(words []uint64) []uint64 {
		wider := make([]uint64, s.layout.Words)
		repack(wider, words)
		return wider
	}
}

// rewrite writes all levels in another form, in which their order differs.
func (s *spilled) rewrite(levels []states, words int, repack func(dst, src []uint64)) error {
	if err := s.open(); err != nil {
		return err
	}
	if err := s.clearSet(); err != nil {
		return err
	}
	wider := make([]uint64, s.layout.Words)
	for _, r := range levels {
		in, err := fromFile(r, words, runBuffer)
		for ; err == nil && in.head != nil; err = in.advance() {
			repack(wider, in.head)
			if s.fill(wider) != nil {
				return s.err
			}
		}
		if err != nil {
			return err
		}
		if s.filled() != nil {
			return s.err
		}
	}
	return nil
}

func (s *spilled) reset() { panic("checker: a search starts in memory") }

func (s *spilled) restore(seen []vm.Range, transitions int64, facts []uint64) {
	s.err = s.open()
	s.search.restore(seen, transitions, facts)
	if s.err == nil {
		s.err = s.clearSet()
	}
}

func (s *spilled) fill(words []uint64) *LimitHit {
	hit := s.search.fill(words)
	if hit == outOfMemory {
		s.err = s.flush()
		return s.refill()
	}
	return hit
}

// refill puts the batch that did not fit into the set that was emptied.
func (s *spilled) refill() *LimitHit {
	if s.err != nil {
		return s.diskLimit()
	}
	return s.deal(s.workers[0].out)
}

func (s *spilled) filled() *LimitHit {
	hit := s.deal(s.workers[0].out)
	if hit == outOfMemory {
		s.err = s.flush()
		hit = s.refill()
	}
	if hit == nil {
		s.err = s.finish()
		hit = s.diskLimit()
	}
	return hit
}

func (s *spilled) levels() int          { return len(s.level) }
func (s *spilled) size(level int) int64 { return s.level[level].n }

func (s *spilled) each(level int, f func([]uint64) bool) {
	s.chunks(level, func(chunk []uint64) *LimitHit {
		for ; len(chunk) > 0; chunk = chunk[s.layout.Words:] {
			if !f(chunk[:s.layout.Words:s.layout.Words]) {
				return outOfMemory // any will do: it ends here
			}
		}
		return nil
	})
}

func (s *spilled) edges(level int, to ways) (out []edge) {
	never := func() *LimitHit { return nil }
	s.want(to)
	s.chunks(level, func(chunk []uint64) *LimitHit {
		s.sweepChunk(chunk, (*worker).collect, never)
		for _, w := range s.workers {
			for _, e := range w.edges {
				e.from = append([]uint64(nil), e.from...) // the chunk is used again
				out = append(out, e)
			}
			w.edges = nil
		}
		return nil
	})
	return out
}

func (s *spilled) stats() Stats {
	st := s.search.stats()
	st.States = 0
	for _, r := range s.level {
		st.States += r.n
		st.Disk += r.n * int64(8*s.layout.Words)
	}
	for _, r := range s.runs {
		st.Disk += r.n * int64(8*s.layout.Words)
	}
	if s.base != nil {
		st.Disk += s.visited[0].n * int64(8*s.layout.Words)
	}
	st.Memory += int64(8 * len(s.chunk))
	return st
}
