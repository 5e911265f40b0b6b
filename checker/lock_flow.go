// SPDX-License-Identifier: MIT

// This file finds which locks a thread may hold where it requests another, by
// following its code with all that is not known taken to be possible.

package checker

import (
	"maps"
	"slices"

	"mmcheck/model"
)

// manyHolds is a number of holds that is not counted any further.
const manyHolds = 3

// holdKey is a way to hold locks of a class.
type holdKey struct {
	lockNode
	mode model.Mode
}

// holdKeys numbers the ways to hold locks of a program.
type holdKeys struct {
	keys    []holdKey
	numbers map[holdKey]int
}

func (k *holdKeys) number(key holdKey) int {
	n, ok := k.numbers[key]
	if !ok {
		n = len(k.keys)
		k.numbers[key] = n
		k.keys = append(k.keys, key)
	}
	return n
}

// maybeHeld is how many a thread may have at most, by the number of the way; none
// behind its end. It is shared, and never changed.
type maybeHeld []uint8

func (h maybeHeld) of(key int) uint8 {
	if key < len(h) {
		return h[key]
	}
	return 0
}

// with is h with n holds of a way.
func (h maybeHeld) with(key int, n uint8) maybeHeld {
	if h.of(key) == n {
		return h
	}
	out := make(maybeHeld, max(len(h), key+1))
	copy(out, h)
	out[key] = n
	return out
}

// join is what h or o may have.
func (h maybeHeld) join(o maybeHeld) maybeHeld {
	for key, n := range o {
		if n > h.of(key) {
			h = h.with(key, n)
		}
	}
	return h
}

// within reports whether o may have all that h may have.
func (h maybeHeld) within(o maybeHeld) bool {
	for key, n := range h {
		if n > o.of(key) {
			return false
		}
	}
	return true
}

// heldFlow is what a thread may hold at the beginning of each of its blocks.
type heldFlow struct {
	*holdKeys
	thread *model.Thread
	in     map[*model.Block]maybeHeld
	todo   []*model.Block
	made   map[*model.Event][]lockEdge // nil while holds are still to be found
	nodes  map[*model.Event][]lockNode
	ever   maybeHeld // at any time
}

// newHeldFlow follows a thread that begins with some locks held.
func newHeldFlow(keys *holdKeys, t *model.Thread, first maybeHeld) *heldFlow {
	f := &heldFlow{holdKeys: keys, thread: t, in: map[*model.Block]maybeHeld{}, nodes: map[*model.Event][]lockNode{}}
	for _, b := range t.Starts() {
		f.reach(b, first)
	}
	for len(f.todo) > 0 {
		b := f.todo[len(f.todo)-1]
		f.todo = f.todo[:len(f.todo)-1]
		f.block(b)
	}
	return f
}

// collect adds the edges that requests of the thread may make.
func (f *heldFlow) collect(made map[*model.Event][]lockEdge) {
	f.made = made
	for b := range f.in {
		b.Bodies(func(body []model.Stmt) { f.body(body, f.in[b]) })
	}
}

// reach adds that b may be reached with h held.
func (f *heldFlow) reach(b *model.Block, h maybeHeld) {
	if b == nil {
		return
	}
	old, known := f.in[b]
	if !known || !h.within(old) {
		f.in[b] = old.join(h)
		f.todo = append(f.todo, b)
	}
}

func (f *heldFlow) block(b *model.Block) {
	if b.Step != nil {
		for i := range b.Step.Alts {
			f.reach(b.Step.Alts[i].Next, f.body(b.Step.Alts[i].Body, f.in[b]))
		}
		return
	}
	h := f.body(b.Body, f.in[b])
	f.reach(b.Then, h)
	f.reach(b.Else, h)
}

// body is what may be held behind the statements where h may be before them.
func (f *heldFlow) body(body []model.Stmt, h maybeHeld) maybeHeld {
	for _, st := range body {
		switch st := st.(type) {
		case model.If:
			h = f.body(st.Then, h).join(f.body(st.Else, h))
		case *model.Event:
			h = f.event(st, h)
		}
	}
	return h
}

func (f *heldFlow) event(e *model.Event, h maybeHeld) maybeHeld {
	if e.Lock.Type == nil || e.Lock.Type.Kind.Held == nil {
		return h
	}
	switch e.Kind {
	case model.Acquire:
		if f.made != nil && !e.Try {
			f.request(e, h)
		}
	case model.Acquired:
		return f.obtain(h, e, e.Mode)
	case model.Release:
		return f.release(h, e, e.Mode)
	case model.Downgrade:
		return f.obtain(f.release(h, e, model.Write), e, model.Read)
	}
	return h
}

func (f *heldFlow) obtain(h maybeHeld, e *model.Event, m model.Mode) maybeHeld {
	for _, n := range f.nodesOf(e) {
		k := f.number(holdKey{n, m})
		h = h.with(k, min(h.of(k)+1, manyHolds))
		f.ever = f.ever.with(k, manyHolds)
	}
	return h
}

// release takes away a hold where it is clear of which class it is: the one that
// was obtained with the level is not known, so all levels must be down to it.
func (f *heldFlow) release(h maybeHeld, e *model.Event, m model.Mode) maybeHeld {
	class := ""
	for _, n := range f.nodesOf(e) {
		if class != "" && class != n.class {
			return h
		}
		class = n.class
	}
	held := -1
	for k, n := range h {
		if n > 0 && f.keys[k].class == class && f.keys[k].mode == m {
			if held >= 0 {
				return h
			}
			held = k
		}
	}
	if held >= 0 && h[held] < manyHolds {
		return h.with(held, h[held]-1)
	}
	return h
}

// request adds the edges from what may be held to what is requested.
func (f *heldFlow) request(e *model.Event, h maybeHeld) {
	for _, to := range f.nodesOf(e) {
		for i, n := range h {
			if k := f.keys[i]; n > 0 && k.lockNode != to {
				f.made[e] = append(f.made[e], lockEdge{k.lockNode, to, k.mode == model.Read, e.Rec})
			}
		}
	}
}

// nodesOf are the nodes that an event may be about, each once.
func (f *heldFlow) nodesOf(e *model.Event) []lockNode {
	if out, ok := f.nodes[e]; ok {
		return out
	}
	set := map[lockNode]bool{}
	for _, in := range possible(e.Lock) {
		if sub, ok := e.Level().(model.Const); ok {
			set[lockNode{in.LockClass(), int(sub)}] = true
			continue
		}
		for sub := range maxSubclass {
			set[lockNode{in.LockClass(), sub}] = true
		}
	}
	f.nodes[e] = slices.SortedFunc(maps.Keys(set), compareNodes)
	return f.nodes[e]
}

// possible lists the locks that a reference may name.
func possible(l model.LockRef) []*model.Instance {
	switch x := l.Inst.(type) {
	case model.Const:
		if x < 1 || int(x) > len(l.Type.Instances) {
			return nil
		}
		return l.Type.Instances[x-1 : x]
	case model.Map:
		if x.T.Val == l.Type {
			var out []*model.Instance
			for _, n := range x.T.Of {
				if n > 0 {
					out = append(out, l.Type.Instances[n-1])
				}
			}
			return out
		}
	}
	return l.Type.Instances
}
