// SPDX-License-Identifier: MIT

// This file says why the parser failed on C that is valid.

package cfront

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// failed words a panic of the parser. Its type checker has one on a constant
// before "?:".
func (t *translation) failed() Diagnostics {
	if ast := t.parsed(); ast != nil {
		if x := constantElvis(ast.TranslationUnit); x != nil {
			return Diagnostics{{Pos: posOf(x.Token), Len: 1, Text: "a constant before '?:' is not supported: write 'a ? a : b'", ID: "unsupported"}}
		}
	}
	return Diagnostics{t.senseless("the parser failed here: something is not C, or not supported")}
}

// senseless reports an error for which the parser gives no place, at the statement or
// declaration without which it has none.
func (t *translation) senseless(text string) Diagnostic {
	d := Diagnostic{Pos: model.Pos{File: t.name, Line: 1, Col: 1}, Text: text, ID: "internal"}
	toks := lex(t.name, []byte(t.text))
	if len(toks) == 0 {
		return d
	}
	ends := t.ends(toks, 0)
	if n := t.firstBad(toks, ends); n > 0 {
		ends = append([]int{ends[n-1]}, t.ends(toks[:ends[n]], 1)...)
	} else {
		ends = append([]int{0}, t.ends(toks[:ends[n]], 1)...)
	}
	ends = slices.DeleteFunc(ends, func(i int) bool { return i < ends[0] })
	n := t.firstBad(toks, ends[1:])
	i := ends[0]
	if n > 0 {
		i = ends[n]
	}
	if i < len(toks) {
		d.Pos, d.Len = toks[i].pos, len(toks[i].text)
	}
	if k, why := knownToFail(toks, i, ends[len(ends)-1]); why != "" {
		d.Pos, d.Len, d.Text, d.ID = toks[k].pos, len(toks[k].text), why, "unsupported"
	}
	return d
}

// knownToFail is what the parser is known to fail on in a statement that begins or
// ends at token i, and where; "" if there is nothing of the kind. Tokens from end on
// are another declaration's.
func knownToFail(toks []token, i, end int) (at int, why string) {
	is := func(k int, text string) bool { return k < len(toks) && toks[k].text == text }
	for k := i; k < end && !is(k, ";"); k++ {
		if is(k, `"`) && is(k+1, "=") && !is(k+2, "=") {
			return k, "cannot assign to a string"
		}
	}
	for k := i; k >= 0 && i-k < maxNesting; k-- {
		if !is(k, "enum") || !is(k+2, "{") {
			continue
		}
		for u := k - 1; u >= 0; u-- {
			if is(u, "enum") && is(u+1, toks[k+1].text) && !is(u+2, "{") {
				return k, fmt.Sprintf("not supported here: '%s' is another type before this", toks[k+1].text)
			}
		}
	}
	return 0, ""
}

// ends lists where the declarations end, with deep also the statements in them: the
// indices of the tokens behind.
func (t *translation) ends(toks []token, deep int) (ends []int) {
	for i, k := range toks {
		open := openAt(toks, i+1)
		if (k.text == ";" || k.text == "}") && (len(open) == 0 || deep > 0 && toks[open[len(open)-1]].text == "{") {
			ends = append(ends, i+1)
		}
	}
	if len(ends) == 0 || ends[len(ends)-1] != len(toks) {
		ends = append(ends, len(toks))
	}
	return ends
}

// firstBad is the first of the ends up to which the parser gives no place for an error.
func (t *translation) firstBad(toks []token, ends []int) int {
	return min(sort.Search(len(ends), func(n int) bool { return t.lost(toks, ends[n]) }), len(ends)-1)
}

// lost reports whether the parser fails without saying where on the tokens before n,
// with what is open there closed.
func (t *translation) lost(toks []token, n int) (lost bool) {
	defer func() {
		if recover() != nil {
			lost = true
		}
	}()
	text := t.text
	if n < len(toks) {
		lines := strings.SplitAfter(text, "\n")
		at := toks[n].pos
		text = strings.Join(lines[:at.Line-1], "") + lines[at.Line-1][:at.Col-1]
	}
	for range openAt(toks, n) {
		text += "}"
	}
	short := *t
	short.text = text
	short.sources = &sources{model: t.sources.model, dirs: t.sources.dirs, files: map[string][]byte{t.name: []byte(text)}, once: map[string]bool{}, absent: t.sources.absent}
	err := short.again()
	return err != nil && len(short.messages(err)) == 0
}

// constantElvis is the first "c ?: r" below n where c may be a constant.
func constantElvis(n cc.Node) *cc.ConditionalExpression {
	if x, ok := n.(*cc.ConditionalExpression); ok && x.Case == cc.ConditionalExpressionCond && isNil(x.ExpressionList) && looksConstant(x.LogicalOrExpression) {
		return x
	}
	var found *cc.ConditionalExpression
	children(n, func(c cc.Node) {
		if found == nil {
			found = constantElvis(c)
		}
	})
	return found
}

// looksConstant reports whether e names nothing but enumerators, as far as can be
// told before types are checked. What is left of ',' does not count, and one side
// of '||' is enough.
func looksConstant(e cc.Node) bool {
	switch x := e.(type) {
	case *cc.PrimaryExpression:
		if x.Case == cc.PrimaryExpressionIdent {
			return isEnumerator(x)
		}
	case *cc.PostfixExpression:
		return false
	case *cc.UnaryExpression:
		switch x.Case {
		case cc.UnaryExpressionSizeofExpr, cc.UnaryExpressionSizeofType, cc.UnaryExpressionAlignofExpr, cc.UnaryExpressionAlignofType:
			return true
		}
	case *cc.CastExpression:
		return looksConstant(x.CastExpression)
	case *cc.ExpressionList:
		for x.ExpressionList != nil {
			x = x.ExpressionList
		}
		return looksConstant(x.AssignmentExpression)
	case *cc.LogicalOrExpression:
		return looksConstant(x.LogicalOrExpression) || looksConstant(x.LogicalAndExpression)
	}
	constant := true
	children(e, func(c cc.Node) { constant = constant && looksConstant(c) })
	return constant
}

// isEnumerator reports whether the name x is that of an enumerator.
func isEnumerator(x *cc.PrimaryExpression) bool {
	for s := x.LexicalScope(); s != nil; s = s.Parent {
		if nodes := s.Nodes[x.Token.SrcStr()]; len(nodes) > 0 {
			_, ok := nodes[0].(*cc.Enumerator)
			return ok
		}
	}
	return false
}
