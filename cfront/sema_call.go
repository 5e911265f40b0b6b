// SPDX-License-Identifier: MIT

// This file checks calls: is there such a function, does the model implement
// it, do the arguments fit, is a result ignored that must not be.

package cfront

import (
	"slices"
	"strings"

	"modernc.org/cc/v4"
)

// postfix checks calls, x++ and x--.
func (s *sema) postfix(x *cc.PostfixExpression) {
	switch x.Case {
	case cc.PostfixExpressionCall:
		s.call(x)
	case cc.PostfixExpressionInc, cc.PostfixExpressionDec:
		s.modifiable(x.PostfixExpression, incremented)
		s.walks(x, x.PostfixExpression)
	case cc.PostfixExpressionIndex:
		s.value(x.ExpressionList)
	}
}

// callee returns the identifier that a call names, or nil.
func callee(x *cc.PostfixExpression) *cc.PrimaryExpression {
	if id, ok := strip(x.PostfixExpression).(*cc.PrimaryExpression); ok && id.Case == cc.PrimaryExpressionIdent {
		return id
	}
	return nil
}

// callsUndeclared reports whether an expression is the call of a function that is not
// declared: what it returns is unknown.
func callsUndeclared(e cc.ExpressionNode) bool {
	x, ok := strip(e).(*cc.PostfixExpression)
	if !ok || x.Case != cc.PostfixExpressionCall {
		return false
	}
	id := callee(x)
	return id != nil && !declared(id) && !strings.HasPrefix(id.Token.SrcStr(), "__builtin_")
}

// strip removes parentheses and productions that only pass an operand on; of a
// _Generic it takes what was selected.
func strip(e cc.ExpressionNode) cc.ExpressionNode {
	for {
		next := e
		switch x := e.(type) {
		case *cc.PrimaryExpression:
			switch x.Case {
			case cc.PrimaryExpressionExpr:
				next = x.ExpressionList
			case cc.PrimaryExpressionGeneric:
				if a := x.GenericSelection.Associated(); a != nil {
					next = a.AssignmentExpression
				}
			}
		case *cc.PostfixExpression:
			if x.Case == cc.PostfixExpressionPrimary {
				next = x.PrimaryExpression
			}
		case *cc.UnaryExpression:
			if x.Case == cc.UnaryExpressionPostfix {
				next = x.PostfixExpression
			}
		case *cc.CastExpression:
			if x.Case == cc.CastExpressionUnary {
				next = x.UnaryExpression
			}
		case *cc.ExpressionList:
			if x.ExpressionList == nil {
				next = x.AssignmentExpression
			}
		}
		if next == nil || next == e {
			return e
		}
		e = next
	}
}

// call checks one function call.
func (s *sema) call(x *cc.PostfixExpression) {
	id := callee(x)
	if id == nil {
		s.through(x)
		return
	}
	name := id.Token.SrcStr()
	if strings.HasPrefix(name, "__builtin_") {
		if !s.unevaluated && builtinCalls[name] == nil {
			s.errorf(id, "unsupported", "'%s' is not supported", name)
		}
		return
	}
	decl, _ := id.ResolvedTo().(*cc.Declarator)
	if decl == nil || s.implicit[decl] {
		return
	}
	ft, ok := decl.Type().Undecay().(*cc.FunctionType)
	if !ok || !isFunction(decl) {
		s.through(x)
		return
	}
	if !s.declaredBefore(name, id) { // the parser declares it on the spot
		s.implicit[decl] = true
		s.undeclaredCall(x, id, name)
		return
	}
	if !s.unevaluated {
		s.edge(name, id)
		s.implemented(name, x, id, decl)
	}
	s.arguments(name, x, decl, ft)
}

// through checks a call through a pointer.
func (s *sema) through(x *cc.PostfixExpression) {
	t := x.PostfixExpression.Type()
	if t == nil || t.Kind() == cc.InvalidKind {
		return
	}
	ft := functionType(t)
	if ft == nil {
		return // the parser says so
	}
	s.arguments(cc.NodeSource(x.PostfixExpression), x, nil, ft)
}

// declaredBefore reports whether a function is declared before its call at id.
func (s *sema) declaredBefore(name string, id cc.Node) bool {
	at := posOf(id)
	for _, n := range s.u.AST.Scope.Nodes[name] {
		p := posOf(place(n))
		if p.File != at.File || p.Line < at.Line || p.Line == at.Line && p.Col < at.Col {
			return true
		}
	}
	return false
}

