// SPDX-License-Identifier: MIT

// This file is the visited set of the production search: exact, in shards with
// a lock each, free of pointers so that the garbage collector has nothing to
// look at. A state's id is its shard and its place in the shard's arena.

package checker

import (
	"slices"
	"sync"
)

const (
	shardBits = 6
	shards    = 1 << shardBits
	// chunk is the number of states by which an arena grows; states never move.
	chunkBits = 12
)

type visited struct {
	words int
	shard [shards]shard
}

type shard struct {
	mu     sync.Mutex
	slots  []uint32 // open addressing; place+1, 0 is empty
	chunks [][]uint64
	n      uint32
	_      [64]byte // keeps neighbouring locks apart
}

func newVisited(words int) *visited {
	v := &visited{words: words}
	for i := range v.shard {
		v.shard[i].slots = make([]uint32, 64)
	}
	return v
}

// hash mixes the words of a state (the finaliser of splitmix64 on each).
func hash(w []uint64) uint64 {
	h := uint64(len(w))
	for _, x := range w {
		h = (h ^ x) * 0x9e3779b97f4a7c15
		h ^= h >> 32
		h *= 0xd6e8feb86659fd93
		h ^= h >> 29
	}
	return h
}

// at returns the words of state n.
func (v *visited) at(n id) []uint64 {
	return v.shard[n&(shards-1)].at(uint32(n>>shardBits), v.words)
}

func (s *shard) at(place uint32, words int) []uint64 {
	c := s.chunks[place>>chunkBits]
	i := int(place&(1<<chunkBits-1)) * words
	return c[i : i+words]
}

// add inserts a state and reports whether it is new.
func (v *visited) add(w []uint64) (id, bool) {
	h := hash(w)
	num := h & (shards - 1)
	s := &v.shard[num]
	s.mu.Lock()
	place, isNew := s.add(w, h>>shardBits)
	s.mu.Unlock()
	return id(place)<<shardBits | id(num), isNew
}

func (s *shard) add(w []uint64, h uint64) (uint32, bool) {
	mask := uint64(len(s.slots) - 1)
	i := h & mask
	for ; s.slots[i] != 0; i = (i + 1) & mask {
		if place := s.slots[i] - 1; slices.Equal(s.at(place, len(w)), w) {
			return place, false
		}
	}
	if s.n&(1<<chunkBits-1) == 0 {
		s.chunks = append(s.chunks, make([]uint64, len(w)<<chunkBits))
	}
	place := s.n
	s.n++
	copy(s.at(place, len(w)), w)
	s.slots[i] = place + 1
	if uint64(s.n)*4 > mask*3 {
		s.grow(len(w))
	}
	return place, true
}

// grow doubles the table.
func (s *shard) grow(words int) {
	s.slots = make([]uint32, 2*len(s.slots))
	mask := uint64(len(s.slots) - 1)
	for place := range s.n {
		i := hash(s.at(place, words)) >> shardBits & mask
		for s.slots[i] != 0 {
			i = (i + 1) & mask
		}
		s.slots[i] = place + 1
	}
}

// find looks a state up without adding it.
func (v *visited) find(w []uint64) (id, bool) {
	h := hash(w)
	s := &v.shard[h&(shards-1)]
	mask := uint64(len(s.slots) - 1)
	for i := h >> shardBits & mask; s.slots[i] != 0; i = (i + 1) & mask {
		if place := s.slots[i] - 1; slices.Equal(s.at(place, len(w)), w) {
			return id(place)<<shardBits | id(h&(shards-1)), true
		}
	}
	return 0, false
}

// size returns the number of states and the bytes held.
func (v *visited) size() (states, bytes int64) {
	for i := range v.shard {
		s := &v.shard[i]
		s.mu.Lock()
		states += int64(s.n)
		bytes += int64(4*len(s.slots)) + int64(len(s.chunks))*int64(8*v.words)<<chunkBits
		s.mu.Unlock()
	}
	return states, bytes
}
