// SPDX-License-Identifier: MIT

// This file makes a tree of files that somebody pasted: nothing else is around them.

package kimport

import "io/fs"

// Pasted is a tree of nothing but some texts, by the names of their files.
func Pasted(texts map[string]string, macros map[string]string) *Tree {
	t := New(nothing{}, macros)
	t.overlay = texts
	return t
}

// nothing is a file system without files.
type nothing struct{}

func (nothing) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// declare has all files of a tree include one more, nil for none.
func (t *Tree) declare(f *File) { t.extra, t.scopes = f, map[*File]*Scope{} }
