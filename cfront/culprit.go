// SPDX-License-Identifier: MIT

// This file looks for what makes the parser's type checker give up without a
// position, in the tree as it was before that.

package cfront

import (
	"fmt"

	"modernc.org/cc/v4"
)

// culprits lists them; none if the file cannot even be parsed.
func (t *translation) culprits() (diags Diagnostics) {
	ast := t.parsed()
	if ast == nil {
		return nil
	}
	report := func(n cc.Node, id, format string, args ...any) {
		diags = append(diags, Diagnostic{Pos: posOf(place(n)), Len: extent(n), Text: fmt.Sprintf(format, args...), ID: id})
	}
	var labels map[string]cc.Node // of the function at hand
	known := tags{}
	var walk func(n cc.Node)
	walk = func(n cc.Node) {
		switch x := n.(type) {
		case *cc.StructOrUnionSpecifier, *cc.EnumSpecifier:
			if text := known.misread(x); text != "" {
				report(x, "tag", "%s", text)
			}
		case *cc.AssignmentExpression:
			if x.Case != cc.AssignmentExpressionCond && !isLvalue(x.UnaryExpression) {
				report(x.UnaryExpression, "assign", "%s", notLvalue(assigned, x.UnaryExpression))
			}
		case *cc.UnaryExpression:
			if (x.Case == cc.UnaryExpressionInc || x.Case == cc.UnaryExpressionDec) && !isLvalue(x.UnaryExpression) {
				report(x.UnaryExpression, "assign", "%s", notLvalue(incremented, x.UnaryExpression))
			}
			if x.Case == cc.UnaryExpressionAddrof && !isLvalue(x.CastExpression) {
				report(x.CastExpression, "address", "%s", notLvalue("cannot take the address of", x.CastExpression))
			}
		case *cc.PostfixExpression:
			if (x.Case == cc.PostfixExpressionInc || x.Case == cc.PostfixExpressionDec) && !isLvalue(x.PostfixExpression) {
				report(x.PostfixExpression, "assign", "%s", notLvalue(incremented, x.PostfixExpression))
			}
		case *cc.FunctionDefinition:
			labels = map[string]cc.Node{}
		case *cc.LabeledStatement:
			if name := x.Token.SrcStr(); x.Case == cc.LabeledStatementLabel && labels[name] == nil {
				labels[name] = x
			} else if x.Case == cc.LabeledStatementLabel {
				report(x, "label", "second label '%s' in this function", name)
				d := &diags[len(diags)-1]
				d.Len = len(name)
				d.note(labels[name], "first label '%s' here", name)
			}
		case *cc.Declaration:
			known.declared(x)
			if st := undefinedStruct(x); st != nil {
				for l := x.InitDeclaratorList; l != nil; l = l.InitDeclaratorList {
					if d := l.InitDeclarator.Declarator; d.Pointer == nil && l.InitDeclarator.Initializer != nil {
						report(d, "type", "the size of '%s' is not known: '%s %s' is not defined", d.Name(), st.StructOrUnion.Token.SrcStr(), st.Token.SrcStr())
					}
				}
			}
		}
		children(n, walk)
	}
	walk(ast.TranslationUnit)
	return diags
}

// undefinedStruct returns the struct that a declaration names and nobody defines.
func undefinedStruct(d *cc.Declaration) *cc.StructOrUnionSpecifier {
	for l := d.DeclarationSpecifiers; l != nil; l = l.DeclarationSpecifiers {
		if l.TypeSpecifier == nil || l.TypeSpecifier.StructOrUnionSpecifier == nil {
			continue
		}
		x := l.TypeSpecifier.StructOrUnionSpecifier
		if x.Case == cc.StructOrUnionSpecifierDef {
			return nil
		}
		for s := x.LexicalScope(); s != nil; s = s.Parent {
			for _, n := range s.Nodes[x.Token.SrcStr()] {
				if def, ok := n.(*cc.StructOrUnionSpecifier); ok && def.Case == cc.StructOrUnionSpecifierDef {
					return nil
				}
			}
		}
		return x
	}
	return nil
}
