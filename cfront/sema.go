// SPDX-License-Identifier: MIT

// This file drives our own semantic pass over a parsed spec: it walks every
// function and hands each construct to the check that knows it.

package cfront

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// threadPrefix starts the names of the functions that THREAD defines.
const threadPrefix = "__mmcheck_thread_"

// check reports what the parser's own checks let pass: what gcc would refuse,
// and what is C but cannot be modelled.
func check(u *Unit, cfg Config) (diags Diagnostics) {
	s := newSema(u, cfg)
	defer func() {
		if r := recover(); r != nil {
			d := Diagnostic{Pos: model.Pos{File: u.Name, Line: 1, Col: 1}, Text: fmt.Sprintf("internal error while checking this: %v", r), ID: "internal"}
			if !isNil(s.at) {
				d.Pos, d.Len = posOf(place(s.at)), extent(s.at)
			}
			diags = append(s.diags, d)
		}
	}()
	s.walk(u.AST.TranslationUnit)
	s.duplicates()
	s.outdated()
	s.recursion()
	u.calls = s.calls
	macros := append(u.miscounted(), u.misplaced()...)
	if !macros.HasErrors() {
		s.threads()
	}
	if !s.diags.HasErrors() {
		s.uncalled()
	}
	return instead(macros, s.diags)
}

func newSema(u *Unit, cfg Config) *sema {
	return &sema{u: u, cfg: cfg, calls: map[string]map[string]cc.Node{}, implicit: map[*cc.Declarator]bool{},
		understood: map[*cc.AttributeValue]bool{}, results: map[*cc.PostfixExpression]string{}, toConst: map[cc.Type]bool{}, tags: tags{}, named: map[string]bool{}}
}

// sema is the state of the pass.
type sema struct {
	u        *Unit
	cfg      Config
	diags    Diagnostics
	fn       *cc.FunctionDefinition           // the function we are in, or nil
	calls    map[string]map[string]cc.Node    // call graph: caller, callee, first call
	headers  map[string]string                // what the model's headers declare; nil until needed
	implicit map[*cc.Declarator]bool          // complained about: called undeclared, or nested
	results  map[*cc.PostfixExpression]string // of some calls, C that may take their place

	toConst     map[cc.Type]bool // types of members that point to something const
	tags        tags
	at          cc.Node         // visited last
	named       map[string]bool // undeclared, and reported
	understood  map[*cc.AttributeValue]bool
	unevaluated bool // within the operand of sizeof and its like
	idle        bool // within what a constant before ?: leaves out
}

// errorf reports an error at a node, underlining it.
func (s *sema) errorf(n cc.Node, id, format string, args ...any) *Diagnostic {
	return s.report(n, Error, id, format, args...)
}

func (s *sema) warnf(n cc.Node, id, format string, args ...any) *Diagnostic {
	return s.report(n, Warning, id, format, args...)
}

func (s *sema) report(n cc.Node, sev Severity, id, format string, args ...any) *Diagnostic {
	s.diags = append(s.diags, Diagnostic{Pos: posOf(place(n)), Len: extent(n), Severity: sev, Text: fmt.Sprintf(format, args...), ID: id})
	return &s.diags[len(s.diags)-1]
}

// note adds a line below a diagnostic about another place.
func (d *Diagnostic) note(n cc.Node, format string, args ...any) {
	d.Notes = append(d.Notes, Diagnostic{Pos: posOf(place(n)), Len: extent(n), Severity: Note, Text: fmt.Sprintf(format, args...)})
}

// extent is how many columns a node takes on the line where it begins; 0 if
// that is not known, as inside a macro.
func extent(n cc.Node) int {
	n = place(n)
	start := posOf(n)
	end := start.Col
	toks := nodeTokens(n)
	for i, t := range toks {
		p := posOf(t)
		if i > 0 && p.Col == start.Col && p.Line == start.Line {
			return 0
		}
		if p.File == start.File && p.Line == start.Line {
			end = max(end, p.Col+len(t.SrcStr()))
		}
	}
	return end - start.Col
}

