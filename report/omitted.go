// SPDX-License-Identifier: MIT

// This file finds what did not happen and should have: branches that a thread took in
// the schedule, and behind whose other way lies a write to what the violated check
// looked at. No value tells of a write that was not made; that the thread did not make
// it depends on such a branch (relevant slices: Agrawal, Horgan, Krauser and London).

package report

import (
	"slices"

	"mmcheck/model"
)

// taken is a branch of the schedule and the way that was taken.
type taken struct {
	by   *node
	at   *model.Block
	next *model.Block
}

// took notes the branches that a step took.
func (g *flowGraph) took(f *fact, choice *node, branches map[*model.Block]*node) {
	if choice != nil {
		g.taken = append(g.taken, taken{choice, f.Point, f.alt.Next})
	}
	for i, e := range f.effects {
		if !e.Branch {
			continue
		}
		next := f.Thread.Point(f.After)
		if j := slices.IndexFunc(f.effects[i+1:], func(e model.Effect) bool { return e.Block != nil && !e.Branch }); j >= 0 {
			next = f.effects[i+1+j].Block
		}
		g.taken = append(g.taken, taken{branches[e.Block], e.Block, next})
	}
}

// wayTo is a way from a branch, and a variable that may be written on it.
type wayTo struct {
	way *model.Block
	v   *model.Var
}

// unwritten lists the branches of a node's own thread behind whose other way lies a
// write to a local that the node looked at, between the last write and that.
func (g *flowGraph) unwritten(n *node) (out []*node) {
	if n.by == nil {
		return nil
	}
	for i, e := range n.reads {
		v := varAt(n.by.prog, e)
		if v.Kind != model.Register {
			continue
		}
		last := 0
		if n.from[i] != nil {
			last = n.from[i].seq
		}
		for _, t := range slices.Backward(g.taken) {
			if t.by == nil || t.by.seq >= n.seq || t.by.by.Thread != n.by.Thread {
				continue
			}
			if t.by.seq < last {
				break
			}
			if !t.by.in && g.mayWrite(t, v) {
				out = append(out, t.by)
			}
		}
	}
	return out
}

// mayWrite reports whether a write to v lies behind the other way from a branch.
func (g *flowGraph) mayWrite(t taken, v *model.Var) bool {
	for _, way := range leadsTo(t.at) {
		if way == nil || way == t.next {
			continue
		}
		key := wayTo{way, v}
		found, known := g.writes[key]
		if !known {
			found = mayWrite(way, g.open[t.by.by.Thread].ends[t.at], map[*model.Var]bool{v: true})
			g.writes[key] = found
		}
		if found {
			return true
		}
	}
	return false
}

// omitted lists the branches behind whose other way lies a write to what the violated
// check looked at, or a party of a deadlock waits for.
func (sl *slice) omitted(s *story, g *flowGraph) (out []*node) {
	looked := sl.lookedAt(s)
	writes := map[*model.Block]bool{} // by way not taken
	for _, t := range g.taken {
		if t.by == nil || t.by.in {
			continue
		}
		th := t.by.by.Thread
		for _, way := range leadsTo(t.at) {
			if way == nil || way == t.next {
				continue
			}
			found, known := writes[way]
			if !known {
				found = mayWrite(way, g.open[th].ends[t.at], looked)
				writes[way] = found
			}
			if found {
				out = append(out, t.by)
				break
			}
		}
	}
	return out
}

// lookedAt lists the variables that the violated check, or a party of a deadlock,
// looked at and threads share.
func (sl *slice) lookedAt(s *story) map[*model.Var]bool {
	looked := map[*model.Var]bool{}
	for _, n := range sl.waits {
		for _, e := range n.reads {
			if v := varAt(s.prog, e); v.Kind != model.Register && v.Thread == 0 && v.Points == nil && !isLock(v.Type) {
				looked[v] = true
			}
		}
	}
	for f, reads := range sl.reads {
		for e, far := range reads {
			if v := varAt(s.prog, e); far <= atOnce && (s.tells(f, e) || v.Kind == model.Cell && v.Points != nil) {
				looked[v] = true
			}
		}
	}
	if s.lostMapping() != nil { // nothing leads to it: trees are what it is missing in
		for _, v := range s.prog.Vars {
			if v.Kind == model.Cell && v.Points != nil && v.Thread == 0 {
				looked[v] = true
			}
		}
	}
	return looked
}

// mayWrite reports whether a thread that goes on at a block may write one of some
// variables before it comes to the end.
func mayWrite(from, end *model.Block, vars map[*model.Var]bool) (found bool) {
	seen := map[*model.Block]bool{nil: true, end: true}
	for todo := []*model.Block{from}; len(todo) > 0 && !found; {
		b := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[b] {
			continue
		}
		seen[b] = true
		b.Bodies(func(body []model.Stmt) {
			model.WalkStmts(body, func(st model.Stmt) {
				if set, ok := st.(model.Set); ok && vars[set.V] {
					found = true
				}
			})
		})
		todo = append(todo, leadsTo(b)...)
	}
	return found
}