// edge adds a call to the call graph.
func (s *sema) edge(callee string, at cc.Node) {
	if s.fn == nil {
		return
	}
	caller := s.fn.Declarator.Name()
	if s.calls[caller] == nil {
		s.calls[caller] = map[string]cc.Node{}
	}
	if s.calls[caller][callee] == nil {
		s.calls[caller][callee] = at
	}
}

// isNative reports whether the model implements a function.
func (s *sema) isNative(name string) bool {
	return strings.HasPrefix(name, "__mmcheck_") || s.cfg.Natives != nil && s.cfg.Natives(name)
}

// undeclaredCall reports a call of a function that no header has declared.
func (s *sema) undeclaredCall(x *cc.PostfixExpression, id cc.Node, name string) {
	if s.u.isTracepoint(name) {
		return
	}
	defer func() { s.diags[len(s.diags)-1].name = name }()
	switch h := s.headerNames()[name]; {
	case s.u.Funcs[name] != nil:
		s.errorf(id, "undeclared", "function '%s' is called before it is declared", name).note(s.u.Funcs[name].Declarator, "defined here")
	case h != "":
		s.errorf(id, "undeclared", "function '%s' is not declared: #include <%s> is missing", name, h)
	case slices.Contains([]string{"setjmp", "longjmp", "_setjmp", "sigsetjmp", "siglongjmp"}, name):
		s.errorf(id, "unsupported", "%s() is not supported", name)
	default:
		s.errorf(id, "no-model", "no function or macro '%s'%s", name, DidYouMean(name, s.known())).note(id, "%s", s.wayOut(x, name, nil))
	}
}

// implemented reports functions that have neither a body nor a native operation.
func (s *sema) implemented(name string, x *cc.PostfixExpression, id cc.Node, decl *cc.Declarator) {
	if s.u.Funcs[name] == nil && s.u.assumed[name] == nil && !s.isNative(name) {
		d := s.errorf(id, "no-model", "no model for function '%s'%s", name, DidYouMean(name, s.known()))
		d.name = name
		d.note(decl, "declared here, but neither defined nor part of the model")
		d.note(id, "%s", s.wayOut(x, name, decl))
	}
}

// arguments checks number and types of the arguments of a function; decl is where it is
// declared, nil if a pointer leads to it.
func (s *sema) arguments(name string, x *cc.PostfixExpression, decl *cc.Declarator, ft *cc.FunctionType) {
	declared := func(d *Diagnostic) {
		if d != nil && decl != nil {
			d.note(decl, "declared here")
		}
	}
	var args []cc.ExpressionNode
	for l := x.ArgumentExpressionList; l != nil; l = l.ArgumentExpressionList {
		args = append(args, l.AssignmentExpression)
	}
	params := ft.Parameters()
	if len(params) == 1 && params[0].Type().Kind() == cc.Void {
		params = nil
	}
	switch want, got := len(params), len(args); {
	case got < want:
		declared(s.errorf(x, "argument-count", "too few arguments to function '%s': want %d, got %d", name, want, got))
		return
	case got > want && !ft.IsVariadic():
		declared(s.errorf(x, "argument-count", "too many arguments to function '%s': want %d, got %d", name, want, got))
		return
	}
	for i, p := range params {
		declared(s.assignable(p.Type(), args[i], args[i], "argument %d of '%s'", i+1, name))
	}
	for _, a := range args[len(params):] {
		s.value(a)
	}
}

var mustUse = lazyRE(`_(trylock|killable|interruptible)$`)

// ignoredResult warns if the result of a call that may fail is thrown away.
func (s *sema) ignoredResult(x *cc.ExpressionStatement) {
	if x.ExpressionList == nil {
		return
	}
	call, ok := strip(x.ExpressionList).(*cc.PostfixExpression)
	if !ok || call.Case != cc.PostfixExpressionCall || call.Type().Kind() == cc.Void {
		return
	}
	if id := callee(call); id != nil && mustUse().MatchString(id.Token.SrcStr()) {
		s.warnf(call, "trylock-ignored", "trylock result ignored: '%s' may fail, and then the lock is not held", id.Token.SrcStr())
	}
}