// place is the part of a node to point at: of a declaration, the name.
func place(n cc.Node) cc.Node {
	if d, ok := n.(*cc.Declarator); ok && d.Name() != "" {
		return d.NameTok()
	}
	return n
}

// walk visits a node and everything below it. Alternatives of _Generic that
// were not selected have no types and are left out.
func (s *sema) walk(n cc.Node) {
	if isNil(n) {
		return
	}
	switch x := n.(type) {
	case cc.Token:
		return
	case *cc.TranslationUnit:
		for ; x != nil; x = x.TranslationUnit {
			s.walk(x.ExternalDeclaration)
		}
		return
	case *cc.BlockItemList: // long: no recursion over its length
		for ; x != nil; x = x.BlockItemList {
			s.walk(x.BlockItem)
		}
		return
	case *cc.AttributeValue:
		s.attribute(x)
		return
	case *cc.PostfixExpression:
		if x.Case == cc.PostfixExpressionCall && selects(x.PostfixExpression) && s.undeclaredBelow(x) {
			return
		}
	case *cc.GenericSelection:
		if a := x.Associated(); a != nil {
			s.walk(a.AssignmentExpression)
		}
		return
	case *cc.FunctionDefinition:
		s.function(x)
		return
	case *cc.BlockItem:
		if x.Case == cc.BlockItemFuncDef {
			s.errorf(x.Declarator, "nested-function", "nested function '%s' is not supported", x.Declarator.Name())
			s.implicit[x.Declarator] = true
			return
		}
	}
	defer func(unevaluated, idle bool) { s.unevaluated, s.idle = unevaluated, idle }(s.unevaluated, s.idle)
	s.unevaluated = s.unevaluated || isUnevaluated(n)
	s.at = n
	s.visit(n)
	left := s.leftOut(n)
	idle := s.idle
	children(n, func(c cc.Node) {
		s.idle = idle || left != nil && c == left
		s.walk(c)
	})
}

// leftOut is the arm of ?: that a constant condition leaves out, nil if n has none.
func (s *sema) leftOut(n cc.Node) cc.Node {
	x, ok := n.(*cc.ConditionalExpression)
	if !ok || x.Case != cc.ConditionalExpressionCond {
		return nil
	}
	switch v, known := s.u.eval(x.LogicalOrExpression); {
	case !known:
		return nil
	case v == 0 && !isNil(x.ExpressionList):
		return x.ExpressionList
	case v == 0:
		return nil
	}
	return x.ConditionalExpression
}

// isUnevaluated reports whether what is below n only tells a type.
func isUnevaluated(n cc.Node) bool {
	switch x := n.(type) {
	case *cc.TypeSpecifier:
		return x.Case == cc.TypeSpecifierTypeofExpr
	case *cc.UnaryExpression:
		return x.Case == cc.UnaryExpressionSizeofExpr || x.Case == cc.UnaryExpressionAlignofExpr
	}
	return false
}

