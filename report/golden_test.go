// SPDX-License-Identifier: MIT

package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGolden renders every scene in every format.
func TestGolden(t *testing.T) {
	for name, sc := range scenes {
		r := sc.check(t)
		for _, f := range Formats {
			if f.Trace && r.Finding == nil {
				continue
			}
			var b bytes.Buffer
			if err := f.Write(&b, Meta{Spec: "brk.c", Variant: name}, r, sc.source); err != nil {
				t.Fatal(err)
			}
			golden(t, name+"."+f.Ext, notOfAll(b.Bytes()))
		}
	}
}

// notOfAll leaves out what all pages have: style and script.
func notOfAll(text []byte) []byte {
	return sameInAll.ReplaceAll(text, nil)
}

var sameInAll = regexp.MustCompile(`(?s)<style>.*?</style>|<script>.*?</script>|'sha256-[^']*'`)

// golden compares with, or with -update writes, a file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (go test ./report -update rewrites it); got:\n%s", name, got)
	}
}
