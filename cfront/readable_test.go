// SPDX-License-Identifier: MIT

package cfront

import (
	"io/fs"
	"testing"

	"mmcheck/specs"
)

// TestHeadersAreReadable looks at the model's own headers as is done with every other
// file when it is opened.
func TestHeadersAreReadable(t *testing.T) {
	seen := 0
	err := fs.WalkDir(specs.Include, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := fs.ReadFile(specs.Include, name)
		if diags := precheck(name, src); diags != nil {
			t.Error(diags)
		}
		seen++
		return err
	})
	if err != nil || seen < 50 {
		t.Error(seen, err)
	}
}
