// SPDX-License-Identifier: MIT

// This file remembers decisions. Which questions are asked of a state to find a
// persistent set depends on the places of the threads and on the answers before
// only: what was decided once is not decided again.

package por

import "mmcheck/model"

// asker answers queries of a state, each of which is a condition with a number.
type asker func(query int, e model.Expr) bool

// answer is a question that was asked of a state.
type answer struct {
	query int32
	yes   bool
}

// node is a question with what follows from either answer, or a result. Which
// questions are asked depends on the places of the threads and on the answers
// before only: what was decided once is not decided again.
type node struct {
	query   int32 // -1: result
	no, yes int32 // nodes; 0 if not yet known
	result  uint64
}

// Choose returns the threads to expand in a state in which thread i has reached
// the scheduling point pcs[i], 0 for the end. ask answers queries of the state.
func (c *Chooser) Choose(pcs []int, ask asker) uint64 {
	if set, ok := c.recall(pcs, ask); ok {
		return set
	}
	c.x.mu.Lock()
	defer c.x.mu.Unlock()
	defer func() { c.queries = c.x.queries }()
	return c.learn(pcs, ask)
}

// recall returns what was decided before.
func (c *Chooser) recall(pcs []int, ask asker) (set uint64, ok bool) {
	c.key = c.key[:0]
	for _, pc := range pcs {
		c.key = append(c.key, byte(pc), byte(pc>>8))
	}
	n, ok := c.roots[string(c.key)]
	if ok {
		for c.nodes[n].query >= 0 {
			next := c.nodes[n].no
			if q := int(c.nodes[n].query); ask(q, c.queries[q]) {
				next = c.nodes[n].yes
			}
			if next == 0 {
				break
			}
			n = next
		}
		if c.nodes[n].query < 0 {
			return c.nodes[n].result, true
		}
	}
	return 0, false
}

// learn decides after recall could not, and remembers the questions that led to
// the decision.
func (c *Chooser) learn(pcs []int, ask asker) uint64 {
	c.ask, c.path, c.live = ask, c.path[:0], 0
	clear(c.answers)
	clear(c.current)
	for i, pc := range pcs {
		c.at[i] = -1
		if pc != 0 {
			c.at[i] = c.x.of[i][pc]
			c.current.add(c.at[i])
			c.live |= 1 << i
		}
	}
	result := c.decide()
	n, ok := c.roots[string(c.key)]
	if !ok {
		n = c.node()
		c.roots[string(c.key)] = n
	}
	for _, a := range c.path {
		c.nodes[n].query = a.query
		next := c.nodes[n].no
		if a.yes {
			next = c.nodes[n].yes
		}
		if next == 0 {
			next = c.node()
			if a.yes {
				c.nodes[n].yes = next
			} else {
				c.nodes[n].no = next
			}
		}
		n = next
	}
	c.nodes[n].result = result
	return result
}

func (c *Chooser) node() int32 {
	c.nodes = append(c.nodes, node{query: -1})
	return int32(len(c.nodes) - 1)
}
