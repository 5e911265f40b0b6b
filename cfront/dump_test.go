// SPDX-License-Identifier: MIT

// This file prints the control flow graph of compiled threads, so that a
// change of what C is lowered to is a change of a golden file.

package cfront

import (
	"bytes"
	"path/filepath"
	"testing"

	"mmcheck/model"
)

func TestGraphs(t *testing.T) {
	for _, name := range []string{"locks.c", "marks.c", "values.c", "atomic.c"} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := model.Dump(&out, compileFile(t, name)); err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("lower", name), out.Bytes())
		})
	}
}
