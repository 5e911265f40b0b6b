// SPDX-License-Identifier: MIT

// This file checks declarations: that they name a type, that its size is known,
// and that the parser's constants in them are those of gcc.

package cfront

import (
	"modernc.org/cc/v4"
)

// declaration checks a declaration of variables, functions or types.
func (s *sema) declaration(d *cc.Declaration) {
	if d.Case != cc.DeclarationDecl {
		return
	}
	if !hasType(d.DeclarationSpecifiers) {
		s.noType(d)
		return
	}
	s.variableAttributes(d)
	for l := d.InitDeclaratorList; l != nil; l = l.InitDeclaratorList {
		s.variable(l.InitDeclarator.Declarator)
	}
}

// hasType reports whether specifiers name a type.
func hasType(l *cc.DeclarationSpecifiers) bool {
	for ; l != nil; l = l.DeclarationSpecifiers {
		if l.Case == cc.DeclarationSpecifiersTypeSpec {
			return true
		}
	}
	return false
}

// noType reports a declaration without a type, unless what it names is no name.
func (s *sema) noType(d *cc.Declaration) {
	if d.InitDeclaratorList == nil { // a semicolon
		return
	}
	n := len(s.diags)
	if s.looksUntyped(d); len(s.diags) == n {
		x := d.InitDeclaratorList.InitDeclarator.Declarator
		s.errorf(x, "type", "declaration of '%s' without a type", x.Name())
	}
}

// variable checks that the size of a variable is known.
func (s *sema) variable(d *cc.Declarator) {
	t := d.Type()
	if ft, ok := t.(*cc.FunctionType); ok && (ft.Result().Kind() == cc.Array || ft.Result().Kind() == cc.Function) {
		s.errorf(d, "type", "'%s' is declared to return an %s", d.Name(), ft.Result().Kind())
		return
	}
	if t == nil || d.IsTypename() || t.Kind() == cc.Function || d.IsExtern() {
		return
	}
	if t.Kind() == cc.Void {
		s.errorf(d, "type", "variable '%s' is declared void", d.Name())
		return
	}
	if elementOf(t).Kind() == cc.Function {
		s.errorf(d, "type", "'%s' is declared as an array of functions", d.Name())
		return
	}
	s.complete(d, t, "the size of '%s' is not known: '%s' is not defined", d.Name(), typeString(elementOf(t)))
}

// elementOf is the type of the elements of an array, of any dimension.
func elementOf(t cc.Type) cc.Type {
	for a, ok := t.Undecay().(*cc.ArrayType); ok; a, ok = t.Undecay().(*cc.ArrayType) {
		t = a.Elem()
	}
	return t
}

// complete reports a struct or enum that is not defined, or arrays of it.
func (s *sema) complete(at cc.Node, t cc.Type, format string, args ...any) bool {
	if t == nil {
		return false
	}
	e := elementOf(t)
	if k := e.Kind(); k != cc.Struct && k != cc.Enum || !e.IsIncomplete() {
		return true
	}
	s.errorf(at, "type", format, args...)
	return false
}

// distinct reports members of a struct that have one name.
func (s *sema) distinct(x *cc.StructOrUnionSpecifier) {
	first := map[string]*cc.Declarator{}
	for l := x.StructDeclarationList; l != nil; l = l.StructDeclarationList {
		for m := l.StructDeclaration.StructDeclaratorList; m != nil; m = m.StructDeclaratorList {
			d := m.StructDeclarator.Declarator
			if d == nil || d.Name() == "" {
				continue
			}
			if other := first[d.Name()]; other != nil {
				s.errorf(d, "redeclaration", "two members are called '%s'", d.Name()).note(other, "the first one is here")
				continue
			}
			first[d.Name()] = d
		}
	}
}

// flexible checks where a struct has an array without a length: behind all others.
func (s *sema) flexible(x *cc.StructOrUnionSpecifier) {
	var open *cc.Declarator
	named := false
	for l := x.StructDeclarationList; l != nil; l = l.StructDeclarationList {
		if open != nil {
			s.errorf(open, "type", "array '%s' without a length is not the last member", open.Name())
			return
		}
		for m := l.StructDeclaration.StructDeclaratorList; m != nil; m = m.StructDeclaratorList {
			if d := m.StructDeclarator.Declarator; d != nil && d.Type().Kind() == cc.Array && d.Type().IsIncomplete() {
				open = d
				continue
			}
			named = true
		}
		named = named || l.StructDeclaration.StructDeclaratorList == nil
	}
	if open != nil && !named {
		s.errorf(open, "type", "array '%s' without a length is the only member", open.Name())
	}
}

