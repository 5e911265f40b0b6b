// SPDX-License-Identifier: MIT

// This file tests diagnostics over testdata: the lines of the .c files say
// what is expected of them, the golden files hold the full printed form.

package cfront

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// testNatives are what the model of these tests implements.
var testNatives = []string{"down_read", "down_read_trylock", "down_write_killable", "up_read", "down_write", "up_write",
	"rwsem_assert_held", "mutex_assert_held", "kmalloc", "kfree", "mt_lookup"}

func testConfig() Config {
	return Config{
		FS:          os.DirFS("testdata/include"),
		Natives:     func(name string) bool { return slices.Contains(testNatives, name) },
		NativeNames: testNatives,
	}
}

// diagnose runs both stages.
func diagnose(cfg Config, name string, src []byte) (*Unit, Diagnostics) {
	u, diags := parse(cfg, name, src)
	if u.AST != nil {
		diags = append(diags, check(u, cfg)...)
	}
	return u, diags
}

// golden compares got to a golden file.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s differs (-want +got):\n%s", file, d)
	}
}

var expectation = regexp.MustCompile(`(ERROR|WARNING) "(.*?)" (?:\*/|/)`)

// expected reads the ERROR and WARNING comments: by line, "error: regexp".
func expected(src []byte) map[int][]string {
	want := map[int][]string{}
	for i, line := range strings.Split(string(src), "\n") {
		for _, m := range expectation.FindAllStringSubmatch(line, -1) {
			want[i+1] = append(want[i+1], strings.ToLower(m[1])+": .*"+m[2])
		}
	}
	return want
}

func TestDiagnostics(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.c")
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			u, diags := diagnose(testConfig(), file, src)
			want := expected(src)
			for _, d := range diags.Sorted() {
				i := slices.IndexFunc(want[d.Pos.Line], func(rx string) bool { return regexp.MustCompile(rx).MatchString(d.head()) })
				if i < 0 || d.Pos.File != file {
					t.Errorf("unexpected: %s", d.head())
					continue
				}
				want[d.Pos.Line] = slices.Delete(want[d.Pos.Line], i, i+1)
			}
			for line, rest := range want {
				for _, rx := range rest {
					t.Errorf("%s:%d: missing %s", file, line, rx)
				}
			}
			var b bytes.Buffer
			diags.Print(&b, u.Files)
			golden(t, filepath.Base(file), b.Bytes())
		})
	}
}

// TestBroken prints what is said about each of many files that are no C.
func TestBroken(t *testing.T) {
	all, err := os.ReadFile("testdata/broken.txt")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, part := range strings.Split("\n"+string(all), "\n-- ")[1:] {
		title, src, _ := strings.Cut(part, "\n")
		u, diags := diagnose(testConfig(), "spec.c", []byte(src))
		fmt.Fprintf(&b, "-- %s\n", title)
		diags.Print(&b, u.Files)
		if !diags.HasErrors() {
			t.Errorf("%s: no error", title)
		}
	}
	golden(t, "broken", b.Bytes())
}
