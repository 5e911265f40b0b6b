// SPDX-License-Identifier: MIT

// This file keeps states on a disk, in sorted runs that are read and written
// from one end to the other. Files have no name any more once they are open, so
// that nothing is left behind, however the search ends.

package checker

import (
	"bufio"
	"io"
	"os"
	"slices"
	stdsort "sort"
	"unsafe"
)

// states is a stretch of states in a file.
type states struct {
	file *os.File
	from int64 // byte
	n    int64 // states
}

// unnamedFile makes a file in a directory that disappears when it is closed.
func unnamedFile(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, "mmcheck-*.tmp")
	if err != nil {
		return nil, err
	}
	return f, os.Remove(f.Name())
}

// source yields states in ascending order; head is nil when there are no more.
type source struct {
	head  []uint64
	words int
	rest  []uint64      // what is in memory
	in    *bufio.Reader // what is not, or nil
	buf   []byte
}

// fromMemory yields sorted states.
func fromMemory(sorted []uint64, words int) *source {
	s := &source{words: words, rest: sorted}
	s.advance()
	return s
}

// fromFile yields the states of a run.
func fromFile(r states, words, buffer int) (*source, error) {
	in := io.NewSectionReader(r.file, r.from, r.n*int64(8*words))
	s := &source{words: words, in: bufio.NewReaderSize(in, buffer), buf: make([]byte, 8*words), head: make([]uint64, words)}
	return s, s.advance()
}

// advance moves on to the next state.
func (s *source) advance() error {
	if s.in == nil {
		if s.head = nil; len(s.rest) > 0 {
			s.head, s.rest = s.rest[:s.words], s.rest[s.words:]
		}
		return nil
	}
	switch _, err := io.ReadFull(s.in, s.buf); err {
	case nil:
		readWords(s.head, s.buf)
	case io.EOF:
		s.head = nil
	default:
		return err
	}
	return nil
}

// merged yields the states of several sources in ascending order, each once.
type merged struct{ heap []*source }

func merge(sources []*source) *merged {
	m := &merged{}
	for _, s := range sources {
		if s.head != nil {
			m.heap = append(m.heap, s)
		}
	}
	for i := len(m.heap)/2 - 1; i >= 0; i-- {
		m.sink(i)
	}
	return m
}

// head is the least state, nil if there are no more.
func (m *merged) head() []uint64 {
	if len(m.heap) == 0 {
		return nil
	}
	return m.heap[0].head
}

// pass moves on to the next state that is not state, which is the head or was.
func (m *merged) pass(state []uint64) error {
	for len(m.heap) > 0 && slices.Equal(m.heap[0].head, state) {
		if err := m.heap[0].advance(); err != nil {
			return err
		}
		if m.heap[0].head == nil {
			last := len(m.heap) - 1
			m.heap[0] = m.heap[last]
			m.heap = m.heap[:last]
		}
		m.sink(0)
	}
	return nil
}

// sink restores the order of the heap below place i.
func (m *merged) sink(i int) {
	for {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < len(m.heap); c++ {
			if slices.Compare(m.heap[c].head, m.heap[least].head) < 0 {
				least = c
			}
		}
		if least == i {
			return
		}
		m.heap[i], m.heap[least] = m.heap[least], m.heap[i]
		i = least
	}
}

// writeRun appends the states of a that are not in b to a file, from some byte
// on.
func writeRun(file *os.File, from int64, a, b *merged) (states, error) {
	r := states{file: file, from: from}
	w := bufio.NewWriterSize(io.NewOffsetWriter(file, from), 1<<16)
	state, past := []uint64{}, []uint64{}
	var buf []byte
	for a.head() != nil {
		state = append(state[:0], a.head()...)
		known := b.head()
		for known != nil && slices.Compare(known, state) < 0 {
			past = append(past[:0], known...)
			if err := b.pass(past); err != nil {
				return r, err
			}
			known = b.head()
		}
		if known == nil || !slices.Equal(known, state) {
			buf = appendWords(buf[:0], state)
			if _, err := w.Write(buf); err != nil {
				return r, err
			}
			r.n++
		}
		if err := a.pass(state); err != nil {
			return r, err
		}
	}
	return r, w.Flush()
}

// sortStates sorts states of some number of words in place.
func sortStates(all []uint64, words int) {
	switch words {
	case 1:
		slices.Sort(all)
	case 2:
		pairs := unsafe.Slice((*[2]uint64)(unsafe.Pointer(unsafe.SliceData(all))), len(all)/2)
		slices.SortFunc(pairs, func(a, b [2]uint64) int { return slices.Compare(a[:], b[:]) })
	default:
		stdsort.Sort(&records{all, words})
	}
}

// records sorts states of many words.
type records struct {
	all   []uint64
	words int
}

func (r *records) at(i int) []uint64  { return r.all[i*r.words : (i+1)*r.words] }
func (r *records) Len() int           { return len(r.all) / r.words }
func (r *records) Less(i, j int) bool { return slices.Compare(r.at(i), r.at(j)) < 0 }

func (r *records) Swap(i, j int) {
	a, b := r.at(i), r.at(j)
	for k := range a {
		a[k], b[k] = b[k], a[k]
	}
}
