// SPDX-License-Identifier: MIT

// This file renders the race table alone, to be pasted below the text of somebody who
// explains it: names whole, and a legend of what is in it.

package report

import (
	"io"
	"slices"
	"strings"

	"mmcheck/checker"
	"mmcheck/model"
)

// Table writes the race table of a violation; of another verdict its one line.
func Table(w io.Writer, m Meta, r *checker.Result, src Source) error {
	p := &printer{w: w}
	if r.Finding == nil {
		var text strings.Builder
		if err := Text(&text, m, r, src); err != nil {
			return err
		}
		line, _, _ := strings.Cut(text.String(), "\n")
		p.write(line + "\n")
		return p.err
	}
	s := newStory(r, m.Full)
	style := m.Table
	style.whole = true
	lines := s.styled(style)
	p.write(strings.Join(lines, "\n") + "\n")
	if legend := s.legend(lines, style); legend != nil {
		p.write("\n" + strings.Join(legend, "\n") + "\n")
	}
	return p.err
}

// legend says what the objects in a table are.
func (s *story) legend(table []string, style TableStyle) (out []string) {
	text := strings.Join(table, "\n")
	width := style.Width
	if width == 0 {
		width = tableWidth
	}
	for _, t := range s.prog.Types {
		for _, in := range t.Instances {
			if !in.Heap || in.In != nil || !mentions(text, in.Name) {
				continue
			}
			kind := "struct " + t.Name
			if t.ArrayOf != "" || t.IsScalar() {
				kind = typeName(in)
			}
			line := in.Name + ": " + kind + s.origin(in)
			for i, l := range wrap(line, width-2) {
				out = append(out, strings.Repeat(" ", 2*min(i, 1))+l)
			}
		}
	}
	return out
}

// mentions reports whether a name stands in a text, and is not the beginning of another.
func mentions(text, name string) bool {
	for i := strings.Index(text, name); i >= 0; {
		end := i + len(name)
		if end == len(text) || text[end] < '0' || text[end] > '9' {
			return true
		}
		next := strings.Index(text[end:], name)
		if next < 0 {
			return false
		}
		i = end + next
	}
	return false
}

// origin says where an object comes from and whether it is freed.
func (s *story) origin(in *model.Instance) string {
	out := ", there from the start"
	i := slices.IndexFunc(s.facts, func(f *fact) bool { return f.allocated == in })
	if i >= 0 && (in.Type.Live == nil || s.find.Trace.Initial[in.Type.Live.Off()+in.Num] == 0) {
		out = ", allocated by " + s.facts[i].Thread.Name
	}
	for _, f := range s.facts {
		switch {
		case f.freed == in:
			out += ", freed by " + f.Thread.Name
		case f.allocated == in && f.n > i:
			out += ", allocated again by " + f.Thread.Name
		}
	}
	return out
}
