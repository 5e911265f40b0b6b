// SPDX-License-Identifier: MIT

// This file finds names under which an editor can open the headers that come inside the
// program.

package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"mmcheck/specs"
)

// opened is a name that opens: of a shipped header, the one of a checkout if it is the
// same, else a copy among the user's caches; file itself where that cannot be written.
func opened(file string) string {
	name, shipped := strings.CutPrefix(file, "<include>/")
	src, err := fs.ReadFile(specs.Include, name)
	if !shipped || err != nil {
		return file
	}
	inTree := filepath.Join("specs", "include", filepath.FromSlash(name))
	if text, err := os.ReadFile(inTree); err == nil && bytes.Equal(text, src) {
		return inTree
	}
	caches, err := os.UserCacheDir()
	if err != nil {
		return file
	}
	sum := sha256.Sum256(src) // another mmcheck may have other headers
	copied := filepath.Join(caches, "mmcheck", fmt.Sprintf("include-%x", sum[:6]), filepath.FromSlash(name))
	if text, err := os.ReadFile(copied); err == nil && bytes.Equal(text, src) {
		return copied
	}
	if os.MkdirAll(filepath.Dir(copied), 0o777) != nil || writeWhole(copied, src) != nil {
		return file
	}
	return copied
}
