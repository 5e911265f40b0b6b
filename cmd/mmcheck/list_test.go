// SPDX-License-Identifier: MIT

package main

import (
	"bufio"
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"mmcheck/specs"
)

// scenes are headers that set a scene, and have no operations.
var scenes = []string{"matrix.h", "shapes.h"}

// TestListIsComplete finds every shipped spec, with a question, and every
// header of operations in the list.
func TestListIsComplete(t *testing.T) {
	var all strings.Builder
	for _, e := range specs.Eras {
		var b bytes.Buffer
		s := &session{out: bufio.NewWriter(&b)}
		if status, err := (&listCommand{s, e.Version}).run(nil); status != exitHolds || err != nil {
			t.Fatalf("%s: status %d, %v", e.Version, status, err)
		}
		s.out.Flush()
		all.Write(b.Bytes())
	}
	err := fs.WalkDir(specs.Files, ".", func(name string, d fs.DirEntry, err error) error {
		header, isHeader := strings.CutPrefix(name, "include/mm/")
		spec, isSpec := strings.CutSuffix(path.Base(name), ".c")
		switch {
		case isHeader && !slices.Contains(scenes, header) && !strings.Contains(all.String(), "\nKernel operations: <mm/"+header+">"):
			t.Errorf("no operations of %s", name)
		case isSpec && !strings.Contains(all.String(), "\n  "+spec+": "):
			t.Errorf("no %s", name)
		case isSpec && strings.Contains(all.String(), "\n  "+spec+": \n"):
			t.Errorf("%s: the first comment does not begin with 'NAME: a question?'", name)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
