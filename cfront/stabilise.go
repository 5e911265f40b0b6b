// SPDX-License-Identifier: MIT

// This file lowers MM_STABILISES() and MM_STABLE_WHILE(): functions of a vma that
// nobody calls. What they return is an expression of the model, as the condition of
// WAIT_UNTIL is.

package cfront

import (
	"slices"
	"strings"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// The functions that the macros define are named by these, and a number.
const (
	stabilisesPrefix  = "__mmcheck_stabilises_"
	stableWhilePrefix = "__mmcheck_stable_"
)

// declares reports whether a function is such a declaration.
func declares(name string) bool {
	n, ok := strings.CutPrefix(name, stabilisesPrefix)
	if !ok {
		n, ok = strings.CutPrefix(name, stableWhilePrefix)
	}
	return ok && strings.Trim(n, "0123456789") == ""
}

// stabilisers declares them to the model.
func (l *lowerer) stabilisers() {
	for _, f := range l.unit.Order {
		if declares(f.Declarator.Name()) {
			l.stabiliser(f)
		}
	}
}

func (l *lowerer) stabiliser(fn *cc.FunctionDefinition) {
	b := l.builder(l.prog.InitThread())
	b.anyone = true
	name, macro := fn.Declarator.Name(), "MM_STABLE_WHILE()"
	if strings.HasPrefix(name, stabilisesPrefix) {
		macro = "MM_STABILISES()"
	}
	defer func() {
		r := recover()
		if f, ok := r.(failure); ok {
			f.Text = strings.ReplaceAll(f.Text, "the condition of WAIT_UNTIL", macro)
			l.diags = append(l.diags, f.Diagnostic)
		} else if r != nil {
			panic(r)
		}
	}()
	b.f, b.guard = newFrame(fn), &[]model.Stmt{}
	d := params(fn)[0]
	b.pointsTo(d.Type())
	vma := l.prog.AnyVMA()
	b.f.vars[d] = variable{bound: &value{Value: model.Value{X: model.Ld(vma), Points: vma.Points}}}
	e := onlyReturn(fn.CompoundStatement).ExpressionList
	v := b.rval(e, nil)
	said := strings.TrimSpace(cc.NodeSource(strip(e)))
	switch {
	case macro == "MM_STABLE_WHILE()":
		l.assume("VMAs need no lock while " + said)
		l.prog.StableWhile(convert(v.X, b.unit.integer(e), integerOf(fn.Declarator.Type().(*cc.FunctionType).Result())))
	case v.Points == nil || v.Points.Kind == nil || v.Points.Kind.Held == nil:
		b.fail(e, "MM_STABILISES() wants a pointer to a lock: what this points to is not known to be one")
	default:
		lock := strings.TrimPrefix(said, "&")
		l.assume(lock + " keeps VMAs stable")
		l.prog.Stabilises(lock, v.Points, v.X)
	}
}

// assume has the verdict name what the spec says and nothing here can check.
func (l *lowerer) assume(what string) {
	if !slices.Contains(l.prog.Assumed, what) {
		l.prog.Assumed = append(l.prog.Assumed, what)
	}
}

// onlyReturn returns the statement of a body that is nothing but "return value;".
func onlyReturn(s *cc.CompoundStatement) *cc.JumpStatement {
	var out *cc.JumpStatement
	for l := s.BlockItemList; l != nil; l = l.BlockItemList {
		switch st := l.BlockItem.Statement; {
		case l.BlockItem.Case == cc.BlockItemDecl && declaresFunc(l.BlockItem.Declaration):
		case st != nil && st.Case == cc.StatementJump && st.JumpStatement.Case == cc.JumpStatementReturn && st.JumpStatement.ExpressionList != nil && out == nil:
			out = st.JumpStatement
		default:
			return nil
		}
	}
	return out
}
