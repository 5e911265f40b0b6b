// SPDX-License-Identifier: MIT

// This file checks how control flows: returns, switch labels, recursion.

package cfront

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dominikbraun/graph"
	"modernc.org/cc/v4"
)

// returned checks a return statement against the type of its function.
func (s *sema) returned(x *cc.JumpStatement) {
	if s.fn == nil {
		return
	}
	ft, ok := s.fn.Declarator.Type().(*cc.FunctionType)
	if !ok {
		return
	}
	name := shownName(s.fn)
	isVoid := ft.Result().Kind() == cc.Void
	switch e := x.ExpressionList; {
	case isNil(e) && !isVoid:
		s.errorf(x, "return", "'return' without a value in function '%s' that returns '%s'", name, typeString(ft.Result()))
	case isNil(e):
	case isVoid && e.Type() != nil && e.Type().Kind() != cc.Void:
		s.errorf(e, "return", "'return' with a value in function '%s' that returns none", name)
	case !isVoid:
		s.assignable(ft.Result(), e, e, "return from '%s'", name)
	}
}

// shownName is the name of a function as the user knows it.
func shownName(f *cc.FunctionDefinition) string {
	if t, ok := strings.CutPrefix(f.Declarator.Name(), threadPrefix); ok {
		return "THREAD(" + t + ")"
	}
	return f.Declarator.Name()
}

// missingReturn warns if control may reach the end of a function with a value.
func (s *sema) missingReturn(f *cc.FunctionDefinition) {
	ft, ok := f.Declarator.Type().(*cc.FunctionType)
	typed := f.DeclarationSpecifiers != nil
	if ok && typed && ft.Result().Kind() != cc.Void && !ends(f.CompoundStatement) {
		s.warnf(f.CompoundStatement.Token2, "return", "control reaches the end of '%s' without a return value", f.Declarator.Name())
	}
}

// ends reports whether control never leaves a block at its end. Where it is
// not sure, it says that.
func ends(b *cc.CompoundStatement) bool {
	var last *cc.BlockItem
	for l := b.BlockItemList; l != nil; l = l.BlockItemList {
		last = l.BlockItem
	}
	return last != nil && last.Case == cc.BlockItemStmt && statementEnds(last.Statement)
}

func statementEnds(x *cc.Statement) bool {
	switch {
	case x == nil:
		return false
	case x.JumpStatement != nil:
		return x.JumpStatement.Case != cc.JumpStatementBreak
	case x.CompoundStatement != nil:
		return ends(x.CompoundStatement)
	case x.LabeledStatement != nil:
		return statementEnds(x.LabeledStatement.Statement)
	case x.IterationStatement != nil:
		return loopEnds(x.IterationStatement)
	case x.SelectionStatement != nil:
		switch sel := x.SelectionStatement; sel.Case {
		case cc.SelectionStatementIfElse:
			return statementEnds(sel.Statement) && statementEnds(sel.Statement2)
		case cc.SelectionStatementSwitch:
			return true // not looked into
		}
	case x.ExpressionStatement != nil:
		return false
	}
	return false
}

// loopEnds holds for loops without a condition, and for the blocks that are
// written as loops: ATOMIC, and do { ... } while (0).
func loopEnds(x *cc.IterationStatement) bool {
	switch x.Case {
	case cc.IterationStatementWhile:
		return !isNull(x.ExpressionList) && x.ExpressionList.Value() != cc.Unknown
	case cc.IterationStatementDo:
		return statementEnds(x.Statement) || !isNull(x.ExpressionList) && x.ExpressionList.Value() != cc.Unknown
	case cc.IterationStatementFor:
		return isNil(x.ExpressionList2)
	}
	return isNil(x.ExpressionList) || statementEnds(x.Statement)
}

// cases checks the labels of a switch: each value once, one default.
func (s *sema) cases(x *cc.SelectionStatement) {
	type span struct {
		lo, hi int64
		at     *cc.LabeledStatement
	}
	t := s.u.integer(x.ExpressionList).promoted()
	var seen []span
	var deflt *cc.LabeledStatement
	labels := slices.SortedFunc(slices.Values(x.LabeledStatements()), func(a, b *cc.LabeledStatement) int {
		return cmp.Or(cmp.Compare(posOf(a).Line, posOf(b).Line), cmp.Compare(posOf(a).Col, posOf(b).Col))
	})
	for _, l := range labels {
		c := span{at: l}
		var ok bool
		switch l.Case {
		case cc.LabeledStatementDefault:
			if deflt != nil {
				s.errorf(l.Token, "duplicate-case", "second 'default' in this switch").note(deflt.Token, "first 'default' here")
			}
			deflt = l
			continue
		case cc.LabeledStatementCaseLabel:
			c.lo, ok = s.u.evalAs(l.ConstantExpression, t)
			c.hi = c.lo
		case cc.LabeledStatementRange:
			var ok2 bool
			c.lo, ok = s.u.evalAs(l.ConstantExpression, t)
			c.hi, ok2 = s.u.evalAs(l.ConstantExpression2, t)
			ok = ok && ok2
		default:
			continue
		}
		if !ok {
			s.errorf(l.ConstantExpression, "case", "case label is not a constant integer")
			continue
		}
		if i := slices.IndexFunc(seen, func(o span) bool { return c.lo <= o.hi && o.lo <= c.hi }); i >= 0 {
			s.errorf(l.ConstantExpression, "duplicate-case", "duplicate case value %d", max(c.lo, seen[i].lo)).note(seen[i].at.ConstantExpression, "first used here")
		}
		seen = append(seen, c)
	}
}

// recursion reports each cycle in the call graph: calls are inlined, so there
// may be none.
func (s *sema) recursion() {
	g := graph.New(graph.StringHash, graph.Directed())
	for _, caller := range slices.Sorted(maps.Keys(s.u.Funcs)) {
		_ = g.AddVertex(caller)
	}
	for caller, callees := range s.calls {
		for callee, at := range callees {
			if callee == caller {
				s.errorf(at, "recursion", "recursion is not supported: '%s' calls itself", caller)
			} else if s.u.Funcs[callee] != nil {
				_ = g.AddEdge(caller, callee)
			}
		}
	}
	sccs, _ := graph.StronglyConnectedComponents(g)
	for _, c := range sccs {
		if len(c) > 1 {
			slices.Sort(c)
			s.cycle(c)
		}
	}
}

// cycle reports a shortest cycle through the first function of a strongly
// connected component, which is sorted by name.
func (s *sema) cycle(members []string) {
	start := members[0]
	from := map[string]string{}
	for queue := []string{start}; len(queue) > 0; queue = queue[1:] {
		f := queue[0]
		if s.calls[f][start] != nil {
			path := []string{start}
			for g := f; g != start; g = from[g] {
				path = append(path, g)
			}
			s.reportCycle(append(path, start))
			return
		}
		for _, g := range slices.Sorted(maps.Keys(s.calls[f])) {
			if _, seen := from[g]; !seen && slices.Contains(members, g) {
				from[g] = f
				queue = append(queue, g)
			}
		}
	}
}

// reportCycle reports a cycle given backwards, from a function to itself.
func (s *sema) reportCycle(path []string) {
	slices.Reverse(path)
	text := fmt.Sprintf("'%s'", path[0])
	for _, f := range path[1:] {
		text += fmt.Sprintf(" calls '%s'", f)
	}
	d := s.errorf(s.calls[path[0]][path[1]], "recursion", "recursion is not supported: %s", text)
	for i := 1; i+1 < len(path); i++ {
		d.note(s.calls[path[i]][path[i+1]], "'%s' calls '%s' here", path[i], path[i+1])
	}
}
