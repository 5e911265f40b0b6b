// SPDX-License-Identifier: MIT

// This file is the visited set of the production search. It is exact, and no
// worker waits for another to add to it.
//
// The states themselves lie in logs, one for each worker, which only grow:
// what a worker has found is one dense range, and a level of the search is
// such a range in each log. A table of 8-byte entries with open addressing
// finds them. An entry holds some bits of the hash, which tell most other
// states apart, and the place of the state. A worker writes a new state behind
// the end of its log and then tries to put an entry for it into the table by
// compare and swap; if another worker was faster, the log stays as it was.
//
// A state that is little wider than a word is its own entry, and no log is
// looked at (a quotient table, after Cleary 1984): some of its bits choose the
// home of the entry, one to one for whatever the other bits are, so that the
// entry holds only the others, and how far from its home it is.
//
// Memory is slow compared to all else, so states come in batches: the cache
// lines of all are asked for before the first is looked at.

package checker

import (
	"math/bits"
	"sync"
	"sync/atomic"
	"unsafe"

	"mmcheck/model/vm"
)

const (
	batchSize  = 256 // states that are looked up together
	askSize    = 16  // of those, states that are asked for together
	maxWorkers = 255

	// An entry is a fingerprint, then the number of the log, then the index in
	// the log, plus one: zero is a free entry.
	fingerBits = 24
	indexBits  = 32

	// distanceBits is the least number of bits for the distance to the home in a
	// table of quotients. The farthest of 2^22 entries are about 500 away when three
	// quarters of a table are full; it grows when they no longer fit.
	distanceBits = 9

	smallestLog = 1 << 22 // bytes
	firstTable  = 1 << 13 // entries
	hugeTable   = 4 << 20 // bytes from which on huge pages are worth it
)

// place is where a state lies: log<<indexBits | index.
type place uint64

// form is what states look like.
type form struct {
	words int
	spare int // bits at the top of the last word that are never used
}

func formOf(l *vm.Layout) form { return form{l.Words, l.Spare} }

// quotients reports whether states are entries of a table of 1<<n entries.
func (f form) quotients(n int) bool {
	return n >= 64*(f.words-1)-f.spare+distanceBits
}

// set is a set of states of the same form.
type set struct {
	form
	logs  []*stateLog
	grown sync.RWMutex // held for reading while the table is in use
	mem   region
	table []uint64
	homing
	room  int64 // states at which the table has to grow
	limit int64 // bytes that it may hold, also while it grows; 0: any number
}

// homing says how a state is looked for.
type homing struct {
	shift int    // the home of hash h is entry h>>shift
	step  uint64 // one farther from home, in an entry that is a quotient; 0: none are
}

// stateLog holds the states that one worker added.
type stateLog struct {
	mem   region
	words []uint64
	max   int          // states there is room for
	n     atomic.Int64 // states
	_     [64]byte     // logs of several workers share no cache line
}

// batch is a number of states on their way into a set, and what is known of
// them so far.
type batch struct {
	n      int
	words  []uint64
	asked  int // states that are hashed and asked for
	hashes [batchSize]uint64
	slots  [batchSize]uint64  // where in the table to look
	lines  [batchSize]uintptr // what to fetch
	quots  [batchSize]uint64  // instead of slots where states are entries
	fresh  []uint8            // the states that were new when they were added
	table  uintptr            // the table when it was last looked at
	homing                    // likewise
}

func newBatch(words int) *batch {
	return &batch{words: make([]uint64, batchSize*words), fresh: make([]uint8, 0, batchSize)}
}

// newSet returns an empty set for a number of workers, nil if there is no
// memory for it.
func newSet(f form, workers int) *set {
	s := &set{form: f}
	if s.logs = newLogs(workers, f.words); s.logs == nil {
		return nil
	}
	size := firstTable
	for size < 8*workers*batchSize {
		size *= 2
	}
	if !s.resize(size) {
		s.free()
		return nil
	}
	return s
}

// newLogs returns empty logs for states of some words, nil if there is no
// memory for them.
func newLogs(n, words int) (logs []*stateLog) {
	for range n {
		l := &stateLog{mem: reserve(min(largestRegion, words<<(indexBits+3)), smallestLog)}
		if l.mem == nil {
			freeLogs(logs)
			return nil
		}
		l.mem.huge(hugePage)
		l.words = l.mem.words()
		l.max = min(len(l.words)/words, 1<<indexBits) - batchSize
		logs = append(logs, l)
	}
	return logs
}

