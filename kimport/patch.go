// SPDX-License-Identifier: MIT

// This file applies patches to a tree, in memory, and tells which functions they touch.

package kimport

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
)

// Patched is what a patch makes of a tree.
type Patched struct {
	Tree *Tree // after it
	// Before and After list the functions that the patch touches, as FILE:FUNCTION, those
	// that there are before, and after it.
	Before, After []string
}

// Apply applies a unified diff, as git and diff -u write it, to a copy of the tree. Its
// lines may have moved.
func (t *Tree) Apply(diff io.Reader) (*Patched, error) {
	files, _, err := gitdiff.Parse(diff)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("there is no change to a file in it")
	}
	texts := map[string]string{}
	for name, text := range t.overlay {
		texts[name] = text
	}
	for _, f := range files {
		f.OldName, f.NewName = stripped(f.OldName), stripped(f.NewName)
		if err := t.apply(f, texts); err != nil {
			return nil, err
		}
	}
	p := &Patched{Tree: t.Patched(texts)}
	for _, f := range files {
		p.Before = append(p.Before, touched(t, f.OldName, f.TextFragments, false)...)
		p.After = append(p.After, touched(p.Tree, f.NewName, f.TextFragments, true)...)
	}
	return p, nil
}

// stripped is the name of a file without the a/ or b/ that diffs without a line of git's
// keep.
func stripped(name string) string {
	if len(name) > 2 && (name[:2] == "a/" || name[:2] == "b/") {
		return name[2:]
	}
	return name
}

// apply applies the changes of one file.
func (t *Tree) apply(f *gitdiff.File, texts map[string]string) error {
	name := f.OldName
	if f.IsNew {
		name = f.NewName
	}
	text, ok := texts[name]
	if !ok && !f.IsNew {
		var err error
		if text, err = t.Read(name); err != nil {
			return fmt.Errorf("%s, which it changes, is no file of the tree", name)
		}
	}
	if f.IsDelete {
		texts[name] = ""
		return nil
	}
	if err := settle(f, text); err != nil {
		return err
	}
	var out bytes.Buffer
	if err := gitdiff.Apply(&out, strings.NewReader(text), f); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if f.NewName != "" && f.NewName != name {
		texts[name] = ""
		name = f.NewName
	}
	texts[name] = out.String()
	return nil
}

// settle moves the parts of a change to where their lines are now.
func settle(f *gitdiff.File, text string) error {
	lines := strings.SplitAfter(text, "\n")
	var moved int64
	for _, part := range f.TextFragments {
		var old []string
		for _, l := range part.Lines {
			if l.Old() {
				old = append(old, l.Line)
			}
		}
		at := part.OldPosition - 1 + moved
		found := int64(-1)
		for d := int64(0); d <= int64(len(lines)) && len(old) > 0; d++ {
			if matches(lines, at-d, old) {
				found = at - d
				break
			}
			if matches(lines, at+d, old) {
				found = at + d
				break
			}
		}
		switch {
		case len(old) == 0: // all new
		case found < 0:
			return fmt.Errorf("%s: the lines that it changes around line %d are not there", f.OldName, part.OldPosition)
		default:
			moved = found - (part.OldPosition - 1)
			part.OldPosition = found + 1
			part.NewPosition += moved
		}
	}
	return nil
}

// matches reports whether lines are there from a line on.
func matches(lines []string, at int64, want []string) bool {
	if at < 0 || at+int64(len(want)) > int64(len(lines)) {
		return false
	}
	return slices.Equal(lines[at:at+int64(len(want))], want)
}

// touched lists the functions with lines that are taken away, or added, in a file.
func touched(t *Tree, name string, parts []*gitdiff.TextFragment, after bool) (functions []string) {
	if ext := path.Ext(name); ext != ".c" && ext != ".h" {
		return nil
	}
	f := t.File(name)
	if f == nil {
		return nil
	}
	var changed [][2]int // the lines before and behind a change that is not there, or twice the line
	for _, part := range parts {
		old, now := int(part.OldPosition), int(part.NewPosition)
		for _, l := range part.Lines {
			switch l.Op {
			case gitdiff.OpContext:
				old, now = old+1, now+1
			case gitdiff.OpDelete:
				if after {
					changed = append(changed, [2]int{now - 1, now})
				} else {
					changed = append(changed, [2]int{old, old})
				}
				old++
			case gitdiff.OpAdd:
				if after {
					changed = append(changed, [2]int{now, now})
				} else {
					changed = append(changed, [2]int{old - 1, old})
				}
				now++
			}
		}
	}
	for _, d := range f.Decls {
		last := d.Line + strings.Count(d.Text, "\n")
		if d.Kind == Func && slices.ContainsFunc(changed, func(n [2]int) bool { return n[0] >= d.Line && n[1] <= last }) && t.Scope(f).Holds(d) {
			if what := name + ":" + d.Names[0]; !slices.Contains(functions, what) {
				functions = append(functions, what)
			}
		}
	}
	return functions
}
