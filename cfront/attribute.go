// SPDX-License-Identifier: MIT

// This file decides upon attributes. One that is not known may change what a
// program means, so it is an error; those that do not are on a list.

package cfront

import (
	"strings"

	"modernc.org/cc/v4"
)

// harmless are the attributes that say nothing of what a program does, one line
// for each purpose.
var harmless = wordSet(`
	unused used maybe_unused deprecated unavailable warning error
	noinline always_inline gnu_inline flatten noclone noipa artificial leaf
	hot cold pure const malloc nothrow noreturn returns_twice optimize optimize_for_size target
	nonnull returns_nonnull warn_unused_result alloc_size alloc_align assume_aligned access
	format format_arg nonstring sentinel fallthrough designated_init may_alias
	no_instrument_function no_profile_instrument_function no_stack_protector stack_protect
	no_sanitize no_sanitize_address no_sanitize_thread no_sanitize_undefined no_sanitize_coverage
	no_icf no_reorder no_split_stack patchable_function_entry zero_call_used_regs nocf_check
	section visibility externally_visible
	randomize_layout no_randomize_layout counted_by
	address_space context noderef force nocast safe bitwise btf_type_tag btf_decl_tag
	fd_arg fd_arg_read fd_arg_write tainted_args uninitialized
`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// attributes calls f for each attribute of the lists that are given.
func attributes(f func(name string, a *cc.AttributeValue), lists ...*cc.AttributeSpecifierList) {
	for _, l := range lists {
		for ; l != nil; l = l.AttributeSpecifierList {
			for v := l.AttributeSpecifier.AttributeValueList; v != nil; v = v.AttributeValueList {
				f(attributeName(v.AttributeValue), v.AttributeValue)
			}
		}
	}
}

// attributeName is the name of an attribute without the underscores around it.
func attributeName(a *cc.AttributeValue) string {
	name := a.Token.SrcStr()
	if in, ok := strings.CutPrefix(name, "__"); ok {
		return strings.TrimSuffix(in, "__")
	}
	return name
}

// specifierAttributes are the lists among the specifiers of a declaration.
func specifierAttributes(l *cc.DeclarationSpecifiers) (out []*cc.AttributeSpecifierList) {
	for ; l != nil; l = l.DeclarationSpecifiers {
		out = append(out, l.AttributeSpecifierList)
	}
	return out
}

// attribute reports an attribute that is neither harmless nor was understood
// where it stands.
func (s *sema) attribute(a *cc.AttributeValue) {
	name := attributeName(a)
	switch {
	case harmless[name] || s.understood[a]:
	case name == "cleanup":
		s.errorf(a.Token, "attribute", "attribute 'cleanup' is supported for local variables only")
	case name == "aligned" || name == "packed":
		s.errorf(a.Token, "attribute", "attribute '%s' is not supported here: only for structs and their members%s", name, map[bool]string{true: ", and for variables"}[name == "aligned"])
	default:
		s.errorf(a.Token, "attribute", "attribute '%s' is not supported", name)
	}
}

// variableAttributes takes up what changes the meaning of the variables of a
// declaration.
func (s *sema) variableAttributes(d *cc.Declaration) {
	if d.Case != cc.DeclarationDecl {
		return
	}
	shared := append(specifierAttributes(d.DeclarationSpecifiers), d.AttributeSpecifierList)
	for l := d.InitDeclaratorList; l != nil; l = l.InitDeclaratorList {
		in := l.InitDeclarator
		attributes(func(name string, a *cc.AttributeValue) {
			switch {
			case name == "cleanup" && s.fn != nil && in.Declarator.StorageDuration() == cc.Automatic && !in.Declarator.IsTypename():
				s.cleanup(in.Declarator, a)
			case name == "aligned" && in.Declarator.Type().Kind() != cc.Function:
				n, ok := s.alignment(a)
				if in.Declarator.IsTypename() && n < s.u.align(in.Declarator.Type()) {
					return // a typedef may also lower it
				}
				if s.understood[a] = ok; ok {
					s.u.aligned[in.Declarator] = n
				}
			}
		}, append(shared, in.AttributeSpecifierList, l.AttributeSpecifierList)...)
		if in.Asm != nil {
			s.errorf(in.Asm, "asm", "a name for the assembler is not supported")
		}
	}
}

// alignment is the value of an aligned attribute.
func (s *sema) alignment(a *cc.AttributeValue) (int64, bool) {
	if a.ArgumentExpressionList == nil {
		return 16, true // the largest of the target
	}
	n, ok := s.u.eval(a.ArgumentExpressionList.AssignmentExpression)
	if ok = ok && n > 0 && n&(n-1) == 0; !ok {
		s.errorf(a.Token, "attribute", "the alignment must be a power of two")
		s.understood[a] = true
	}
	return n, ok
}

// structAttributes takes up what changes the layout of a struct.
func (s *sema) structAttributes(x *cc.StructOrUnionSpecifier) {
	st, ok := x.Type().(aggregate)
	if !ok || x.Case != cc.StructOrUnionSpecifierDef {
		return
	}
	id := identity(st)
	attributes(func(name string, a *cc.AttributeValue) {
		switch name {
		case "packed":
			s.u.packed[id], s.understood[a] = true, true
		case "aligned":
			if n, ok := s.alignment(a); ok {
				s.u.structAlign[id], s.understood[a] = max(n, s.u.structAlign[id]), true
			}
		}
	}, x.AttributeSpecifierList, x.AttributeSpecifierList2)
	for l := x.StructDeclarationList; l != nil; l = l.StructDeclarationList {
		s.memberAttributes(l.StructDeclaration)
	}
}

// memberAttributes takes up what changes where members lie. An attribute behind
// the last of several is for that one only.
func (s *sema) memberAttributes(x *cc.StructDeclaration) {
	var ds []*cc.Declarator
	for l := x.StructDeclaratorList; l != nil; l = l.StructDeclaratorList {
		if d := l.StructDeclarator.Declarator; d != nil {
			ds = append(ds, d)
		}
	}
	take := func(ds []*cc.Declarator) func(name string, a *cc.AttributeValue) {
		return func(name string, a *cc.AttributeValue) {
			n, ok := int64(0), len(ds) > 0
			switch name {
			case "aligned":
				if n, ok = s.alignment(a); !ok {
					return
				}
			case "packed":
			default:
				return
			}
			for _, d := range ds {
				s.u.aligned[d] = max(n, s.u.aligned[d])
				s.u.packedMember[d] = s.u.packedMember[d] || name == "packed"
			}
			s.understood[a] = s.understood[a] || ok
		}
	}
	for l := x.SpecifierQualifierList; l != nil; l = l.SpecifierQualifierList {
		attributes(take(ds), l.AttributeSpecifierList)
		if l.TypeQualifier != nil {
			attributes(take(ds), l.TypeQualifier.AttributeSpecifierList)
		}
		if a := l.AlignmentSpecifier; a != nil {
			for _, d := range ds {
				s.u.aligned[d] = max(s.alignas(a), s.u.aligned[d])
			}
		}
	}
	attributes(take(ds[max(0, len(ds)-1):]), x.AttributeSpecifierList)
}

// alignas is the value of _Alignas().
func (s *sema) alignas(a *cc.AlignmentSpecifier) int64 {
	if a.Case == cc.AlignmentSpecifierType {
		return s.u.align(a.TypeName.Type())
	}
	n, _ := s.u.eval(a.ConstantExpression)
	return n
}

// cleanup notes the function that is called when d goes out of scope.
func (s *sema) cleanup(d *cc.Declarator, a *cc.AttributeValue) {
	s.understood[a] = true
	var id *cc.PrimaryExpression
	if l := a.ArgumentExpressionList; l != nil && l.ArgumentExpressionList == nil {
		id, _ = strip(l.AssignmentExpression).(*cc.PrimaryExpression)
	}
	if id == nil || id.Case != cc.PrimaryExpressionIdent {
		s.errorf(a.Token, "attribute", "the argument of 'cleanup' must be a function")
		return
	}
	name := id.Token.SrcStr()
	fn := s.u.Funcs[name]
	if fn == nil {
		s.errorf(id, "attribute", "no function '%s' with a body to clean up '%s'", name, d.Name())
		return
	}
	ds := params(fn)
	if len(ds) == 1 {
		p, ok := ds[0].Type().Decay().(*cc.PointerType)
		if ok && (p.Elem().Kind() == cc.Void || sameType(p.Elem(), d.Type())) {
			s.edge(name, id)
			s.u.cleanups[d] = fn
			return
		}
	}
	s.errorf(id, "attribute", "'%s' cannot clean up '%s': it must take a pointer to %s", name, d.Name(), typeString(d.Type())).note(fn.Declarator, "defined here")
}
