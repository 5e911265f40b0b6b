// SPDX-License-Identifier: MIT

// This file rejects what is C but has no place in a model.

package cfront

import (
	"modernc.org/cc/v4"
)

// unsupported reports constructs that are recognised by their node alone.
func (s *sema) unsupported(n cc.Node) {
	switch x := n.(type) {
	case *cc.AsmStatement:
		s.errorf(x, "asm", "inline assembly is not supported")
	case *cc.UnaryExpression:
		if x.Case == cc.UnaryExpressionLabelAddr {
			s.errorf(x, "computed-goto", "addresses of labels are not supported")
		}
	case *cc.JumpStatement:
		if x.Case == cc.JumpStatementGotoExpr {
			s.errorf(x, "computed-goto", "computed goto is not supported")
		}
	case *cc.PrimaryExpression:
		s.constant(x)
	case *cc.TypeSpecifier:
		s.typeSpecifier(x)
	case *cc.TypeQualifier:
		if x.Case == cc.TypeQualifierAtomic {
			s.errorf(x, "atomic", "'_Atomic' is not supported: use atomic_t, or ATOMIC for a step")
		}
	case *cc.StructOrUnionSpecifier:
		s.tag(x)
	case *cc.EnumSpecifier:
		s.tag(x)
	case *cc.StructDeclaration:
		if x.StructDeclaratorList == nil && x.Case == cc.StructDeclarationDecl && !declaresStruct(x.SpecifierQualifierList) {
			s.errorf(x, "declaration", "member without a name")
		}
	case *cc.Declarator:
		s.declared(x)
	}
}

// tag reports a tag that the parser takes for another.
func (s *sema) tag(n cc.Node) {
	if text := s.tags.misread(n); text != "" {
		s.errorf(n, "tag", "%s", text)
	}
}

// declaresStruct reports whether a member without a name is a struct, whose
// members then count as members of the outer one.
func declaresStruct(l *cc.SpecifierQualifierList) bool {
	for ; l != nil; l = l.SpecifierQualifierList {
		if l.TypeSpecifier != nil && l.TypeSpecifier.StructOrUnionSpecifier != nil {
			return true
		}
	}
	return false
}

func (s *sema) constant(x *cc.PrimaryExpression) {
	switch x.Case {
	case cc.PrimaryExpressionFloat:
		s.errorf(x, "float", "floating point is not supported")
	case cc.PrimaryExpressionLString, cc.PrimaryExpressionLChar:
		s.errorf(x, "unsupported", "wide characters are not supported")
	}
}

func (s *sema) typeSpecifier(x *cc.TypeSpecifier) {
	switch x.Case {
	case cc.TypeSpecifierFloat, cc.TypeSpecifierDouble, cc.TypeSpecifierComplex, cc.TypeSpecifierFloat16,
		cc.TypeSpecifierFloat128, cc.TypeSpecifierFloat32, cc.TypeSpecifierFloat64, cc.TypeSpecifierDecimal32,
		cc.TypeSpecifierDecimal64, cc.TypeSpecifierDecimal128, cc.TypeSpecifierFloat32x, cc.TypeSpecifierFloat64x:
		s.errorf(x, "float", "floating point is not supported")
	case cc.TypeSpecifierAtomic:
		s.errorf(x, "atomic", "'_Atomic' is not supported: use atomic_t, or ATOMIC for a step")
	case cc.TypeSpecifierInt128, cc.TypeSpecifierUint128:
		s.errorf(x, "int128", "integers of more than 64 bits are not supported")
	}
}

// declared checks the type of a variable, parameter, member or typedef.
func (s *sema) declared(d *cc.Declarator) {
	t := d.Type()
	if t == nil || d.Name() == "" {
		return
	}
	if a, ok := t.Undecay().(*cc.ArrayType); ok && d.IsParam() {
		t = a.Elem() // it is a pointer to that
	}
	switch {
	case isVLA(t):
		s.errorf(d, "vla", "array '%s' has no constant size", d.Name())
	case d.IsThreadLocal():
		s.errorf(d, "unsupported", "thread-local variable '%s' is not supported: use a local variable", d.Name())
	}
}

func isVLA(t cc.Type) bool {
	for {
		a, ok := t.Undecay().(*cc.ArrayType)
		if !ok {
			return false
		}
		if a.IsVLA() {
			return true
		}
		t = a.Elem()
	}
}

// signature checks the head of a function definition.
func (s *sema) signature(f *cc.FunctionDefinition) {
	d := f.Declarator
	if n := len(s.diags); !hasType(f.DeclarationSpecifiers) {
		if s.looksUntyped(f); len(s.diags) > n {
			return
		}
	}
	if !hasType(f.DeclarationSpecifiers) && (d.DirectDeclarator == nil || d.DirectDeclarator.Case != cc.DirectDeclaratorFuncIdent) {
		s.errorf(d, "type", "function '%s' has no type: what does it return?", d.Name())
	}
	ft, ok := d.Type().(*cc.FunctionType)
	if !ok {
		return
	}
	s.complete(d, ft.Result(), "'%s' returns '%s', which is not defined", d.Name(), typeString(ft.Result()))
	for _, p := range params(f) {
		s.complete(p, p.Type(), "the size of parameter '%s' is not known: '%s' is not defined", p.Name(), typeString(p.Type()))
	}
	if ft.IsVariadic() {
		s.errorf(d, "varargs", "definition of '%s' with variable arguments is not supported", d.Name())
	}
	if dd := d.DirectDeclarator; dd != nil && dd.Case == cc.DirectDeclaratorFuncIdent && dd.IdentifierList != nil {
		s.errorf(d, "declaration", "parameters of '%s' have no types", d.Name())
	}
}
