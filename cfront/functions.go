// SPDX-License-Identifier: MIT

// This file lists the functions that a spec and its headers define, for people
// who want to know what there is to call.

package cfront

import (
	"strings"

	"mmcheck/model"
)

// Function is a C function with a body.
type Function struct {
	Name string
	Pos  model.Pos // of its first word
	Doc  string    // the first paragraph of the comment right above, in one line; "" if there is none
}

// Functions lists the functions that a spec defines, those of the headers
// included, in the order of their definition. The spec is parsed, not checked.
func Functions(cfg Config, name string, src []byte) ([]Function, Diagnostics) {
	u, diags := parse(cfg, name, src)
	if diags.HasErrors() || u.AST == nil {
		return nil, diags
	}
	var out []Function
	for _, f := range u.Order {
		pos := posOf(f)
		lines := strings.Split(string(u.Files[pos.File]), "\n")
		out = append(out, Function{f.Declarator.Name(), pos, commentAbove(lines, pos.Line)})
	}
	return out, diags
}

// commentAbove is the first paragraph of the comment that ends on the line
// before the given one, which is counted from 1.
func commentAbove(lines []string, line int) string {
	last := line - 2
	if last < 0 || last >= len(lines) || !strings.HasSuffix(strings.TrimSpace(lines[last]), "*/") {
		return ""
	}
	first := last
	for first > 0 && !strings.HasPrefix(strings.TrimSpace(lines[first]), "/*") {
		first--
	}
	var words []string
	for _, text := range lines[first : last+1] {
		text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "*/"))
		text = strings.TrimSpace(strings.TrimLeft(text, "/*"))
		if text == "" && len(words) > 0 {
			break
		}
		words = append(words, strings.Fields(text)...)
	}
	return strings.Join(words, " ")
}
