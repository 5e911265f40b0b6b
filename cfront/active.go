// SPDX-License-Identifier: MIT

// This file finds out which lines of a spec are compiled.

package cfront

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"modernc.org/cc/v4"
)

// directiveLine is a preprocessor line with those that continue it.
var directiveLine = lazyRE(`(?m)^[ \t]*#(?:[^\\\n]|\\(?:.|\n))*`)

// groupStart is one behind which other lines are compiled than before it.
var groupStart = regexp.MustCompile(`^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|else|endif)\b`)

// Active is the text of a spec as long as it was, with blanks for preprocessor lines and
// for what is not compiled with the definitions of cfg.
func Active(cfg Config, name string, src []byte) (text []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the parser failed: %v", r)
		}
	}()
	defines, diags := defineSource(cfg)
	if diags.HasErrors() {
		return nil, errors.New(diags[0].Text)
	}
	t := &translation{cfg: cfg, name: name, sources: newSources(cfg, name), include: includePaths(cfg, name), defines: defines, dirs: true}
	var marked strings.Builder
	var starts, ends []int // of the groups of lines
	from := 0
	begin := func(end, next int) {
		ends = append(ends, end)
		starts = append(starts, next)
		fmt.Fprintf(&marked, "%s\n"+groupMark+"\n", src[from:next], len(starts))
		from = next
	}
	starts = append(starts, 0)
	for _, m := range directiveLine().FindAllIndex(src, -1) {
		if groupStart.Match(src[m[0]:m[1]]) {
			begin(m[0], m[1])
		}
	}
	marked.Write(src[from:])
	ends = append(ends, len(src))
	t.text = marked.String()
	c, err := t.config()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := cc.Preprocess(c, t.inputs(), &out); err != nil {
		return nil, err
	}
	text = directiveLine().ReplaceAllFunc(bytes.Clone(src), blank)
	for i, start := range starts {
		if i > 0 && !bytes.Contains(out.Bytes(), fmt.Appendf(nil, groupMark, i+1)) {
			copy(text[start:], blank(text[start:ends[i]]))
		}
	}
	return text, nil
}

// groupMark is what the preprocessor lets through where group %d is compiled.
const groupMark = "__mmcheck_group_%d_"

// blank is a text with nothing but its line ends.
func blank(text []byte) []byte {
	out := bytes.Repeat([]byte{' '}, len(text))
	for i, b := range text {
		if b == '\n' {
			out[i] = b
		}
	}
	return out
}