// isNil reports whether n holds nothing.
func isNil(n cc.Node) bool {
	if n == nil {
		return true
	}
	v := reflect.ValueOf(n)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

// function checks a function definition.
func (s *sema) function(f *cc.FunctionDefinition) {
	s.fn = f
	s.signature(f)
	children(f, s.walk)
	s.missingReturn(f)
	s.fn = nil
}

// visit hands a node to the checks for its kind.
func (s *sema) visit(n cc.Node) {
	s.unsupported(n)
	s.usedAs(n)
	switch x := n.(type) {
	case *cc.PrimaryExpression:
		s.mention(x)
	case *cc.PostfixExpression:
		s.postfix(x)
	case *cc.UnaryExpression:
		s.unary(x)
	case *cc.AssignmentExpression:
		s.assignment(x)
	case *cc.Declaration:
		s.tags.declared(x)
		s.declaration(x)
	case *cc.StructOrUnionSpecifier:
		s.structAttributes(x)
		s.distinct(x)
		s.flexible(x)
		s.sameTag(x, x.Token, x.LexicalScope())
	case *cc.StructDeclaration:
		s.members(x)
	case *cc.EnumSpecifier:
		s.u.enumerators(x)
		s.sameTag(x, x.Token2, x.LexicalScope())
	case *cc.Enumerator:
		s.agrees(x.ConstantExpression)
	case *cc.DirectDeclarator:
		s.agrees(x.AssignmentExpression)
	case *cc.ParameterDeclaration:
		s.parameter(x)
	case *cc.TypeName:
		s.typeName(x)
	case *cc.StaticAssertDeclaration:
		s.staticAssert(x)
	case *cc.InitDeclarator:
		s.initialised(x)
	case *cc.JumpStatement:
		if x.Case == cc.JumpStatementReturn {
			s.returned(x)
		}
	case *cc.ExpressionStatement:
		s.ignoredResult(x)
	case *cc.SelectionStatement:
		s.condition(x.ExpressionList)
		s.cases(x)
	case *cc.IterationStatement:
		s.loop(x)
	case *cc.ConditionalExpression:
		s.conditional(x)
	case *cc.EqualityExpression:
		s.comparison(x)
	case *cc.AdditiveExpression, *cc.MultiplicativeExpression, *cc.ShiftExpression, *cc.RelationalExpression,
		*cc.AndExpression, *cc.ExclusiveOrExpression, *cc.InclusiveOrExpression, *cc.LogicalAndExpression, *cc.LogicalOrExpression:
		s.operands(n)
	}
}

// threads insists on at least one thread.
func (s *sema) threads() {
	if s.diags.HasErrors() {
		return // those may be the reason
	}
	for _, f := range s.u.Order {
		if name := f.Declarator.Name(); strings.HasPrefix(name, threadPrefix) && name != threadPrefix+workerThread {
			return
		}
	}
	file := model.Pos{File: s.u.Name}
	hint := "a spec defines its threads with THREAD(name, mm) { ... } from <mmcheck.h>"
	s.diags = append(s.diags, Diagnostic{Pos: file, Text: "no THREAD in this spec", ID: "no-thread",
		Notes: []Diagnostic{{Pos: file, Severity: Note, Text: hint}}})
}

// duplicates reports functions that are defined twice.
func (s *sema) duplicates() {
	first := map[string]*cc.FunctionDefinition{}
	for _, f := range s.u.Order {
		name := f.Declarator.Name()
		if g := first[name]; g != nil {
			text := fmt.Sprintf("redefinition of '%s'", name)
			if thread, ok := strings.CutPrefix(name, threadPrefix); ok {
				text = fmt.Sprintf("two threads are called '%s'", thread)
			} else if plainName(name) != name {
				text = fmt.Sprintf("there can be one %s only", plainName(name))
			}
			s.errorf(f.Declarator, "redeclaration", "%s", text).note(g.Declarator, "first defined here")
			continue
		}
		first[name] = f
	}
}

// known lists the names of all functions that a spec may call.
func (s *sema) known() []string {
	names := slices.AppendSeq(slices.Clone(s.cfg.NativeNames), maps.Keys(s.headerNames()))
	for n := range s.u.Funcs {
		names = append(names, n)
	}
	for n, m := range s.u.AST.Macros {
		if m.IsFnLike {
			names = append(names, n)
		}
	}
	for n := range s.u.AST.Scope.Nodes {
		if s.isNative(n) && s.isDeclared(n) {
			names = append(names, n)
		}
	}
	return names
}

// isDeclared reports whether a name stands for a function that was declared,
// and not only called.
func (s *sema) isDeclared(name string) bool {
	for _, n := range s.u.AST.Scope.Nodes[name] {
		if d, ok := n.(*cc.Declarator); ok && d.Type().Kind() == cc.Function && !s.implicit[d] && !d.IsSynthetic() {
			return true
		}
	}
	return false
}