func freeLogs(logs []*stateLog) {
	for _, l := range logs {
		l.mem.free()
	}
}

// free gives all memory back; no state may be looked at any more.
func (s *set) free() {
	freeLogs(s.logs)
	s.mem.free()
	s.logs, s.mem, s.table = nil, nil, nil
}

// hash mixes the words of a state into 64 bits.
func hash(w []uint64) uint64 {
	h := uint64(0x9e3779b97f4a7c15)
	for _, x := range w {
		hi, lo := bits.Mul64(h^x, 0xd6e8feb86659fd93)
		h = hi ^ lo
	}
	hi, lo := bits.Mul64(h, 0xa0761d6478bd642f)
	return hi ^ lo
}

// quotient returns the bits of a state that its home does not tell, and the hash
// that tells the others: it adds to what is made of the former by multiplying the
// latter with an odd number, which loses nothing.
func (m *homing) quotient(first, second uint64) (q, h uint64) {
	low := first << (m.shift & 63)
	q = first>>(-m.shift&63) | second<<(m.shift&63)
	hi, lo := bits.Mul64(q^0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
	return q, low*0xa0761d6478bd642f + (hi ^ lo)
}

// firstTwo are the words of a state that has no more; the second is 0 if there is
// one alone.
func firstTwo(w []uint64) (first, second uint64) {
	if len(w) > 1 {
		return w[0], w[1]
	}
	return w[0], 0
}

func (s *set) at(p place) []uint64 {
	i := int(p&(1<<indexBits-1)) * s.words
	return s.logs[p>>indexBits].words[i : i+s.words : i+s.words]
}

// span returns states lo to hi of a log, one after the other.
func (s *set) span(log, lo, hi int) []uint64 {
	return s.logs[log].words[lo*s.words : hi*s.words : hi*s.words]
}

// stateOf is the place that entry e names.
func stateOf(e uint64) place { return place(e&(1<<(64-fingerBits)-1)) - 1 }

func finger(h uint64) uint64 { return h << (64 - fingerBits) }

func fingerOf(e uint64) uint64 { return e &^ (1<<(64-fingerBits) - 1) }

// add adds the states of a batch to a log of its own, those that are new, and
// empties the batch. It reports false if there is no more memory.
func (s *set) add(b *batch, log int) bool {
	b.ask(s.words)
	return s.addHashed(b, log)
}

// ask hashes the states that came last, and has the lines fetched where the
// search for them will start. The table may be another one by then: that only
// takes time.
func (b *batch) ask(words int) {
	from, to, m, table := b.asked, b.n, b.homing, b.table
	if m.step != 0 {
		for i := from; i < to; i++ {
			q, h := m.quotient(firstTwo(b.words[i*words : (i+1)*words]))
			b.quots[i], b.hashes[i], b.lines[i] = q, h, table+uintptr(h>>(m.shift&63))*8
		}
	} else {
		for i := from; i < to; i++ {
			h := hash(b.words[i*words : (i+1)*words])
			b.hashes[i], b.lines[i] = h, table+uintptr(h>>(m.shift&63))*8
		}
	}
	prefetch(b.lines[from:to])
	b.asked = to
}

// follow takes in that the table is another one since the states were hashed.
func (b *batch) follow(s *set) {
	again := b.homing != s.homing && (b.step != 0 || s.step != 0)
	b.table, b.homing = uintptr(unsafe.Pointer(&s.table[0])), s.homing
	if again {
		b.asked = 0
		b.ask(s.words)
	}
}

func (s *set) addHashed(b *batch, log int) bool {
	b.fresh = b.fresh[:0]
	for from := 0; from < b.n; {
		s.grown.RLock()
		for s.size() > s.room {
			s.grown.RUnlock()
			if !s.grow(0) {
				return false
			}
			s.grown.RLock()
		}
		if int(s.logs[log].n.Load()) > s.logs[log].max || !s.mayHold(int64(8*len(s.table))+s.logBytes()+s.batches()) {
			s.grown.RUnlock()
			return false
		}
		b.follow(s)
		crowded := 0
		if s.step == 0 {
			s.seek(b)
			s.insert(b, log)
			from = b.n
		} else if from = s.enterQuotients(b, from, log); from < b.n {
			crowded = len(s.table)
		}
		s.grown.RUnlock()
		if crowded != 0 && !s.grow(crowded) {
			return false
		}
	}
	b.n, b.asked = 0, 0
	return true
}

// seek finds, for each state of a batch, the first entry that is free or may
// be that of the state, and has the lines fetched that decide it.
func (s *set) seek(b *batch) {
	mask := uint64(len(s.table) - 1)
	n := 0
	for i, h := range b.hashes[:b.n] {
		slot := h >> (s.shift & 63)
		for {
			e := atomic.LoadUint64(&s.table[slot&mask])
			if e == 0 {
				break
			}
			if fingerOf(e) == finger(h) {
				b.lines[n] = uintptr(unsafe.Pointer(&s.at(stateOf(e))[0]))
				n++
				break
			}
			slot++
		}
		b.slots[i] = slot & mask
	}
	prefetch(b.lines[:n])
}

// insert looks at each state of a batch from where seek left off.
func (s *set) insert(b *batch, log int) {
	mask := uint64(len(s.table) - 1)
	own := s.logs[log]
	n := int(own.n.Load())
	for i, h := range b.hashes[:b.n] {
		w := b.words[i*s.words : (i+1)*s.words]
		entry := finger(h) | (uint64(log)<<indexBits + uint64(n) + 1)
		for slot := b.slots[i]; ; {
			at := &s.table[slot&mask]
			e := atomic.LoadUint64(at)
			if e == 0 {
				copy(own.words[n*s.words:], w)
				if atomic.CompareAndSwapUint64(at, 0, entry) {
					n++
					b.fresh = append(b.fresh, uint8(i))
					break
				}
				continue // whoever was faster may have added this very state
			}
			if fingerOf(e) == finger(h) && same(s.at(stateOf(e)), w) {
				break
			}
			slot++
		}
	}
	own.n.Store(int64(n))
}

// enterQuotients does the same where states are entries, from some state of the
// batch on. It returns the first that would be too far from its home.
func (s *set) enterQuotients(b *batch, from, log int) int {
	table, mask, step := s.table, uint64(len(s.table)-1), s.step
	before := len(b.fresh)
	defer func() { s.logs[log].append(b.words, b.fresh[before:], s.words) }()
	for i := from; i < b.n; i++ {
		entry := b.quots[i] | step
		for slot := b.hashes[i] >> (s.shift & 63); ; {
			e := atomic.LoadUint64(&table[slot&mask])
			if e == entry {
				break
			}
			if e != 0 {
				slot++
				if entry += step; entry < step {
					return i
				}
				continue
			}
			if atomic.CompareAndSwapUint64(&table[slot&mask], 0, entry) {
				b.fresh = append(b.fresh, uint8(i))
				break
			} // whoever was faster may have added this very state
		}
	}
	return b.n
}

// append adds some of the states of a batch.
func (l *stateLog) append(batch []uint64, which []uint8, words int) {
	to := l.words[int(l.n.Load())*words:]
	for _, i := range which {
		for j, x := range batch[int(i)*words:][:words] {
			to[j] = x
		}
		to = to[words:]
	}
	l.n.Add(int64(len(which)))
}

func same(a, b []uint64) bool {
	for i, x := range a {
		if b[i] != x {
			return false
		}
	}
	return true
}

// size is the number of states, as far as workers have told.
func (s *set) size() int64 {
	n := int64(0)
	for _, l := range s.logs {
		n += l.n.Load()
	}
	return n
}

// grow doubles the table unless another worker has just done so: unless there is
// room, and the table has more than crowded entries. A small one grows faster, if
// it may: to enter everything anew takes longer than the memory is worth.
func (s *set) grow(crowded int) bool {
	s.grown.Lock()
	defer s.grown.Unlock()
	if s.size() <= s.room && len(s.table) > crowded {
		return true
	}
	faster := 2
	switch bytes := 8 * len(s.table); {
	case bytes < hugeTable:
		faster = 8
	case bytes < 4*hugeTable:
		faster = 4
	}
	return s.growBy(faster) || s.growBy(2)
}

func (s *set) growBy(times int) bool {
	size := times * len(s.table)
	return s.mayHold(8*int64(size)+s.logBytes()) && s.resize(size)
}

// batches is what the logs may grow by before any worker notices.
func (s *set) batches() int64 { return int64(8 * s.words * batchSize * len(s.logs)) }

// mayHold reports whether so many bytes are within the limit.
func (s *set) mayHold(bytes int64) bool { return s.limit == 0 || bytes <= s.limit }

// resize makes a table of some number of entries, a power of two, and fills
// it from the logs. The old one is given back first, since both together are
// what would take most memory.
func (s *set) resize(entries int) bool {
	s.mem.free()
	if s.mem = reserve(8*entries, 8*entries); s.mem == nil {
		return false
	}
	if 8*entries >= hugeTable {
		s.mem.huge(0)
	}
	s.table = s.mem.words()
	n := bits.Len(uint(entries - 1))
	s.homing = homing{shift: 64 - n}
	if s.quotients(n) {
		s.step = 1 << max(0, 64*s.words-s.spare-n)
	}
	s.room = int64(entries)/20*17 - int64(len(s.logs)*batchSize)
	return s.refill() || s.growBy(2)
}

// refill enters what the logs hold into an empty table, each log by a
// goroutine of its own. All states differ, so the first free entry will do. It
// reports false if one is too far from home.
func (s *set) refill() bool {
	var wg sync.WaitGroup
	var crowded atomic.Bool
	for log, l := range s.logs {
		if n := int(l.n.Load()); n > 0 {
			wg.Go(func() {
				if !s.enter(log, n) {
					crowded.Store(true)
				}
			})
		}
	}
	wg.Wait()
	return !crowded.Load()
}

func (s *set) enter(log, n int) bool {
	mask := uint64(len(s.table) - 1)
	var hashes, entries [batchSize]uint64
	var lines [batchSize]uintptr
	for lo := 0; lo < n; lo += batchSize {
		k := min(batchSize, n-lo)
		for i := range k {
			w := s.span(log, lo+i, lo+i+1)
			if s.step != 0 {
				entries[i], hashes[i] = s.quotient(firstTwo(w))
				entries[i] |= s.step
			} else {
				hashes[i] = hash(w)
				entries[i] = finger(hashes[i]) | (uint64(log)<<indexBits + uint64(lo+i) + 1)
			}
			lines[i] = uintptr(unsafe.Pointer(&s.table[hashes[i]>>(s.shift&63)]))
		}
		prefetch(lines[:k])
		for i, h := range hashes[:k] {
			entry := entries[i]
			for slot := h >> (s.shift & 63); ; slot++ {
				at := &s.table[slot&mask]
				if atomic.LoadUint64(at) == 0 && atomic.CompareAndSwapUint64(at, 0, entry) {
					break
				}
				if entry += s.step; entry < s.step {
					return false
				}
			}
		}
	}
	return true
}

// repack returns a set of the first ends[i] states of each log i in another
// form, at the same places, nil if there is no memory for it. Each log is turned
// by a goroutine of its own.
func (s *set) repack(f form, ends []int, wider func(dst, src []uint64)) *set {
	words := f.words
	twice := 2*8*int64(len(s.table)) + s.logBytes()*int64(s.words+words)/int64(s.words)
	if !s.mayHold(twice) {
		return nil
	}
	to := newSet(f, len(s.logs))
	if to == nil {
		return nil
	}
	to.limit = s.limit
	for log, end := range ends {
		if end > to.logs[log].max {
			to.free()
			return nil
		}
	}
	var wg sync.WaitGroup
	for log, end := range ends {
		wg.Go(func() {
			l := to.logs[log]
			for i := range end {
				wider(l.words[i*words:(i+1)*words], s.span(log, i, i+1))
			}
			l.n.Store(int64(end))
		})
	}
	wg.Wait()
	if !to.resize(len(s.table)) {
		to.free()
		return nil
	}
	return to
}

// bytes is the memory held.
func (s *set) bytes() int64 {
	s.grown.RLock()
	defer s.grown.RUnlock()
	return int64(8*len(s.table)) + s.logBytes()
}

func (s *set) logBytes() int64 { return 8 * int64(s.words) * s.size() }