// members checks the members of one declaration in a struct.
func (s *sema) members(x *cc.StructDeclaration) {
	if x.Case != cc.StructDeclarationDecl {
		return
	}
	if n := len(s.diags); !specifiesType(x.SpecifierQualifierList) {
		if s.looksUntyped(x); len(s.diags) > n {
			return
		}
	}
	for l := x.StructDeclaratorList; l != nil; l = l.StructDeclaratorList {
		m := l.StructDeclarator
		if m.Case == cc.StructDeclaratorBitField {
			s.width(m)
			continue
		}
		if d := m.Declarator; d != nil && readOnly.among(x.SpecifierQualifierList) {
			s.toConst[d.Type()] = true // the parser forgets it
		}
		if d := m.Declarator; d != nil && s.complete(d, d.Type(), "the size of member '%s' is not known: '%s' is not defined", d.Name(), typeString(elementOf(d.Type()))) &&
			(d.Type().Kind() == cc.Void || d.Type().Kind() == cc.Function) {
			s.errorf(d, "type", "member '%s' is a %s", d.Name(), typeString(d.Type()))
		}
	}
}

// width checks the width of a bit-field.
func (s *sema) width(m *cc.StructDeclarator) {
	n, fixed := s.u.eval(m.ConstantExpression)
	s.agrees(m.ConstantExpression)
	name, t := "", cc.Type(nil)
	if d := m.Declarator; d != nil {
		name, t = d.Name(), d.Type()
	}
	switch {
	case !fixed:
		s.errorf(m.ConstantExpression, "type", "the width of bit-field '%s' is not constant", name)
	case n < 0:
		s.errorf(m.ConstantExpression, "type", "the width of bit-field '%s' is negative", name)
	case t == nil:
	case !cc.IsIntegerType(t):
		s.errorf(m, "type", "bit-field '%s' is no integer: '%s'", name, typeString(t))
	case n == 0:
		s.errorf(m.ConstantExpression, "type", "the width of bit-field '%s' is 0", name)
	case n > widest(t):
		s.errorf(m.ConstantExpression, "type", "bit-field '%s' is wider than its type", name)
	}
}

// widest is the largest width that a bit-field of type t may have.
func widest(t cc.Type) int64 {
	i := integerOf(t)
	if i.boolean {
		return 1
	}
	return int64(i.bits)
}

// parameter checks the declaration of a parameter.
func (s *sema) parameter(x *cc.ParameterDeclaration) {
	if n := len(s.diags); !hasType(x.DeclarationSpecifiers) {
		if s.looksUntyped(x); len(s.diags) == n {
			s.errorf(x, "type", "parameter without a type")
		}
	}
	if d := x.Declarator; d != nil && d.Type().Kind() == cc.Void {
		s.errorf(d, "type", "parameter '%s' is declared void", d.Name())
	}
}

// typeName checks a type in a cast, in sizeof and the like.
func (s *sema) typeName(x *cc.TypeName) {
	if !specifiesType(x.SpecifierQualifierList) {
		s.errorf(x, "type", "no type here")
	}
}

// agrees reports a constant that a declaration depends on and of which the parser
// has a value of its own, if any: it was used already.
func (s *sema) agrees(e cc.ExpressionNode) {
	if isNil(e) || e.Type() == nil || !cc.IsIntegerType(e.Type()) {
		return
	}
	theirs, ok := intOf(e.Value())
	if ours, fixed := s.u.eval(e); ok && (!fixed || ours != theirs) {
		s.errorf(e, "unsupported", "not supported here: a constant that depends on how an enum or a struct is laid out, or that is none in C")
	}
}

// staticAssert checks a static assertion of which the parser thinks that it holds.
func (s *sema) staticAssert(x *cc.StaticAssertDeclaration) {
	switch n, fixed := s.u.eval(x.ConstantExpression); {
	case !fixed:
		s.errorf(x.ConstantExpression, "static-assert", "the condition of a static assertion is not constant")
	case n == 0:
		text := ""
		if t := x.Token4.SrcStr(); t != "" {
			text = ": " + t
		}
		s.errorf(x.ConstantExpression, "static-assert", "static assertion failed%s", text)
	}
}
