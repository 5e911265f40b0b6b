// SPDX-License-Identifier: MIT

// This file derives from the code in which order locks may be requested: a graph
// with an edge for each class of locks that a thread may hold where it requests
// another. What lies on a cycle there is asked of the search (lock_cycle.go).
//
// The graph is that of lockdep (Documentation/locking/lockdep-design.rst): a node
// is a class and a nesting level. A trylock leads nowhere, but what it obtained is
// held. A reader that is let in past writers that wait (a recursive one) does not
// wait for other readers: a cycle in which some request of that kind meets a hold
// for reading is no deadlock.

package checker

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/dominikbraun/graph"

	"mmcheck/model"
)

// lockNode is a class of locks at a nesting level.
type lockNode struct {
	class string
	sub   int
}

// lockEdge is a lock requested while another is held.
type lockEdge struct {
	from, to  lockNode
	shared    bool // what is held is held for reading
	recursive bool // what is requested is requested past writers that wait
}

// lockGraph holds the edges that may be part of a cycle.
type lockGraph struct {
	edges   []lockEdge
	at      map[*model.Event][]int       // edges that a request may make
	locks   map[string][]*model.Instance // by class
	threads []*model.Thread
	first   int        // the number of the fact that the first edge was met
	on      *model.Var // the edges that are looked for, as a set of bits
	seen    *model.Var // those that were met so far
}

// maxSubclass is the number of nesting levels that there are.
const maxSubclass = 8

// newLockGraph returns the graph of a program that is not sealed yet, nil if
// there can be no cycle.
func newLockGraph(p *model.Program) *lockGraph {
	g := &lockGraph{threads: p.Threads, at: map[*model.Event][]int{}, locks: map[string][]*model.Instance{}}
	p.EachLock(func(_ *model.Type, in *model.Instance) {
		g.locks[in.LockClass()] = append(g.locks[in.LockClass()], in)
	})
	made := map[*model.Event][]lockEdge{}
	keys := &holdKeys{numbers: map[holdKey]int{}}
	var ever maybeHeld // by a thread that may be interrupted
	for _, handlers := range []bool{false, true} {
		for _, t := range p.Threads {
			if t.Entry == nil || t.IsHandler() != handlers {
				continue
			}
			var first maybeHeld
			if handlers {
				first = ever
			}
			f := newHeldFlow(keys, t, first)
			f.collect(made)
			ever = ever.join(f.ever)
		}
	}
	all := map[lockEdge]bool{}
	for _, es := range made {
		for _, e := range es {
			all[e] = true
		}
	}
	g.edges = cyclic(slices.SortedFunc(maps.Keys(all), compareEdges))
	if len(g.edges) == 0 {
		return nil
	}
	for ev, es := range made {
		for _, e := range es {
			if i := slices.Index(g.edges, e); i >= 0 && !slices.Contains(g.at[ev], i) {
				g.at[ev] = append(g.at[ev], i)
			}
		}
		slices.Sort(g.at[ev])
	}
	words := (len(g.edges) + wordEdges - 1) / wordEdges
	g.on, g.seen = p.NewSetting("lock_order.on", words), p.NewVar("lock_order.seen", model.Ghost, 0)
	g.seen.Len = words
	g.first = p.NewFacts(len(g.edges))
	return g
}

// wordEdges is the number of edges in an element of the sets.
const wordEdges = 62

func compareEdges(a, b lockEdge) int {
	bit := func(x bool) int {
		if x {
			return 1
		}
		return 0
	}
	return cmp.Or(compareNodes(a.from, b.from), compareNodes(a.to, b.to), bit(a.shared)-bit(b.shared), bit(a.recursive)-bit(b.recursive))
}

func compareNodes(a, b lockNode) int {
	return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.sub, b.sub))
}

// entered is a node together with how it was requested.
type entered struct {
	lockNode
	recursive bool
}

// cyclic keeps the edges that lie on a cycle which may be a deadlock.
func cyclic(edges []lockEdge) []lockEdge {
	g := graph.New(func(n entered) entered { return n }, graph.Directed())
	follow := func(e lockEdge, f func(from, to entered)) {
		for _, recursive := range []bool{false, true} {
			if !(recursive && e.shared) {
				f(entered{e.from, recursive}, entered{e.to, e.recursive})
			}
		}
	}
	for _, e := range edges {
		follow(e, func(from, to entered) {
			_, _ = g.AddVertex(from), g.AddVertex(to) // known ones stay
			_ = g.AddEdge(from, to)
		})
	}
	sccs, err := graph.StronglyConnectedComponents(g)
	if err != nil {
		return nil // only undirected graphs fail
	}
	part := map[entered]int{}
	for i, c := range sccs {
		for _, n := range c {
			part[n] = i
		}
	}
	return slices.DeleteFunc(slices.Clone(edges), func(e lockEdge) bool {
		on := false
		follow(e, func(from, to entered) { on = on || part[from] == part[to] })
		return !on
	})
}

// cycles lists the cycles that some of the edges make, as sets of edges, the
// shortest first. It gives up at most of them, and says so.
func (g *lockGraph) cycles(among []int, most int) (out [][]int, all bool) {
	var path []int
	var walk func()
	fits := func(a, b lockEdge) bool { return a.to == b.from && !(a.recursive && b.shared) }
	walk = func() {
		first, last := g.edges[path[0]], g.edges[path[len(path)-1]]
		if fits(last, first) {
			out = append(out, slices.Clone(path))
		}
		for _, i := range among {
			e := g.edges[i]
			again := compareNodes(e.from, first.from) <= 0 || slices.ContainsFunc(path, func(j int) bool { return g.edges[j].from == e.from })
			if len(out) <= most && fits(last, e) && !again {
				path = append(path, i)
				walk()
				path = path[:len(path)-1]
			}
		}
	}
	for _, i := range among {
		path = []int{i}
		walk()
	}
	slices.SortStableFunc(out, func(a, b []int) int { return cmp.Or(cmp.Compare(len(a), len(b)), slices.Compare(a, b)) })
	return out[:min(len(out), most)], len(out) <= most
}

// name is how a node is spoken of: by the only lock of its class, or by the class.
func (g *lockGraph) name(n lockNode) string {
	name := n.class
	if ins := g.locks[n.class]; len(ins) == 1 {
		name = ins[0].Name
	}
	if n.sub != 0 {
		name = fmt.Sprintf("%s/%d", name, n.sub)
	}
	return name
}
