// SPDX-License-Identifier: MIT

// This file says where emitted code comes from, in the terms of the spec: the
// text as written where that is possible, and within macros the position of
// the macro and the expanded text.

package cfront

import (
	"bytes"
	"strings"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// snippet is the text of a node and the column behind it on its first line.
type snippet struct {
	text string
	end  int
}

// at makes n the source of what is emitted next. op is the native operation;
// text replaces the text of n unless it is empty.
func (b *builder) at(n cc.Node, op, text string) {
	if b.c == nil {
		return
	}
	s := b.snippet(n)
	if text == "" {
		text = s.text
	}
	b.c.Site = &model.Site{Pos: posOf(n), End: s.end, Text: text, Op: op, Stack: b.f.stack, Order: b.nextOrder}
	b.nextOrder = ""
}

// compared is the text of the comparison or computation of which n is the only operand
// that is read from memory, such as "nr > 0" for nr; "" if that is too long to show.
func (b *builder) compared(n cc.Node) string {
	const most = 40
	own, text := b.snippet(n).text, ""
	for up, ok := b.partOf[n]; ok; up, ok = b.partOf[up] {
		if wider := b.snippet(up).text; len(wider) <= most && strings.Contains(wider, own) {
			text = wider
		}
	}
	return text
}

// snippet returns the text of a node.
func (l *lowerer) snippet(n cc.Node) snippet {
	if s, ok := l.snippets[n]; ok {
		return s
	}
	s := l.cut(n)
	s.text = model.Printable(s.text)
	l.snippets[n] = s
	return s
}

// once returns what READ_ONCE() reads if n is what that expands to, else n.
func once(n cc.Node) cc.Node {
	e, _ := n.(cc.ExpressionNode)
	if x, ok := bare(e).(*cc.UnaryExpression); ok && x.Case == cc.UnaryExpressionDeref {
		if c, ok := bare(x.CastExpression).(*cc.CastExpression); ok && c.Case == cc.CastExpressionCast {
			if a, ok := bare(c.CastExpression).(*cc.UnaryExpression); ok && a.Case == cc.UnaryExpressionAddrof {
				return bare(a.CastExpression)
			}
		}
	}
	return n
}

// expanded is the text of a node within a macro. What READ_ONCE() and WRITE_ONCE()
// expand to is told as the plain access.
func expanded(n cc.Node) string {
	x, ok := n.(*cc.AssignmentExpression)
	if ok && x.Case == cc.AssignmentExpressionAssign && once(x.UnaryExpression) != x.UnaryExpression {
		return expanded(x.UnaryExpression) + " = " + joined(nodeTokens(bare(x.AssignmentExpression)))
	}
	return joined(nodeTokens(once(n)))
}

// asWritten are the macros of which a use is shown instead of its expansion.
var asWritten = []string{"READ_ONCE(", "WRITE_ONCE(", "data_race(", "stable_vma(", "WAIT_UNTIL(",
	"rcu_access_pointer(", "rcu_dereference(", "rcu_assign_pointer(", "call_rcu(", "kfree_rcu(", "schedule("}

// cut makes the snippet of a node, the first time that it is asked for.
func (l *lowerer) cut(n cc.Node) snippet {
	toks := nodeTokens(n)
	if len(toks) == 0 {
		return snippet{}
	}
	first, last := toks[0], toks[len(toks)-1]
	start, p := posOf(first), posOf(last)
	src := l.unit.Files[start.File]
	from, ok1 := l.offset(src, start)
	to, ok2 := l.offset(src, p)
	if !ok1 || !ok2 || start.File != p.File || to < from {
		return snippet{text: joined(toks)}
	}
	inMacro := start == p && !written(src[to:], last)
	if written(src[to:], last) {
		to += len(last.Src())
	} else {
		to += invocation(src[to:])
	}
	s := snippet{end: start.Col + to - from}
	for _, m := range asWritten {
		inMacro = inMacro && !bytes.HasPrefix(src[from:], []byte(m))
	}
	if i := bytes.IndexByte(src[from:to], '\n'); i >= 0 {
		s.end = start.Col + len(bytes.TrimRight(src[from:from+i], " \t\r"))
	}
	if inMacro {
		s.text = expanded(n)
	}
	if !inMacro || strings.Contains(s.text, "{") { // nobody reads blocks on one line
		s.text = collapse(string(src[from:to]))
	}
	return s
}

// offset is where a position lies in its file.
func (l *lowerer) offset(src []byte, p model.Pos) (int, bool) {
	lines, ok := l.lines[p.File]
	if !ok {
		lines = []int{0}
		for i, c := range src {
			if c == '\n' {
				lines = append(lines, i+1)
			}
		}
		l.lines[p.File] = lines
	}
	if p.Line < 1 || p.Line > len(lines) || p.Col < 1 {
		return 0, false
	}
	off := lines[p.Line-1] + p.Col - 1
	return off, off < len(src)
}

// written reports whether a token stands in the file as such, rather than
// coming from a macro.
func written(src []byte, t cc.Token) bool { return bytes.HasPrefix(src, t.Src()) }

// invocation is the length of the use of a macro, with its arguments.
func invocation(src []byte) int {
	n := 0
	for n < len(src) && (src[n] == '_' || src[n] >= '0' && src[n] <= '9' || src[n]|0x20 >= 'a' && src[n]|0x20 <= 'z') {
		n++
	}
	if n >= len(src) || src[n] != '(' {
		return n
	}
	depth := 0
	for i := n; i < len(src) && i < n+2000; i++ {
		switch src[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return n
}

// joined is the text of tokens with at most one blank between them.
func joined(toks []cc.Token) string {
	var s strings.Builder
	for i, t := range toks {
		if i > 0 && len(t.Sep()) > 0 {
			s.WriteByte(' ')
		}
		s.Write(t.Src())
	}
	return insideBrackets.Replace(collapse(s.String()))
}

// insideBrackets drops blanks next to brackets, on their inner side.
var insideBrackets = strings.NewReplacer("( ", "(", " )", ")")

// collapse turns every run of white space into one blank.
func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }

// lastToken is the closing brace of a function.
func lastToken(f *cc.FunctionDefinition) cc.Node { return f.CompoundStatement.Token2 }
