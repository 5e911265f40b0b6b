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

// maybeHeld is how many of each a thread may have at most.
type maybeHeld map[holdKey]uint8

// heldFlow is what a thread may hold at the beginning of each of its blocks.
type heldFlow struct {
	thread *model.Thread
	in     map[*model.Block]maybeHeld
	todo   []*model.Block
	made   map[*model.Event][]lockEdge // nil while holds are still to be found
	nodes  map[*model.Event][]lockNode
	ever   maybeHeld // at any time
}

// newHeldFlow follows a thread that begins with some locks held.
func newHeldFlow(t *model.Thread, first maybeHeld) *heldFlow {
	f := &heldFlow{thread: t, in: map[*model.Block]maybeHeld{}, nodes: map[*model.Event][]lockNode{}, ever: maybeHeld{}}
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
		b.Bodies(func(body []model.Stmt) { f.body(body, maps.Clone(f.in[b])) })
	}
}

// reach adds that b may be reached with h held.
func (f *heldFlow) reach(b *model.Block, h maybeHeld) {
	if b == nil {
		return
	}
	old, known := f.in[b]
	if !known {
		f.in[b] = maps.Clone(h)
		f.todo = append(f.todo, b)
	} else if join := old.join(h); join {
		f.todo = append(f.todo, b)
	}
}

// join adds what o may have more, and reports whether there is any.
func (h maybeHeld) join(o maybeHeld) (more bool) {
	for k, n := range o {
		if n > h[k] {
			h[k], more = n, true
		}
	}
	return more
}

func (f *heldFlow) block(b *model.Block) {
	if b.Step != nil {
		for i := range b.Step.Alts {
			h := maps.Clone(f.in[b])
			f.body(b.Step.Alts[i].Body, h)
			f.reach(b.Step.Alts[i].Next, h)
		}
		return
	}
	h := maps.Clone(f.in[b])
	f.body(b.Body, h)
	f.reach(b.Then, h)
	f.reach(b.Else, h)
}

// body changes h as the statements do.
func (f *heldFlow) body(body []model.Stmt, h maybeHeld) {
	for _, st := range body {
		switch st := st.(type) {
		case model.If:
			other := maps.Clone(h)
			f.body(st.Then, h)
			f.body(st.Else, other)
			h.join(other)
		case *model.Event:
			f.event(st, h)
		}
	}
}

func (f *heldFlow) event(e *model.Event, h maybeHeld) {
	if e.Lock.Type == nil || e.Lock.Type.Kind.Held == nil {
		return
	}
	switch e.Kind {
	case model.Acquire:
		if f.made != nil && !e.Try {
			f.request(e, h)
		}
	case model.Acquired:
		for _, n := range f.nodesOf(e) {
			k := holdKey{n, e.Mode}
			h[k] = min(h[k]+1, manyHolds)
			f.ever[k] = manyHolds
		}
	case model.Release:
		f.release(h, e, e.Mode)
	case model.Downgrade:
		f.release(h, e, model.Write)
		for _, n := range f.nodesOf(e) {
			k := holdKey{n, model.Read}
			h[k] = min(h[k]+1, manyHolds)
			f.ever[k] = manyHolds
		}
	}
}

// release takes away a hold where it is clear of which class it is: the one that
// was obtained with the level is not known, so all levels must be down to it.
func (f *heldFlow) release(h maybeHeld, e *model.Event, m model.Mode) {
	class := ""
	for _, n := range f.nodesOf(e) {
		if class != "" && class != n.class {
			return
		}
		class = n.class
	}
	var held []holdKey
	for k, n := range h {
		if k.class == class && k.mode == m && n > 0 {
			held = append(held, k)
		}
	}
	if len(held) == 1 && h[held[0]] < manyHolds {
		h[held[0]]--
	}
}

// request adds the edges from what may be held to what is requested.
func (f *heldFlow) request(e *model.Event, h maybeHeld) {
	for _, to := range f.nodesOf(e) {
		for k, n := range h {
			if n > 0 && k.lockNode != to {
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
		if sub, ok := levelOf(e).(model.Const); ok {
			set[lockNode{className(in), int(sub)}] = true
			continue
		}
		for sub := range maxSubclass {
			set[lockNode{className(in), sub}] = true
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
