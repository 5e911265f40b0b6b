// SPDX-License-Identifier: MIT

// This file knows which header of the model declares what, to say which
// #include is missing.

package cfront

import (
	"bytes"
	"io/fs"
	"strings"
)

// declaredRE matches the first line of a prototype, an inline function or a macro in
// a header, what ends a typedef, and "struct tag".
var declaredRE = lazyRE(`(?m)^(?:#define\s+(\w+)[ \t(]|[a-z_][^\n;{}()=]*[ *]([A-Za-z_]\w*)\(|typedef\s[^\n(){}]*?(\w+);|}\s*(\w+);|(struct \w+) {)`)

// headerNames maps what the headers below fsys declare to the header's name,
// the first in lexical order.
func headerNames(fsys fs.FS) map[string]string {
	names := map[string]string{}
	if fsys == nil {
		return names
	}
	_ = fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".h") {
			return nil
		}
		src, _ := fs.ReadFile(fsys, path)
		for _, m := range declaredRE().FindAllSubmatch(src, -1) {
			if name := string(bytes.Join(m[1:], nil)); names[name] == "" {
				names[name] = path
			}
		}
		return nil
	})
	return names
}

// headerNames is the same for the headers of this run, read when first needed.
func (s *sema) headerNames() map[string]string {
	if s.headers == nil {
		s.headers = headerNames(s.cfg.FS)
	}
	return s.headers
}
